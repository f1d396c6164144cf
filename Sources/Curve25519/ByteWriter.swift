/// Writes the canonical encoding (`docs/spec/02-primitives.md`, 2.4). Numbers are big-endian.
public struct ByteWriter: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8] = []

  /// - Parameter capacity: bytes to reserve.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Writes one byte.
  public mutating func u8(_ value: UInt8) { bytes.append(value) }

  /// Writes two bytes.
  public mutating func u16(_ value: UInt16) { number(UInt64(value), bytes: 2) }

  /// Writes four bytes.
  public mutating func u32(_ value: UInt32) { number(UInt64(value), bytes: 4) }

  /// Writes eight bytes.
  public mutating func u64(_ value: UInt64) { number(value, bytes: 8) }

  /// Writes one byte, 0 or 1.
  public mutating func bool(_ value: Bool) { u8(value ? 1 : 0) }

  /// Writes 32 bytes: a hash, a key, an encoded point or scalar.
  public mutating func b32(_ value: Bytes32) { value.append(to: &bytes) }

  /// Writes a scalar's 32 bytes.
  public mutating func scalar(_ value: Scalar) { b32(value.encoded) }

  /// Writes bytes as they are, without a count.
  public mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  /// Writes a `u16` count of bytes and the bytes.
  ///
  /// - Precondition: at most 65 535 bytes.
  public mutating func counted(_ value: [UInt8]) {
    u16(UInt16(value.count))
    raw(value)
  }

  private mutating func number(_ value: UInt64, bytes count: Int) {
    for index in 0..<count {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - index))))
    }
  }
}
