import BallotCryptography
import Curve25519
import Database
import Elections
import Synchronization
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import VotingService

/// High-water marks that a test looks at and puts there.
private final class Marks: HighWater {
  private let marks = Mutex<[String: [UInt8]]>([:])
  func read(_ election: String) -> [UInt8]? { marks.withLock { $0[election] } }
  func write(_ election: String, _ checkpoint: [UInt8]) { marks.withLock { $0[election] = checkpoint } }
}

@Suite("Boards that lack entries")
struct BoardEvidenceTests {
  /// Takes the last `count` entries from the database, as a restore from an older backup would.
  private func rewind(_ field: BoardField, _ database: any Database, entries count: Int) async throws {
    let boards = field.boards(database)
    let size = try await boards.state(of: field.election).size
    let kept = size - UInt64(count)
    let root = try await boards.root(field.election, size: kept)
    let name = SQLValue.text(field.election)
    try await database.transaction { session in
      for table in ["board_entries", "board_ballots"] {
        try await session.execute("DELETE FROM \(table) WHERE election = $1 AND position >= $2", [name, .integer(Int64(kept))])
      }
      try await session.execute(
        "UPDATE boards SET size = $2, root = $3 WHERE election = $1", [name, .integer(Int64(kept)), .bytes(root.bytes)])
    }
  }

  private func cast(_ voters: Range<Int>, _ field: BoardField, _ boards: Boards, _ context: BallotContext, _ seed: String)
    async throws
  {
    var random = seeded(seed)
    for voter in voters {
      _ = try await boards.cast(field.ballot(1, by: voter, context, random: &random), election: field.election)
    }
  }

