import Database
import TestDatabases
import Testing
import VotingService

@Suite("Operations")
struct OperationTests {
  @Test("a failed job is done again, once, and the log says who wanted it", arguments: DatabaseKind.all)
  func jobs(kind: DatabaseKind) async throws {
    try await DeskField.run(kind) { field in
      let queue = JobQueue(clock: field.clock)
      let jobs = JobAdministration(database: field.database, queue: queue, audit: field.audit) {}
      try await field.database.transaction { session in
        try await queue.enqueue(kind: "tally", id: "one", in: session)
        try await session.execute("UPDATE jobs SET state = 'failed', attempts = 5, error = 'no luck' WHERE id = 'one'")
      }
      #expect(try await jobs.list(.failed, limit: 10).map(\.error) == ["no luck"])
      #expect(try await jobs.statistics()["tally"]?.failed == 1)
      #expect(try await jobs.retry("one", by: DeskField.agent))
      #expect(try await !jobs.retry("one", by: DeskField.agent))
      #expect(try await !jobs.retry("none", by: DeskField.agent))
      #expect(try await jobs.list(.waiting, limit: 10).map(\.id) == ["one"])
      #expect(try await field.actions() == ["job.retried"])
    }
  }

  @Test("trustees of an open election that are not heard of are named", arguments: DatabaseKind.all)
  func silence(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      var prepared = try await PreparedElection(Service(field))
      let health = ServiceHealth(
        database: field.environment.database, clock: field.clock, boards: field.environment.boards)
      try await prepared.makeReady()
      #expect(try await health.silentTrustees().isEmpty)
      _ = try await prepared.service.lives.open(prepared.reference, by: field.organiser)
      field.clock.advance(Int(ServiceHealth.silence) + 60_000)
      #expect(try await health.silentTrustees().map(\.name).sorted() == ["Trustee A", "Trustee B", "Trustee C"])
      #expect(try await health.boardsBehind().isEmpty)
      _ = try await health.databaseTime()
    }
  }
}
