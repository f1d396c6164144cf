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

@testable import VotingService

/// Ballots that take several leaves of the log (`docs/spec/06-record.md`, 6.9).
@Suite("Long ballots on a board")
struct LongBallotTests {
  /// Twenty contests of forty options: three leaves a ballot.
  private static let contests = Array(repeating: 40, count: 20)

  private struct Voting {
    let field: BoardField
    let boards: Boards
    let context: BallotContext
    let encryptor: BallotEncryptor
    var random = seeded("long ballots")

    init(_ database: any Database, _ contests: [Int]) async throws {
      field = try BoardField(voters: 5, revoting: .lastCounts, contests: contests)
      boards = field.boards(database)
      context = try await field.open(boards, in: database)
      encryptor = BallotEncryptor(context)
    }

    mutating func encrypt(by voter: Int, number: UInt32 = 1) throws -> (ballot: EncryptedBallot, opening: BallotOpening) {
      let values = field.parts.manifest.contests.map { contest in
        (0..<contest.options.count).map { UInt32($0 % 3 == voter % 3 ? 1 : 0) }
      }
      return try encryptor.encrypt(values, credential: field.voters[voter].publicKey, number: number, random: &random)
    }

    mutating func ballot(by voter: Int, number: UInt32 = 1) throws -> [UInt8] {
      CastBallot(try encrypt(by: voter, number: number).ballot, credential: field.voters[voter], random: &random).encoded
    }
  }

  private func verified(_ receipt: CastReceipt, _ kind: EntryKind, _ body: [UInt8], _ voting: Voting) async throws -> UInt64 {
    let opening = try await voting.boards.opening(of: voting.field.election).entry
    let policy = try LogPolicy(opening: opening, roster: voting.field.parts.trustees)
    let entry = BoardEntry(kind, time: receipt.time, body: body)
    let parsed = try Receipt(parsing: receipt.bytes)
    #expect(parsed.index == receipt.entry)
    return try parsed.verify(leafHash: entry.leafHash, policy: policy).checkpoint.size
  }

  @Test("are cast, challenged and opened; receipts are for their last leaves, and the record verifies", arguments: DatabaseKind.all)
  func life(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var voting = try await Voting(test.database, Self.contests)
      let (field, boards, election) = (voting.field, voting.boards, voting.field.election)
      let first = try voting.ballot(by: 0)
      #expect(first.count == 153_830)
      let receipt = try await boards.cast(first, election: election)
      #expect(receipt.isNew && receipt.entry == 3)
      #expect(try await verified(receipt, .cast, first, voting) == 4)
      let again = try await boards.cast(first, election: election)
      #expect(!again.isNew && again.entry == 3 && again.bytes == receipt.bytes)

      let (tested, opening) = try voting.encrypt(by: 1)
      let challenge = BallotChallenge(tested, credential: field.voters[1], random: &voting.random).encoded
      #expect(try await boards.challenge(challenge, election: election).entry == 4)
      let opened = OpenedBallot(tested, opening: opening, credential: field.voters[1], random: &voting.random).encoded
      let published = try await boards.publishOpened(opened, election: election)
      #expect(published.entry == 7)
      #expect(try await verified(published, .opened, opened, voting) == 8)
      try await boards.append(.pause(need(PublicReason(text("Why")), "reason")), to: election)
      try await boards.append(.resume, to: election)
      let second = try voting.ballot(by: 0, number: 2)
      #expect(try await boards.cast(second, election: election).entry == 12)

      let status = try await boards.state(of: election)
      #expect(status.size == 13 && status.entries == 7 && status.cast == 2 && status.challenged == 1)
      #expect(
        try await boards.newest(of: election, 3).map { [$0.position, UInt64($0.kind.rawValue)] } == [[12, 2], [9, 7], [8, 6]])
      #expect(try await boards.newest(of: election, 99).count == 7)
      #expect(boards.longest(.cast, of: election) == 153_830 && boards.longest(.opened, of: election) == 180_234)
      await #expect(throws: CastRefusal.tooLong(limit: 153_830)) { try await boards.cast(second + [0], election: election) }

