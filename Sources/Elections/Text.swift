import Curve25519

/// Text for people, held as UTF-8: comparing bytes needs no Unicode tables, which a browser would have to download.
public struct Text: Equatable, Sendable, CustomStringConvertible {
  /// Well-formed UTF-8 without control characters.
  public let utf8: [UInt8]

  /// No text.
  public static let empty = Text(trusted: [])

  private init(trusted: [UInt8]) { utf8 = trusted }

  /// Whether a decoder accepts it as a name, title, origin or path: 1 to 200 bytes in one line.
  public var isName: Bool { (1...Self.longestName).contains(utf8.count) && !utf8.contains(0x0a) }

  /// Whether a decoder accepts it as a description: up to 4000 bytes.
  public var isDescription: Bool { utf8.count <= Self.longestDescription }

  /// Bytes of the longest name.
  public static let longestName = 200
  /// Bytes of the longest description.
  public static let longestDescription = 4000

  /// Takes UTF-8; `nil` if it is malformed or has a control character (2.4).
  ///
  /// - Parameter lines: whether line feeds are allowed.
  public init?(utf8: [UInt8], lines: Bool = false) {
    guard Self.isWellFormed(utf8, lines: lines) else { return nil }
    self.utf8 = utf8
  }

  /// Takes a string; `nil` if it has a control character.
  public init?(_ string: String, lines: Bool = false) { self.init(utf8: Array(string.utf8), lines: lines) }

  public var description: String { String(decoding: utf8, as: UTF8.self) }

  /// UTF-8 as of Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF. Control characters are left out of it: those above U+007F, two
  /// bytes long, can steer a terminal like those below U+0020.
  private static func isWellFormed(_ bytes: [UInt8], lines: Bool) -> Bool {
    var index = 0
    while index < bytes.count {
      let first = bytes[index]
      let second: ClosedRange<UInt8>
      let count: Int
      switch first {
      case 0x0a where lines: (second, count) = (0x80...0xbf, 1)
      case 0x20...0x7e: (second, count) = (0x80...0xbf, 1)
      case 0xc2: (second, count) = (0xa0...0xbf, 2)
      case 0xc3...0xdf: (second, count) = (0x80...0xbf, 2)
      case 0xe0: (second, count) = (0xa0...0xbf, 3)
      case 0xed: (second, count) = (0x80...0x9f, 3)
      case 0xe1...0xef: (second, count) = (0x80...0xbf, 3)
      case 0xf0: (second, count) = (0x90...0xbf, 4)
      case 0xf1...0xf3: (second, count) = (0x80...0xbf, 4)
      case 0xf4: (second, count) = (0x80...0x8f, 4)
      default: return false
      }
      guard index + count <= bytes.count else { return false }
      for offset in 1..<max(1, count) {
        let allowed = offset == 1 ? second : 0x80...0xbf
        guard allowed.contains(bytes[index + offset]) else { return false }
      }
      if count == 3 && isMisleading(bytes[index], bytes[index + 1], bytes[index + 2]) { return false }
      index += count
    }
    return true
  }

  /// U+2028–U+202E and U+2066–U+2069: line separators, and what shows text in another order than it is written, so that one option's name could look like
  /// another's.
  private static func isMisleading(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
    first == 0xe2 && (second == 0x80 && (0xa8...0xae).contains(third) || second == 0x81 && (0xa6...0xa9).contains(third))
  }
}

extension ByteReader {
  /// Reads a name, title, origin or path.
  mutating func text(_ field: StaticString) throws(CodecError) -> Text {
    guard let text = Text(utf8: try counted(field, maximum: Text.longestName)), text.isName else {
      throw .invalidText(field: FieldName(field))
    }
    return text
  }

  /// Reads a description: possibly empty, line feeds allowed.
  mutating func descriptionText(_ field: StaticString) throws(CodecError) -> Text {
    guard let text = Text(utf8: try counted(field, maximum: Text.longestDescription), lines: true) else {
      throw .invalidText(field: FieldName(field))
    }
    return text
  }

  /// Reads the eight bytes that name a file and its version, 1.
  mutating func header(_ magic: StaticString) throws(CodecError) {
    for index in 0..<8 {
      guard try u8("file type") == magic.utf8Start[index] else { throw .outOfRange(field: FieldName("file type")) }
    }
    guard try u16("version") == 1 else { throw .outOfRange(field: FieldName("version")) }
  }
}

extension ByteWriter {
  mutating func text(_ text: Text) { counted(text.utf8) }

  mutating func header(_ magic: StaticString) {
    for index in 0..<8 { u8(magic.utf8Start[index]) }
    u16(1)
  }
}
