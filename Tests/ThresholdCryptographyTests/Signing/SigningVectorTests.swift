import Testing

@testable import Curve25519
@testable import ThresholdCryptography

@Suite("Published vectors of joint signatures")
struct SigningVectorTests {
  private func rfcCase() throws -> JointKeyCase {
    let coefficients = [try scalar(RFC9591.groupSecretKey), try scalar(RFC9591.coefficient)]
    return JointKeyCase(Polynomial(coefficients: coefficients), trustees: 3)
  }

  @Test("RFC 9591: shares and key")
  func keys() throws {
    let made = try rfcCase()
    #expect(made.shares.map { digits($0.value.encoded) } == RFC9591.shares)
    #expect(digits(made.key.publicKey) == RFC9591.groupPublicKey)
    for share in made.shares { #expect(made.key.matches(share)) }
  }

  @Test("RFC 9591: nonces, commitments, binding factors, shares, signature")
  func signature() throws {
    let made = try rfcCase()
    var nonces = NonceBox()
    for signer in RFC9591.signers {
      var random = ChosenRandom(rest: bytes(signer.hidingRandomness + signer.bindingRandomness))
      let nonce = SigningNonce(for: made.share(signer.identifier), using: &random)
      #expect(random.rest.isEmpty)
      #expect(digits(nonce.commitment.hiding) == signer.hidingCommitment)
      #expect(digits(nonce.commitment.binding) == signer.bindingCommitment)
      #expect(EdwardsPoint.generatorMultiple(try scalar(signer.hidingNonce)).encoded == nonce.commitment.hiding)
      #expect(EdwardsPoint.generatorMultiple(try scalar(signer.bindingNonce)).encoded == nonce.commitment.binding)
      nonces.append(nonce)
    }
    let session = try SigningSession(key: made.key, message: bytes(RFC9591.message), commitments: nonces.commitments.reversed())
    #expect(session.signers == RFC9591.signers.map { $0.identifier })
    #expect(session.bindingFactors.map { digits($0.encoded) } == RFC9591.signers.map { $0.bindingFactor })
    var shares: [SignatureShare] = []
    for signer in RFC9591.signers {
      #expect(digits(SigningHash.bindingFactor(bytes(signer.bindingFactorInput)).encoded) == signer.bindingFactor)
      let share = try nonces.removeFirst().sign(session, with: made.share(signer.identifier))
      #expect(digits(share.value.encoded) == signer.share)
      #expect(session.verify(share))
      shares.append(share)
    }
    let signature = try session.signature(from: shares.reversed())
    #expect(signature == bytes(RFC9591.signature))
    #expect(libsodiumAccepts(signature, bytes(RFC9591.message), made.key))
  }

  // MARK: - Distributed key generation of another implementation

  @Test("dealing over edwards25519: polynomials, proofs, shares and key")
  func distributedKeyGeneration() throws {
    let dealers = ZcashDealing.dealers
    let polynomials = try dealers.map { Polynomial(coefficients: [try scalar($0.signingKey), try scalar($0.coefficient)]) }
    for (index, dealer) in dealers.enumerated() {
      // Over ristretto255, carried to the curve.
      #expect(polynomials[index].commitments.map { digits($0.torsionFree.encoded) } == dealer.commitments)
      try checkProof(dealer.proof, of: dealer.commitments[0], dealer: index + 1)
      #expect(dealer.received.count == 2)
      for (sender, share) in dealer.received {
        #expect(digits(polynomials[sender - 1].evaluated(at: index + 1).encoded) == share)
      }
    }
    let sums = (0..<2).map { k in polynomials.reduce(Scalar.zero) { $0 + $1.coefficients[k] } }
    let made = JointKeyCase(Polynomial(coefficients: sums), trustees: 3)
    #expect(digits(made.key.publicKey) == ZcashDealing.verifyingKey)
    for (index, dealer) in dealers.enumerated() {
      #expect(digits(made.shares[index].value.encoded) == dealer.signingShare)
      #expect(digits(made.key.publicShares[index].encoded) == dealer.verifyingShare)
    }
  }

  /// *z·B = R + c·C₀*, c of the context, "dkg", the dealer's number, *C₀* and *R*.
  private func checkProof(_ proof: String, of constant: String, dealer: Int) throws {
    let commitment = String(proof.prefix(64))
    let response = try scalar(String(proof.dropFirst(64)))
    let number = Scalar(UInt64(dealer)).encoded.bytes
    let input = Array("FROST-ED25519-SHA512-v1dkg".utf8) + number + bytes(constant) + bytes(commitment)
    let points = try [commitment, constant].map { try #require(Bytes32(bytes($0)).flatMap { EdwardsPoint($0) }) }
    #expect(EdwardsPoint.generatorMultiple(response) == points[0] + Scalar(wide: SHA512.hash(input)) * points[1])
  }
}
