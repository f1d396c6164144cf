import Curve25519
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography

@testable import VotingService

@Suite("Who did what")
struct ConductTests {
  /// An election whose totals are published, ready to be signed.
  private func signing(_ test: TestDatabase) async throws -> TrusteeField {
    var field = try TrusteeField(test)
    try await field.vote()
    try await field.close()
    try await field.cosign([1, 2])
    try await field.decrypt([1, 2])
    _ = try await field.server().ceremonies.tally(field.election)
    return field
  }

  private func signer(_ number: Int, _ field: inout TrusteeField) async throws -> TestSigner {
    let server = field.server()
    let message = try await server.ceremonies.certificate(of: field.election, server.boards).message
    let key = JointSigningKey(try await server.boards.trustees(of: field.election).thresholdKey(.signing))
    let trustee = field.trustees[number - 1]
    return try TestSigner(key, message, SigningTrustee(key: trustee.key, shares: need(trustee.part?.result?.shares, "shares")))
  }

  /// What a trustee signs to send something, as its machine does.
  private func request(_ body: [UInt8], _ trustee: TestTrustee, _ field: TrusteeField, time: UInt64 = 1_700_000_000)
    -> SignedRequest
  {
    let target = "/api/v1/elections/\(field.election)/signing"
    let signed = TrusteeRequest(method: Array("POST".utf8), target: Array(target.utf8), time: time, body: body).signed(
      by: trustee.key)
    return SignedRequest(
      target: target, time: time, bodyHash: Bytes32(SHA256.hash(body).span), signature: signed.signature)
  }

  private func standings(_ field: inout TrusteeField, _ phase: ConductPhase) async throws -> [ElectionConduct.Standing] {
    let server = field.server()
    let status = try await server.boards.state(of: field.election)
    let conduct = try await server.ceremonies.conduct(of: field.election, closed: status.phase == .closed ? status.size : nil)
    return conduct.trustees.map { $0.standings[phase] ?? .later }
  }

