import Curve25519

/// What a signature over a ballot hash means (`docs/spec/03-ballots.md`, 3.4).
public enum BallotIntent: UInt8, Sendable {
  /// Count this ballot.
  case cast = 1
  /// Open this ballot and never count it.
  case challenge = 2
  /// Publish the opening of this challenged ballot.
  case publish = 3
}

/// A Schnorr signature over a ballot hash, as its bytes: `R point ‖ s scalar`. Decoded where it is verified.
public struct BallotSignature: Equatable, Sendable {
  let commitment: Bytes32
  let response: Bytes32

  /// Bytes of a signature.
  public static let length = SchnorrProof.encodedLength

  init(_ proof: SchnorrProof) {
    commitment = proof.commitment.encoded
    response = proof.response.encoded
  }

  /// Reads 64 bytes as they are.
  init(from reader: inout ByteReader) throws(CodecError) {
    commitment = try reader.b32("signature commitment")
    response = try reader.b32("signature response")
  }

  /// The 64 bytes.
  public var encoded: [UInt8] { commitment.bytes + response.bytes }

  /// What is signed.
  static func statement(election: Bytes32, credential: Bytes32, intent: BallotIntent, hash: Bytes32) -> Transcript {
    var transcript = Transcript("signature")
    transcript.absorb("election", election)
    transcript.absorb("credential", credential)
    transcript.absorb("intent", [intent.rawValue])
    transcript.absorb("ballot", hash)
    return transcript
  }

  /// Whether this is a signature by `credential` over `hash` with the intent given. Variable time: public data.
  public func isValid(election: Bytes32, credential: Bytes32, intent: BallotIntent, hash: Bytes32) -> Bool {
    // Anyone can sign for the identity. It stands on no roll, but that is checked elsewhere.
    guard let key = RistrettoPoint(credential), key != .identity, let point = RistrettoPoint(commitment),
      let scalar = Scalar(canonical: response)
    else { return false }
    return SchnorrProof(commitment: point, response: scalar).verify(
      key: key, statement: Self.statement(election: election, credential: credential, intent: intent, hash: hash))
  }
}

/// The right to cast: a secret scalar whose public part stands on the roll (3.4).
public struct Credential: Sendable {
  private let secret: Scalar
  /// The public credential.
  public let publicKey: Bytes32

  /// Makes a fresh credential. Constant time.
  public init<R: RandomSource>(random: inout R) {
    var secret = Scalar.random(using: &random)
    // A zero secret has probability 2⁻²⁵²; its public part would be refused by the roll.
    while secret == .zero { secret = Scalar.random(using: &random) }
    self.init(nonzero: secret)
  }

  /// Takes a secret kept elsewhere, 32 bytes; `nil` if it is zero or not below the group order. Constant time but for the refusal.
  public init?(secret encoded: Bytes32) {
    guard let secret = Scalar(canonical: encoded), secret != .zero else { return nil }
    self.init(nonzero: secret)
  }

  private init(nonzero secret: Scalar) {
    self.secret = secret
    publicKey = RistrettoPoint.generatorMultiple(secret).encoded
  }

  /// The secret's 32 bytes, to be kept by the voter alone.
  public var secretBytes: Bytes32 { secret.encoded }

  /// Signs a ballot hash. Constant time.
  public func sign<R: RandomSource>(
    _ hash: Bytes32, for intent: BallotIntent, election: Bytes32, random: inout R
  ) -> BallotSignature {
    let statement = BallotSignature.statement(election: election, credential: publicKey, intent: intent, hash: hash)
    return BallotSignature(SchnorrProof.prove(secret: secret, statement: statement, using: &random))
  }
}
