import Testing

@testable import Curve25519
@testable import ThresholdCryptography

/// FROST(ristretto255, SHA-512) (RFC 9591, 6.2) on the product's group, scalars, polynomials and weights. The product signs with the suite of Ed25519 only:
/// this one tells faults of what both have in common from faults of the curve's own.
private struct RistrettoSigning {
  let key: RistrettoPoint
  let message: [UInt8]
  let signers: [Int]
  let commitments: [(hiding: RistrettoPoint, binding: RistrettoPoint)]

  static func hash(_ purpose: String, _ input: [UInt8]) -> [UInt8] {
    SHA512.hash(Array("FROST-RISTRETTO255-SHA512-v1\(purpose)".utf8) + input)
  }

  /// nonce_generate (4.1): H3 of fresh bytes and the share.
  static func nonce(_ randomness: [UInt8], _ share: Scalar) -> Scalar {
    Scalar(wide: hash("nonce", randomness + share.encoded.bytes))
  }

  private static func identifier(_ signer: Int) -> [UInt8] { Scalar(UInt64(signer)).encoded.bytes }

  /// What the binding factor of a signer is H1 of (4.4).
  func bindingFactorInput(_ signer: Int) -> [UInt8] {
    let list = zip(signers, commitments).flatMap { Self.identifier($0) + $1.hiding.encoded.bytes + $1.binding.encoded.bytes }
    return key.encoded.bytes + Self.hash("msg", message) + Self.hash("com", list) + Self.identifier(signer)
  }

  func bindingFactor(_ signer: Int) -> Scalar { Scalar(wide: Self.hash("rho", bindingFactorInput(signer))) }

  /// compute_group_commitment (4.5).
  var commitment: RistrettoPoint {
    zip(signers, commitments).reduce(.identity) { $0 + $1.1.hiding + bindingFactor($1.0) * $1.1.binding }
  }

  /// compute_challenge (4.6): H2.
  var challenge: Scalar { Scalar(wide: Self.hash("chal", commitment.encoded.bytes + key.encoded.bytes + message)) }

  func weight(_ signer: Int) throws -> Scalar {
    zip(signers, try Combination.lagrangeCoefficients(signers)).first { $0.0 == signer }?.1 ?? .zero
  }

  /// sign (5.2).
  func share(of signer: Int, hiding: Scalar, binding: Scalar, _ secret: Scalar) throws -> Scalar {
    hiding + binding * bindingFactor(signer) + (try weight(signer)) * secret * challenge
  }

  /// verify_signature_share (5.4).
  func verify(_ share: Scalar, of signer: Int, publicShare: RistrettoPoint) throws -> Bool {
    guard let place = signers.firstIndex(of: signer) else { return false }
    let own = commitments[place].hiding + bindingFactor(signer) * commitments[place].binding
    return RistrettoPoint.generatorMultiple(share) == own + (challenge * (try weight(signer))) * publicShare
  }
}

@Suite("Published vectors of joint signatures over ristretto255")
struct RistrettoSigningVectorTests {
  private typealias Vector = RFC9591Ristretto

  @Test("RFC 9591: shares and key")
  func keys() throws {
    let polynomial = Polynomial(coefficients: [try scalar(Vector.groupSecretKey), try scalar(Vector.coefficient)])
    #expect((1...3).map { digits(polynomial.evaluated(at: $0).encoded) } == Vector.shares)
    #expect(digits(polynomial.commitments[0].encoded) == Vector.groupPublicKey)
    for pair in [[1, 2], [1, 3], [2, 3]] {
      let weights = try Combination.lagrangeCoefficients(pair)
      let secret = zip(pair, weights).reduce(Scalar.zero) { $0 + $1.1 * polynomial.evaluated(at: $1.0) }
      #expect(digits(secret.encoded) == Vector.groupSecretKey)
    }
  }

  @Test("RFC 9591: nonces, commitments, binding factors, shares, signature")
  func signature() throws {
    let key = RistrettoPoint.generatorMultiple(try scalar(Vector.groupSecretKey))
    let nonces = try Vector.signers.map { signer in
      let share = try scalar(Vector.shares[signer.identifier - 1])
      return (
        hiding: RistrettoSigning.nonce(bytes(signer.hidingRandomness), share),
        binding: RistrettoSigning.nonce(bytes(signer.bindingRandomness), share)
      )
    }
    let session = RistrettoSigning(
      key: key, message: bytes(Vector.message), signers: Vector.signers.map { $0.identifier },
      commitments: nonces.map { (.generatorMultiple($0.hiding), .generatorMultiple($0.binding)) })
    var sum = Scalar.zero
    for (place, signer) in Vector.signers.enumerated() {
      #expect(digits(nonces[place].hiding.encoded) == signer.hidingNonce)
      #expect(digits(nonces[place].binding.encoded) == signer.bindingNonce)
      #expect(digits(session.commitments[place].hiding.encoded) == signer.hidingCommitment)
      #expect(digits(session.commitments[place].binding.encoded) == signer.bindingCommitment)
      #expect(session.bindingFactorInput(signer.identifier) == bytes(signer.bindingFactorInput))
      #expect(digits(session.bindingFactor(signer.identifier).encoded) == signer.bindingFactor)
      let secret = try scalar(Vector.shares[signer.identifier - 1])
      let share = try session.share(of: signer.identifier, hiding: nonces[place].hiding, binding: nonces[place].binding, secret)
      #expect(digits(share.encoded) == signer.share)
      #expect(try session.verify(share, of: signer.identifier, publicShare: .generatorMultiple(secret)))
      #expect(try !session.verify(share + .one, of: signer.identifier, publicShare: .generatorMultiple(secret)))
      sum += share
    }
    #expect(session.commitment.encoded.bytes + sum.encoded.bytes == bytes(Vector.signature))
    // As whoever has the public key alone verifies it.
    #expect(RistrettoPoint.generatorMultiple(sum) == session.commitment + session.challenge * key)
  }
}