  @Test("a trustee's later checkpoint makes the board read-only until its entries are back", arguments: DatabaseKind.all)
  func shownByTrustee(kind: DatabaseKind) async throws {
    let field = try BoardField()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      let context = try await field.open(boards, in: test.database)
      try await cast(0..<5, field, boards, context, "first")
      let held = try await boards.checkpoint(field.election)
      #expect(try await boards.reportCheckpoint(held, election: field.election) == nil)

      try await rewind(field, test.database, entries: 2)
      let restored = field.boards(test.database)
      await #expect(throws: BoardError.beyondEnd(size: 4)) { try await restored.witnessRequest(field.election, old: 6) }
      #expect(try await restored.reportCheckpoint(held, election: field.election) == .truncated(signed: 6))
      await #expect(throws: CastRefusal.behind) { try await cast(7..<8, field, restored, context, "late") }
      await #expect(throws: BoardError.behind(.truncated(signed: 6))) {
        try await restored.append(.closing, to: field.election)
      }
      #expect(try await restored.state(of: field.election).behind == .truncated(signed: 6))
      // Another server learns it from the database.
      let other = field.boards(test.database)
      await #expect(throws: CastRefusal.behind) { try await cast(7..<8, field, other, context, "late") }
    }
  }

  @Test("what the log never signed shows nothing; another root of its own convicts it", arguments: DatabaseKind.all)
  func forked(kind: DatabaseKind) async throws {
    let field = try BoardField()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      let context = try await field.open(boards, in: test.database)
      try await cast(0..<3, field, boards, context, "first")
      let held = try await boards.checkpoint(field.election)
      let forger = try NoteSigner(
        name: field.parts.origin.utf8, type: .ed25519, privateKey: Ed25519.PrivateKey(seed: .zero))
      let forged = try forger.sign(Checkpoint(origin: field.parts.origin.utf8, size: 99, root: .zero))
      await #expect(throws: BoardError.self) { try await boards.reportCheckpoint(forged, election: field.election) }
      try await rewind(field, test.database, entries: 1)
      let restored = field.boards(test.database)
      try await cast(4..<6, field, restored, context, "another history")
      #expect(try await restored.reportCheckpoint(held, election: field.election) == .forked(size: 4))
      await #expect(throws: CastRefusal.behind) { try await cast(7..<8, field, restored, context, "late") }
    }
  }

  @Test("a database that loses entries under a running server is noticed at the next commit", arguments: DatabaseKind.all)
  func lostWhileRunning(kind: DatabaseKind) async throws {
    let field = try BoardField()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      let context = try await field.open(boards, in: test.database)
      try await cast(0..<3, field, boards, context, "first")
      try await rewind(field, test.database, entries: 1)
      await #expect(throws: CastRefusal.behind) { try await cast(7..<8, field, boards, context, "late") }
      #expect(try await boards.state(of: field.election).behind == .truncated(signed: 4))
    }
  }

  @Test("the high-water mark outlives the database", arguments: DatabaseKind.all)
  func highWater(kind: DatabaseKind) async throws {
    let field = try BoardField()
    let marks = Marks()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database, highWater: marks)
      let context = try await field.open(boards, in: test.database)
      try await cast(0..<3, field, boards, context, "first")
      while marks.read(field.election) == nil { try await Task.sleep(for: .milliseconds(20)) }
      marks.write(field.election, try await boards.checkpoint(field.election).bytes)
      try await rewind(field, test.database, entries: 1)
      let restored = field.boards(test.database, highWater: marks)
      #expect(try await restored.state(of: field.election).behind == .truncated(signed: 4))
      await #expect(throws: CastRefusal.behind) { try await cast(7..<8, field, restored, context, "late") }
    }
  }

  @Test("after a restore nothing is taken until trustees have said what they saw", arguments: DatabaseKind.all)
  func restored(kind: DatabaseKind) async throws {
    let field = try BoardField()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let context = try await field.open(field.boards(test.database), in: test.database)
      let boards = field.boards(test.database, restored: true)
      await #expect(throws: CastRefusal.behind) { try await cast(0..<1, field, boards, context, "early") }
      #expect(try await boards.state(of: field.election).behind == .restored)
      try await boards.confirm(field.election)
      try await cast(0..<1, field, boards, context, "early")
    }
  }

  @Test("cosignatures count once they hold, for the checkpoint that they are on", arguments: DatabaseKind.all)
  func cosignatures(kind: DatabaseKind) async throws {
    let field = try BoardField()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      let context = try await field.open(boards, in: test.database)
      try await cast(0..<3, field, boards, context, "cosigned")
      let request = try await boards.witnessRequest(field.election, old: 1)
      let policy = try LogPolicy(opening: try await boards.opening(of: field.election).entry, roster: field.parts.trustees)
      let checkpoint = request.checkpoint.checkpoint
      #expect(checkpoint.size == 4)
      let other = try Checkpoint(origin: checkpoint.origin, size: 3, root: checkpoint.root)
      for lines in [try field.cosign(other, by: [1]), Array("nonsense\n".utf8), []] {
        await #expect(throws: BoardError.self) { try await boards.addCosignatures(lines, size: 4, election: field.election) }
      }
      #expect(try await boards.addCosignatures(field.cosign(checkpoint, by: [2]), size: 4, election: field.election) == [2])
      // Until a quorum has cosigned it, trustees are asked for the same checkpoint though the board has grown.
      try await cast(3..<4, field, boards, context, "one more")
      #expect(try await boards.witnessRequest(field.election, old: 1).checkpoint.checkpoint.size == 4)
      #expect(try await boards.addCosignatures(field.cosign(checkpoint, by: [2]), size: 4, election: field.election) == [2])
      #expect(try await boards.addCosignatures(field.cosign(checkpoint, by: [1]), size: 4, election: field.election) == [1, 2])
      #expect(try await boards.witnessRequest(field.election, old: 1).checkpoint.checkpoint.size == 5)
      try await boards.append(.closing, to: field.election)
      let last = try await boards.witnessRequest(field.election, old: 5).checkpoint.checkpoint
      try await boards.addCosignatures(field.cosign(last, by: [1, 2, 3]), size: 6, election: field.election)
      let published = try await boards.checkpoint(field.election)
      #expect(try policy.verify(published).cosigners.map { $0.witness } == [0, 1, 2])
    }
  }
}
