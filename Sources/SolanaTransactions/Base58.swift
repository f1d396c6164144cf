/// Base58 with Bitcoin's alphabet, as Solana writes addresses and signatures: a number in base 58, and a `1` for every leading zero byte.
public enum Base58 {
  /// Encodes bytes as ASCII. Quadratic in their number: for keys and signatures. Variable time.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var digits: [UInt8] = []
    for byte in bytes {
      var carry = Int(byte)
      for index in digits.indices {
        carry += Int(digits[index]) << 8
        digits[index] = UInt8(carry % 58)
        carry /= 58
      }
      while carry > 0 {
        digits.append(UInt8(carry % 58))
        carry /= 58
      }
    }
    for byte in bytes {
      guard byte == 0 else { break }
      digits.append(0)
    }
    return digits.reversed().map { character(of: $0) }
  }

  /// Decodes ASCII to exactly `count` bytes; `nil` for any other number and for other characters. One text a value. Variable time.
  public static func decode(_ text: [UInt8], count: Int) -> [UInt8]? {
    // A byte takes less than 1.37 digits.
    guard text.count >= count, text.count <= count * 7 / 5 + 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    for character in text {
      guard var carry = digit(of: character) else { return nil }
      for index in bytes.indices.reversed() {
        carry += Int(bytes[index]) * 58
        bytes[index] = UInt8(truncatingIfNeeded: carry)
        carry >>= 8
      }
      guard carry == 0 else { return nil }
    }
    // As many leading digits of zero as bytes of zero, or it would be another text of the same value.
    return encode(bytes) == text ? bytes : nil
  }

  /// Digits, capitals and small letters without 0, I, O and l, which look like others.
  private static func character(of digit: UInt8) -> UInt8 {
    switch digit {
    case 0..<9: 0x31 + digit
    case 9..<17: 0x41 + digit - 9
    case 17..<22: 0x4a + digit - 17
    case 22..<33: 0x50 + digit - 22
    case 33..<44: 0x61 + digit - 33
    default: 0x6d + digit - 44
    }
  }

  private static func digit(of character: UInt8) -> Int? {
    switch character {
    case 0x31...0x39: Int(character) - 0x31
    case 0x41...0x48: Int(character) - 0x41 + 9
    case 0x4a...0x4e: Int(character) - 0x4a + 17
    case 0x50...0x5a: Int(character) - 0x50 + 22
    case 0x61...0x6b: Int(character) - 0x61 + 33
    case 0x6d...0x7a: Int(character) - 0x6d + 44
    default: nil
    }
  }
}
