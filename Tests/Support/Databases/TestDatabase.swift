import Database
import Foundation
import PostgreSQLDatabase
import SQLiteDatabase

/// The databases that every storage test runs on: `@Test(arguments: DatabaseKind.all)`.
public enum DatabaseKind: String, CaseIterable, Sendable {
  case sqlite, postgresql

  /// All of them.
  public static let all = allCases
}

/// A database of a test's own.
public struct TestDatabase: Sendable {
  /// What it is.
  public let kind: DatabaseKind
  /// It, open.
  public let database: any Database
  /// Where it is: a file, or a connection string.
  public let location: String

  /// The same database through a connection of a test's own.
  public init(kind: DatabaseKind, database: any Database, location: String) {
    self.kind = kind
    self.database = database
    self.location = location
  }

  /// Opens it once more, as another server would.
  public func openAgain() async throws -> any Database { try await Self.open(kind, location) }

  static func open(_ kind: DatabaseKind, _ location: String) async throws -> any Database {
    switch kind {
    case .sqlite: try await SQLiteDatabase(.init(path: location))
    case .postgresql: try await PostgreSQLDatabase(.init(connection: location))
    }
  }
}

/// Gives a test a fresh database, with the steps `migrations` applied, and removes it afterwards.
public func withDatabase<Result>(
  _ kind: DatabaseKind, _ migrations: [Migration] = [], _ body: (TestDatabase) async throws -> Result
) async throws -> Result {
  switch kind {
  case .sqlite:
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await use(kind, folder.appending(path: "test.sqlite").path, migrations, body)
  case .postgresql: return try await withDatabase(on: .shared(), migrations, body)
  }
}

/// Gives a test a fresh database on a server that it knows: a schema of its own, which takes a fiftieth of the time that a database of its
/// own takes. It goes with the server.
public func withDatabase<Result>(
  on server: PostgreSQLServer, _ migrations: [Migration] = [], _ body: (TestDatabase) async throws -> Result
) async throws -> Result {
  let name = "t" + UUID().uuidString.lowercased().replacing("-", with: "")
  try await server.administer("CREATE SCHEMA \(name)")
  return try await use(.postgresql, server.connection(schema: name), migrations, body)
}

private func use<Result>(
  _ kind: DatabaseKind, _ location: String, _ migrations: [Migration], _ body: (TestDatabase) async throws -> Result
) async throws -> Result {
  let database = try await TestDatabase.open(kind, location)
  do {
    if !migrations.isEmpty { try await database.migrate(migrations, time: 0) }
    let result = try await body(TestDatabase(kind: kind, database: database, location: location))
    await database.close()
    return result
  } catch {
    await database.close()
    throw error
  }
}
