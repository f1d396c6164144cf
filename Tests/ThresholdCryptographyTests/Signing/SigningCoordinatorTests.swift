import Testing

@testable import Curve25519
@testable import ThresholdCryptography

@Suite("Coordinating joint signatures")
struct SigningCoordinatorTests {
  private static let message = Array("the result".utf8)

  /// How a trustee behaves.
  enum Conduct: CaseIterable {
    case honest
    /// Sends nothing at all.
    case absent
    /// Sends a commitment and answers nothing.
    case silent
    /// Answers with wrong shares.
    case lying
    /// Answers once as it should, then with wrong shares.
    case turning
    /// Answers nothing, and begins anew again and again.
    case restarting
  }

  /// Trustees around one coordinator; messages are delivered in an order that `random` chooses.
  struct Network {
    var random: SeededRandom
    let made: JointKeyCase
    let conduct: [Conduct]
    var coordinator: SigningCoordinator
    var signers: [SignerBox]
    var askedLiars: Set<Int> = []
    var answers: [Int: Int] = [:]

    init(_ made: JointKeyCase, _ conduct: [Conduct], preference: [Int] = [], waits: Bool = false, seed: Int) throws {
      var random = seeded(seed)
      signers = try made.shares.map {
        SignerBox(try JointSigner(key: made.key, message: SigningCoordinatorTests.message, share: $0, using: &random))
      }
      coordinator = SigningCoordinator(
        key: made.key, message: SigningCoordinatorTests.message, preference: preference, waitsForPreferred: waits)
      self.made = made
      self.conduct = conduct
      self.random = random
    }

    enum Step: Hashable {
      case commit(Int)
      case answer(Int, Bytes32)
    }

    /// Delivers everything that trustees have to say, in any order, until nobody has anything to say.
    mutating func run(commitments: [Int]? = nil) throws {
      var waiting = (commitments ?? Array(1...conduct.count)).filter { conduct[$0 - 1] != .absent }.map { Step.commit($0) }
      var asked: Set<Step> = []
      while !waiting.isEmpty {
        // Given an order, commitments come in it.
        let next = commitments == nil ? random.number(in: 0..<waiting.count) : 0
        try deliver(waiting.remove(at: next))
        for trustee in 1...conduct.count {
          guard let session = coordinator.session(for: trustee) else { continue }
          let step = Step.answer(trustee, session.id)
          if conduct[trustee - 1] != .silent, asked.insert(step).inserted { waiting.append(step) }
        }
      }
    }

    private mutating func deliver(_ step: Step) throws {
      switch step {
      case .commit(let trustee):
        _ = coordinator.receive(signers[trustee - 1].commitment)
      case .answer(let trustee, let id):
        let session = try #require(coordinator.session(for: trustee) ?? coordinator.session(id: id))
        if conduct[trustee - 1] == .restarting {
          signers[trustee - 1] = SignerBox(
            try JointSigner(
              key: made.key, message: SigningCoordinatorTests.message, share: made.share(trustee), using: &random))
          _ = coordinator.receive(signers[trustee - 1].commitment)
          return
        }
        try answer(trustee, session)
      }
    }

    private mutating func answer(_ trustee: Int, _ session: SigningSession) throws {
      var response = try signers[trustee - 1].respond(to: session.commitments, &random)
      let count = answers[trustee, default: 0]
      answers[trustee] = count + 1
      let lies = conduct[trustee - 1] == .lying || conduct[trustee - 1] == .turning && count > 0
      if lies {
        let wrong = SignatureShare(trustee: trustee, value: response.share.value + .random(using: &random))
        response = SigningResponse(session: response.session, share: wrong, next: response.next)
        askedLiars.insert(trustee)
      }
      let outcome = coordinator.receive(response)
      if lies {
        guard case .wrongShare(let evidence) = outcome else {
          Issue.record("a wrong share was taken: \(outcome)")
          return
        }
        #expect(evidence.trustee == trustee && evidence.isConclusive)
      }
    }
  }

  /// A signer in an array.
  final class SignerBox {
    private var signer: JointSigner
    init(_ signer: consuming JointSigner) { self.signer = signer }
    var commitment: SigningCommitment { signer.commitment }
    func respond(to commitments: [SigningCommitment], _ random: inout SeededRandom) throws -> SigningResponse {
      try signer.respond(to: commitments, using: &random)
    }
  }

  /// All ways in which `count` trustees may behave.
  private static func conducts(_ count: Int, of kinds: [Conduct]) -> [[Conduct]] {
    guard count > 0 else { return [[]] }
    return conducts(count - 1, of: kinds).flatMap { rest in kinds.map { rest + [$0] } }
  }

