import BallotCryptography
import Curve25519
import Elections
import Sealing
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import TransparencyLog
import VotingService

@Suite("Trustees that do not keep to the protocol")
struct CulpritTests {
  /// A share that opens and is not what its dealer committed to.
  private static func altered(_ trustee: TestTrustee, _ messages: [[UInt8]]) throws -> [[UInt8]] {
    let configuration = try need(trustee.part, "a part").log.configuration
    return try messages.map { bytes in
      let message = try CeremonyMessage(bytes, configuration)
      guard case .share(let share) = message.body else { return bytes }
      let bad = SealedShare(
        recipient: share.recipient, transport: share.transport, ephemeral: share.ephemeral,
        sealed: share.sealed.replacing(0, with: [share.sealed[0] ^ 1]))
      return CeremonyMessage(
        .share(bad), sender: trustee.number, configuration, signingKey: trustee.key
      ).encoded
    }
  }

  @Test("a bad share is complained about, and its dealer named; the next ceremony succeeds", arguments: DatabaseKind.all)
  func badShare(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2)
      try await field.gather()
      try await field.start()
      try await field.converse { trustee, messages in
        trustee.number == 2 ? try Self.altered(trustee, messages) : messages
      }
      let failed = try await field.state()
      #expect(failed.phase == .failed)
      #expect(failed.reason == "trustee 2, Bo: bad-share")
      let ceremonies = field.server().ceremonies
      #expect(try await ceremonies.outcome(of: field.election) == .failure(.failed(culprits: [2])))
      let failure = try need(try await ceremonies.failures(of: field.election).first, "a failure")
      // Whoever gets just the evidence names the same culprit.
      var log = CeremonyLog<AES256GCM>(try need(field.trustees[0].part, "a part").log.configuration)
      for message in failure.evidence { _ = log.receive(message) }
      #expect(log.failures.map { $0.culprit } == [2])
      // Shares are gone, and nothing more is taken.
      let id = try need(failed.ceremony, "a ceremony")
      let page = try await ceremonies.messages(of: id, field.election, after: 0, for: field.trustees[0].key.publicKey)
      #expect(page.entries.allSatisfy { if case .message(let bytes) = $0 { bytes[0] != 3 } else { true } })
      #expect(page.entries.count == Int(failed.messages))
      try await field.start()
      #expect(try await field.state().ceremony != failed.ceremony)
      try await field.converse()
      #expect(try await field.state().phase == .drill)
      #expect(try await ceremonies.overview(of: field.election).failures.map { $0.culprit } == [2])
    }
  }

  @Test("signing two commits, or bytes that are no message, names the signer", arguments: DatabaseKind.all)
  func equivocation(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.gather()
      try await field.start()
      let state = try await field.state()
      let (id, configuration) = (try need(state.ceremony, "a ceremony"), try state.configuration())
      func commit(_ byte: UInt8) -> [UInt8] {
        CeremonyMessage(
          .commit(digest: Bytes32([UInt8](repeating: byte, count: 32).span)), sender: 3, configuration,
          signingKey: field.trustees[2].key
        ).encoded
      }
      let both = CeremonyBatch([commit(1), commit(2)])
      #expect(try await field.server().ceremonies.append(both.encoded, to: id, of: field.election) == 2)
      #expect(try await field.state().reason == "trustee 3, Cy: equivocation")
      // Late messages change nothing.
      #expect(try await field.server().ceremonies.append(both.encoded, to: id, of: field.election) == 0)
      #expect(try await field.state().messages == 2)
    }
  }

  @Test("what nobody signed is refused, and nothing of its batch is taken", arguments: DatabaseKind.all)
  func foreignMessages(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.gather()
      try await field.start()
      let state = try await field.state()
      let id = try need(state.ceremony, "a ceremony")
      let ceremonies = field.server().ceremonies
      let good = try await field.trustees[0].step(state, field.election, field.servers[0])
      let stranger = CeremonyMessage(
        .confirmation(digest: .zero), sender: 1, try state.configuration(), signingKey: TestTrustee("Mal").key)
      func foreign(_ ceremony: Bytes32, threshold: Int) throws -> [UInt8] {
        let configuration = try CeremonyConfiguration(
          ceremony: ceremony, threshold: threshold, signingKeys: field.trustees.map { $0.key.publicKey })
        return CeremonyMessage(.confirmation(digest: .zero), sender: 1, configuration, signingKey: field.trustees[0].key).encoded
      }
      // Of another ceremony; by somebody who was told of another threshold.
      for bad in [
        stranger.encoded, try foreign(.zero, threshold: 2), try foreign(id, threshold: 3), [UInt8](repeating: 0, count: 98),
      ] {
        await #expect(throws: CeremonyError.self) {
          try await ceremonies.append(CeremonyBatch(good + [bad]).encoded, to: id, of: field.election)
        }
      }
      await #expect(throws: CeremonyError.refused("not a list of messages")) {
        try await ceremonies.append([0, 1], to: id, of: field.election)
      }
      await #expect(throws: CeremonyError.unknownCeremony) {
        try await ceremonies.append(CeremonyBatch(good).encoded, to: .zero, of: field.election)
      }
      #expect(try await field.state().messages == 0)
      #expect(try await ceremonies.append(CeremonyBatch(good).encoded, to: id, of: field.election) == good.count)
    }
  }

  @Test("a part that is not the trustee's is refused in the fire drill", arguments: DatabaseKind.all)
  func wrongDrill(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.gather()
      try await field.start()
      try await field.converse()
      let id = try need(try await field.state().ceremony, "a ceremony")
      let part = try field.trustees[0].drill(id)
      let ceremonies = field.server().ceremonies
      let (decryption, draw) = (part.decryption, part.draw)
      let renumbered = PartialDecryption(trustee: 2, partials: decryption.partials, proof: decryption.proof)
      let altered = PartialDecryption(trustee: 1, partials: [.generator], proof: decryption.proof)
      let other = try field.trustees[1].drill(id).draw
      let borrowed = DrawPart(evaluation: draw.evaluation, own: other.own)
      let wrong: [(decryption: PartialDecryption, draw: DrawPart, sender: Int)] = [
        (decryption, draw, 1), (renumbered, draw, 1), (altered, draw, 0), (decryption, other, 0), (decryption, borrowed, 0),
      ]
      for part in wrong {
        await #expect(throws: CeremonyError.self) {
          try await ceremonies.addDrill(
            part.decryption.encoded + part.draw.encoded, of: id, field.election, by: field.trustees[part.sender].key.publicKey)
        }
      }
      await #expect(throws: CeremonyError.notTrustee) {
        try await ceremonies.addDrill(part.encoded, of: id, field.election, by: TestTrustee("Mal").key.publicKey)
      }
      #expect(try await field.state().passed == [])
    }
  }

  @Test("strangers' cosignatures and wrong partial decryptions are refused", arguments: DatabaseKind.all)
  func wrongParts(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      try await field.close()
      let ceremonies = field.server().ceremonies
      let checkpoint = try await ceremonies.witnessRequest(field.election, old: 1).checkpoint.checkpoint
      let line = try TestTrustee("Mal").cosign(
        checkpoint, origin: field.field.parts.origin, as: 2, time: field.field.clock.now() / 1000)
      await #expect(throws: BoardError.self) { try await ceremonies.cosign(line, size: checkpoint.size, field.election) }
      #expect(try await field.state().phase == .closing)
      await #expect(throws: CeremonyError.wrongPhase(.closing)) { try await field.decrypt([1]) }
      try await field.cosign([1, 2])
      await #expect(throws: CeremonyError.notCosigned) { try await field.decrypt([3]) }
      let partial = try await field.partial(of: 1)
      let decryption = partial.decryption
      let renumbered = ClosingPart(
        decryption: PartialDecryption(trustee: 2, partials: decryption.partials, proof: decryption.proof), draw: partial.draw)
      let altered = ClosingPart(
        decryption: PartialDecryption(
          trustee: 1, partials: decryption.partials.map { $0 + .generator }, proof: decryption.proof), draw: partial.draw)
      let borrowed = ClosingPart(decryption: decryption, draw: try await field.partial(of: 2).draw)
      let own = ClosingPart(
        decryption: decryption,
        draw: DrawPart(evaluation: partial.draw.evaluation, own: try await field.partial(of: 2).draw.own))
      for wrong in [renumbered, altered, borrowed, own] {
        await #expect(throws: CeremonyError.self) {
          try await ceremonies.addPartial(wrong.encoded, field.election, by: field.trustees[0].key.publicKey)
        }
      }
      // What was refused keeps the right one not out.
      try await field.decrypt([1, 2])
      #expect(try await field.server().ceremonies.tally(field.election) == .waiting)
      #expect(try await field.state().phase == .signing)
    }
  }

  @Test("a wrong share of the signature is refused and its signer named; two others finish", arguments: DatabaseKind.all)
  func wrongSignature(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2)
      try await field.vote()
      try await field.close()
      let one = field.trustees[0].key.publicKey
      let (first, waiting) = (field.server(), field.election)
      await #expect(throws: CeremonyError.wrongPhase(.closing)) {
        _ = try await first.ceremonies.signingRequest(waiting, by: one)
      }
      try await field.cosign([1, 2, 3])
      try await field.decrypt([1, 2, 3])
      _ = try await field.server().ceremonies.tally(field.election)
      let server = field.server()
      let (ceremonies, election) = (server.ceremonies, field.election)
      let message = try await ceremonies.certificate(of: election, server.boards).message
      let key = JointSigningKey(try await server.boards.trustees(of: election).thresholdKey(.signing))
      let trustees = try field.trustees.map {
        SigningTrustee(key: $0.key, shares: try need($0.part?.result?.shares, "shares"))
      }
      let liar = try TestSigner(key, message, trustees[0])
      let honest = try TestSigner(key, message, trustees[1])
      try await liar.step(ceremonies, election)
      // Neither another's commitment nor rubbish, and nothing that was used before.
      await #expect(throws: CeremonyError.self) {
        try await ceremonies.addSigning([1, 2], election, by: field.trustees[0].key.publicKey)
      }
      await #expect(throws: CeremonyError.notTrustee) { try await ceremonies.addSigning([1], election, by: .zero) }
      try await honest.step(ceremonies, election)
      let request = try await ceremonies.signingRequest(election, by: field.trustees[0].key.publicKey)
      guard case .response(let response) = try liar.answer(request) else { return #expect(Bool(false), "not asked to sign") }
      let wrong = SigningResponse(
        session: response.session, share: SignatureShare(trustee: 1, value: response.share.value + .one), next: response.next)
      await #expect(throws: CeremonyError.refused("this trustee's share of the signature is wrong")) {
        try await ceremonies.addSigning(SigningAnswer.response(wrong).encoded, election, by: field.trustees[0].key.publicKey)
      }
      #expect(try await field.server().ceremonies.wrongSigners(of: election) == [1])
      await #expect(throws: CeremonyError.unusable) {
        try await ceremonies.addSigning(SigningAnswer.response(response).encoded, election, by: field.trustees[0].key.publicKey)
      }
      #expect(try await field.state().phase == .signing)
      // The nonce of the second went with its process: it begins anew.
      try await field.sign([2, 3])
      try await field.sign([2, 3])
      #expect(try await field.state().phase == .tallied)
    }
  }
}
