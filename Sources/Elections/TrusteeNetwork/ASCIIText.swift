import Curve25519

/// Pieces of the texts that trustees sign. Bytes, not strings: the module also serves browsers.
extension [UInt8] {
  /// Appends ASCII.
  public mutating func append(ascii text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends the one decimal encoding of a number.
  public mutating func append(number: UInt64) {
    var digits: [UInt8] = []
    var rest = number
    repeat {
      digits.append(UInt8(truncatingIfNeeded: rest % 10) + 0x30)
      rest /= 10
    } while rest > 0
    append(contentsOf: digits.reversed())
  }
}

/// Lower-case hexadecimal, the one encoding of 32 bytes in the trustees' requests.
public enum Hexadecimal {
  /// 64 digits.
  public static func encode(_ value: Bytes32) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for index in 0..<32 {
      for digit in [value[index] >> 4, value[index] & 15] { digits.append(digit < 10 ? digit + 0x30 : digit + 0x57) }
    }
    return digits
  }

  /// The value of exactly 64 lower-case digits; `nil` for anything else.
  public static func decode(_ digits: ArraySlice<UInt8>) -> Bytes32? {
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x61...0x66: value = digit - 0x57
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return Bytes32(bytes)
  }
}
