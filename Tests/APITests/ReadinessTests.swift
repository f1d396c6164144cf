import Database
import TestDatabases
import Testing
import VotingService

@testable import API

@Suite struct ReadinessTests {
  @Test(arguments: DatabaseKind.all) func databasesNeedTheirWholeSchema(_ kind: DatabaseKind) async throws {
    try await withDatabase(kind, Array(Schema.migrations.dropLast())) { test in
      let check = DatabaseReadiness(database: test.database)
      await #expect(throws: DatabaseError.self) { try await check.check() }
      try await test.database.migrate(Schema.migrations, time: 0)
      try await check.check()
      await test.database.close()
      await #expect(throws: DatabaseError.self) { try await check.check() }
    }
  }

  @Test func disksNeedRoom() async throws {
    try await DiskReadiness(folder: "/", minimum: 1).check()
    await #expect(throws: DiskProblem.self) { try await DiskReadiness(folder: "/", minimum: .max).check() }
    await #expect(throws: DiskProblem.unreadable(errno: 2)) { try await DiskReadiness(folder: "/no such folder").check() }
  }
}
