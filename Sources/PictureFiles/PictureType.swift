/// What a picture may be. SVG is not among them: it can hold programs.
public enum PictureType: String, Sendable, CaseIterable {
  case png = "image/png"
  case jpeg = "image/jpeg"
  case webP = "image/webp"

  /// Bytes of the largest picture.
  public static let largest = 1 << 20

  /// What the first bytes say; `nil` for anything else.
  public init?(bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)), bytes[8..<12].elementsEqual("WEBP".utf8) {
      self = .webP
    } else {
      return nil
    }
  }
}
