import Curve25519

/// Numbers as Solana writes them: little-endian, and lengths in one to three bytes of seven bits, the least first.
extension ByteWriter {
  mutating func little(_ value: UInt64, bytes count: Int) {
    for index in 0..<count { u8(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }

  /// - Precondition: below 65 536.
  mutating func compact(_ length: Int) {
    precondition((0..<65_536).contains(length), "a length of 16 bits")
    var rest = length
    while rest > 0x7f {
      u8(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    u8(UInt8(rest))
  }
}

extension ByteReader {
  mutating func little(_ count: Int, _ field: StaticString) throws(CodecError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(try u8(field)) << UInt64(8 * index) }
    return value
  }

  /// A length in its shortest form, as the network demands it.
  mutating func compact(_ field: StaticString) throws(CodecError) -> Int {
    var value = 0
    for index in 0..<3 {
      let byte = Int(try u8(field))
      value |= (byte & 0x7f) << (7 * index)
      guard byte & 0x80 == 0 else { continue }
      guard byte != 0 || index == 0, value < 65_536 else { break }
      return value
    }
    throw .invalidEncoding(field: FieldName(field))
  }
}