  @Test("up to four trustees, whoever is absent, silent or lies: a signature where t are honest, and only liars are named")
  func exhaustively() throws {
    var random = seeded(401)
    var finished = 0
    for n in 1...4 {
      for t in 1...n {
        let made = JointKeyCase(n, t, &random)
        // Who begins anew again and again makes many sessions: among four, only the random cases and the long tests have them.
        let kinds = Conduct.allCases.filter { n < 4 || $0 != .restarting || cases(0, long: 1) == 1 }
        for (index, conduct) in Self.conducts(n, of: kinds).enumerated() {
          var network = try Network(made, conduct, seed: 1000 * n + 100 * t + index)
          try network.run()
          finished += try judge(network, t) ? 1 : 0
        }
      }
    }
    #expect(finished > 1000)
  }

  @Test("more trustees, at random")
  func atRandom() throws {
    var random = seeded(402)
    for seed in 0..<cases(40, long: 1000) {
      let n = random.number(in: 5..<12)
      let t = random.number(in: 1..<n + 1)
      let conduct = (0..<n).map { _ in random.number(in: 0..<2) == 0 ? .honest : Conduct.allCases[random.number(in: 0..<6)] }
      var network = try Network(
        JointKeyCase(n, t, &random), conduct, preference: random.shuffled(Array(1...n)), seed: 5000 + seed)
      try network.run()
      _ = try judge(network, t)
    }
  }

