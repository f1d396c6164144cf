import BallotCryptography
import Curve25519
import Elections

// What requests are made of.
extension ByteReader {
  /// Reads `count u32 ‖ bytes`.
  mutating func blob(_ field: StaticString) throws(CodecError) -> [UInt8] {
    let count = try u32(field)
    guard UInt64(count) <= UInt64(remaining) else { throw .truncated(field: FieldName(field)) }
    return try raw(Int(count), field)
  }

  /// Reads 64 random bytes.
  mutating func seed() throws(CodecError) -> SeededRandom { SeededRandom(seed: try raw(64, "seed")) }

  /// Reads a credential's secret.
  mutating func secret() throws(CodecError) -> Credential {
    guard let credential = Credential(secret: try b32("secret")) else { throw .invalidEncoding(field: FieldName("secret")) }
    return credential
  }

  /// Reads what all ballots of an election are bound to.
  mutating func frame() throws(CodecError) -> BallotContext {
    let election = try b32("election id")
    let key = try point("joint key")
    guard key != .identity else { throw .outOfRange(field: FieldName("joint key")) }
    let manifest = try Manifest(try blob("manifest"))
    return BallotContext(election: election, jointKey: key, layout: manifest.layout)
  }

  /// Reads an encrypted ballot.
  mutating func ballot() throws(CodecError) -> EncryptedBallot { try EncryptedBallot(try blob("ballot")) }

  /// Reads the opening of a ballot.
  mutating func opening(bits: Int) throws(CodecError) -> BallotOpening {
    var reader = ByteReader(try blob("opening"))
    let opening = try BallotOpening(from: &reader, bits: bits)
    try reader.finish()
    return opening
  }

  /// Reads the values of every option of every contest.
  mutating func choices() throws(CodecError) -> [[UInt32]] {
    var choices: [[UInt32]] = []
    for _ in 0..<(try count8("number of contests", in: 0...50)) {
      var values: [UInt32] = []
      for _ in 0..<(try count16("number of options", in: 0...ContestRules.mostOptions)) { values.append(try u32("value")) }
      choices.append(values)
    }
    return choices
  }

  /// Reads the hashes of a proof.
  mutating func hashes() throws(CodecError) -> [Bytes32] {
    var hashes: [Bytes32] = []
    for _ in 0..<(try count8("number of hashes", in: 0...64)) { hashes.append(try b32("hash")) }
    return hashes
  }

  private mutating func count8(_ field: StaticString, in range: ClosedRange<Int>) throws(CodecError) -> Int {
    let count = Int(try u8(field))
    guard range.contains(count) else { throw .outOfRange(field: FieldName(field)) }
    return count
  }
}

extension ByteWriter {
  /// An answer that starts with its status.
  static func answer() -> ByteWriter {
    var writer = ByteWriter()
    writer.u8(0)
    return writer
  }

  /// Writes `count u32 ‖ bytes`.
  mutating func blob(_ bytes: [UInt8]) {
    u32(UInt32(bytes.count))
    raw(bytes)
  }

  /// Writes the values of every option of every contest.
  mutating func values(_ values: [[UInt64]]) {
    u8(UInt8(values.count))
    for contest in values {
      u16(UInt16(contest.count))
      for value in contest { u32(UInt32(truncatingIfNeeded: value)) }
    }
  }
}
