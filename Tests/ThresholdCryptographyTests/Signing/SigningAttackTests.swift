import Testing

@testable import Curve25519
@testable import ThresholdCryptography

/// What t − 1 trustees with all their secrets try, and one honest signer's answers at hand.
@Suite("Forging joint signatures")
struct SigningAttackTests {
  @Test("t − 1 secrets interpolate to another key")
  func interpolation() throws {
    var random = seeded(201)
    for t in 2...5 {
      let made = JointKeyCase(6, t, &random)
      for members in subsets(of: [1, 2, 3, 4, 5, 6], size: t - 1) {
        let weights = try Combination.lagrangeCoefficients(members)
        let guess = zip(weights, members).reduce(Scalar.zero) { $0 + $1.0 * made.share($1.1).value }
        #expect(guess != made.secret)
        #expect(EdwardsPoint.generatorMultiple(guess).encoded != made.key.publicKey)
        #expect(throws: SigningError.tooFewSigners(found: t - 1, needed: t)) {
          try made.signing([1], by: members, &random)
        }
      }
    }
  }

  @Test("t − 1 signers who lower the threshold for themselves make no signature")
  func loweredThreshold() throws {
    var random = seeded(202)
    let made = JointKeyCase(5, 3, &random)
    let lowered = JointSigningKey(
      threshold: 2, jointKey: .generatorMultiple(made.secret), publicShares: made.shares.map { $0.publicShare })
    var nonces = NonceBox()
    for signer in [1, 4] { nonces.append(SigningNonce(for: made.share(signer), using: &random)) }
    let session = try SigningSession(key: lowered, message: [1], commitments: nonces.commitments)
    let shares = [
      try nonces.removeFirst().sign(session, with: made.share(1)), try nonces.removeFirst().sign(session, with: made.share(4)),
    ]
    // Each share is right for itself: there is nobody to be named.
    #expect(throws: SigningError.wrongShares(by: [])) { try session.signature(from: shares) }
  }

  @Test("a share counts for its own message, signers and commitments only")
  func replay() throws {
    var random = seeded(203)
    let made = JointKeyCase(5, 3, &random)
    // Signers 1 and 2 are dishonest and keep their nonces; 3 has answered once.
    var honest = NonceBox()
    honest.append(SigningNonce(for: made.share(3), using: &random))
    let honestCommitment = honest.commitments[0]
    let secrets = Dictionary(uniqueKeysWithValues: [1, 2, 4].map { ($0, Nonce(&random)) })
    func commitments(_ trustees: [Int]) -> [SigningCommitment] {
      trustees.compactMap { trustee in secrets[trustee].map { $0.commitment(of: trustee) } }
    }
    let first = try SigningSession(key: made.key, message: [1], commitments: commitments([1, 2]) + [honestCommitment])
    let answer = try honest.removeFirst().sign(first, with: made.share(3))
    #expect(first.verify(answer))

    let fresh = Nonce(&random).commitment(of: 2)
    let sessions = [
      try SigningSession(key: made.key, message: [2], commitments: commitments([1, 2]) + [honestCommitment]),
      try SigningSession(key: made.key, message: [1], commitments: commitments([1, 4]) + [honestCommitment]),
      try SigningSession(key: made.key, message: [1], commitments: commitments([1, 2, 4]) + [honestCommitment]),
      try SigningSession(key: made.key, message: [1], commitments: commitments([1]) + [fresh, honestCommitment]),
      try SigningSession(
        key: JointKeyCase(5, 3, &random).key, message: [1], commitments: commitments([1, 2]) + [honestCommitment]),
    ]
    for session in sessions {
      #expect(session.id != first.id)
      #expect(!session.verify(answer))
      let place = try #require(session.position(of: 3))
      #expect(session.bindingFactors[place] != first.bindingFactors[2])
      // The dishonest ones compute their parts as they should; only the replayed share is wrong.
      let others = try session.signers.filter { $0 != 3 }.map { trustee in
        let place = try #require(session.position(of: trustee))
        let nonce = session.commitments[place] == fresh ? nil : secrets[trustee]
        return nonce?.share(of: trustee, in: session, made) ?? SignatureShare(trustee: trustee, value: .zero)
      }
      let error = #expect(throws: SigningError.self) { try session.signature(from: others + [answer]) }
      guard case .wrongShares(let named) = error else {
        Issue.record("nobody is named")
        continue
      }
      #expect(named.contains(3))
    }
  }

  @Test("a change of any commitment, signer or message changes every binding factor")
  func binding() throws {
    var random = seeded(204)
    let made = JointKeyCase(6, 3, &random)
    let list = (1...4).map { Nonce(&random).commitment(of: $0) }
    let session = try SigningSession(key: made.key, message: [1], commitments: list)
    var changed = [
      try SigningSession(key: made.key, message: [], commitments: list),
      try SigningSession(key: made.key, message: [1], commitments: Array(list.dropLast())),
      try SigningSession(key: made.key, message: [1], commitments: list + [Nonce(&random).commitment(of: 5)]),
    ]
    for index in list.indices {
      var (other, swapped) = (list, list)
      let (own, new) = (list[index], Nonce(&random).commitment(of: 1))
      other[index] = SigningCommitment(trustee: own.trustee, hidingPoint: own.hidingPoint, bindingPoint: new.bindingPoint)
      changed.append(try SigningSession(key: made.key, message: [1], commitments: other))
      other[index] = SigningCommitment(trustee: own.trustee, hidingPoint: new.hidingPoint, bindingPoint: own.bindingPoint)
      changed.append(try SigningSession(key: made.key, message: [1], commitments: other))
      swapped[index] = SigningCommitment(trustee: own.trustee, hidingPoint: own.bindingPoint, bindingPoint: own.hidingPoint)
      changed.append(try SigningSession(key: made.key, message: [1], commitments: swapped))
    }
    // The same commitment under another number is another list.
    changed.append(
      try SigningSession(
        key: made.key, message: [1],
        commitments: list.dropLast() + [
          SigningCommitment(trustee: 6, hidingPoint: list[3].hidingPoint, bindingPoint: list[3].bindingPoint)
        ]))
    var factors = Set(session.bindingFactors.map { $0.encoded })
    var count = factors.count
    var ids: Set<Bytes32> = [session.id]
    for other in changed {
      factors.formUnion(other.bindingFactors.map { $0.encoded })
      count += other.bindingFactors.count
      ids.insert(other.id)
    }
    #expect(factors.count == count)
    #expect(ids.count == changed.count + 1)
  }

  /// Drijvers and others, "On the Security of Two-Round Multi-Signatures", 2019: with one nonce a signer, whoever answers last chooses its commitment so that many
  /// open sessions add up to one forgery. It needs that the honest signer's part of the commitment does not depend on the others'.
  @Test("an honest signer's part of the commitment depends on what the others choose")
  func noPartIsFixedBeforehand() throws {
    var random = seeded(205)
    let made = JointKeyCase(3, 2, &random)
    let honest = Nonce(&random).commitment(of: 1)
    var parts: Set<Bytes32> = []
    for _ in 0..<50 {
      let session = try SigningSession(key: made.key, message: [1], commitments: [honest, Nonce(&random).commitment(of: 2)])
      parts.insert((honest.hidingPoint + session.bindingFactors[0] * honest.bindingPoint).encoded)
    }
    #expect(parts.count == 50)
    // Nor does a commitment that cancels the honest one help: the factors are others than those it was made for.
    let guess = try SigningSession(key: made.key, message: [1], commitments: [honest, Nonce(&random).commitment(of: 2)])
    let wanted = EdwardsPoint.generatorMultiple(.random(using: &random))
    let cancelling = SigningCommitment(
      trustee: 2, hidingPoint: wanted - honest.hidingPoint - guess.bindingFactors[0] * honest.bindingPoint,
      bindingPoint: .generator)
    let session = try SigningSession(key: made.key, message: [1], commitments: [honest, cancelling])
    #expect(session.commitment != (wanted + session.bindingFactors[1] * .generator).encoded)
  }

  /// The secrets of a dishonest signer's commitment.
  private struct Nonce {
    let hiding: Scalar
    let binding: Scalar

    init(_ random: inout SeededRandom) {
      hiding = .random(using: &random)
      binding = .random(using: &random)
    }

    func commitment(of trustee: Int) -> SigningCommitment {
      SigningCommitment(
        trustee: trustee, hidingPoint: .generatorMultiple(hiding), bindingPoint: .generatorMultiple(binding))
    }

    func share(of trustee: Int, in session: SigningSession, _ made: JointKeyCase) -> SignatureShare? {
      guard let place = session.position(of: trustee) else { return nil }
      let nonce = hiding + binding * session.bindingFactors[place]
      return SignatureShare(
        trustee: trustee, value: nonce + session.coefficients[place] * made.share(trustee).value * session.challenge)
    }
  }
}
