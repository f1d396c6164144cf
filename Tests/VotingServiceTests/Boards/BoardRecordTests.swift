import BallotCryptography
import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import Verification
import VotingService

@Suite("Record of a board")
struct BoardRecordTests {
  @Test("whatever is sent, the board verifies", arguments: DatabaseKind.all, BoardLife.all)
  func verifies(kind: DatabaseKind, life: BoardLife) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var voters = try await RandomVoters(life, test.database)
      for _ in 0..<12 { try await voters.act(count: 12) }
      let size = try await voters.boards.state(of: voters.field.election).size
      #expect(size == voters.accepted + 1, "accepted requests and entries differ")
      let record = try await voters.field.close(voters.boards)
      let (failure, board) = try voters.field.verify(record)
      #expect(failure == nil, "check \(failure?.check.rawValue ?? 0): \(failure?.detail ?? "")")
      #expect(board.map { $0.counts.cast } == voters.cast)
      // Who reads the board anew sees the same.
      let other = try await test.openAgain()
      let reread = try await voters.field.mirror(voters.field.boards(other))
      #expect(reread == record)
      await other.close()
    }
  }

  @Test("partial tiles of every size are the beginnings of the full ones", arguments: DatabaseKind.all)
  func partialTiles(kind: DatabaseKind) async throws {
    let field = try BoardField()
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      _ = try await field.open(boards, in: test.database)
      let reason = try need(PublicReason(text("Again")), "reason")
      for round in 0..<150 {
        try await boards.append(.pause(reason), to: field.election)
        try await boards.append(.resume, to: field.election)
        if round == 100 {
          #expect(try await boards.file("tile/0/000", election: field.election) == nil)
          #expect(try await boards.file("tile/0/000.p/204", election: field.election) == nil)
        }
      }
      let full = try need(try await boards.file("tile/0/000", election: field.election), "tile").bytes
      let bundle = try need(try await boards.file("tile/entries/000", election: field.election), "bundle").bytes
      #expect(full.count == 8192)
      for width in [1, 2, 100, 255] {
        let part = try need(try await boards.file("tile/0/000.p/\(width)", election: field.election), "partial tile").bytes
        #expect(part == Array(full[..<(32 * width)]))
        let entries = try need(try await boards.file("tile/entries/000.p/\(width)", election: field.election), "bundle").bytes
        #expect(entries == Array(bundle[..<entries.count]))
        #expect(try EntryBundle.decode(entries, count: width).count == width)
      }
      #expect(try await boards.file("tile/1/000.p/1", election: field.election)?.bytes.count == 32)
      for path in ["tile/0/001.p/46", "tile/0/002", "tile/entries/001.p/46", "tile/7/000", "tile/0/1", "roll/", "../x", ""] {
        #expect(try await boards.file(path, election: field.election) == nil, "\(path)")
      }
      // Every size is a beginning of every later one.
      let size = try await boards.state(of: field.election).size
      for old in [0, 1, 2, 150, 255, 256, 257, size] {
        let request = try await boards.witnessRequest(field.election, old: old)
        let proof = try await boards.consistency(field.election, from: old, to: size)
        #expect(proof.hashes == request.hashes)
      }
      await #expect(throws: BoardError.beyondEnd(size: size)) {
        try await boards.witnessRequest(field.election, old: size + 1)
      }
    }
  }
}
