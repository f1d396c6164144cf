import Curve25519

/// A ballot encrypted and proven, not yet signed (`docs/spec/03-ballots.md`, 3.2).
///
/// Holds its bytes; only their length and count have been looked at. Points and scalars are decoded where the proof is verified.
public struct EncryptedBallot: Equatable, Sendable {
  /// The encoding, `166 + 192 · bits` bytes.
  public let encoded: [UInt8]
  /// Which of its voter's ballots it is, at least 1: the numbers of a credential's cast ballots ascend, so that none can be held back and cast after a
  /// newer one.
  public let number: UInt32
  /// The number of encrypted bits, *N*.
  public let bits: Int
  /// The hash that the voter signs. Kept, for signature and proof both need it and it is a hash of all bytes.
  public let hash: Bytes32

  /// Bytes before the ciphertexts.
  static let headLength = 70

  /// Bytes of a ballot with `bits` bits.
  public static func length(bits: Int) -> Int { 166 + 192 * bits }

  /// Takes the encoding of a ballot. Fails unless length and count of bits agree, and the number is at least 1.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    _ = try reader.b32("election id")
    _ = try reader.b32("credential")
    number = try reader.u32("ballot number")
    guard number > 0 else { throw .outOfRange(field: FieldName("ballot number")) }
    bits = try reader.count16("number of bits", in: 1...BallotLayout.mostBits)
    _ = try reader.raw(Self.length(bits: bits) - Self.headLength, "ballot")
    try reader.finish()
    self.encoded = encoded
    var transcript = Transcript("ballot hash")
    transcript.absorb("ballot", encoded)
    hash = transcript.digest("hash")
  }

  /// The election it was made for.
  public var election: Bytes32 { field(0) }
  /// The voter's public credential.
  public var credential: Bytes32 { field(32) }

  /// The ciphertext of bit `index` as its two encoded points: what no other ballot may contain.
  public func ciphertext(_ index: Int) -> (alpha: Bytes32, beta: Bytes32) {
    (field(Self.headLength + 64 * index), field(Self.headLength + 32 + 64 * index))
  }

  // Where each part starts.
  static func ciphertexts(bits: Int) -> Range<Int> { headLength..<headLength + 64 * bits }
  static func commitments(bits: Int) -> Range<Int> { headLength + 64 * bits..<headLength + 128 * bits }
  var product: Range<Int> { Self.headLength + 128 * bits..<Self.headLength + 64 + 128 * bits }

  private func field(_ offset: Int) -> Bytes32 { Bytes32(encoded.span, at: offset) }
}

/// A ballot signed to be cast (3.5).
public struct CastBallot: Equatable, Sendable {
  /// The ballot.
  public let ballot: EncryptedBallot
  /// The voter's signature with the intent to cast.
  public let signature: BallotSignature

  /// Bytes of a cast ballot with `bits` bits.
  public static func length(bits: Int) -> Int { EncryptedBallot.length(bits: bits) + BallotSignature.length }

  /// Signs a ballot to cast it.
  public init<R: RandomSource>(_ ballot: EncryptedBallot, credential: Credential, random: inout R) {
    self.ballot = ballot
    signature = credential.sign(ballot.hash, for: .cast, election: ballot.election, random: &random)
  }

  /// Takes the encoding of a cast ballot. Only lengths are looked at.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    guard encoded.count > BallotSignature.length else { throw .truncated(field: FieldName("cast ballot")) }
    let split = encoded.count - BallotSignature.length
    ballot = try EncryptedBallot(Array(encoded[..<split]))
    var reader = ByteReader(encoded, split..<encoded.count)
    signature = try BallotSignature(from: &reader)
  }

  /// The encoding.
  public var encoded: [UInt8] { ballot.encoded + signature.encoded }

  /// The name by which the voter finds the ballot: a hash of all of it.
  public var tracker: Bytes32 {
    var transcript = Transcript("tracker")
    transcript.absorb("ballot", encoded)
    return transcript.digest("tracker")
  }
}
