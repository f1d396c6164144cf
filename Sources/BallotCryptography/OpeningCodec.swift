import Curve25519

// The opening by itself, `N × (bit u8, r scalar)`: how a booth keeps it until the voter decides, and gives it to a checker (3.7).
extension BallotOpening {
  /// Bytes of an opening of `bits` bits.
  public static func length(bits: Int) -> Int { 33 * bits }

  /// Reads an opening of `count` bits.
  public init(from reader: inout ByteReader, bits count: Int) throws(CodecError) {
    var bits: [UInt64] = []
    var randomness: [Scalar] = []
    bits.reserveCapacity(count)
    randomness.reserveCapacity(count)
    for _ in 0..<count {
      bits.append(try reader.bool("bit") ? 1 : 0)
      randomness.append(try reader.scalar("randomness"))
    }
    self.init(bits: bits, randomness: randomness)
  }

  /// Writes the opening.
  public func encode(to writer: inout ByteWriter) {
    for (bit, r) in zip(bits, randomness) {
      writer.bool(bit == 1)
      writer.scalar(r)
    }
  }
}
