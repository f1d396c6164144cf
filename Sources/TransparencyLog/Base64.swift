import Curve25519

/// Base64 with padding (RFC 4648, section 4), one encoding a value.
public enum Base64 {
  /// Encodes bytes: 4 characters for every 3 begun.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var start = 0
    while start < bytes.count {
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0)
      }
      for position in 0..<4 {
        let sextet = UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * position)) & 0x3f
        output.append(position <= count ? character(sextet) : padding)
      }
      start += 3
    }
    return output
  }

  /// Decodes text, `nil` unless it is exactly what `encode` returns for the result: whole groups, padding only at the end,
  /// unused bits zero, no other characters.
  public static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 4 * 3)
    var start = text.startIndex
    while start < text.endIndex {
      let isLast = start + 4 == text.endIndex
      var characters = 4
      if isLast && text[start + 3] == padding { characters = text[start + 2] == padding ? 2 : 3 }
      var group: UInt32 = 0
      for position in 0..<4 {
        var sextet: UInt8 = 0
        if position < characters {
          guard let value = value(of: text[start + position]) else { return nil }
          sextet = value
        }
        group = group << 6 | UInt32(sextet)
      }
      let count = characters - 1
      // The bits below the last whole byte would not survive re-encoding.
      guard group & (UInt32(0xff_ffff) >> UInt32(8 * count)) == 0 else { return nil }
      for offset in 0..<count { output.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * offset))) }
      start += 4
    }
    return output
  }

  /// The hash in a base64 line, `nil` unless it is the canonical encoding of 32 bytes.
  public static func decodeHash(_ text: ArraySlice<UInt8>) -> Bytes32? {
    guard text.count == 44, let bytes = decode(text) else { return nil }
    return Bytes32(bytes)
  }

  private static let padding: UInt8 = 0x3d

  private static func character(_ sextet: UInt8) -> UInt8 {
    switch sextet {
    case 0..<26: sextet + 0x41
    case 26..<52: sextet - 26 + 0x61
    case 52..<62: sextet - 52 + 0x30
    case 62: 0x2b
    default: 0x2f
    }
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case 0x41...0x5a: character - 0x41
    case 0x61...0x7a: character - 0x61 + 26
    case 0x30...0x39: character - 0x30 + 52
    case 0x2b: 62
    case 0x2f: 63
    default: nil
    }
  }
}
