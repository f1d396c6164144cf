/// A request's path, decoded.
enum DecodedPath {
  /// The path with `%` sequences resolved; `nil` when it is not UTF-8, or when a segment would then be empty in the middle, hidden, a step up, or hold what
  /// separates segments elsewhere: `/`, `\`, NUL and other control characters.
  static func decode(_ path: String) -> String? {
    guard path.utf8.first == 0x2f else { return nil }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    var decoded = ""
    for (index, segment) in segments.enumerated() {
      guard let bytes = bytes(of: segment), let text = String(validating: bytes, as: UTF8.self) else { return nil }
      let isLast = index == segments.count - 1
      guard isLast || !text.isEmpty, !text.hasPrefix("."),
        !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0x2f || $0 == 0x5c })
      else { return nil }
      decoded += "/" + text
    }
    return decoded
  }

  private static func bytes(of segment: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(segment.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
