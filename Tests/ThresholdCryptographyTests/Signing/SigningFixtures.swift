import CSodium
import Foundation
import Testing

@testable import Curve25519
@testable import ThresholdCryptography

/// Bytes of hexadecimal digits.
func bytes(_ hex: String) -> [UInt8] {
  let values = hex.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}

/// The scalar of hexadecimal digits.
func scalar(_ hex: String) throws -> Scalar { try #require(Bytes32(bytes(hex)).flatMap { Scalar(canonical: $0) }) }

func digits(_ value: Bytes32) -> String { value.bytes.map { String(format: "%02x", $0) }.joined() }

/// Ed25519 by libsodium.
func libsodiumAccepts(_ signature: [UInt8], _ message: [UInt8], _ key: JointSigningKey) -> Bool {
  signature.count == 64 && sodium_init() >= 0
    && crypto_sign_verify_detached(signature, message, UInt64(message.count), key.publicKey.bytes) == 0
}

/// Bytes that a test has chosen, in turn.
struct ChosenRandom: RandomSource {
  var rest: [UInt8]
  mutating func bytes(_ count: Int) -> [UInt8] {
    defer { rest.removeFirst(count) }
    return Array(rest.prefix(count))
  }
}

/// A joint key with the shares of all trustees, dealt by one polynomial.
struct JointKeyCase {
  let secret: Scalar
  let shares: [SecretShare]
  let key: JointSigningKey

  init(_ polynomial: Polynomial, trustees n: Int) {
    secret = polynomial.coefficients[0]
    shares = (1...n).map { SecretShare(trustee: $0, value: polynomial.evaluated(at: $0)) }
    key = JointSigningKey(
      threshold: polynomial.coefficients.count, jointKey: .generatorMultiple(secret), publicShares: shares.map { $0.publicShare })
  }

  init(_ n: Int, _ t: Int, _ random: inout SeededRandom) {
    self.init(Polynomial(coefficients: (0..<t).map { _ in .random(using: &random) }), trustees: n)
  }

  func share(_ trustee: Int) -> SecretShare { shares[trustee - 1] }

  /// One session of some signers, everyone honest.
  func signing(_ message: [UInt8], by signers: [Int], _ random: inout SeededRandom) throws -> Signing {
    var nonces = NonceBox()
    for signer in signers { nonces.append(SigningNonce(for: share(signer), using: &random)) }
    let session = try SigningSession(key: key, message: message, commitments: nonces.commitments)
    var shares: [SignatureShare] = []
    for signer in signers { shares.append(try nonces.removeFirst().sign(session, with: share(signer))) }
    return Signing(session: session, shares: shares)
  }

  struct Signing {
    let session: SigningSession
    var shares: [SignatureShare]
  }
}

/// Nonces in turn: an array holds nothing that cannot be copied.
struct NonceBox {
  private var nonces: [OneNonce] = []
  private(set) var commitments: [SigningCommitment] = []

  private final class OneNonce {
    private var nonce: SigningNonce?
    init(_ nonce: consuming SigningNonce) { self.nonce = consume nonce }
    func take() throws -> SigningNonce {
      guard let taken = nonce.take() else { throw NonceIsGone() }
      return taken
    }
  }

  struct NonceIsGone: Error {}

  mutating func append(_ nonce: consuming SigningNonce) {
    commitments.append(nonce.commitment)
    nonces.append(OneNonce(nonce))
  }

  mutating func removeFirst() throws -> SigningNonce { try nonces.removeFirst().take() }
}

/// How many random cases: many where the long tests are wanted.
func cases(_ few: Int, long: Int) -> Int { ProcessInfo.processInfo.environment["COMITIA_LONG"] == nil ? few : long }
