import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import VotingService

/// Who is there gets its part into the closing draw, and nobody waits for who is not (8.8).
@Suite("Time for the closing draw")
struct ClosingDrawTests {
  /// An election that two of three trustees decrypt, and these have cosigned its closing checkpoint.
  private func decrypting(_ test: TestDatabase, _ cosigners: [Int]) async throws -> TrusteeField {
    var field = try TrusteeField(test, servers: 2, preferredTime: 2000)
    try await field.vote()
    try await field.close()
    try await field.cosign(cosigners)
    field.field.clock.advance(60_000)
    return field
  }

  /// Does the jobs that are due; `nil` where the tally is published.
  ///
  /// - Returns: when the next one is due.
  private func work(_ field: inout TrusteeField) async throws -> UInt64? {
    let now = Int64(field.field.clock.now())
    let due = try await field.test.database.transaction { session in
      try await session.query(
        "UPDATE jobs SET state = 'done' WHERE kind = 'tally' AND state = 'waiting' AND due <= $1 RETURNING id, payload",
        [.integer(now)])
    }
    for row in due {
      try await field.server().ceremonies.perform(
        Job(id: try row.text(0), kind: Ceremonies.tallyJob, payload: try row.bytes(1), key: nil, attempt: 1))
    }
    if try await field.state().phase == .signing { return nil }
    let rows = try await field.test.database.read { session in
      try await session.query("SELECT MIN(due) FROM jobs WHERE kind = 'tally' AND state = 'waiting'")
    }
    return try need(rows.first.flatMap { try $0.isNull(0) ? nil : UInt64($0.integer(0)) }, "a job that waits")
  }

  private func draw(_ field: inout TrusteeField) async throws -> [Int] {
    let file = try need(try await field.server().boards.file("draw-closing", election: field.election), "a draw")
    return try DrawRecord(file.bytes).parts.map { $0.trustee }
  }

  @Test("the third is a little slower", arguments: DatabaseKind.all)
  func latecomer(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try await decrypting(test, [1, 2, 3])
      try await field.decrypt([1, 3])
      let end = field.field.clock.now() + 2000
      #expect(try await work(&field) == end)
      field.field.clock.advance(1999)
      #expect(try await work(&field) == end)
      try await field.decrypt([2])
      // All are there: nothing more is waited for.
      #expect(try await work(&field) == nil)
      #expect(try await draw(&field) == [1, 2, 3])
    }
  }

  @Test("the third is silent; servers begin anew", arguments: DatabaseKind.all)
  func silent(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try await decrypting(test, [1, 2, 3])
      try await field.decrypt([1])
      field.field.clock.advance(7000)
      try await field.decrypt([3])
      let end = field.field.clock.now() + 2000
      #expect(try await work(&field) == end)
      try field.restart()
      field.field.clock.advance(2000)
      #expect(try await work(&field) == nil)
      #expect(try await draw(&field) == [1, 3])
      #expect(try await field.state().phase == .signing)
    }
  }

  @Test("the third is away: no time is lost", arguments: DatabaseKind.all)
  func absent(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var field = try await decrypting(test, [1, 3])
      try await field.decrypt([3, 1])
      #expect(try await work(&field) == nil)
      #expect(try await draw(&field) == [1, 3])
    }
  }
}
