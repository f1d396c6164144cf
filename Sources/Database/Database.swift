/// A database: SQLite for one machine, PostgreSQL for several. What differs between them ends here.
///
/// SQL is that of both: parameters `$1`, `$2`, …; no `FOR UPDATE`, no dialect's functions; `INSERT … ON CONFLICT … DO …`, `RETURNING` and common table expressions are in both.
public protocol Database: Sendable {
  /// Reads within one snapshot. Side by side with others.
  func read<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result

  /// Reads and writes within one transaction that is as if it ran alone (serialisable), durable when this returns. What the body throws undoes all of it.
  ///
  /// The body may run more than once, where another transaction was in the way: it must change nothing but the database. It must not
  /// begin another transaction: that would wait for this one.
  ///
  /// - Throws: what the body throws; `DatabaseError.unavailable` when nothing was done; `.unknownOutcome` when the connection was lost
  ///   while committing: the caller looks whether it was done.
  @discardableResult
  func transaction<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result

  /// Waits for what is running and closes all connections.
  func close() async
}

/// A connection within a transaction. Not to be kept beyond it: it refuses.
///
/// A statement that fails fails the whole transaction: what the body does about the error, nothing of it will be kept, and further
/// statements are refused. Whether a row is there is asked with `ON CONFLICT DO NOTHING`, not by trying. Text must not hold the
/// character NUL, which PostgreSQL cannot store.
public protocol SQLSession: Sendable {
  /// The rows that a statement gives.
  func query(_ sql: String, _ values: [SQLValue]) async throws(DatabaseError) -> [SQLRow]

  /// Runs a statement; returns how many rows it inserted, changed or deleted.
  @discardableResult
  func execute(_ sql: String, _ values: [SQLValue]) async throws(DatabaseError) -> Int

  /// Runs one statement for many rows of values, in one go.
  func executeMany(_ sql: String, _ rows: [[SQLValue]]) async throws(DatabaseError)

  /// Runs several statements without parameters, each ended by `;`: for migrations.
  func executeScript(_ sql: String) async throws(DatabaseError)
}

extension SQLSession {
  /// The rows that a statement without parameters gives.
  public func query(_ sql: String) async throws(DatabaseError) -> [SQLRow] { try await query(sql, []) }

  /// Runs a statement without parameters.
  @discardableResult
  public func execute(_ sql: String) async throws(DatabaseError) -> Int { try await execute(sql, []) }
}
