import Curve25519

/// What opens a ballot: every bit and its randomness (`docs/spec/03-ballots.md`, 3.7). A secret until the ballot is challenged.
public struct BallotOpening: Equatable, Sendable {
  /// Each 0 or 1.
  public let bits: [UInt64]
  /// *r* of each bit.
  let randomness: [Scalar]

  init(bits: [UInt64], randomness: [Scalar]) {
    self.bits = bits
    self.randomness = randomness
  }

  /// Whether the ballot's ciphertexts are these bits encrypted with this randomness. Variable time: an opening that is checked is public.
  public func opens(_ ballot: EncryptedBallot, _ context: BallotContext) -> Bool {
    guard ballot.election == context.election, ballot.bits == bits.count, bits.count == context.layout.bits else {
      return false
    }
    for index in bits.indices {
      let ciphertext = ballot.ciphertext(index)
      guard let alpha = RistrettoPoint(ciphertext.alpha), let beta = RistrettoPoint(ciphertext.beta) else { return false }
      let r = randomness[index]
      guard alpha == .generatorMultiple(r),
        beta == RistrettoPoint.vartimeSum([Scalar(bits[index]), r], [.generator, context.jointKey])
      else { return false }
    }
    return true
  }
}

/// A voter's statement that a ballot is to be opened and never counted (3.7).
public struct BallotChallenge: Equatable, Sendable {
  /// The election.
  public let election: Bytes32
  /// Who challenges.
  public let credential: Bytes32
  /// The hash of the challenged ballot.
  public let ballotHash: Bytes32
  private let signature: BallotSignature

  /// Bytes of a challenge.
  public static let length = 160

  /// How often one credential may challenge.
  public static let mostPerCredential = 20

  /// Challenges a ballot.
  public init<R: RandomSource>(_ ballot: EncryptedBallot, credential: Credential, random: inout R) {
    election = ballot.election
    self.credential = credential.publicKey
    ballotHash = ballot.hash
    signature = credential.sign(ballotHash, for: .challenge, election: election, random: &random)
  }

  /// Takes the encoding of a challenge.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    election = try reader.b32("election id")
    credential = try reader.b32("credential")
    ballotHash = try reader.b32("ballot hash")
    signature = try BallotSignature(from: &reader)
    try reader.finish()
  }

  /// The encoding.
  public var encoded: [UInt8] { election.bytes + credential.bytes + ballotHash.bytes + signature.encoded }

  /// Whether the signature is the credential's.
  public var isSigned: Bool {
    signature.isValid(election: election, credential: credential, intent: .challenge, hash: ballotHash)
  }
}

/// A challenged ballot with its opening, published by its voter (3.7).
public struct OpenedBallot: Equatable, Sendable {
  /// The ballot, never to be counted.
  public let ballot: EncryptedBallot
  /// Its bits and randomness.
  public let opening: BallotOpening
  private let signature: BallotSignature

  /// Bytes of an opened ballot with `bits` bits.
  public static func length(bits: Int) -> Int {
    countLength(bits: bits) + EncryptedBallot.length(bits: bits) + 33 * bits + BallotSignature.length
  }

  /// Bytes of the count of the ballot's bytes: two as long as it fits into them.
  private static func countLength(bits: Int) -> Int { bits <= longestOfTwoBytes ? 2 : 4 }

  private static let longestOfTwoBytes = 340

  /// Publishes the opening of a challenged ballot.
  public init<R: RandomSource>(
    _ ballot: EncryptedBallot, opening: BallotOpening, credential: Credential, random: inout R
  ) {
    self.ballot = ballot
    self.opening = opening
    signature = credential.sign(ballot.hash, for: .publish, election: ballot.election, random: &random)
  }

  /// Takes the encoding of an opened ballot.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    ballot = try EncryptedBallot(try Self.ballot(from: &reader))
    opening = try BallotOpening(from: &reader, bits: ballot.bits)
    signature = try BallotSignature(from: &reader)
    try reader.finish()
  }

  /// The ballot's bytes. How their count is written follows from the length of all.
  private static func ballot(from reader: inout ByteReader) throws(CodecError) -> [UInt8] {
    guard reader.remaining > length(bits: longestOfTwoBytes) else { return try reader.counted("ballot") }
    let count = try reader.u32("ballot")
    guard count > UInt32(UInt16.max) else { throw .outOfRange(field: FieldName("ballot")) }
    guard UInt64(count) <= UInt64(reader.remaining) else { throw .truncated(field: FieldName("ballot")) }
    return try reader.raw(Int(count), "ballot")
  }

  /// The encoding.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.length(bits: ballot.bits))
    if Self.countLength(bits: ballot.bits) == 2 {
      writer.u16(UInt16(ballot.encoded.count))
    } else {
      writer.u32(UInt32(ballot.encoded.count))
    }
    writer.raw(ballot.encoded)
    opening.encode(to: &writer)
    writer.raw(signature.encoded)
    return writer.bytes
  }

  /// Whether the voter signed the publication and the ballot is what the opening says.
  public func isValid(_ context: BallotContext) -> Bool {
    signature.isValid(
      election: context.election, credential: ballot.credential, intent: .publish, hash: ballot.hash)
      && opening.opens(ballot, context)
  }
}
