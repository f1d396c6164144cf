import Curve25519
import Testing

@testable import ThresholdCryptography

/// Trustee 2 of four misbehaves; the three others and an auditor must all name it, for what it did, and nobody else.
@Suite("Misbehaviour in a key ceremony")
struct MisbehaviourTests {
  let setting: Setting
  var scripted: ScriptedTrustee
  var board: Board

  init() throws {
    setting = try Setting(4, 3)
    scripted = ScriptedTrustee(setting, index: 2)
    board = try Board(setting, without: 2)
  }

  // MARK: Honest control

  @Test("a scripted trustee that behaves is accepted")
  mutating func control() {
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted)
    board.publish(scripted.confirmation(in: board.auditor))
    #expect(board.verdicts.allSatisfy { $0.isEmpty })
    #expect(board.honest.allSatisfy { $0.result != nil })
    #expect(board.events.last == .finished)
  }

  // MARK: Reveals

  @Test("a reveal that was not committed to")
  mutating func commitMismatch() {
    board.publish(scripted.commit)
    board.publish(ScriptedTrustee(setting, index: 2, seed: 78).revealed)
    board.expectCulprit(.commitMismatch)
  }

  @Test("a rogue key, chosen after the others are known, was not committed to")
  mutating func rogueKeyAfterCommit() throws {
    board.publish(scripted.commit)
    var random = seeded(9)
    let wanted = Scalar.random(using: &random)
    var others = RistrettoPoint.identity
    for trustee in [1, 3, 4] { others = others + (try #require(board.auditor.deals[trustee - 1]).dealer().commitments[0]) }
    let rogue = RistrettoPoint.generatorMultiple(wanted) - others
    let commitments = [rogue] + scripted.reveal.dealer().commitments.dropFirst()
    scripted.reveal = scripted.reveal.with(DealerCommitment(commitments: commitments, proof: scripted.reveal.dealer().proof))
    board.publish(scripted.revealed)
    board.expectCulprit(.commitMismatch)
  }

  @Test("a rogue key, even committed to in time, has no proof of knowledge")
  mutating func rogueKeyWithoutProof() throws {
    let others = try setting.results()[0].dealings.map { $0.commitments.election.commitments[0] }
    var random = seeded(9)
    let wanted = Scalar.random(using: &random)
    let rogue = RistrettoPoint.generatorMultiple(wanted) - (others[0] + others[2] + others[3])
    // The best that can be tried: a proof made with the secret of the sum that is wanted.
    let polynomial = Polynomial(coefficients: [wanted] + scripted.polynomial.coefficients.dropFirst())
    let honest = DealerCommitment(to: polynomial, by: 2, for: .election, setting.parameters, using: &random)
    scripted.reveal = scripted.reveal.with(
      DealerCommitment(commitments: [rogue] + honest.commitments.dropFirst(), proof: honest.proof))
    board.publishDeal(of: scripted)
    board.expectCulprit(.badProof)
  }

  @Test("a proof made for another place, threshold, ceremony or key", arguments: 0..<5)
  mutating func misplacedProof(variant: Int) throws {
    let p = setting.parameters
    var random = seeded(variant)
    let elsewhere = try [
      CeremonyParameters(ceremony: .zero, trustees: p.trustees, threshold: p.threshold),
      CeremonyParameters(ceremony: p.ceremony, trustees: 5, threshold: p.threshold),
      CeremonyParameters(ceremony: p.ceremony, trustees: p.trustees, threshold: 4), p, p,
    ][variant]
    let dealer = DealerCommitment(
      to: scripted.polynomial, by: variant == 3 ? 1 : 2, for: variant == 4 ? .beacon : .election, elsewhere, using: &random)
    scripted.reveal = scripted.reveal.with(dealer)
    board.publishDeal(of: scripted)
    board.expectCulprit(.badProof)
  }

  @Test("a proof of another constant, or with another response")
  mutating func badProof() {
    let dealer = scripted.reveal.dealer()
    let proof = SchnorrProof(commitment: dealer.proof.commitment, response: dealer.proof.response + .one)
    scripted.reveal = scripted.reveal.with(DealerCommitment(commitments: dealer.commitments, proof: proof))
    board.publishDeal(of: scripted)
    board.expectCulprit(.badProof)
  }

  @Test("a constant of zero, though its proof is good")
  mutating func identityConstant() {
    var random = seeded(3)
    scripted.polynomials.election = Polynomial(coefficients: [.zero] + scripted.polynomial.coefficients.dropFirst())
    let dealer = DealerCommitment(to: scripted.polynomial, by: 2, for: .election, setting.parameters, using: &random)
    scripted.reveal = scripted.reveal.with(dealer)
    board.publishDeal(of: scripted)
    board.expectCulprit(.identityConstant)
  }

  @Test("a draw key that is no point of the prime-order subgroup, or its identity")
  mutating func badDrawKey() throws {
    let identity = EdwardsPoint.identity.encoded
    let noPoint = Bytes32([2] + [UInt8](repeating: 0, count: 31)) ?? .zero
    // y = 0 is a point of order four.
    let mixed = (EdwardsPoint.generatorMultiple(Scalar(9)) + (try #require(EdwardsPoint(.zero)))).encoded
    for key in [identity, .zero, noPoint, mixed] {
      var copy = self
      copy.scripted.reveal = scripted.reveal.with(drawKey: key)
      copy.board.publishDeal(of: copy.scripted)
      copy.board.expectCulprit(.badDrawKey)
    }
  }

  @Test("a transport key that hides nothing")
  mutating func identityTransport() {
    scripted.reveal = Reveal(dealing: scripted.reveal.dealing, transport: .identity)
    board.publishDeal(of: scripted)
    board.expectCulprit(.identityTransport)
  }

  @Test("all together, knowing each other's secrets, can cancel the key: that fails too, and names no one of them")
  func identityJointKey() throws {
    let pair = try Setting(2, 2)
    var log = PublicLog(pair.configuration)
    let first = ScriptedTrustee(pair, index: 1, seed: 1)
    var second = ScriptedTrustee(pair, index: 2, seed: 2)
    second.polynomials.signing = Polynomial(coefficients: [-first.polynomials.signing.coefficients[0], .one])
    var random = seeded(3)
    second.reveal = second.reveal.with(
      DealerCommitment(to: second.polynomials.signing, by: 2, for: .signing, pair.parameters, using: &random), for: .signing)
    for message in [first.commit, second.commit, first.revealed, second.revealed] { _ = log.receive(message.encoded) }
    #expect(log.failures == [CeremonyFailure(culprit: nil, fault: .identityJointKey, evidence: [])])
    #expect(log.round == .failed)
  }

  @Test("zero elsewhere than in the constant is allowed")
  mutating func zeroCoefficients() {
    var random = seeded(3)
    scripted.polynomials.election = Polynomial(coefficients: [scripted.polynomial.coefficients[0], .zero, .zero])
    let dealer = DealerCommitment(to: scripted.polynomial, by: 2, for: .election, setting.parameters, using: &random)
    scripted.reveal = scripted.reveal.with(dealer)
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted)
    board.publish(scripted.confirmation(in: board.auditor))
    #expect(board.honest.allSatisfy { $0.result != nil })
  }

  // MARK: Shares

  @Test("a share of one key that is off by one", arguments: [1, 3, 4], KeyPurpose.allCases)
  mutating func badShare(recipient: Int, purpose: KeyPurpose) {
    board.publishDeal(of: scripted)
    let wrong = scripted.polynomials[purpose].evaluated(at: recipient) + .one
    for other in [1, 3, 4] where other != recipient { board.publishShares(of: &scripted, to: [other]) }
    board.publish(scripted.share(to: recipient, in: board.auditor, value: wrong, of: purpose))
    board.expectCulprit(.badShare)
  }

  @Test("another trustee's share")
  mutating func swappedShare() {
    board.publishDeal(of: scripted)
    board.publish(scripted.share(to: 3, in: board.auditor, value: scripted.polynomial.evaluated(at: 4)))
    board.expectCulprit(.badShare)
  }

  @Test("a share that nobody can open, or sealed for another")
  mutating func garbledShare() {
    board.publishDeal(of: scripted)
    let message = scripted.share(to: 3, in: board.auditor)
    guard case .share(let share) = message.body else { return }
    var sealed = share.sealed
    sealed[0] ^= 1
    board.publish(
      setting.message(
        .share(SealedShare(recipient: 3, transport: share.transport, ephemeral: share.ephemeral, sealed: sealed)), by: 2))
    board.expectCulprit(.badShare)
  }

  @Test("a share for another transport key ends the ceremony, and proves nothing against its dealer")
  mutating func otherTransport() {
    board.publishDeal(of: scripted)
    guard case .share(let share) = scripted.share(to: 3, in: board.auditor).body else { return }
    let sealed = SealedShare(
      recipient: 3, transport: share.transport + .generator, ephemeral: share.ephemeral, sealed: share.sealed)
    board.publish(setting.message(.share(sealed), by: 2))
    for failures in board.verdicts {
      #expect(failures.map { $0.culprit } == [nil])
      #expect(failures.map { $0.fault } == [.disagreement(trustee: 2)])
    }
    var log = PublicLog(setting.configuration)
    for message in board.auditor.failures[0].evidence { _ = log.receive(message) }
    #expect(log.failures.map { $0.fault } == [.disagreement(trustee: 2)])
    var random = seeded(8)
    for _ in 0..<20 {
      var log = PublicLog(setting.configuration)
      for message in random.shuffled(board.published) { _ = log.receive(message) }
      #expect(log.failures.map { $0.fault } == [.disagreement(trustee: 2)])
    }
  }

  @Test("a share with an ephemeral key of zero is still judged")
  mutating func identityEphemeral() {
    board.publishDeal(of: scripted)
    guard case .share(let share) = scripted.share(to: 3, in: board.auditor).body else { return }
    let sealed = SealedShare(
      recipient: 3, transport: share.transport, ephemeral: .identity, sealed: [UInt8](repeating: 0, count: SealedShare.sealedLength)
    )
    board.publish(setting.message(.share(sealed), by: 2))
    board.expectCulprit(.badShare)
  }

  @Test("a share that is not a scalar below the order")
  mutating func shareAboveOrder() throws {
    board.publishDeal(of: scripted)
    board.publish(try overflowingShare(to: 4))
    board.expectCulprit(.badShare)
  }

  /// The right share plus the group order: the same modulo the order, and not its canonical encoding.
  private mutating func overflowingShare(to recipient: Int) throws -> CeremonyMessage {
    let order: [UInt8] = [
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0,
      0, 0, 0, 0, 0x10,
    ]
    var carry = 0
    var plain = zip(scripted.polynomial.evaluated(at: recipient).encoded.bytes, order).map { a, b in
      let sum = Int(a) + Int(b) + carry
      carry = sum >> 8
      return UInt8(truncatingIfNeeded: sum)
    }
    let dealt = scripted.dealt(to: recipient)
    plain += dealt.beacon.encoded.bytes + dealt.signing.encoded.bytes
    let transport = try #require(board.auditor.deals[recipient - 1]).transport
    var random = seeded(4)
    let secret = Scalar.random(using: &random)
    let ephemeral = RistrettoPoint.generatorMultiple(secret)
    let key = SpecifiedTranscripts.shareKey(
      setting.parameters.ceremony, dealer: 2, recipient: recipient, ephemeral, transport, shared: secret * transport)
    let sealed = Cipher.seal(key: key, plaintext: plain)
    return setting.message(
      .share(SealedShare(recipient: recipient, transport: transport, ephemeral: ephemeral, sealed: sealed)), by: 2)
  }
}
