import Database
import Foundation
import TestDatabases
import Testing
import VotingService

@Suite("Schema")
struct SchemaTests {
  @Test("every file of Migrations is in the list, in order, as it is")
  func listIsComplete() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/VotingService/Migrations")
      .standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(Schema.migrations.map { $0.name + ".sql" } == files)
    for migration in Schema.migrations {
      let file = try String(contentsOf: folder.appending(path: migration.name + ".sql"), encoding: .utf8)
      #expect(migration.sql == file, "\(migration.name) lists another file")
    }
  }

  @Test("an empty database takes all steps, once", arguments: DatabaseKind.all)
  func isApplied(kind: DatabaseKind) async throws {
    try await withDatabase(kind) { test async throws in
      let first = try await test.database.migrate(Schema.migrations, time: 1)
      let second = try await test.database.migrate(Schema.migrations, time: 2)
      #expect(first == Schema.migrations.map(\.name))
      #expect(second.isEmpty)
    }
  }
}
