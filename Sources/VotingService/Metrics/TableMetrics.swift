import Database

/// Numbers that stand in the database, read now and then: jobs, elections, accounts, sessions. No name, election or account stands in them.
public struct TableMetrics: Sendable {
  private let database: any Database
  private let clock: any Clock
  private let queue: JobQueue
  private let jobs: Gauge
  private let oldestJob: Gauge
  private let elections: Gauge
  private let accounts: Gauge
  private let sessions: Gauge
  private let marks: Gauge
  private let oldestMark: Gauge

  /// Milliseconds without a request after which a session's user is no longer counted as active.
  private static let active: UInt64 = 15 * 60_000

  public init(database: any Database, clock: any Clock, queue: JobQueue, registry: MetricsRegistry) {
    self.database = database
    self.clock = clock
    self.queue = queue
    jobs = registry.gauge("comitia_jobs", help: "Jobs that are not done, by kind and state.")
    oldestJob = registry.gauge(
      "comitia_jobs_oldest_seconds", help: "For how long the job that waits longest could have been done, by kind.")
    elections = registry.gauge("comitia_elections", help: "Elections, by state.")
    accounts = registry.gauge("comitia_accounts", help: "Accounts, by state.")
    sessions = registry.gauge("comitia_sessions_active", help: "Sessions with a request in the last quarter of an hour.")
    marks = registry.gauge(
      "comitia_marks_waiting", help: "Results that are to be marked on Solana and are not yet, by what is missing.")
    oldestMark = registry.gauge("comitia_marks_oldest_seconds", help: "For how long the result that waits longest is to be marked.")
  }

  /// Reads them every so many seconds until the task is cancelled. While the database is away the numbers stay as they were.
  public func run(every seconds: Int) async {
    while !Task.isCancelled {
      try? await read()
      try? await Task.sleep(for: .seconds(seconds))
    }
  }

  /// Reads them once.
  public func read() async throws {
    let since = Int64(clamping: clock.now()) - Int64(Self.active)
    let (statistics, elections, accounts, sessions) = try await database.read { session in
      (
        try await queue.statistics(in: session), try await Self.counts("elections", session),
        try await Self.counts("accounts", session),
        try await session.query("SELECT COUNT(*) FROM sessions WHERE used > $1", [.integer(since)]).first?.integer(0) ?? 0
      )
    }
    for (kind, entry) in statistics {
      for (state, count) in [("waiting", entry.waiting), ("running", entry.running), ("failed", entry.failed)] {
        jobs.set(Double(count), [("kind", kind), ("state", state)])
      }
      oldestJob.set(Double(entry.oldestAge) / 1000, [("kind", kind)])
    }
    for state in ElectionState.allCases {
      self.elections.set(Double(elections[state.rawValue] ?? 0), [("state", state.rawValue)])
    }
    for state in AccountState.allCases { self.accounts.set(Double(accounts[state.rawValue] ?? 0), [("state", state.rawValue)]) }
    self.sessions.set(Double(sessions))
    try await readMarks()
  }

  /// What marks wait for: `preparation`, by the network; `signature`, by the trustees; `confirmation`, by the network again.
  private func readMarks() async throws {
    let row = try await database.read { session in
      try await session.query(
        """
        SELECT COUNT(*), COUNT(message), COUNT(signature), MIN(begun) FROM result_marks WHERE finished IS NULL
        """)[0]
    }
    let (all, asked, signed) = (try row.integer(0), try row.integer(1), try row.integer(2))
    for (what, count) in [("preparation", all - asked), ("signature", asked - signed), ("confirmation", signed)] {
      marks.set(Double(count), [("for", what)])
    }
    oldestMark.set(row.isNull(3) ? 0 : max(0, Double(clock.now()) - Double(try row.integer(3))) / 1000)
  }

  /// How many rows of a table are in each state.
  private static func counts(_ table: String, _ session: any SQLSession) async throws -> [String: Int64] {
    var counts: [String: Int64] = [:]
    for row in try await session.query("SELECT state, COUNT(*) FROM \(table) GROUP BY state") {
      counts[try row.text(0)] = try row.integer(1)
    }
    return counts
  }
}