  /// What holds at the end of every case. Whether there is a signature.
  private func judge(_ network: Network, _ t: Int) throws -> Bool {
    let honest = network.conduct.count { $0 == .honest }
    let coordinator = network.coordinator
    if honest >= t { #expect(coordinator.signature != nil, "\(network.conduct), \(t)") }
    // Fewer finish only where a trustee that turns was as good as honest.
    if honest + network.conduct.count(where: { $0 == .turning }) < t { #expect(coordinator.signature == nil) }
    if let signature = coordinator.signature {
      #expect(libsodiumAccepts(signature, Self.message, coordinator.key))
      for trustee in 1...network.conduct.count { #expect(coordinator.session(for: trustee) == nil) }
    }
    #expect(Set(coordinator.culprits.map { $0.trustee }) == network.askedLiars)
    #expect(coordinator.culprits.count == network.askedLiars.count)
    let n = network.conduct.count
    let restarts = network.conduct.count { $0 == .restarting } * SigningCoordinator.restartsAllowed
    #expect(coordinator.sessionCount <= n - t + 1 + restarts)
    #expect(coordinator.isImpossible == (coordinator.signature == nil && n - network.askedLiars.count < t))
    return coordinator.signature != nil
  }

  @Test("of those who are ready the preferred sign")
  func preference() throws {
    var random = seeded(403)
    let made = JointKeyCase(5, 3, &random)
    let honest = [Conduct](repeating: .honest, count: 5)
    // Whoever comes first, 4, 2 and 5 sign.
    for order in subsets(of: [1, 2, 3, 4, 5], size: 5) + [[5, 4, 3, 2, 1], [1, 3, 5, 2, 4]] {
      var network = try Network(made, honest, preference: [4, 2, 5], waits: true, seed: 9)
      try network.run(commitments: order)
      #expect(network.coordinator.signature != nil)
      #expect(network.coordinator.session(number: 0).signers == [2, 4, 5])
    }
    // Unknown and repeated preferences count for nothing; who is not named comes last, in order.
    var network = try Network(made, honest, preference: [9, 5, 5, 0], waits: true, seed: 10)
    try network.run()
    #expect(network.coordinator.session(number: 0).signers == [1, 2, 5])
    // Without one of them the rest waits until it is told not to.
    network = try Network(made, [.honest, .honest, .honest, .absent, .honest], preference: [4, 2, 5], waits: true, seed: 11)
    try network.run()
    #expect(network.coordinator.sessionCount == 0)
    guard case .started(let id) = network.coordinator.stopWaiting() else {
      Issue.record("nothing started")
      return
    }
    #expect(network.coordinator.session(id: id)?.signers == [1, 2, 5])
  }

  @Test("a late answer finishes an old session")
  func lateShares() throws {
    var random = seeded(404)
    let made = JointKeyCase(4, 3, &random)
    var network = try Network(made, [Conduct](repeating: .honest, count: 4), seed: 12)
    for trustee in [1, 2, 3] { _ = network.coordinator.receive(network.signers[trustee - 1].commitment) }
    let first = try #require(network.coordinator.session(for: 3))
    // 3 is late: 4 takes its place in a second session, where 4 is silent.
    func answer(_ trustee: Int, _ session: SigningSession) throws -> SigningResponse {
      try network.signers[trustee - 1].respond(to: session.commitments, &random)
    }
    let late = try answer(3, first)
    for trustee in [1, 2] { #expect(network.coordinator.receive(try answer(trustee, first)) == .accepted) }
    let outcome = network.coordinator.receive(network.signers[3].commitment)
    let second = try #require(network.coordinator.session(for: 4))
    #expect(outcome == .started(session: second.id))
    #expect(second.signers == [1, 2, 4])
    #expect(network.coordinator.receive(late) == .finished)
    let signature = try #require(network.coordinator.signature)
    #expect(libsodiumAccepts(signature, Self.message, made.key))
    // What comes after the end is checked too, and changes nothing.
    #expect(network.coordinator.receive(late) == .duplicate)
    #expect(network.coordinator.receive(try answer(1, second)) == .accepted)
    let wrong = SigningResponse(
      session: second.id, share: SignatureShare(trustee: 2, value: .one), next: network.signers[1].commitment)
    guard case .wrongShare = network.coordinator.receive(wrong) else {
      Issue.record("a wrong share was taken")
      return
    }
    #expect(network.coordinator.signature == signature)
    #expect(network.coordinator.culprits.map { $0.trustee } == [2])
  }

  @Test("after a crash a signer begins anew, eight times until that is forgotten")
  func restarts() throws {
    var random = seeded(405)
    let made = JointKeyCase(2, 2, &random)
    var coordinator = SigningCoordinator(key: made.key, message: Self.message)
    func fresh(_ trustee: Int) -> SigningCommitment { SigningNonce(for: made.share(trustee), using: &random).commitment }
    let first = fresh(1)
    #expect(coordinator.receive(first) == .accepted)
    #expect(coordinator.receive(first) == .duplicate)
    #expect(coordinator.readyCommitment(of: 1) == first && coordinator.readyCommitment(of: 2) == nil)
    var last = first
    for _ in 0..<SigningCoordinator.restartsAllowed {
      last = fresh(1)
      #expect(coordinator.receive(last) == .accepted)
    }
    #expect(coordinator.receive(fresh(1)) == .refused(.tooManyRestarts(trustee: 1)))
    // As many again, and no more, when they are forgotten; what is ready stays so.
    coordinator.forgetRestarts()
    #expect(coordinator.readyCommitment(of: 1) == last)
    for _ in 0..<SigningCoordinator.restartsAllowed {
      last = fresh(1)
      #expect(coordinator.receive(last) == .accepted)
    }
    #expect(coordinator.receive(fresh(1)) == .refused(.tooManyRestarts(trustee: 1)))
    guard case .started = coordinator.receive(fresh(2)) else {
      Issue.record("nothing started")
      return
    }
    #expect(coordinator.session(for: 1)?.commitments[0] == last)
    #expect(coordinator.receive(last) == .duplicate)
    // A nonce that a session had is not taken again.
    #expect(coordinator.session(for: 2).map { coordinator.receive($0.commitments[1]) } == .duplicate)
    let used = try #require(coordinator.session(for: 2)).commitments[1]
    #expect(coordinator.receive(fresh(2)) == .accepted)
    #expect(coordinator.receive(used) == .refused(.usedCommitment(trustee: 2)))
    #expect(coordinator.session(for: 2) == nil && coordinator.session(for: 1) != nil)
  }

  /// The first commitment of a signer that crashed arrives after that of its successor, which a session has already.
  @Test("a commitment from before a crash that comes late shuts nobody out")
  func lateCommitment() throws {
    var random = seeded(410)
    let made = JointKeyCase(2, 2, &random)
    let lost = SigningNonce(for: made.share(1), using: &random).commitment
    var coordinator = SigningCoordinator(key: made.key, message: Self.message)
    var one = try JointSigner(key: made.key, message: Self.message, share: made.share(1), using: &random)
    var two = try JointSigner(key: made.key, message: Self.message, share: made.share(2), using: &random)
    let held = one.commitment
    _ = coordinator.receive(held)
    _ = coordinator.receive(two.commitment)
    #expect(coordinator.receive(lost) == .accepted)
    #expect(coordinator.receive(held) == .refused(.usedCommitment(trustee: 1)))
    one.beginAnew(using: &random)
    let fresh = one.commitment
    #expect(fresh != held && coordinator.receive(fresh) == .accepted)
    let first = try #require(coordinator.session(for: 2)).commitments
    guard case .started = coordinator.receive(try two.respond(to: first, using: &random)) else {
      Issue.record("nothing started")
      return
    }
    let second = try #require(coordinator.session(for: 1)).commitments
    #expect(coordinator.receive(try one.respond(to: second, using: &random)) == .accepted)
    #expect(coordinator.receive(try two.respond(to: second, using: &random)) == .finished)
  }

  @Test("what is of no use is refused and convicts nobody")
  func refusals() throws {
    var random = seeded(406)
    let made = JointKeyCase(3, 2, &random)
    var network = try Network(made, [.honest, .honest, .honest], seed: 13)
    let stranger = SigningCommitment(trustee: 4, hidingPoint: .generator, bindingPoint: .generator)
    #expect(network.coordinator.receive(stranger) == .refused(.unknownTrustee(4)))
    for trustee in [1, 2] { _ = network.coordinator.receive(network.signers[trustee - 1].commitment) }
    let session = try #require(network.coordinator.session(for: 1))
    let answer = try network.signers[0].respond(to: session.commitments, &random)
    // Another session, and a trustee that is none of the session's.
    let elsewhere = SigningResponse(session: .zero, share: answer.share, next: answer.next)
    #expect(network.coordinator.receive(elsewhere) == .refused(.unknownSession))
    let third = SigningResponse(
      session: session.id, share: SignatureShare(trustee: 3, value: .one), next: network.signers[2].commitment)
    #expect(network.coordinator.receive(third) == .refused(.unknownSession))
    #expect(network.coordinator.culprits.isEmpty)
    // A right share is no evidence, nor is an answer to another session.
    #expect(!SigningEvidence(session: session, response: answer).isConclusive)
    #expect(!SigningEvidence(session: session, response: elsewhere).isConclusive)
    #expect(!SigningEvidence(session: session, response: third).isConclusive)
    // Once a liar, always refused.
    let wrong = SigningResponse(
      session: session.id, share: SignatureShare(trustee: 2, value: .one), next: network.signers[1].commitment)
    let evidence = SigningEvidence(session: session, response: wrong)
    #expect(evidence.isConclusive)
    #expect(network.coordinator.receive(wrong) == .wrongShare(evidence))
    let honest = try network.signers[1].respond(to: session.commitments, &random)
    #expect(network.coordinator.receive(honest) == .refused(.excluded(trustee: 2)))
    #expect(network.coordinator.receive(honest.next) == .refused(.excluded(trustee: 2)))
    #expect(network.coordinator.receive(answer) == .accepted)
    #expect(network.coordinator.receive(answer) == .duplicate)
  }

  @Test("a signer that repeats a commitment has to send another")
  func repeatedCommitment() throws {
    var random = seeded(407)
    let made = JointKeyCase(2, 2, &random)
    var network = try Network(made, [.honest, .honest], seed: 14)
    for signer in network.signers { _ = network.coordinator.receive(signer.commitment) }
    let session = try #require(network.coordinator.session(for: 1))
    let answer = try network.signers[0].respond(to: session.commitments, &random)
    let repeating = SigningResponse(session: session.id, share: answer.share, next: session.commitments[0])
    #expect(network.coordinator.receive(repeating) == .accepted)
    #expect(network.coordinator.readyCommitment(of: 1) == nil && network.coordinator.session(for: 1) == nil)
    #expect(network.coordinator.receive(answer.next) == .accepted)
    #expect(network.coordinator.readyCommitment(of: 1) == answer.next)
  }

  @Test("whatever a coordinator does, a signer signs its own message only")
  func maliciousCoordinator() throws {
    var random = seeded(408)
    let made = JointKeyCase(3, 2, &random)
    let other = Array("another result".utf8)
    // The coordinator tells the first signer about one result; the second wants to sign another.
    let first = SignerBox(try JointSigner(key: made.key, message: Self.message, share: made.share(1), using: &random))
    let second = SignerBox(try JointSigner(key: made.key, message: other, share: made.share(2), using: &random))
    let commitments = [first.commitment, second.commitment]
    let answers = [try first.respond(to: commitments, &random), try second.respond(to: commitments, &random)]
    #expect(answers[0].session != answers[1].session)
    for message in [Self.message, other] {
      let session = try SigningSession(key: made.key, message: message, commitments: commitments)
      #expect(answers.map { session.verify($0.share) } == [message == Self.message, message == other])
      #expect(throws: SigningError.self) { try session.signature(from: answers.map { $0.share }) }
    }
    // The coordinator of either message convicts nobody.
    var coordinator = SigningCoordinator(key: made.key, message: Self.message)
    for commitment in commitments { _ = coordinator.receive(commitment) }
    #expect(coordinator.receive(answers[0]) == .accepted)
    #expect(coordinator.receive(answers[1]) == .refused(.unknownSession))
    #expect(coordinator.culprits.isEmpty)
  }
}

extension SigningCoordinator {
  /// A session that has been started.
  fileprivate func session(id: Bytes32) -> SigningSession? {
    (0..<sessionCount).map { session(number: $0) }.first { $0.id == id }
  }
}
