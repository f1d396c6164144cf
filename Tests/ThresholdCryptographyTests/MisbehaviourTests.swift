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

  /// Everyone names trustee 2 only; the evidence convinces a stranger, and so do all messages in any order.
  private func expectCulprit(_ fault: CeremonyFault, sourceLocation: SourceLocation = #_sourceLocation) {
    for failures in board.verdicts {
      #expect(failures.map { $0.culprit } == [2], sourceLocation: sourceLocation)
      #expect(failures.map { $0.fault } == [fault], sourceLocation: sourceLocation)
      var stranger = PublicLog(setting.configuration)
      for message in failures.flatMap({ $0.evidence }) { _ = stranger.receive(message) }
      #expect(stranger.failures.map { $0.culprit } == [2], sourceLocation: sourceLocation)
      #expect(stranger.failures.map { $0.fault } == [fault], sourceLocation: sourceLocation)
    }
    for trustee in board.honest {
      #expect(trustee.round == .failed, sourceLocation: sourceLocation)
      #expect(trustee.result == nil, sourceLocation: sourceLocation)
      #expect(trustee.missing.isEmpty, sourceLocation: sourceLocation)
    }
    var random = seeded(5)
    for _ in 0..<20 {
      var log = PublicLog(setting.configuration)
      for message in random.shuffled(board.published) { _ = log.receive(message) }
      #expect(log.failures.compactMap { $0.culprit } == [2], sourceLocation: sourceLocation)
    }
  }

  private mutating func commitAndReveal() {
    board.publish(scripted.commit)
    board.publish(scripted.revealed)
  }

  private mutating func shares(_ recipients: [Int]) {
    for recipient in recipients { board.publish(scripted.share(to: recipient, in: board.auditor)) }
  }

  // MARK: Honest control

  @Test("a scripted trustee that behaves is accepted")
  mutating func control() {
    commitAndReveal()
    shares([1, 3, 4])
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
    expectCulprit(.commitMismatch)
  }

  @Test("a rogue key, chosen after the others are known, was not committed to")
  mutating func rogueKeyAfterCommit() throws {
    board.publish(scripted.commit)
    var random = seeded(9)
    let wanted = Scalar.random(using: &random)
    var others = RistrettoPoint.identity
    for trustee in [1, 3, 4] { others = others + (try #require(board.auditor.deals[trustee - 1]).dealer.commitments[0]) }
    let rogue = RistrettoPoint.generatorMultiple(wanted) - others
    let commitments = [rogue] + scripted.reveal.dealer.commitments.dropFirst()
    scripted.reveal = Reveal(
      dealer: DealerCommitment(commitments: commitments, proof: scripted.reveal.dealer.proof), transport: scripted.reveal.transport)
    board.publish(scripted.revealed)
    expectCulprit(.commitMismatch)
  }

  @Test("a rogue key, even committed to in time, has no proof of knowledge")
  mutating func rogueKeyWithoutProof() throws {
    let others = try setting.results()[0].dealers.map { $0.commitments[0] }
    var random = seeded(9)
    let wanted = Scalar.random(using: &random)
    let rogue = RistrettoPoint.generatorMultiple(wanted) - (others[0] + others[2] + others[3])
    // The best that can be tried: a proof made with the secret of the sum that is wanted.
    let polynomial = Polynomial(coefficients: [wanted] + scripted.polynomial.coefficients.dropFirst())
    let honest = DealerCommitment(to: polynomial, by: 2, setting.parameters, using: &random)
    scripted.reveal = Reveal(
      dealer: DealerCommitment(commitments: [rogue] + honest.commitments.dropFirst(), proof: honest.proof),
      transport: scripted.reveal.transport)
    commitAndReveal()
    expectCulprit(.badProof)
  }

  @Test("a proof made for another place, threshold or ceremony", arguments: 0..<4)
  mutating func misplacedProof(variant: Int) throws {
    let p = setting.parameters
    var random = seeded(variant)
    let elsewhere = try [
      CeremonyParameters(ceremony: .zero, trustees: p.trustees, threshold: p.threshold),
      CeremonyParameters(ceremony: p.ceremony, trustees: 5, threshold: p.threshold),
      CeremonyParameters(ceremony: p.ceremony, trustees: p.trustees, threshold: 4), p,
    ][variant]
    let dealer = DealerCommitment(to: scripted.polynomial, by: variant == 3 ? 1 : 2, elsewhere, using: &random)
    scripted.reveal = Reveal(dealer: dealer, transport: scripted.reveal.transport)
    commitAndReveal()
    expectCulprit(.badProof)
  }

  @Test("a proof of another constant, or with another response")
  mutating func badProof() {
    let dealer = scripted.reveal.dealer
    let proof = SchnorrProof(commitment: dealer.proof.commitment, response: dealer.proof.response + .one)
    scripted.reveal = Reveal(
      dealer: DealerCommitment(commitments: dealer.commitments, proof: proof), transport: scripted.reveal.transport)
    commitAndReveal()
    expectCulprit(.badProof)
  }

  @Test("a constant of zero, though its proof is good")
  mutating func identityConstant() {
    var random = seeded(3)
    scripted.polynomial = Polynomial(coefficients: [.zero] + scripted.polynomial.coefficients.dropFirst())
    let dealer = DealerCommitment(to: scripted.polynomial, by: 2, setting.parameters, using: &random)
    scripted.reveal = Reveal(dealer: dealer, transport: scripted.reveal.transport)
    commitAndReveal()
    expectCulprit(.identityConstant)
  }

  @Test("a transport key that hides nothing")
  mutating func identityTransport() {
    scripted.reveal = Reveal(dealer: scripted.reveal.dealer, transport: .identity)
    commitAndReveal()
    expectCulprit(.identityTransport)
  }

  @Test("all together, knowing each other's secrets, can cancel the key: that fails too, and names no one of them")
  func identityJointKey() throws {
    let pair = try Setting(2, 2)
    var log = PublicLog(pair.configuration)
    let first = ScriptedTrustee(pair, index: 1, seed: 1)
    var second = ScriptedTrustee(pair, index: 2, seed: 2)
    second.polynomial = Polynomial(coefficients: [-first.polynomial.coefficients[0], .one])
    var random = seeded(3)
    second.reveal = Reveal(
      dealer: DealerCommitment(to: second.polynomial, by: 2, pair.parameters, using: &random), transport: second.reveal.transport)
    for message in [first.commit, second.commit, first.revealed, second.revealed] { _ = log.receive(message.encoded) }
    #expect(log.failures == [CeremonyFailure(culprit: nil, fault: .identityJointKey, evidence: [])])
    #expect(log.round == .failed)
  }

  @Test("zero elsewhere than in the constant is allowed")
  mutating func zeroCoefficients() {
    var random = seeded(3)
    scripted.polynomial = Polynomial(coefficients: [scripted.polynomial.coefficients[0], .zero, .zero])
    let dealer = DealerCommitment(to: scripted.polynomial, by: 2, setting.parameters, using: &random)
    scripted.reveal = Reveal(dealer: dealer, transport: scripted.reveal.transport)
    commitAndReveal()
    shares([1, 3, 4])
    board.publish(scripted.confirmation(in: board.auditor))
    #expect(board.honest.allSatisfy { $0.result != nil })
  }

  // MARK: Shares

  @Test("a share that is off by one", arguments: [1, 3, 4])
  mutating func badShare(recipient: Int) {
    commitAndReveal()
    let wrong = scripted.polynomial.evaluated(at: recipient) + .one
    for other in [1, 3, 4] where other != recipient { shares([other]) }
    board.publish(scripted.share(to: recipient, in: board.auditor, value: wrong))
    expectCulprit(.badShare)
  }

  @Test("another trustee's share")
  mutating func swappedShare() {
    commitAndReveal()
    board.publish(scripted.share(to: 3, in: board.auditor, value: scripted.polynomial.evaluated(at: 4)))
    expectCulprit(.badShare)
  }

  @Test("a share that nobody can open, or sealed for another")
  mutating func garbledShare() {
    commitAndReveal()
    let message = scripted.share(to: 3, in: board.auditor)
    guard case .share(let share) = message.body else { return }
    var sealed = share.sealed
    sealed[0] ^= 1
    board.publish(setting.message(.share(SealedShare(recipient: 3, ephemeral: share.ephemeral, sealed: sealed)), by: 2))
    expectCulprit(.badShare)
  }

  @Test("a share with an ephemeral key of zero is still judged")
  mutating func identityEphemeral() {
    commitAndReveal()
    let sealed = SealedShare(recipient: 3, ephemeral: .identity, sealed: [UInt8](repeating: 0, count: 48))
    board.publish(setting.message(.share(sealed), by: 2))
    expectCulprit(.badShare)
  }

  @Test("a share that is not a scalar below the order")
  mutating func shareAboveOrder() throws {
    commitAndReveal()
    board.publish(try overflowingShare(to: 4))
    expectCulprit(.badShare)
  }

  /// The right share plus the group order: the same modulo the order, and not its canonical encoding.
  private mutating func overflowingShare(to recipient: Int) throws -> CeremonyMessage {
    let order: [UInt8] = [
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0,
      0, 0, 0, 0, 0x10,
    ]
    var carry = 0
    let plain = zip(scripted.polynomial.evaluated(at: recipient).encoded.bytes, order).map { a, b in
      let sum = Int(a) + Int(b) + carry
      carry = sum >> 8
      return UInt8(truncatingIfNeeded: sum)
    }
    let transport = try #require(board.auditor.deals[recipient - 1]).transport
    var random = seeded(4)
    let secret = Scalar.random(using: &random)
    let ephemeral = RistrettoPoint.generatorMultiple(secret)
    let key = SpecifiedTranscripts.shareKey(
      setting.parameters.ceremony, dealer: 2, recipient: recipient, ephemeral, transport, shared: secret * transport)
    let sealed = Cipher.seal(key: key, plaintext: plain)
    return setting.message(.share(SealedShare(recipient: recipient, ephemeral: ephemeral, sealed: sealed)), by: 2)
  }

  // MARK: Saying two things

  @Test("two commits")
  mutating func twoCommits() {
    commitAndReveal()
    board.publish(ScriptedTrustee(setting, index: 2, seed: 78).commit)
    expectCulprit(.equivocation)
  }

  @Test("two reveals")
  mutating func twoReveals() {
    commitAndReveal()
    board.publish(ScriptedTrustee(setting, index: 2, seed: 78).revealed)
    expectCulprit(.equivocation)
  }

  @Test("two shares for one trustee, both good")
  mutating func twoShares() {
    commitAndReveal()
    shares([1, 3, 4, 3])
    expectCulprit(.equivocation)
  }

  @Test("two confirmations")
  mutating func twoConfirmations() {
    commitAndReveal()
    shares([1, 3, 4])
    board.publish(scripted.confirmation(in: board.auditor))
    #expect(board.honest.allSatisfy { $0.result != nil })
    board.publish(setting.message(.confirmation(digest: .zero), by: 2))
    expectCulprit(.equivocation)
  }

  @Test("the same words with another good signature are no second message")
  mutating func signedTwice() {
    commitAndReveal()
    let message = scripted.commit
    let again =
      message.signedPart + setting.signature(over: CeremonyMessage.signedText(message.signedPart), by: 2, nonce: Scalar(5))
    #expect(again != message.encoded)
    board.publish(again)
    #expect(board.events.last == .duplicate)
    #expect(board.verdicts.allSatisfy { $0.isEmpty })
  }

  // MARK: Confirmations

  @Test("a confirmation of something else fails, and blames nobody without proof")
  mutating func disagreement() {
    commitAndReveal()
    shares([1, 3, 4])
    board.publish(setting.message(.confirmation(digest: .zero), by: 2))
    for failures in board.verdicts {
      #expect(failures.map { $0.culprit } == [nil])
      #expect(failures.map { $0.fault } == [.disagreement(trustee: 2)])
    }
    var random = seeded(7)
    for _ in 0..<50 {
      var log = PublicLog(setting.configuration)
      for message in random.shuffled(board.published) { _ = log.receive(message) }
      #expect(log.failures.map { $0.fault } == [.disagreement(trustee: 2)])
    }
    #expect(board.honest.allSatisfy { $0.result == nil })
  }

  @Test("two views of one dealer end without a result; both commits together name it")
  func splitView() throws {
    var trustees = try [1, 3, 4].map { try setting.trustee($0) }
    let faces = [ScriptedTrustee(setting, index: 2, seed: 78), scripted, scripted]
    var queue = trustees.indices.flatMap { trustees[$0].start() }
    for index in trustees.indices {
      _ = trustees[index].receive(faces[index].commit.encoded)
      _ = trustees[index].receive(faces[index].revealed.encoded)
    }
    while !queue.isEmpty {
      let message = queue.removeFirst()
      for index in trustees.indices { queue += trustees[index].receive(message).messages }
    }
    for index in trustees.indices {
      var face = faces[index]
      queue += trustees[index].receive(face.share(to: trustees[index].trustee, in: trustees[index].log).encoded).messages
    }
    while !queue.isEmpty {
      let message = queue.removeFirst()
      for index in trustees.indices { queue += trustees[index].receive(message).messages }
    }
    #expect(trustees[0].failures.map { $0.fault } == [.disagreement(trustee: 3), .disagreement(trustee: 4)])
    #expect(trustees[1].failures.map { $0.fault } == [.disagreement(trustee: 1)])
    #expect(trustees.allSatisfy { $0.round == .failed && $0.result == nil && $0.failures[0].culprit == nil })
    for index in trustees.indices {
      _ = trustees[index].receive(faces[1 - min(index, 1)].commit.encoded)
      #expect(trustees[index].failures.compactMap { $0.culprit } == [2])
    }
  }

  // MARK: What nobody can be blamed for

  @Test("messages of another ceremony, of strangers, and damaged ones are refused and change nothing")
  mutating func refusals() throws {
    let elsewhere = ScriptedTrustee(try Setting(4, 3, seed: 2), index: 2)
    let good = scripted.commit.encoded
    var broken = good
    broken[40] ^= 1
    var signature = good
    signature[good.count - 1] ^= 0x40
    var other = good
    other[33] = 3
    var stranger = good
    stranger[33] = 5
    var nobody = good
    nobody[33] = 0
    let cases: [([UInt8], CeremonyMessageError)] = [
      (elsewhere.commit.encoded, .otherCeremony), (broken, .badSignature(claimedSender: 2)),
      (signature, .badSignature(claimedSender: 2)), (other, .badSignature(claimedSender: 3)), (stranger, .unknownSender(5)),
      (nobody, .unknownSender(0)), ([], .badLength(0)), (Array(good.prefix(97)), .badLength(97)),
      ([UInt8](repeating: 0, count: 2049), .badLength(2049)), (good + [0], .badSignature(claimedSender: 2)),
      (Array(good.dropLast()), .badSignature(claimedSender: 2)),
    ]
    for (bytes, error) in cases {
      board.publish(bytes)
      #expect(board.events.last == .refused(error))
      #expect(error.culprit == nil)
      #expect(board.verdicts.allSatisfy { $0.isEmpty })
    }
    control()
  }

  // MARK: Signed nonsense

  @Test("signed bytes that are no message, or that are about a trustee there is not", arguments: 0..<8)
  mutating func nonsense(variant: Int) {
    let ceremony = setting.parameters.ceremony.bytes
    let header = { (kind: UInt8) in [kind] + ceremony + [2] }
    let point = RistrettoPoint.generator.encoded.bytes
    let share = { (recipient: UInt8) in header(3) + [recipient] + point + [UInt8](repeating: 0, count: 48) }
    let bodies: [[UInt8]] = [
      header(0) + point, header(6) + point, header(1) + point + [0], header(1) + point.dropLast(),
      header(2) + [UInt8](repeating: 0xff, count: 32 * 3 + 96), share(0), share(2), share(5),
    ]
    board.publish(setting.signed(bodies[variant], by: 2))
    expectCulprit(.malformedMessage)
  }
}
