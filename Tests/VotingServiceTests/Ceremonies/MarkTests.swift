import Curve25519
import Elections
import SolanaTransactions
import TestBoards
import TestChains
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import VotingService

/// From the certificate to the published file, with the real runtime of Solana.
@Suite("Results marked on Solana", .needsPython)
struct MarkTests {
  @Test("three of five trustees mark a result; two servers, and nothing waits for it", arguments: DatabaseKind.all)
  func marked(kind: DatabaseKind) async throws {
    try await withMark(kind, servers: 2) { made in
      // The record is complete, and its publication was announced.
      #expect(try await made.field.state().phase == .marking)
      #expect(made.field.servers.flatMap { $0.states.all } == [made.election])
      #expect(try await made.message().isEmpty)
      #expect(try await made.waiting().counts == [1, 0, 0])
      #expect(try await made.noted().isEmpty)
      #expect(try await made.serve() == .waiting)
      #expect(try await made.serve() == .waiting)
      #expect(try await made.proof() == nil)
      #expect(try await made.waiting().counts == [0, 1, 0])
      made.field.field.clock.advance(60_000)
      #expect(try await made.waiting().seconds == 60)
      try await made.sign([2, 4, 5])
      #expect(try await made.waiting().counts == [0, 0, 1])
      #expect(try await made.serve() == .marked)
      #expect(try await made.field.state().phase == .tallied)
      #expect(try await made.serve() == .marked)
      let proof = try need(try await made.proof(), "a mark")
      let boards = made.field.server().boards
      let certificate = try need(try await boards.file("certificate", election: made.election), "a certificate").bytes
      let key = JointSigningKey(try await boards.roster(of: made.election).current.acting.keys.signing).publicKey
      #expect(
        proof.shows(election: try await boards.opening(of: made.election).electionID, certificate: certificate, jointKey: key))
      #expect(proof.network == (try await made.client.genesisHash()))
      #expect(try await made.marks() == [proof.transaction])
      let mark = SolanaMark(proof)
      #expect(mark.explorer == nil)
      // Each once, whichever server it was.
      #expect(
        try await made.noted() == [
          "mark.asked attempt 1", "mark.signed", "mark.confirmed transaction \(mark.transaction) in slot \(mark.slot) of local",
        ])
      #expect(["asked", "signed", "confirmed", "failed", "given-up", "troubled"].map(made.counted) == [1, 1, 1, 0, 0, 0])
      let waiting = try await made.waiting()
      #expect(waiting.counts == [0, 0, 0] && waiting.seconds == 0)
      // Nobody is asked any more.
      let (ceremonies, election, one) = (made.field.server().ceremonies, made.election, made.field.trustees[0].key.publicKey)
      await #expect(throws: CeremonyError.wrongPhase(.tallied)) { _ = try await ceremonies.markingRequest(election, by: one) }
      await #expect(throws: CeremonyError.notTrustee) { _ = try await ceremonies.markingRequest(election, by: .zero) }
      #expect(try await ceremonies.tally(election) == .tallied)
    }
  }

  @Test("two of five cannot; when the time is over they are let go without a mark", arguments: DatabaseKind.all)
  func tooFew(kind: DatabaseKind) async throws {
    try await withMark(kind) { made in
      try await made.serve()
      try await made.sign([1, 5])
      #expect(try await made.serve() == .waiting)
      _ = try await made.field.server().ceremonies.state(of: made.election, after: 0, wait: 0)
      #expect(try await made.field.state().phase == .marking)
      made.field.field.clock.advance(7 * 86_400_000)
      _ = try await made.field.server().ceremonies.state(of: made.election, after: 0, wait: 0)
      #expect(try await made.field.state().phase == .tallied)
      #expect(try await made.serve() == .givenUp)
      #expect(try await made.noted() == ["mark.asked attempt 1", "mark.given-up"])
      #expect(made.counted("given-up") == 1)
      #expect(try await made.waiting().counts == [0, 0, 0])
      #expect(try await made.marks().isEmpty)
      #expect(try await made.proof() == nil)
    }
  }

  @Test("a trustee that begins anew too often is needed, and may again after an hour", arguments: DatabaseKind.all)
  func restarts(kind: DatabaseKind) async throws {
    try await withMark(kind, servers: 2) { made in
      try await made.serve()
      let (election, key) = (made.election, made.field.trustees[0].key.publicKey)
      func begin(_ life: Int) async throws -> TestSigner {
        let signer = try need(try await made.signers([1], life: life).first, "a signer")
        guard case .commitment(let commitment) = try signer.answer([0]) else { throw CeremonyError.unusable }
        try await made.field.server().ceremonies.addMarking(SigningAnswer.commitment(commitment).encoded, election, by: key)
        return signer
      }
      for life in 0...8 { _ = try await begin(life) }
      await #expect(throws: CeremonyError.unusable) { _ = try await begin(9) }
      made.field.field.clock.advance(3_600_000)
      try made.field.restart()
      let last = try await begin(10)
      try made.field.restart()
      let signers = [last] + (try await made.signers([2, 3]))
      for _ in 0..<4 { for signer in signers { try await made.step(signer) } }
      #expect(try await made.serve() == .marked)
    }
  }

  @Test("a trustee that cheats is named, with evidence, and the others finish", arguments: DatabaseKind.all)
  func cheat(kind: DatabaseKind) async throws {
    try await withMark(kind) { made in
      try await made.serve()
      let signers = try await made.signers([1, 2, 3, 4])
      for signer in signers.prefix(3) { try await made.step(signer) }
      let (ceremonies, election) = (made.field.server().ceremonies, made.election)
      let trustee = made.field.trustees[0]
      let asked = try MarkingRequest(try await ceremonies.markingRequest(election, by: trustee.key.publicKey))
      guard case .response(let response) = try signers[0].answer(asked.asked.encoded) else {
        Issue.record("not asked to sign")
        return
      }
      let wrong = SigningAnswer.response(
        SigningResponse(
          session: response.session, share: SignatureShare(trustee: 1, value: response.share.value + .one), next: response.next)
      ).encoded
      let target = "/api/v1/elections/\(election)/marking"
      let signed = TrusteeRequest(
        method: Array("POST".utf8), target: Array(target.utf8), time: 1_700_000_000, body: wrong
      ).signed(by: trustee.key)
      let request = SignedRequest(
        target: target, time: 1_700_000_000, bodyHash: Bytes32(SHA256.hash(wrong).span), signature: signed.signature)
      await #expect(throws: CeremonyError.refused("this trustee's share of the signature is wrong")) {
        try await ceremonies.addMarking(wrong, election, by: trustee.key.publicKey, request: request)
      }
      let refusal = try need(try await ceremonies.refusals(of: election).first, "a refusal")
      #expect(refusal.phase == .mark && refusal.reason == .wrongShare && refusal.name == "Ada")
      let evidence = try need(refusal.evidence, "evidence")
      #expect(evidence.mark == asked.message)
      let acting = try await made.field.server().boards.roster(of: election).current.acting
      #expect(evidence.isConclusive(acting, message: asked.message))
      // It signed the certificate rightly, and nothing is said against that.
      #expect(try await ceremonies.wrongSigners(of: election).isEmpty)
      for _ in 0..<4 { for signer in signers.dropFirst() { try await made.step(signer) } }
      #expect(try await made.serve() == .marked)
      #expect(try await made.marks().count == 1)
    }
  }

  @Test("a server dies after each step, and starts anew between all", arguments: DatabaseKind.all, MarkStep.allCases)
  func crash(kind: DatabaseKind, step: MarkStep) async throws {
    try await withMark(kind, dies: step) { made in
      #expect(try await made.serve(restarting: true) == .waiting)
      try await made.sign([3, 4, 5])
      #expect(try await made.serve(restarting: true) == .marked)
      #expect(try await made.marks() == [made.proof()?.transaction])
      // What a server that died had noted is not noted again.
      #expect(try await made.noted().map { $0.prefix { $0 != " " } } == ["mark.asked", "mark.signed", "mark.confirmed"])
    }
  }

  @Test("answers are lost, and there is one mark", arguments: SolanaChain.Fault.allCases)
  func lost(fault: SolanaChain.Fault) async throws {
    try await withMark(.sqlite, timeout: fault == .silent ? 1 : 15) { made in
      try await made.chain.fault(fault)
      try await made.serve()
      try await made.sign([1, 3, 4])
      try await made.chain.fault(fault, times: 2)
      try await made.chain.fault(fault == .drop ? .unavailable : fault, "getSignatureStatuses")
      #expect(try await made.serve(restarting: true) == .marked)
      #expect(try await made.marks() == [made.proof()?.transaction])
    }
  }

  @Test("a mark whose transaction failed is signed for once more; there is one in the end", arguments: DatabaseKind.all)
  func spentNonce(kind: DatabaseKind) async throws {
    try await withMark(kind) { made in
      try await made.serve()
      let first = try await made.message()
      try await made.sign([1, 2, 3])
      try await made.chain.failNext()
      #expect(try await made.serve() == .waiting)
      let second = try await made.message()
      #expect(second != first)
      // What belongs to the first attempt is of no use for the second.
      try await made.sign([2, 3, 5])
      #expect(try await made.serve() == .marked)
      #expect(try await made.marks() == [made.proof()?.transaction])
      #expect(made.ledger.signatures.withLock { $0.count } == 2)
      let noted = try await made.noted()
      #expect(
        noted.dropLast() == [
          "mark.asked attempt 1", "mark.signed", "mark.failed attempt 1", "mark.asked attempt 2", "mark.signed",
        ])
      #expect(noted.last?.hasPrefix("mark.confirmed ") == true && made.counted("failed") == 1)
    }
  }

  @Test("without money nothing is asked of the trustees; with money it goes on", arguments: DatabaseKind.all)
  func noMoney(kind: DatabaseKind) async throws {
    try await withMark(kind, lamports: 0) { made in
      let (ceremonies, election) = (made.field.server().ceremonies, made.election)
      let job = Job(id: "1", kind: Ceremonies.markJob, payload: Array(election.utf8), key: nil, attempt: 1)
      do {
        try await ceremonies.performMark(job)
        Issue.record("there is no money")
      } catch JobFailure.temporary(let reason) { #expect(reason.contains("too little money")) }
      #expect(try await made.message().isEmpty)
      // It may be so for days: counted, and not in the audit log.
      #expect(made.counted("troubled") == 1)
      #expect(try await made.noted().isEmpty)
      _ = try await made.client.requestAirdrop(to: made.payer, lamports: 1_000_000_000)
      try await ceremonies.performMark(job)
      #expect(try await !made.message().isEmpty)
    }
  }

  @Test("an election of a service without Solana ends as ever", arguments: DatabaseKind.all)
  func without(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      try await field.close()
      try await field.cosign([1, 2, 3])
      try await field.decrypt([1, 2])
      _ = try await field.server().ceremonies.tally(field.election)
      try await field.sign([1, 2])
      #expect(try await field.state().phase == .tallied)
      let (ceremonies, election, one) = (field.server().ceremonies, field.election, field.trustees[0].key.publicKey)
      #expect(try await ceremonies.mark(election) == .none)
      await #expect(throws: CeremonyError.wrongPhase(.tallied)) { _ = try await ceremonies.markingRequest(election, by: one) }
    }
  }
}