      let record = try await field.close(boards)
      let (failure, board) = try field.verify(record)
      #expect(failure == nil, "\(failure?.detail ?? "")")
      #expect(board?.counts.cast == 2 && board?.tally.ballots == 1)
    }
  }

  @Test("are read by another server, a few leaves at a time, and found by their numbers", arguments: DatabaseKind.all)
  func otherServer(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var voting = try await Voting(test.database, [250, 91])
      let (field, election) = (voting.field, voting.field.election)
      let bytes = try (0..<3).map { try voting.ballot(by: $0) }
      for ballot in bytes { _ = try await voting.boards.cast(ballot, election: election) }
      var limits = BoardLimits()
      limits.chunk = 2
      let other = field.boards(test.database, limits: limits)
      let boards = voting.boards
      let (states, records) = (
        [try await other.state(of: election), try await boards.state(of: election)],
        [try await field.mirror(other), try await field.mirror(boards)]
      )
      #expect(states[0] == states[1] && records[0] == records[1])
      let later = try (3...4).map { try voting.ballot(by: $0) }
      #expect(try await other.cast(bytes[1], election: election).entry == 4)
      #expect(try await other.cast(later[0], election: election).entry == 8)
      #expect(try await boards.cast(later[1], election: election).entry == 10)
      let store = BoardStore(election: election)
      let found = try await test.database.read { session in
        var found: [BoardEntry?] = []
        for number in [2, 4, 6, 0, 3, 99] as [UInt64] { found.append(try await store.entry(session, number)) }
        return found
      }
      #expect(found[..<3].map { $0?.body } == bytes)
      #expect(found[3]?.kind == .opening && found[4] == nil && found[5] == nil)
    }
  }

  @Test("a lost or altered piece is noticed; nothing is said of a size within an entry", arguments: DatabaseKind.all)
  func damage(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      var voting = try await Voting(test.database, [250, 91])
      let (field, election) = (voting.field, voting.field.election)
      _ = try await voting.boards.cast(voting.ballot(by: 0), election: election)
      let within = try Checkpoint(
        origin: field.parts.origin.utf8, size: 2, root: try await voting.boards.root(election, size: 2))
      await #expect(throws: BoardError.refused("size 2 ends within an entry")) {
        try await voting.boards.addCosignatures(field.cosign(within, by: [1]), size: 2, election: election)
      }
      let update = "UPDATE board_entries SET entry = $2 WHERE election = $1 AND position = 1"
      let piece = try await test.database.read { try await BoardStore(election: election).leaves($0, from: 1, limit: 1)[0] }
      for altered in [piece.replacing(500, with: [piece[500] ^ 1]), Array(piece.dropLast()), [5] + piece[1..<9]] {
        try await test.database.transaction { _ = try await $0.execute(update, [.text(election), .bytes(altered)]) }
        await #expect(throws: BoardError.self) { try await field.boards(test.database).state(of: election) }
      }
      try await test.database.transaction { _ = try await $0.execute(update, [.text(election), .bytes(piece)]) }
      #expect(try await field.boards(test.database).state(of: election).cast == 1)
    }
  }

  @Test("fewer are held at a time the longer they are; ordinary ones as many as ever")
  func limits() {
    let limits = BoardLimits()
    for bits in [1, 64] {
      let same = limits.scaled(bits: bits)
      #expect([same.waiting, same.batch, same.fullBatch, same.group, same.chunk] == [4096, 512, 64, 1024, 2048])
    }
    let fewer = limits.scaled(bits: 1024)
    #expect([fewer.waiting, fewer.batch, fewer.fullBatch, fewer.group, fewer.chunk] == [1024, 32, 4, 256, 1024])
    let some = limits.scaled(bits: 256)
    #expect([some.waiting, some.batch, some.fullBatch, some.group, some.chunk] == [4096, 128, 16, 1024, 2048])
    var small = limits
    (small.batch, small.chunk) = (1, 1)
    #expect(small.scaled(bits: 1024).batch == 1 && small.scaled(bits: 1024).chunk == 4)
  }
}
