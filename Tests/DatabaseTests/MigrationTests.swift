import Database
import TestDatabases
import Testing

@Suite("Database: migrations")
struct MigrationTests {
  private let first = Migration(
    name: "0001-a",
    sql: "CREATE TABLE a (id TEXT PRIMARY KEY); -- a comment; with a semicolon\nINSERT INTO a (id) VALUES ('one; two');")
  private let second = Migration(name: "0002-b", sql: "CREATE TABLE b (id TEXT PRIMARY KEY);\n\n")

  private func names(_ database: any Database) async throws -> [String] {
    try await database.read { try await $0.query("SELECT name FROM migrations ORDER BY name") }.map { try $0.text(0) }
  }

  /// The message of the `DatabaseError.schema` that `migrations` are refused with.
  private func refusal(_ database: any Database, _ migrations: [Migration]) async -> String? {
    let error = await failure { try await database.migrate(migrations, time: 9) }
    guard case .schema(let message) = error else {
      Issue.record("\(String(describing: error))")
      return nil
    }
    return message
  }

  @Test("steps are applied in order, each once, and written down", arguments: DatabaseKind.all)
  func inOrder(kind: DatabaseKind) async throws {
    try await withDatabase(kind) { test async throws in
      #expect(try await test.database.migrate([first], time: 5) == ["0001-a"])
      #expect(try await test.database.migrate([first, second], time: 6) == ["0002-b"])
      #expect(try await test.database.migrate([first, second], time: 7) == [])
      let rows = try await test.database.read { try await $0.query("SELECT name, applied FROM migrations ORDER BY name") }
      #expect(
        rows == [
          SQLRow([.text("0000-migrations"), .integer(5)]), SQLRow([.text("0001-a"), .integer(5)]),
          SQLRow([.text("0002-b"), .integer(6)]),
        ])
      #expect(try await test.database.read { try await $0.query("SELECT id FROM a") } == [SQLRow([.text("one; two")])])
    }
  }

  @Test("an altered step is named, and nothing is applied", arguments: DatabaseKind.all)
  func altered(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [first]) { test async throws in
      let message = await refusal(test.database, [Migration(name: "0001-a", sql: first.sql + " "), second])
      #expect(message?.contains("0001-a") == true)
      #expect(try await names(test.database) == ["0000-migrations", "0001-a"])
    }
  }

  @Test("a step of a newer version is named", arguments: DatabaseKind.all)
  func newer(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [first, second]) { test async throws in
      #expect(await refusal(test.database, [first])?.contains("0002-b") == true)
    }
  }

  @Test("a step that came in between is named", arguments: DatabaseKind.all)
  func between(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [second]) { test async throws in
      #expect(await refusal(test.database, [first, second])?.contains("0001-a") == true)
      #expect(await refusal(test.database, [second, first]) != nil)
    }
  }

  @Test("a step that fails leaves nothing behind", arguments: DatabaseKind.all)
  func failing(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [first]) { test async throws in
      let bad = Migration(name: "0002-bad", sql: "CREATE TABLE half (id TEXT); CREATE TABL oops;")
      _ = await failure { try await test.database.migrate([first, bad], time: 1) }
      #expect(try await names(test.database) == ["0000-migrations", "0001-a"])
      #expect(try await test.database.migrate([first, second], time: 1) == ["0002-b"])
      _ = await failure { try await test.database.read { try await $0.query("SELECT id FROM half") } }
    }
  }

  @Test("servers that start at once apply each step once", arguments: DatabaseKind.all)
  func atOnce(kind: DatabaseKind) async throws {
    try await withDatabase(kind) { test async throws in
      let migrations = (1...6).map {
        Migration(name: "000\($0)-t", sql: "CREATE TABLE t\($0) (id TEXT); INSERT INTO t\($0) VALUES ('x');")
      }
      var databases: [any Database] = []
      for _ in 0..<5 { databases.append(try await test.openAgain()) }
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for database in databases { group.addTask { try await database.migrate(migrations, time: 1) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      for database in databases { await database.close() }
      #expect(applied.sorted() == migrations.map(\.name))
    }
  }
}
