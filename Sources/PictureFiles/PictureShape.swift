/// Width and height of a picture in points, as its header says.
///
/// Nothing is decoded: a header is enough to keep out pictures that would take gigabytes when shown, and what only begins like a picture.
public struct PictureShape: Equatable, Sendable {
  public let width: Int
  public let height: Int

  /// The longest side that is taken.
  public static let longestSide = 4_096

  /// Whether a telephone can show it.
  public var isBounded: Bool { (1...Self.longestSide).contains(width) && (1...Self.longestSide).contains(height) }

  /// - Returns: `nil` where the header is not that of such a picture, or the file was cut off as far as that is easily seen.
  public init?(_ bytes: [UInt8], as type: PictureType) {
    let shape: (width: Int, height: Int)? =
      switch type {
      case .png: Self.png(bytes)
      case .jpeg: Self.jpeg(bytes)
      case .webP: Self.webP(bytes)
      }
    guard let shape else { return nil }
    (width, height) = shape
  }

  /// PNG (W3C, third edition), 5.6 and 11.2: `IHDR` comes first, `IEND`, which is empty, last.
  private static func png(_ bytes: [UInt8]) -> (Int, Int)? {
    let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]
    guard bytes.count >= 45, bytes[12..<16].elementsEqual("IHDR".utf8), bytes.suffix(12).elementsEqual(end) else { return nil }
    return (big(bytes[16..<20]), big(bytes[20..<24]))
  }

  /// JPEG (ITU-T T.81), B.2.2: the frame's header is in a segment SOF₀ … SOF₁₅. What follows the picture is up to cameras.
  private static func jpeg(_ bytes: [UInt8]) -> (Int, Int)? {
    var at = 2
    while at + 9 <= bytes.count, bytes[at] == 0xff {
      let marker = bytes[at + 1]
      // Filling bytes may stand before a marker.
      if marker == 0xff {
        at += 1
        continue
      }
      // DHT, JPG and DAC lie among the numbers of frames and are none.
      if (0xc0...0xcf).contains(marker), ![0xc4, 0xc8, 0xcc].contains(marker) {
        return (big(bytes[at + 7..<at + 9]), big(bytes[at + 5..<at + 7]))
      }
      let length = big(bytes[at + 2..<at + 4])
      guard length >= 2 else { return nil }
      at += 2 + length
    }
    return nil
  }

  /// WebP (RFC 9649), 2.3 to 2.7: a RIFF file of the size that it says, with a simple, lossless or extended first chunk.
  private static func webP(_ bytes: [UInt8]) -> (Int, Int)? {
    guard bytes.count >= 30, little(bytes[4..<8]) + 8 <= bytes.count else { return nil }
    switch String(decoding: bytes[12..<16], as: UTF8.self) {
    case "VP8 ": return (little(bytes[26..<28]) & 0x3fff, little(bytes[28..<30]) & 0x3fff)
    case "VP8L":
      let bits = little(bytes[21..<25])
      return (bits & 0x3fff + 1, bits >> 14 & 0x3fff + 1)
    case "VP8X": return (little(bytes[24..<27]) + 1, little(bytes[27..<30]) + 1)
    default: return nil
    }
  }

  private static func big(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  private static func little(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
}
