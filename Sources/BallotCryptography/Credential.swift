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
  public static let length = 64

  init(commitment: Bytes32, response: Bytes32) {
    self.commitment = commitment
    self.response = response
  }

  /// Takes 64 bytes.
  ///
  /// - Precondition: `bytes` has 64 of them.
  public init(_ bytes: Span<UInt8>) {
    commitment = Bytes32(bytes, at: 0)
    response = Bytes32(bytes, at: 32)
  }

  /// The 64 bytes.
  public var encoded: [UInt8] { commitment.bytes + response.bytes }

  /// The challenge of the signature. Public data.
  static func challenge(
    election: Bytes32, credential: Bytes32, intent: BallotIntent, hash: Bytes32, commitment: Bytes32
  ) -> Scalar {
    var transcript = Transcript("signature")
    transcript.absorb("election", election)
    transcript.absorb("credential", credential)
    transcript.absorb("intent", [intent.rawValue])
    transcript.absorb("ballot", hash)
    transcript.absorb("commitment", commitment)
    return transcript.challenge("e")
  }

  /// Whether this is a signature by `credential` over `hash` with the intent given. Variable time: public data.
  public func isValid(election: Bytes32, credential: Bytes32, intent: BallotIntent, hash: Bytes32) -> Bool {
    guard let key = RistrettoPoint(credential), let point = RistrettoPoint(commitment),
      let scalar = Scalar(canonical: response)
    else { return false }
    let e = Self.challenge(
      election: election, credential: credential, intent: intent, hash: hash, commitment: commitment)
    return RistrettoPoint.vartimeSum([scalar, -e, -Scalar.one], [.generator, key, point]) == .identity
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
    // Hedged (2.8): neither a weak generator nor a repeated one alone reveals the secret.
    var nonceTranscript = Transcript("signature nonce")
    nonceTranscript.absorb("secret", secret.encoded)
    nonceTranscript.absorb("election", election)
    nonceTranscript.absorb("intent", [intent.rawValue])
    nonceTranscript.absorb("ballot", hash)
    nonceTranscript.absorb("random", random.bytes(64))
    var nonce = nonceTranscript.challenge("nonce")
    defer { nonce.wipe() }
    let commitment = RistrettoPoint.generatorMultiple(nonce).encoded
    let e = BallotSignature.challenge(
      election: election, credential: publicKey, intent: intent, hash: hash, commitment: commitment)
    return BallotSignature(commitment: commitment, response: (nonce + e * secret).encoded)
  }
}
