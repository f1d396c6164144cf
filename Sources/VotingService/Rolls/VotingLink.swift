import BallotCryptography
import Curve25519
import Elections

/// A voter's secret credential and what belongs to it. Whoever has the secret can vote: it is shown once and never kept by the service.
public struct VotingSecret: Sendable {
  /// The credential.
  public let credential: Credential

  /// Makes a fresh one.
  public init<R: RandomSource>(using random: inout R) { credential = Credential(random: &random) }

  /// Takes one that is kept elsewhere; `nil` if it is none.
  public init?(secret: Bytes32) {
    guard let credential = Credential(secret: secret) else { return nil }
    self.credential = credential
  }

  /// The public credential.
  public var publicKey: Bytes32 { credential.publicKey }

  /// The salt of the identity commitment: follows from the secret, so that who has the secret has the salt, and nobody else.
  public var salt: Bytes32 {
    var transcript = Transcript("identity salt")
    transcript.absorb("credential secret", credential.secretBytes)
    return transcript.digest("salt")
  }

  /// SHA-256(salt ‖ identity), as it stands on the roll: the identity is the voter id in UTF-8.
  public func commitment(to voterID: String) -> Bytes32 { IdentityCommitment.of(voterID, salt: salt) }

  /// The voter's line of the roll.
  public func rollEntry(_ voter: VoterDetails) -> RollEntry {
    RollEntry(credential: publicKey, weight: voter.weight, identity: commitment(to: voter.voterID))
  }

  /// What stands behind `#` in the voter's link: base64url without padding, 43 characters.
  public var fragment: String { Base64URL.encode(credential.secretBytes.bytes) }

  /// The link `<service>/vote/<e>#<secret>`. Browsers never send what follows `#`.
  public func link(service: String, election: String) -> String { "\(service)/vote/\(election)#\(fragment)" }
}

/// Shows a voter, and nobody else, whom a line of the roll stands for.
public enum IdentityCommitment {
  /// SHA-256(salt ‖ identity).
  public static func of(_ voterID: String, salt: Bytes32) -> Bytes32 {
    Bytes32(SHA256.hash(salt.bytes + Array(voterID.utf8)).span)
  }
}

/// RFC 4648, section 5, without padding.
public enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var start = 0
    while start < bytes.count {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let word = part.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset) }
      for index in 0...part.count { text.append(alphabet[Int(word >> UInt32(18 - 6 * index) & 63)]) }
      start += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes; `nil` unless it is exactly what `encode` returns for them.
  public static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for character in text.utf8 {
      guard let value = alphabet.firstIndex(of: character) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
        word &= 1 << UInt32(bits) - 1
      }
    }
    return encode(bytes) == text ? bytes : nil
  }
}

/// Shows that who registers a credential for an account has its secret (issuer *voter*).
public struct CredentialRegistration: Sendable, Equatable {
  /// The public credential.
  public let credential: Bytes32
  /// Proof of knowledge of its secret.
  public let proof: SchnorrProof

  public init(credential: Bytes32, proof: SchnorrProof) {
    self.credential = credential
    self.proof = proof
  }

  /// What the voter's device does. Constant time in the secret.
  public init<R: RandomSource>(_ secret: VotingSecret, election: String, account: String, using random: inout R) {
    // A credential's secret is a scalar below the group order.
    guard let scalar = Scalar(canonical: secret.credential.secretBytes) else { preconditionFailure("not a credential") }
    let statement = Self.statement(secret.publicKey, election, account)
    self.init(credential: secret.publicKey, proof: SchnorrProof.prove(secret: scalar, statement: statement, using: &random))
  }

  private static func statement(_ credential: Bytes32, _ election: String, _ account: String) -> Transcript {
    CredentialStatement.transcript(credential, election: Array(election.utf8), account: Array(account.utf8))
  }

  /// Whether the proof holds for this election and account.
  public func isValid(election: String, account: String) -> Bool {
    guard let key = RistrettoPoint(credential), key != .identity else { return false }
    return proof.verify(key: key, statement: Self.statement(credential, election, account))
  }
}
