import BallotCryptography
import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import TransparencyLog

@testable import VotingService

@Suite("Keys and shares from before a renewal")
struct FormerTrusteeTests {
  /// An election in which Dee has had Cy's place since before the second half of the votes, and Cy as it was.
  private func replaced(_ test: TestDatabase) async throws -> (
    TrusteeField, former: TestTrustee, first: TestTrustee, ActingTrustees
  ) {
    var field = try TrusteeField(test)
    try await field.vote()
    let (first, former) = (field.trustees[0], field.trustees[2])
    let before = try await field.server().boards.roster(of: field.election).current.acting
    try await field.handOver(to: [3: TestTrustee("Dee")], by: [1, 2])
    return (field, former, first, before)
  }

  private func said(_ refusals: [TrusteeRefusal]) -> Set<String> {
    Set(refusals.map { "\($0.number) \($0.name) \($0.phase) \($0.reason.rawValue)" })
  }

  @Test("a replaced trustee that acts again is refused and named, and its successor is not blamed", arguments: DatabaseKind.all)
  func formerKey(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var (field, former, _, before) = try await replaced(test)
      let (ceremonies, election, key) = (field.server().ceremonies, field.election, former.key.publicKey)
      await #expect(throws: CeremonyError.replaced(name: "Cy")) {
        try await ceremonies.approveHandOver([UInt8](repeating: 0, count: 32), election, by: key)
      }
      try await field.close()
      let checkpoint = try await ceremonies.witnessRequest(election, old: 1).checkpoint.checkpoint
      let line = try former.cosign(checkpoint, origin: field.field.parts.origin, as: 3, time: field.field.clock.now() / 1000)
      await #expect(throws: CeremonyError.replaced(name: "Cy")) {
        try await ceremonies.cosign(line, size: checkpoint.size, election, by: key)
      }
      try await field.cosign([2, 3])
      let partial = try await field.partial(of: 3, with: (try need(former.shares, "shares"), before)).encoded
      await #expect(throws: CeremonyError.replaced(name: "Cy")) { try await ceremonies.addPartial(partial, election, by: key) }
      try await field.decrypt([2, 3])
      _ = try await ceremonies.tally(election)
      for body in [[1] + [UInt8](repeating: 2, count: 64), [2] + [UInt8](repeating: 0, count: 128)] {
        await #expect(throws: CeremonyError.replaced(name: "Cy")) { try await ceremonies.addSigning(body, election, by: key) }
      }
      let conduct = try await ceremonies.conduct(of: election, closed: checkpoint.size)
      #expect(
        said(conduct.refusals)
          == Set(["approval", "cosignature", "decryption", "signature"].map { "3 Cy \($0) former-trustee" }))
      #expect(conduct.refusals.allSatisfy { $0.signingKey == key } && conduct.refusals.map { $0.count } == [1, 1, 1, 2])
      #expect(conduct.trustees.map { $0.name } == ["Ada", "Bo", "Dee"])
      #expect(conduct.trustees[2].standings[.cosignature] == .done && conduct.trustees[2].standings[.decryption] == .done)
      try await field.sign([2, 3])
      #expect(try await field.state().phase == .tallied)
    }
  }

  @Test(
    "closing waits until enough of those before a renewal have cosigned it, whoever has started anew", arguments: DatabaseKind.all)
  func inForce(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      let (election, first, former) = (field.election, field.trustees[0], field.trustees[2])
      try await field.handOver(to: [3: TestTrustee("Dee")], by: [1, 2], isInForce: false)
      await #expect(throws: CeremonyError.renewalAwaited) { try await field.close() }
      let (dee, boards) = (field.trustees[2], field.server().boards)
      let before = try await boards.state(of: election).size
      // A successor's counts nothing here; that of one who goes does, and is no fault.
      try await field.cosignRenewal(dee, as: 3)
      try await field.cosignRenewal(former, as: 3)
      #expect(
        try await boards.renewalsAwaited(of: election)
          == [PendingRenewal(number: 1, needed: 2, cosigned: ["Cy"], missing: ["Ada", "Bo"])])
      await #expect(throws: CeremonyError.renewalAwaited) { try await field.close() }
      #expect(try await boards.file("renewal-1-checkpoint", election: election) == nil)
      // The board grows: all the same, one checkpoint is asked for.
      let context = field.field.context(try await boards.opening(of: election).electionID)
      var random = seeded("meanwhile")
      let joint = try await boards.trustees(of: election).jointKey(.election)
      let ballots = BallotContext(election: context.election, jointKey: joint, layout: context.layout)
      _ = try await boards.cast(field.field.ballot(1, by: 4, ballots, random: &random), election: election)
      try field.restart()
      try await field.cosignRenewal(first, as: 1)
      let file = try need(try await field.server().boards.file("renewal-1-checkpoint", election: election), "the checkpoint")
      let signed = try SignedCheckpoint(parsing: file.bytes)
      #expect(file.isFinal && signed.checkpoint.size == before && signed.note.signatures.count == 3)
      #expect(try await field.server().boards.renewalsAwaited(of: election).isEmpty)
      // Others come too late, and change nothing.
      try await field.cosignRenewal(former, as: 3)
      try await field.cosign([2])
      #expect(try await field.server().boards.file("renewal-1-checkpoint", election: election)?.bytes == file.bytes)
      try await field.close()
      try await field.cosign([1, 2, 3])
      try await field.decrypt([2, 3])
      _ = try await field.server().ceremonies.tally(election)
      #expect(try await field.server().ceremonies.refusals(of: election).isEmpty)
    }
  }

  @Test("a successor has neither the signatures nor the absence of who had its place", arguments: DatabaseKind.all)
  func successor(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.gather()
      try await field.start()
      try await field.converse()
      try await field.drill([1, 2])
      let (ceremonies, election) = (field.server().ceremonies, field.election)
      try await ceremonies.acknowledge(absent: ["Cy"], of: election)
      let context = try await field.open()
      try await field.cosign([1, 3])
      #expect(try await ceremonies.cosigned(election) == [1: 1, 3: 1])
      try await field.handOver(to: [3: TestTrustee("Dee")], by: [1, 2])
      // Those who brought it into force have cosigned its entry.
      #expect(try await ceremonies.cosigned(election) == [1: 2, 2: 2])
      let overview = try await ceremonies.overview(of: election)
      #expect(overview.trustees.map { $0.isAbsent } == [false, false, false] && overview.trustees[2].latencies.isEmpty)
      let conduct = try await ceremonies.conduct(of: election, closed: nil)
      #expect(conduct.trustees[2].standings[.drill] == .joined && conduct.trustees[0].standings[.drill] == .done)
      try await field.cosign([2, 3])
      #expect(try await ceremonies.cosigned(election)[3] == 2)
      // A receipt is witnessed by those who act now.
      var random = seeded("after")
      let ballot = try field.field.ballot(1, by: 0, context, random: &random)
      let receipt = try await field.server().boards.cast(ballot, election: election)
      try await field.cosign([2, 3])
      let witnessed = try need(try await field.server().boards.receipt(receipt.tracker, election: election), "a receipt")
      #expect(try Receipt(parsing: witnessed.bytes).checkpoint.note.signatures.count == 3)
    }
  }

  @Test("a trustee that stays and uses its old share is refused for that, not for a wrong one", arguments: DatabaseKind.all)
  func oldShare(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var (field, _, first, before) = try await replaced(test)
      let (server, election, key) = (field.server(), field.election, first.key.publicKey)
      let ceremonies = server.ceremonies
      try await field.close()
      try await field.cosign([1, 2, 3])
      let shares = try need(first.shares, "shares")
      let partial = try await field.partial(of: 1, with: (shares, before)).encoded
      let outdated = CeremonyError.refused("it comes from the share that trustee 1 had before a renewal")
      await #expect(throws: outdated) { try await ceremonies.addPartial(partial, election, by: key) }
      try await field.decrypt([2, 3])
      _ = try await ceremonies.tally(election)
      let message = try await ceremonies.certificate(of: election, server.boards).message
      let acting = try await server.boards.roster(of: election).current.acting
      let old = try TestSigner(JointSigningKey(before.keys.signing), message, SigningTrustee(key: first.key, shares: shares))
      let second = try TestSigner(
        JointSigningKey(acting.keys.signing), message,
        SigningTrustee(key: field.trustees[1].key, shares: need(field.trustees[1].shares, "shares")))
      try await old.step(ceremonies, election)
      try await second.step(ceremonies, election)
      let answer = try need(try old.answer(try await ceremonies.signingRequest(election, by: key)), "an answer").encoded
      let target = "/api/v1/elections/\(election)/signing"
      let sent = TrusteeRequest(method: Array("POST".utf8), target: Array(target.utf8), time: 1_700_000_000, body: answer)
      let request = SignedRequest(
        target: target, time: sent.time, bodyHash: sent.bodyHash, signature: sent.signed(by: first.key).signature)
      await #expect(throws: outdated) { try await ceremonies.addSigning(answer, election, by: key, request: request) }
      let refusals = try await ceremonies.refusals(of: election)
      #expect(said(refusals) == ["1 Ada decryption former-trustee", "1 Ada signature former-trustee"])
      // What was not signed proves nothing; the share does, as one that was right before.
      #expect(refusals.map { $0.isProved } == [false, true])
      let evidence = try need(refusals.last?.evidence, "evidence")
      let roster = try await server.boards.roster(of: election)
      #expect(evidence.isOutdated(roster, message: message) && !evidence.isOutdated(roster, message: message + [0]))
      let other = WrongShare(
        trustee: 1, list: evidence.list, body: answer, target: evidence.target, time: evidence.time + 1,
        signature: evidence.signature)
      #expect(!other.isOutdated(roster, message: message))
      try await field.sign([2, 3])
      try await field.sign([2, 3])
      #expect(try await field.state().phase == .tallied)
    }
  }

  @Test("what was noted of old shares before is kept with all else", arguments: DatabaseKind.all)
  func migration(kind: DatabaseKind) async throws {
    let steps = Schema.migrations
    let index = try #require(steps.firstIndex { $0.name == "0015-former-trustees" })
    try await withDatabase(kind, Array(steps[..<index])) { test async throws in
      try await test.database.transaction { session in
        try await session.execute(
          "INSERT INTO former_trustees (election, signing_key, number, name, renewal) VALUES ($1, $2, 3, 'Cy', 1)",
          [.text("e"), .bytes([UInt8](repeating: 3, count: 32))])
        try await session.execute(
          """
          INSERT INTO trustees (id, election, number, name, token_hash, invited, signing_key)
          VALUES ('a', $1, 1, 'Ada', $2, 0, $3), ('b', $1, 3, 'Dee', $4, 0, $5)
          """,
          [.text("e")] + (1...4).map { .bytes([UInt8](repeating: $0 + 10, count: 32)) })
        for (number, name, use) in [(1, "Ada", "decryption"), (3, "Cy", "signature"), (3, "Cy", "approval")] {
          try await session.execute(
            "INSERT INTO outdated_shares (election, number, name, usage, time) VALUES ($1, $2, $3, $4, 9)",
            [.text("e"), .integer(Int64(number)), .text(name), .text(use)])
        }
      }
      _ = try await test.database.migrate(steps, time: 1)
      let refusals = try await test.database.read { try await TrusteeStore(election: "e").refusals($0) }
      #expect(
        said(refusals)
          == ["1 Ada decryption former-trustee", "3 Cy signature former-trustee", "3 Cy approval former-trustee"])
      #expect(Set(refusals.map { $0.signingKey.bytes[0] }) == [12, 3] && refusals.allSatisfy { $0.last == 9 && $0.count == 1 })
    }
  }
}
