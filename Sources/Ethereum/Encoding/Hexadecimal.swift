import Curve25519

/// Bytes and numbers as the chain's interfaces write them: `0x…`.
public enum Hexadecimal {
  /// `0x` and two digits a byte.
  public static func text(_ bytes: some Sequence<UInt8>) -> String { "0x" + digits(bytes) }

  /// The same without `0x`.
  public static func digits(_ bytes: some Sequence<UInt8>) -> String {
    let alphabet = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes of `0x` and an even number of digits; `nil` for anything else.
  public static func bytes(_ text: String) -> [UInt8]? {
    guard text.hasPrefix("0x") else { return nil }
    return bytes(digits: text.utf8.dropFirst(2))
  }

  /// The bytes of an even number of digits alone.
  public static func bytes(digits: some Collection<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var upper: UInt8?
    for digit in digits {
      guard let value = value(digit) else { return nil }
      if let first = upper {
        bytes.append(first << 4 | value)
        upper = nil
      } else {
        upper = value
      }
    }
    return bytes
  }

  /// A number without zeros at the front.
  public static func quantity(_ value: UInt256) -> String {
    let digits = digits(value.shortestBytes)
    return "0x" + (digits.isEmpty ? "0" : digits.first == "0" ? String(digits.dropFirst()) : digits)
  }

  /// The same of 64 bits.
  public static func quantity(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  /// The number of `0x` and at least one digit, of which only a single one may be a zero at the front; `nil` for anything else.
  public static func quantity(_ text: String) -> UInt256? {
    guard text.hasPrefix("0x") else { return nil }
    let digits = text.utf8.dropFirst(2)
    guard let first = digits.first, digits.count <= 64, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
    let even = digits.count.isMultiple(of: 2) ? Array(digits) : [UInt8(ascii: "0")] + digits
    return bytes(digits: even).flatMap { UInt256(bigEndian: $0) }
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
