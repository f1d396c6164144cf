import Database
import Testing
import TestDatabases

@testable import VotingService

@Suite("Numbers of the tables")
struct TableMetricsTests {
  private struct StandingClock: VotingService.Clock {
    func now() -> UInt64 { 10_000_000 }
  }

  @Test("jobs, elections and accounts are counted by state", arguments: DatabaseKind.all)
  func counts(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let registry = MetricsRegistry()
      let queue = JobQueue(clock: StandingClock())
      let tables = TableMetrics(database: test.database, clock: StandingClock(), queue: queue, registry: registry)
      try await test.database.transaction { session in
        for _ in 0..<3 { try await queue.enqueue(kind: "tally", payload: [], in: session) }
      }
      try await tables.read()
      #expect(registry.text.contains(#"comitia_jobs{kind="tally",state="waiting"} 3"#))
      #expect(registry.text.contains(#"comitia_elections{state="draft"} 0"#))
      #expect(registry.text.contains(#"comitia_accounts{state="pending"} 0"#))
      #expect(registry.text.contains("comitia_sessions_active 0"))
    }
  }
}
