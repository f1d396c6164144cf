/// The header of an answer as it is sent.
enum ResponseFields {
  /// What the server writes itself.
  private static let own = [
    "content-length", "transfer-encoding", "connection", "keep-alive", "date", "x-request-id", "upgrade", "trailer",
  ]

  /// `Name: value` lines, without those that the server writes itself; `nil` when a field would end its line, and so begin another.
  static func lines(_ headers: HTTPHeaders) -> [UInt8]? {
    var lines: [UInt8] = []
    for (name, value) in headers.fields {
      guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), value.utf8.allSatisfy(isValueByte) else { return nil }
      if own.contains(where: { $0.utf8.count == name.utf8.count && $0 == name.lowercased() }) { continue }
      lines += name.utf8
      lines += [0x3a, 0x20]
      lines += value.utf8
      lines += [0x0d, 0x0a]
    }
    return lines
  }

  /// RFC 9110, 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func isValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 0x09 }
}