  @Test("each phase of an honest election, and who took no part at its end", arguments: DatabaseKind.all)
  func honest(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      #expect(try await standings(&field, .drill) == [.done, .done, .done])
      #expect(try await standings(&field, .cosignature) == [.later, .later, .later])
      try await field.close()
      try await field.cosign([1])
      #expect(try await standings(&field, .cosignature) == [.done, .awaited, .awaited])
      try await field.cosign([2])
      try await field.decrypt([2])
      #expect(try await standings(&field, .decryption) == [.awaited, .done, .awaited])
      try await field.decrypt([1])
      _ = try await field.server().ceremonies.tally(field.election)
      #expect(try await standings(&field, .signature) == [.awaited, .awaited, .awaited])
      try await field.sign([2, 1])
      for (phase, last) in [
        (ConductPhase.ceremony, ElectionConduct.Standing.done), (.drill, .done), (.cosignature, .none), (.decryption, .none),
        (.signature, .none),
      ] {
        #expect(try await standings(&field, phase) == [.done, .done, last], "\(phase)")
      }
      #expect(try await field.server().ceremonies.refusals(of: field.election).isEmpty)
    }
  }

  @Test("a wrong share is named, with evidence that convicts its signer and nobody else", arguments: DatabaseKind.all)
  func wrongShare(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try await signing(test)
      let (liar, honest) = (try await signer(1, &field), try await signer(2, &field))
      let server = field.server()
      let (ceremonies, election, trustee) = (server.ceremonies, field.election, field.trustees[0])
      try await liar.step(ceremonies, election)
      try await honest.step(ceremonies, election)
      let asked = try await ceremonies.signingRequest(election, by: trustee.key.publicKey)
      guard case .response(let response) = try liar.answer(asked) else { return #expect(Bool(false), "not asked to sign") }
      let wrong = SigningAnswer.response(
        SigningResponse(
          session: response.session, share: SignatureShare(trustee: 1, value: response.share.value + .one), next: response.next)
      ).encoded
      let sent = request(wrong, trustee, field)
      await #expect(throws: CeremonyError.self) {
        try await ceremonies.addSigning(wrong, election, by: trustee.key.publicKey, request: sent)
      }
      let refusal = try need(try await ceremonies.refusals(of: election).first, "a refusal")
      #expect(refusal.phase == .signature && refusal.reason == .wrongShare && refusal.name == "Ada" && refusal.count == 1)
      #expect(try await standings(&field, .signature) == [.refused, .awaited, .awaited])
      // Anybody can check it, with the record alone.
      let evidence = try need(refusal.evidence, "evidence")
      let acting = try await server.boards.roster(of: election).current.acting
      let message = try await ceremonies.certificate(of: election, server.boards).message
      #expect(evidence.isConclusive(acting, message: message))
      #expect(!evidence.isConclusive(acting, message: message + [0]))
      let right = SigningAnswer.response(response).encoded
      let honestRequest = request(right, trustee, field)
      func accuse(_ number: Int, _ body: [UInt8], _ signature: [UInt8], list: [UInt8]? = nil) -> Bool {
        WrongShare(
          trustee: number, list: list ?? evidence.list, body: body, target: evidence.target, time: evidence.time,
          signature: signature
        ).isConclusive(acting, message: message)
      }
      #expect(accuse(1, wrong, evidence.signature))
      // A right share, another's name, words that were not signed, another list.
      #expect(!accuse(1, right, honestRequest.signature))
      #expect(!accuse(2, wrong, evidence.signature))
      #expect(!accuse(4, wrong, evidence.signature))
      #expect(!accuse(1, wrong, honestRequest.signature))
      #expect(!accuse(1, wrong, evidence.signature, list: Array(evidence.list.dropLast())))
    }
  }

  @Test("a nonce used twice, and a share for another session, are refused and named", arguments: DatabaseKind.all)
  func usedNonce(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try await signing(test)
      let (one, two) = (try await signer(1, &field), try await signer(2, &field))
      let server = field.server()
      let (ceremonies, election, trustee) = (server.ceremonies, field.election, field.trustees[0])
      let key = trustee.key.publicKey
      let commitment = try need(try one.answer(SigningRequest.commitment.encoded), "a commitment").encoded
      let first = request(commitment, trustee, field)
      try await ceremonies.addSigning(commitment, election, by: key, request: first)
      try await two.step(ceremonies, election)
      let asked = try await ceremonies.signingRequest(election, by: key)
      guard case .response(let response) = try one.answer(asked) else { return #expect(Bool(false), "not asked to sign") }
      guard case .commitment(let used) = try SigningAnswer(commitment, trustee: 1) else {
        return #expect(Bool(false), "no commitment")
      }
      // With its share it says that it would sign with the same nonce again: the share counts, the nonce does not.
      let again = SigningAnswer.response(SigningResponse(session: response.session, share: response.share, next: used)).encoded
      try await ceremonies.addSigning(again, election, by: key, request: request(again, trustee, field))
      #expect(try await ceremonies.refusals(of: election).map { $0.reason } == [.usedNonce])
      #expect(try await ceremonies.signingRequest(election, by: key) == SigningRequest.commitment.encoded)
      // The network doubles its first request, or held back one of before: nobody's fault. Signed after its share, it is.
      for request in [first, request(commitment, trustee, field, time: first.time - 5)] {
        await #expect(throws: CeremonyError.usedNonce) {
          try await ceremonies.addSigning(commitment, election, by: key, request: request)
        }
      }
      #expect(try await ceremonies.refusals(of: election).map { $0.count } == [1])
      let later = request(commitment, trustee, field, time: 1_700_000_009)
      await #expect(throws: CeremonyError.usedNonce) {
        try await ceremonies.addSigning(commitment, election, by: key, request: later)
      }
      #expect(try await ceremonies.refusals(of: election).map { $0.count } == [2])
      var other = again
      other[1] ^= 1
      let foreign = other
      await #expect(throws: CeremonyError.otherSession) { try await ceremonies.addSigning(foreign, election, by: key) }
      await #expect(throws: CeremonyError.self) { try await ceremonies.addSigning([7], election, by: key) }
      #expect(Set(try await ceremonies.refusals(of: election).map { $0.reason }) == [.usedNonce, .otherSession, .malformed])
      // What was refused of it does not undo the share that was right.
      #expect(try await standings(&field, .signature) == [.done, .awaited, .awaited])
      try await field.sign([2, 3])
      try await field.sign([2, 3])
      #expect(try await field.state().phase == .tallied)
    }
  }

  @Test("two different shares with one nonce are refused, and prove it", arguments: DatabaseKind.all)
  func twoShares(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try await signing(test)
      let (one, two) = (try await signer(1, &field), try await signer(2, &field))
      let server = field.server()
      let (ceremonies, election, trustee) = (server.ceremonies, field.election, field.trustees[0])
      let key = trustee.key.publicKey
      try await one.step(ceremonies, election)
      try await two.step(ceremonies, election)
      guard case .response(let response) = try one.answer(try await ceremonies.signingRequest(election, by: key)) else {
        return #expect(Bool(false), "not asked to sign")
      }
      let right = SigningAnswer.response(response).encoded
      try await ceremonies.addSigning(right, election, by: key, request: request(right, trustee, field))
      // The same once more is nothing new, signed anew or not.
      try await ceremonies.addSigning(right, election, by: key, request: request(right, trustee, field, time: 1_700_000_009))
      #expect(try await ceremonies.refusals(of: election).isEmpty)
      let second = SigningAnswer.response(
        SigningResponse(
          session: response.session, share: SignatureShare(trustee: 1, value: response.share.value + .one), next: response.next)
      ).encoded
      let sent = request(second, trustee, field)
      await #expect(throws: CeremonyError.refused("this trustee's share of the signature is wrong")) {
        try await ceremonies.addSigning(second, election, by: key, request: sent)
      }
      let refusal = try need(try await ceremonies.refusals(of: election).first, "a refusal")
      #expect(refusal.reason == .wrongShare && refusal.name == "Ada")
      let acting = try await server.boards.roster(of: election).current.acting
      let message = try await ceremonies.certificate(of: election, server.boards).message
      #expect(try need(refusal.evidence, "evidence").isConclusive(acting, message: message))
      // Its first share counts all the same.
      try await two.step(ceremonies, election)
      #expect(try await field.state().phase == .tallied)
    }
  }

  @Test("wrong parts, foreign signatures and failed ceremonies are named", arguments: DatabaseKind.all)
  func wrongParts(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.gather()
      try await field.start()
      let state = try await field.state()
      let (failed, configuration) = (try need(state.ceremony, "a ceremony"), try state.configuration())
      let both = CeremonyBatch(
        [UInt8](1...2).map { byte in
          CeremonyMessage(
            .commit(digest: Bytes32([UInt8](repeating: byte, count: 32).span)), sender: 3, configuration,
            signingKey: field.trustees[2].key
          ).encoded
        })
      _ = try await field.server().ceremonies.append(both.encoded, to: failed, of: field.election)
      try await field.start()
      try await field.converse()
      let ceremony = try need(try await field.state().ceremony, "a ceremony")
      let (ceremonies, election, keys) = (field.server().ceremonies, field.election, field.trustees.map { $0.key.publicKey })
      let other = try field.trustees[1].drill(ceremony).encoded
      await #expect(throws: CeremonyError.self) { try await ceremonies.addDrill(other, of: ceremony, election, by: keys[0]) }
      try await field.drill([1, 2])
      try await ceremonies.acknowledge(absent: ["Cy"], of: election)
      _ = try await field.open()
      try await field.close()
      try await field.cosign([1, 2])
      let size = try await field.state().boardSize
      await #expect(throws: BoardError.self) { try await ceremonies.cosign([1], size: size, election, by: keys[2]) }
      await #expect(throws: CeremonyError.self) { try await ceremonies.addPartial([1], election, by: keys[1]) }
      let conduct = try await ceremonies.conduct(of: election, closed: size)
      #expect(conduct.hasFaults)
      #expect(conduct.failures.map { $0.name } == ["Cy"] && conduct.failures.map { $0.fault } == ["equivocation"])
      #expect(conduct.failures[0].messages.count == 2 && conduct.failures[0].signingKeys == keys)
      #expect(conduct.trustees.map { $0.standings[.drill] } == [.done, .done, .absent])
      #expect(conduct.trustees.map { $0.standings[.cosignature] } == [.done, .done, .refused])
      #expect(conduct.trustees.map { $0.standings[.decryption] } == [.awaited, .refused, .awaited])
      #expect(
        Set(conduct.refusals.map { "\($0.name) \($0.phase) \($0.reason.rawValue)" })
          == ["Ada drill wrong-part", "Cy cosignature wrong-signature", "Bo decryption wrong-part"])
    }
  }
}
