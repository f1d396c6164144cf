import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import VotingService

@Suite("Life of an election's trustees")
struct LifeTests {
  @Test("invitations: one key each, until a ceremony has begun", arguments: DatabaseKind.all)
  func invitations(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      let (terms, election) = (field.terms(), field.election)
      let server = field.servers[0]
      let ceremonies = server.ceremonies
      await #expect(throws: CeremonyError.unknownElection) { try await ceremonies.invite("Ada", to: election) }
      try await test.database.transaction { session in try await ceremonies.begin(election, terms, in: session) }
      #expect(try await ceremonies.outcome(of: election) == .failure(.noTrustees))
      let first = try await ceremonies.invite("Seat A", to: election)
      let second = try await ceremonies.invite("Seat B", to: election)
      let third = try await ceremonies.invite("Seat C", at: 1, to: election)
      #expect([first.number, second.number, third.number] == [1, 2, 1])
      #expect(first.token.utf8.count == 43)
      await #expect(throws: CeremonyError.nameTaken) { try await ceremonies.invite("Seat A", to: election) }
      await #expect(throws: CeremonyError.badName) { try await ceremonies.invite("two\nlines", to: election) }
      try await field.trustees[0].join(first.token, server)
      #expect(field.trustees[0].number == 2)
      try await field.trustees[0].join(first.token, server)
      await #expect(throws: CeremonyError.otherKey) { try await field.trustees[1].join(first.token, server) }
      await #expect(throws: CeremonyError.keyTaken) { try await field.trustees[0].join(second.token, server) }
      var namesake = TestTrustee("Ada", seed: "another")
      await #expect(throws: CeremonyError.nameTaken) { try await namesake.join(second.token, server) }
      let joining = try field.trustees[1].joining(second.token)
      await #expect(throws: CeremonyError.badSignature) {
        try await ceremonies.join(
          joining, signingKey: field.trustees[1].key.publicKey, signature: field.trustees[0].key.sign(joining.text))
      }
      try await field.trustees[1].join(second.token, server)
      try await ceremonies.reorder([2, 3, 1], of: election)
      #expect(try await ceremonies.number(of: field.trustees[0].key.publicKey, election: election) == 1)
      await #expect(throws: CeremonyError.notJoined([3])) { try await ceremonies.start(election) }
      #expect(try await ceremonies.overview(of: election).missing == [3])
      try await ceremonies.revoke(3, of: election)
      await #expect(throws: CeremonyError.unknownInvitation) { try await field.trustees[2].join(third.token, server) }
      let again = try await ceremonies.reissue(2, of: election)
      await #expect(throws: CeremonyError.unknownInvitation) { try await field.trustees[1].join(second.token, server) }
      try await field.trustees[1].join(again.token, server)
      try await ceremonies.start(election)
      await #expect(throws: CeremonyError.begun) { try await ceremonies.start(election) }
      await #expect(throws: CeremonyError.begun) { try await ceremonies.revoke(1, of: election) }
      await #expect(throws: CeremonyError.begun) { try await ceremonies.invite("Late", to: election) }
      try await ceremonies.start(election, restart: true)
      // Who has joined gets the same answer for ever.
      try await field.trustees[0].join(first.token, server)
    }
  }

  @Test("an absent trustee is acknowledged by name, and comes too late after the opening", arguments: DatabaseKind.all)
  func absence(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.gather()
      let ceremonies = field.servers[0].ceremonies
      let election = field.election
      #expect(try await ceremonies.outcome(of: election) == .failure(.notStarted))
      try await field.start()
      #expect(try await ceremonies.outcome(of: election) == .failure(.ceremony))
      await #expect(throws: CeremonyError.wrongPhase(.ceremony)) {
        try await ceremonies.acknowledge(absent: ["Cy"], of: election)
      }
      try await field.converse()
      try await field.drill([1])
      #expect(try await ceremonies.outcome(of: election) == .failure(.drill(missing: [2, 3])))
      await #expect(throws: CeremonyError.notMissing(name: "Ada")) {
        try await ceremonies.acknowledge(absent: ["Ada"], of: election)
      }
      await #expect(throws: CeremonyError.notMissing(name: "Mal")) {
        try await ceremonies.acknowledge(absent: ["Mal"], of: election)
      }
      await #expect(throws: CeremonyError.tooManyAbsent(most: 1)) {
        try await ceremonies.acknowledge(absent: ["Bo", "Cy"], of: election)
      }
      try await ceremonies.acknowledge(absent: ["Cy"], of: election)
      #expect(try await field.state().phase == .drill)
      try await field.drill([2])
      #expect(try await field.state().phase == .ready)
      #expect(try await ceremonies.outcome(of: election).get().absent == [3])
      _ = try await field.open()
      await #expect(throws: CeremonyError.opened) { try await field.drill([3]) }
      try await field.drill([2])
      await #expect(throws: CeremonyError.opened) { try await ceremonies.start(election, restart: true) }
      await #expect(throws: CeremonyError.opened) { try await ceremonies.acknowledge(absent: [], of: election) }
      #expect(try await field.state().passed == [1, 2])
    }
  }

  @Test("a key ceremony is given up, a lost trustee replaced, and another one makes the key", arguments: DatabaseKind.all)
  func abandonment(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2)
      try await field.gather()
      let (ceremonies, election) = (field.servers[0].ceremonies, field.election)
      await #expect(throws: CeremonyError.wrongPhase(.gathering)) { try await ceremonies.abandon(election) }
      try await field.start()
      let given = try need(try await field.state().ceremony, "a ceremony")
      // Cy is lost: the others say what they can.
      let state = try await field.state()
      var said: [[UInt8]] = []
      for index in 0..<2 { said += try await field.trustees[index].step(state, election, field.server()) }
      _ = try await ceremonies.append(CeremonyBatch(said).encoded, to: given, of: election)
      await #expect(throws: CeremonyError.begun) { try await ceremonies.revoke(3, of: election) }
      try await ceremonies.abandon(election)
      for server in field.servers {
        let state = try await server.ceremonies.state(of: election)
        #expect(state.phase == .failed && state.isGivenUp && state.messages == UInt64(said.count))
      }
      #expect(try await ceremonies.outcome(of: election) == .failure(.notStarted))
      await #expect(throws: CeremonyError.wrongPhase(.failed)) { try await ceremonies.abandon(election) }
      // What comes late changes nothing; what was said can be read.
      _ = try await ceremonies.append(CeremonyBatch(said).encoded, to: given, of: election)
      let page = try await ceremonies.messages(of: given, election, after: 0, for: field.trustees[0].key.publicKey)
      #expect(page.entries.count == said.count)
      let conduct = try await ceremonies.conduct(of: election, closed: nil)
      #expect(!conduct.hasFaults && conduct.trustees.allSatisfy { $0.standings[.ceremony] == .later })
      try await ceremonies.revoke(3, of: election)
      let invitation = try await ceremonies.invite("Seat 3", to: election)
      field.trustees[2] = TestTrustee("Dee")
      try await field.trustees[2].join(invitation.token, field.server())
      try await field.start()
      #expect(try await field.state().ceremony != given)
      try await field.converse()
      // A key that was made can be given up, too, until the election is open.
      #expect(try await field.state().phase == .drill)
      try await ceremonies.abandon(election)
      await #expect(throws: CeremonyError.wrongPhase(.failed)) { try await field.drill([1]) }
      try await field.start()
      try await field.converse()
      try await field.drill([1, 2, 3])
      _ = try await field.open()
      await #expect(throws: CeremonyError.opened) { try await ceremonies.abandon(election) }
      let words = try await test.database.read { session in
        try await session.query("SELECT COUNT(*) FROM ceremonies WHERE election = $1 AND state = 'abandoned'", [.text(election)])
      }
      #expect(try words[0].integer(0) == 2)
    }
  }

  @Test("at the end the times that trustees took are kept by name, and counted with that of the draw", arguments: DatabaseKind.all)
  func endTimes(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      let metrics = MetricsRegistry()
      field.servers = [try TrusteeServer(test.database, field.field, metrics: metrics)]
      try await field.vote()
      try await field.close()
      let (ceremonies, clock) = (field.servers[0].ceremonies, field.field.clock)
      clock.advance(3000)
      try await field.cosign([1, 2])
      clock.advance(4000)
      try await field.decrypt([1, 2])
      #expect(try await ceremonies.tally(field.election) == .waiting)
      clock.advance(5000)
      try await field.sign([1, 2])
      let trustees = try await ceremonies.overview(of: field.election).trustees
      #expect(trustees.map { $0.latencies[.cosignature] } == [3000, 3000, nil])
      #expect(trustees.map { $0.latencies[.decryption] } == [4000, 4000, nil])
      #expect(trustees.map { $0.latencies[.signing] } == [5000, 5000, nil])
      let text = metrics.text
      for line in [
        #"comitia_trustee_seconds_sum{phase="cosignature"} 6"#, #"comitia_trustee_seconds_sum{phase="decryption"} 8"#,
        #"comitia_trustee_seconds_sum{phase="signing"} 10"#, #"comitia_draw_seconds_sum{draw="closing"} 4"#,
      ] {
        #expect(text.contains(line + "\n"), "\(line)")
      }
    }
  }

  @Test("while voting goes on, the times to cosignatures and quorum are counted once", arguments: DatabaseKind.all)
  func cosignatureTimes(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      let metrics = MetricsRegistry()
      field.servers = [try TrusteeServer(test.database, field.field, metrics: metrics)]
      try await field.vote()
      field.field.clock.advance(3000)
      for numbers in [[1], [1], [2], [3]] { try await field.cosign(numbers) }
      let text = metrics.text
      for line in [
        #"comitia_cosignature_seconds_count{until="trustee"} 3"#, #"comitia_cosignature_seconds_sum{until="trustee"} 9"#,
        #"comitia_cosignature_seconds_count{until="quorum"} 1"#, #"comitia_cosignature_seconds_sum{until="quorum"} 3"#,
      ] {
        #expect(text.contains(line + "\n"), "\(line)")
      }
    }
  }

  @Test("an election that is given up while trustees decrypt has no result", arguments: DatabaseKind.all)
  func abortedWhileDecrypting(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2)
      try await field.vote()
      try await field.close()
      try await field.cosign([1, 2])
      try await field.decrypt([1, 2])
      let (server, election) = (field.server(), field.election)
      #expect(try await test.database.transaction { try await server.ceremonies.abort(election, in: $0) })
      for server in field.servers {
        #expect(try await server.ceremonies.tally(election) == .aborted)
        #expect(try await server.ceremonies.state(of: election).phase == .aborted)
        #expect(server.states.all == [])
      }
      #expect(try await server.boards.file("result", election: election) == nil)
      #expect(try await server.boards.file("tally", election: election) == nil)
    }
  }

  @Test("many servers tally at once, and one publishes; then nothing can be given up", arguments: DatabaseKind.all)
  func tallyAtOnce(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 3)
      try await field.vote()
      try await field.close()
      try await field.cosign([1, 2, 3])
      try await field.decrypt([1, 2, 3])
      let (servers, election) = (field.servers, field.election)
      let outcomes = try await withThrowingTaskGroup(of: TallyOutcome.self) { group in
        for server in servers { group.addTask { try await server.ceremonies.tally(election) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes == [.waiting, .waiting, .waiting])
      #expect(try await field.state().phase == .signing)
      // The totals are there for all to read: it is too late to give the election up.
      #expect(try await test.database.transaction { try await servers[1].ceremonies.abort(election, in: $0) } == false)
      try await field.sign([1, 3])
      for server in servers { #expect(try await server.ceremonies.tally(election) == .tallied) }
      #expect(try await test.database.transaction { try await servers[0].ceremonies.abort(election, in: $0) } == false)
      // What has been taken is taken again; the phase is over for anything else.
      let partial = try await field.partial(of: 1)
      try await servers[0].ceremonies.addPartial(partial.encoded, election, by: field.trustees[0].key.publicKey)
      await #expect(throws: CeremonyError.wrongPhase(.tallied)) {
        try await servers[0].ceremonies.addPartial([1], election, by: field.trustees[0].key.publicKey)
      }
    }
  }

  @Test("the jobs of closing and decryption bring the tally about", arguments: DatabaseKind.all)
  func jobs(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      try await field.close()
      let ceremonies = field.servers[0].ceremonies
      func work() async throws {
        let rows = try await test.database.transaction { session in
          try await session.query("UPDATE jobs SET state = 'done' WHERE kind = 'tally' AND state = 'waiting' RETURNING id, payload")
        }
        for row in rows {
          try await ceremonies.perform(
            Job(id: try row.text(0), kind: Ceremonies.tallyJob, payload: try row.bytes(1), key: nil, attempt: 1))
        }
      }
      try await work()
      try await field.cosign([1, 3])
      try await field.decrypt([3])
      try await work()
      #expect(try await field.state().phase == .decrypting)
      try await field.decrypt([1])
      try await work()
      #expect(try await field.state().phase == .signing)
    }
  }

  @Test("whoever waits for news is told, and the times that trustees took are kept", arguments: DatabaseKind.all)
  func waiting(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2)
      try await field.gather()
      let (servers, election, clock) = (field.servers, field.election, field.field.clock)
      let version = try await field.state().version
      #expect(try await servers[0].ceremonies.state(of: election, after: version, wait: 0).version == version)
      async let own = servers[0].ceremonies.state(of: election, after: version, wait: 30)
      async let other = servers[1].ceremonies.state(of: election, after: version, wait: 30)
      try await servers[0].ceremonies.start(election)
      let states = try await (own, other)
      #expect(states.0.version > version && states.1.version > version)
      #expect(states.0.phase == .ceremony && states.1.phase == .ceremony)
      try await field.start(restart: true)
      clock.advance(5000)
      try await field.converse()
      clock.advance(2000)
      try await field.drill([2])
      let overview = try await servers[1].ceremonies.overview(of: election)
      #expect(overview.missing == [1, 3])
      #expect(overview.trustees.map { $0.latencies[.ceremony] } == [5000, 5000, 5000])
      #expect(overview.trustees.map { $0.latencies[.drill] } == [nil, 2000, nil])
      try await servers[0].ceremonies.heard(of: field.trustees[0].key.publicKey, election: election)
      #expect(try await servers[0].ceremonies.overview(of: election).trustees[0].seen == clock.now())
    }
  }

  @Test("two servers append at once without gaps", arguments: DatabaseKind.all)
  func appendAtOnce(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test, servers: 2, names: (1...7).map { "T\($0)" })
      let (terms, election) = (field.terms(threshold: 4, quorum: 4), field.election)
      let ceremonies = field.servers[0].ceremonies
      try await test.database.transaction { session in try await ceremonies.begin(election, terms, in: session) }
      for index in field.trustees.indices {
        let invitation = try await ceremonies.invite("Seat \(index + 1)", to: election)
        try await field.trustees[index].join(invitation.token, field.servers[1])
      }
      try await field.start()
      let state = try await field.state()
      let id = try need(state.ceremony, "a ceremony")
      var commits: [[UInt8]] = []
      for index in field.trustees.indices {
        commits += try await field.trustees[index].step(state, election, field.servers[0])
      }
      let (servers, all) = (field.servers, commits)
      let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
        for (index, commit) in (all + all.reversed()).enumerated() {
          group.addTask {
            try await servers[index % 2].ceremonies.append(CeremonyBatch([commit]).encoded, to: id, of: election)
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(accepted == 7)
      let page = try await servers[0].ceremonies.messages(of: id, election, after: 0, for: field.trustees[0].key.publicKey)
      #expect(page.entries.count == 7)
      try await field.converse()
      #expect(try await field.state().phase == .drill)
    }
  }

  @Test("a checkpoint that the board cannot show makes it read-only", arguments: DatabaseKind.all)
  func lostEntries(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try TrusteeField(test)
      try await field.vote()
      let election = field.election
      let before = try await field.server().ceremonies.witnessRequest(election, old: 1).checkpoint
      try await field.server().ceremonies.report(before.bytes, election)
      #expect(try await field.server().boards.state(of: election).behind == nil)
      await #expect(throws: BoardError.beyondEnd(size: before.checkpoint.size)) {
        try await field.server().ceremonies.witnessRequest(election, old: before.checkpoint.size + 1)
      }
      // Lines on a size that there is not are ignored.
      let line = try field.trustees[0].cosign(before.checkpoint, origin: field.field.parts.origin, time: 1)
      try await field.server().ceremonies.cosign(line, size: before.checkpoint.size + 9, election)
      await #expect(throws: CeremonyError.refused("not a signed checkpoint")) {
        try await field.server().ceremonies.report([1, 2], election)
      }
      try await lose(test.database, election)
      try field.restart()
      try await field.server().ceremonies.report(before.bytes, election)
      #expect(try await field.server().boards.state(of: election).behind == .truncated(signed: before.checkpoint.size))
    }
  }

  /// Takes the database back to the opened board.
  private func lose(_ database: any Database, _ election: String) async throws {
    try await database.transaction { session in
      for table in ["board_entries", "board_ballots"] {
        try await session.execute("DELETE FROM \(table) WHERE election = $1 AND position > 0", [.text(election)])
      }
      try await session.execute("UPDATE boards SET size = 1, root = election_id WHERE election = $1", [.text(election)])
    }
  }
}
