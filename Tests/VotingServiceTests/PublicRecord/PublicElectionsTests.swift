import Elections
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("Elections as everybody sees them")
struct PublicElectionsTests {
  @Test("a whole election: board, pauses, turnout, signatures, result", arguments: DatabaseKind.all)
  func whole(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let service = Service(field)
      let everybody = PublicElections(field.elections)
      var election = try await PreparedElection(service, voters: 5)
      await #expect(throws: ElectionError.notFound) { try await everybody.election(election.reference, for: nil) }
      #expect(try await everybody.election(election.reference, for: field.organiser).board == nil)
      try await election.makeReady()
      _ = try await service.lives.open(election.reference, by: field.organiser)
      try await vote(&election, service)
      let board = try #require(try await everybody.election(election.reference, for: nil).board)
      #expect(board.history.milestones.map { $0.kind } == [.opening, .pause, .resume])
      #expect(board.history.milestones[1].reason == "The hall is flooded" && board.history.milestones[1].position == 2)
      let times = board.history.firstCasts
      #expect(times.count == 3 && board.history.firstCast == times[0] && board.history.lastCast == times[2])
      #expect(board.history.voters(at: times[1]) == 2 && board.history.voters(at: times[0] - 1) == 0)

      // Another server reads the same from the tables.
      let other = PublicElections(try service.restarted().field.elections)
      #expect(try await other.election(election.reference, for: nil).board?.history == board.history)
      #expect(try await other.audit(of: election.reference) == everybody.audit(of: election.reference))

      _ = try await service.lives.close(election.reference, by: field.organiser)
      try await tally(&election, service, everybody)
    }
  }

  private func vote(_ election: inout PreparedElection, _ service: Service) async throws {
    let reason = try need(PublicReason(try text("The hall is flooded")), "reason")
    try await election.cast(1, by: election.secrets[0])
    service.field.clock.advance(1000)
    _ = try await service.lives.pause(election.reference, reason: reason, by: service.field.organiser)
    service.field.clock.advance(1000)
    _ = try await service.lives.resume(election.reference, by: service.field.organiser)
    for voter in 1...2 {
      service.field.clock.advance(1000)
      try await election.cast(1, by: election.secrets[voter])
    }
  }

  private func tally(_ election: inout PreparedElection, _ service: Service, _ everybody: PublicElections) async throws {
    let reference = election.reference
    let begun = try await everybody.progress(of: reference)
    #expect(begun.threshold == 2 && begun.quorum == 2 && begun.cosigned.isEmpty && begun.decrypted.isEmpty)
    for index in 0...1 { try await election.trustees[index].cosign(try await election.election(), service) }
    for index in 0...1 {
      var random = seeded("part \(index)")
      try await election.trustees[index].decrypt(reference, service, random: &random)
    }
    #expect(try await everybody.progress(of: reference).decrypted == [1, 2])
    #expect(try await everybody.result(of: reference) == nil)
    try await service.work()
    try await election.sign([2, 3])
    #expect(try await everybody.result(of: reference)?.counted == 3)
    let audit = try await everybody.audit(of: reference)
    #expect(audit.cosignatures.map { $0.trustee } == [1, 2] && audit.cosignatures.allSatisfy { $0.size == 7 })
    #expect(audit.checkpoints.map { $0.size } == [7] && audit.checkpoints[0].cosignatures == 2)
    #expect(audit.ceremonies.map { $0.state } == ["complete"])
    #expect(audit.entries.map { $0.kind } == [.closing, .cast, .cast, .resume, .pause, .cast, .opening])
    #expect(audit.trustees.count == 3 && audit.trustees[0].latencies[.cosignature] != nil)
  }

  @Test("open elections stand first, drafts nowhere, and lists have pages", arguments: DatabaseKind.all)
  func lists(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let everybody = PublicElections(field.elections)
      var references: [String] = []
      for _ in 0..<6 { references.append(try await field.draft().reference) }
      let states = ["tallied", "active", "aborted", "paused", "archived"]
      let made = references
      try await field.environment.database.transaction { session in
        for (index, state) in states.enumerated() {
          try await session.execute(
            "UPDATE elections SET state = $2, opened = $3 WHERE reference = $1",
            [.text(made[index]), .text(state), .integer(Int64(1000 + index))])
        }
      }
      let (all, total) = try await everybody.list(page: 0, size: 10)
      #expect(total == 5 && all.map { $0.state } == [.paused, .active, .archived, .tallied, .aborted])
      let second = try await everybody.list(page: 1, size: 2).elections
      #expect(second == Array(all[2..<4]))
      #expect(try await everybody.list(page: 3, size: 2).elections.isEmpty)
    }
  }
}
