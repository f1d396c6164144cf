import Database

/// A trustee that an election waits for and that was not heard of lately.
public struct SilentTrustee: Sendable, Equatable {
  public let election: String
  public let title: String
  public let name: String
  /// Unix milliseconds; `nil`: never since it joined.
  public let seen: UInt64?
}

/// An election whose board takes nothing.
public struct BoardBehind: Sendable, Equatable {
  public let election: String
  public let title: String
  /// What shows it; `nil`: the board cannot be read.
  public let evidence: BoardEvidence?
}

/// What an operator looks at when something seems wrong.
public struct ServiceHealth: Sendable {
  private let database: any Database
  private let clock: any Clock
  private let boards: Boards

  /// Trustees ask again within seconds; after so many milliseconds something is wrong with one.
  public static let silence: UInt64 = 10 * 60_000

  public init(database: any Database, clock: any Clock, boards: Boards) {
    self.database = database
    self.clock = clock
    self.boards = boards
  }

  /// How long the database takes to answer, in microseconds.
  ///
  /// - Throws: what the database says when it does not.
  public func databaseTime() async throws -> UInt64 {
    let start = ContinuousClock.now
    _ = try await database.read { session in try await session.query("SELECT COUNT(*) FROM elections") }
    return UInt64((ContinuousClock.now - start) / .microseconds(1))
  }

  /// Boards that are read-only because entries are missing.
  public func boardsBehind() async throws -> [BoardBehind] {
    let rows = try await database.read { session in
      try await session.query(
        "SELECT reference, title FROM elections WHERE state IN ('active', 'paused', 'closed') ORDER BY reference")
    }
    var behind: [BoardBehind] = []
    for row in rows {
      let (election, title) = (try row.text(0), try row.text(1))
      do {
        if let evidence = try await boards.state(of: election).behind {
          behind.append(BoardBehind(election: election, title: title, evidence: evidence))
        }
      } catch is BoardError { behind.append(BoardBehind(election: election, title: title, evidence: nil)) }
    }
    return behind
  }

  /// Trustees of open elections, and of those being counted, that are not heard of.
  public func silentTrustees() async throws -> [SilentTrustee] {
    let limit = Int64(clamping: clock.now()) - Int64(Self.silence)
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT e.reference, e.title, t.name, t.seen FROM trustees t JOIN elections e ON e.reference = t.election
        WHERE e.state IN ('active', 'paused', 'closed') AND t.joined IS NOT NULL AND (t.seen IS NULL OR t.seen < $1)
        ORDER BY e.reference, t.number
        """, [.integer(limit)])
    }
    return try rows.map { row in
      SilentTrustee(
        election: try row.text(0), title: try row.text(1), name: try row.text(2),
        seen: row.isNull(3) ? nil : UInt64(try row.integer(3)))
    }
  }
}
