import Curve25519

/// A step of the schema: a file of SQL statements that runs once in the life of a database.
public struct Migration: Sendable, Equatable {
  /// The name of its file without ending, such as `0001-jobs`: orders the steps.
  public let name: String
  /// Statements in the common subset, each ended by `;`. No `BEGIN`, no `COMMIT`: the step is one transaction.
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }

  /// The hash of the statements, lower-case hex.
  var sha256: String {
    let digits = Array("0123456789abcdef".utf8)
    let digest = SHA256.hash(Array(sql.utf8))
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The table of what was applied. Its own row is what servers that start at once wait for.
  static let table = Migration(
    name: "0000-migrations",
    sql: "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied BIGINT NOT NULL);")
}

extension Database {
  /// Brings the schema up to date: applies what is missing of `migrations`, in order, each in a transaction of its own. Several servers
  /// may start at once: each step is done once.
  ///
  /// - Parameters:
  ///   - migrations: all steps there are, by ascending name.
  ///   - time: Unix milliseconds, kept beside each step applied now.
  /// - Returns: the names of those that were applied now.
  /// - Throws: `DatabaseError.schema` when an applied step has been altered since, is unknown to this program or stands out of order; then
  ///   nothing was applied.
  @discardableResult
  public func migrate(_ migrations: [Migration], time: Int64) async throws -> [String] {
    let names = migrations.map(\.name)
    guard zip(names, names.dropFirst()).allSatisfy({ $0 < $1 }), names.first.map({ $0 > Migration.table.name }) ?? true else {
      throw DatabaseError.schema("the migrations are not in ascending order of their names")
    }
    try await createTable(time: time)
    _ = try await patiently { session in try await check(migrations, session) }
    var applied: [String] = []
    for migration in migrations {
      let done = try await patiently { session in
        // Whoever starts at the same time waits here until this is over, and then sees what was done.
        try await session.execute("UPDATE migrations SET applied = applied WHERE name = $1", [.text(Migration.table.name)])
        guard try await check(migrations, session).contains(migration.name) == false else { return false }
        try await session.executeScript(migration.sql)
        try await record(migration, time, session)
        return true
      }
      if done { applied.append(migration.name) }
    }
    return applied
  }

  /// A transaction that goes on waiting where others make their steps at the same time.
  private func patiently<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result {
    for _ in 1..<20 {
      do { return try await transaction(body) } catch DatabaseError.contention { continue }
    }
    return try await transaction(body)
  }

  /// Two servers that create the table at once are in each other's way in ways that differ by database: the loser looks again.
  private func createTable(time: Int64) async throws {
    for attempt in 1... {
      do {
        return try await transaction { session in
          try await session.executeScript(Migration.table.sql)
          try await record(Migration.table, time, session)
        }
      } catch let error as DatabaseError {
        let present = try? await read { session in
          try await session.query("SELECT 1 FROM migrations WHERE name = $1", [.text(Migration.table.name)]).isEmpty == false
        }
        if present == true { return }
        if case .unavailable = error { throw error }
        if attempt == 5 { throw error }
      }
    }
  }

  private func record(_ migration: Migration, _ time: Int64, _ session: any SQLSession) async throws {
    try await session.execute(
      "INSERT INTO migrations (name, sha256, applied) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
      [.text(migration.name), .text(migration.sha256), .integer(time)])
  }

  /// The names of what was applied: the first so many of `migrations`, or the schema is not ours.
  private func check(_ migrations: [Migration], _ session: any SQLSession) async throws -> Set<String> {
    let rows = try await session.query("SELECT name, sha256 FROM migrations WHERE name <> $1", [.text(Migration.table.name)])
    let known = Dictionary(uniqueKeysWithValues: migrations.map { ($0.name, $0.sha256) })
    var applied: Set<String> = []
    for row in rows {
      let name = try row.text(0)
      guard let hash = known[name] else {
        throw DatabaseError.schema("\(name) is unknown: a newer version of the program was here; use that one")
      }
      guard try row.text(1) == hash else {
        throw DatabaseError.schema("\(name) is not what was applied to this database: it has been altered since")
      }
      applied.insert(name)
    }
    for (index, migration) in migrations.enumerated() where index < applied.count && !applied.contains(migration.name) {
      throw DatabaseError.schema("\(migration.name) was left out when later steps were applied")
    }
    return applied
  }
}
