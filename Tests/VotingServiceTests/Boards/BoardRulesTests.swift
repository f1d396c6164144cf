import BallotCryptography
import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import VotingService

@Suite("Rules of a board")
struct BoardRulesTests {
  /// A field with its board open.
  struct Open {
    let field: BoardField
    let boards: Boards
    let context: BallotContext
    var random: SeededRandom

    var election: String { field.election }

    mutating func ballot(_ choice: Int, by voter: Int, number: UInt32 = 1) throws -> [UInt8] {
      try field.ballot(choice, by: voter, context, number: number, random: &random)
    }

    @discardableResult
    func cast(_ bytes: [UInt8], login: String? = nil) async throws -> CastReceipt {
      try await boards.cast(bytes, election: election, login: login)
    }

    /// Expects a refusal, and that nothing was appended.
    func refused(
      _ bytes: [UInt8], _ refusal: CastRefusal, login: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let before = try await boards.state(of: election).size
      await #expect(throws: refusal, sourceLocation: sourceLocation) { try await cast(bytes, login: login) }
      #expect(try await boards.state(of: election).size == before, sourceLocation: sourceLocation)
    }
  }

  func withBoard(
    _ kind: DatabaseKind, _ field: BoardField, _ body: (inout Open) async throws -> Void
  ) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let boards = field.boards(test.database)
      var open = Open(
        field: field, boards: boards, context: try await field.open(boards, in: test.database), random: seeded("rules"))
      try await body(&open)
    }
  }

  @Test("a ballot gets a receipt that verifies; the same bytes get it again", arguments: DatabaseKind.all)
  func receipt(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField()) { open in
      let bytes = try open.ballot(1, by: 0)
      let first = try await open.cast(bytes)
      let again = try await open.cast(bytes)
      #expect(first.isNew && !again.isNew)
      #expect(first.entry == 1 && again.entry == 1)
      #expect(first.tracker == (try CastBallot(bytes)).tracker)
      #expect(again.bytes == first.bytes)
      let opening = try await open.boards.opening(of: open.election).entry
      let policy = try LogPolicy(opening: opening, roster: open.field.parts.trustees)
      let receipt = try Receipt(parsing: first.bytes)
      let entry = BoardEntry(.cast, time: open.field.clock.now(), body: bytes)
      let verified = try receipt.verify(leafHash: entry.leafHash, policy: policy)
      #expect(receipt.extra == first.tracker.bytes && verified.checkpoint.size == 2)
    }
  }

  @Test("without re-voting a second ballot is refused; with it, it follows", arguments: DatabaseKind.all)
  func secondBallot(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField()) { open in
      try await open.cast(open.ballot(1, by: 0))
      try await open.refused(open.ballot(2, by: 0), .alreadyVoted(entry: 1))
    }
    try await withBoard(kind, BoardField(revoting: .lastCounts)) { open in
      try await open.cast(open.ballot(1, by: 0))
      try await open.refused(open.ballot(2, by: 0), .numberTooLow(next: 2))
      let second = try await open.cast(open.ballot(2, by: 0, number: 7))
      #expect(second.entry == 2)
      try await open.refused(open.ballot(2, by: 0, number: 7), .numberTooLow(next: 8))
      open.boards.forget(open.election)
      try await open.refused(open.ballot(2, by: 0, number: 7), .numberTooLow(next: 8))
      let status = try await open.boards.status(of: open.field.voters[0].publicKey, election: open.election)
      #expect(status.eligible && status.casts == 2 && status.nextNumber == 8)
    }
  }

  @Test("what is no ballot of this election is refused, and says why", arguments: DatabaseKind.all)
  func notABallot(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField()) { open in
      let good = try open.ballot(1, by: 0)
      try await open.refused(Array(good.dropLast()), .malformed("ends inside ballot"))
      try await open.refused(good + [0], .tooLong(limit: good.count))
      try await open.refused([], .malformed("ends inside cast ballot"))
      try await open.refused(good.replacing(0, with: [good[0] ^ 1]), .foreignElection)
      let stranger = Credential(random: &open.random)
      let (ballot, _) = try open.field.encrypt(1, by: stranger, open.context, random: &open.random)
      try await open.refused(CastBallot(ballot, credential: stranger, random: &open.random).encoded, .notEligible)
      await #expect(throws: CastRefusal.unknownElection) { try await open.boards.cast(good, election: "other") }
      let last = good.count - 1
      try await open.refused(good.replacing(last - 40, with: [good[last - 40] ^ 1]), .badSignature)
    }
  }

  @Test("a signed ballot with a bad proof has its credential throttled, longer each time; no other", arguments: DatabaseKind.all)
  func badProof(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField()) { open in
      func damaged() throws -> [UInt8] {
        let (ballot, _) = try open.field.encrypt(1, by: open.field.voters[0], open.context, random: &open.random)
        let response = 70 + 128 * ballot.bits + 64
        let bytes = ballot.encoded.replacing(response, with: [ballot.encoded[response] ^ 1])
        return CastBallot(try EncryptedBallot(bytes), credential: open.field.voters[0], random: &open.random).encoded
      }
      let invalid = CastRefusal.badProof("its proof or its signature does not hold")
      try await open.refused(damaged(), invalid)
      try await open.refused(open.ballot(1, by: 0), .throttled(seconds: 2))
      open.field.clock.advance(2000)
      try await open.refused(damaged(), invalid)
      try await open.refused(open.ballot(1, by: 0), .throttled(seconds: 4))
      try await open.cast(open.ballot(1, by: 1))
      open.field.clock.advance(4000)
      try await open.cast(open.ballot(1, by: 0))
    }
  }

  @Test("a ciphertext of another ballot is refused, also within one batch", arguments: DatabaseKind.all)
  func repeatedCiphertext(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField(revoting: .lastCounts)) { open in
      // A device that encrypts twice with the same randomness: both ballots are well proven.
      var twin = open.random
      let first = try open.field.encrypt(1, by: open.field.voters[0], open.context, random: &open.random).ballot
      let second = try open.field.encrypt(2, by: open.field.voters[0], open.context, number: 2, random: &twin).ballot
      try await open.cast(CastBallot(first, credential: open.field.voters[0], random: &open.random).encoded)
      try await open.refused(
        CastBallot(second, credential: open.field.voters[0], random: &open.random).encoded, .repeatedCiphertext)
      // The same ballot signed again: other bytes.
      try await open.refused(
        CastBallot(first, credential: open.field.voters[0], random: &open.random).encoded, .repeatedCiphertext)
    }
  }

  @Test("a ballot is cast or challenged, whichever comes first; openings follow challenges", arguments: DatabaseKind.all)
  func challenges(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField(revoting: .lastCounts)) { open in
      let voter = open.field.voters[0]
      let (ballot, opening) = try open.field.encrypt(1, by: voter, open.context, random: &open.random)
      let opened = OpenedBallot(ballot, opening: opening, credential: voter, random: &open.random).encoded
      await #expect(throws: CastRefusal.notChallenged) { try await open.boards.publishOpened(opened, election: open.election) }
      let challenge = BallotChallenge(ballot, credential: voter, random: &open.random).encoded
      let receipt = try await open.boards.challenge(challenge, election: open.election)
      #expect(receipt.isNew && receipt.tracker == ballot.hash)
      #expect(try await open.boards.challenge(challenge, election: open.election).isNew == false)
      let other = BallotChallenge(ballot, credential: voter, random: &open.random).encoded
      await #expect(throws: CastRefusal.ballotChallenged) { try await open.boards.challenge(other, election: open.election) }
      try await open.refused(CastBallot(ballot, credential: voter, random: &open.random).encoded, .ballotChallenged)

      #expect(try await open.boards.publishOpened(opened, election: open.election).isNew)
      #expect(try await open.boards.publishOpened(opened, election: open.election).isNew == false)
      let again = OpenedBallot(ballot, opening: opening, credential: voter, random: &open.random).encoded
      await #expect(throws: CastRefusal.alreadyOpened) { try await open.boards.publishOpened(again, election: open.election) }

      let (cast, _) = try open.field.encrypt(1, by: voter, open.context, random: &open.random)
      try await open.cast(CastBallot(cast, credential: voter, random: &open.random).encoded)
      let late = BallotChallenge(cast, credential: voter, random: &open.random).encoded
      await #expect(throws: CastRefusal.ballotCast) { try await open.boards.challenge(late, election: open.election) }
      for _ in 1..<BallotChallenge.mostPerCredential {
        let (ballot, _) = try open.field.encrypt(1, by: voter, open.context, random: &open.random)
        let bytes = BallotChallenge(ballot, credential: voter, random: &open.random).encoded
        _ = try await open.boards.challenge(bytes, election: open.election)
      }
      let (last, _) = try open.field.encrypt(1, by: voter, open.context, random: &open.random)
      let tooMany = BallotChallenge(last, credential: voter, random: &open.random).encoded
      await #expect(throws: CastRefusal.tooManyChallenges) { try await open.boards.challenge(tooMany, election: open.election) }
    }
  }

  @Test("ballots are taken within the hours only, by the time of their commit", arguments: DatabaseKind.all)
  func hours(kind: DatabaseKind) async throws {
    let start: UInt64 = 1_700_000_000_000
    try await withBoard(kind, BoardField(opens: start + 10_000, closes: start + 20_000)) { open in
      try await open.refused(open.ballot(1, by: 0), .notOpen(opens: start + 10_000))
      open.field.clock.set(start + 10_000)
      try await open.cast(open.ballot(1, by: 0))
      open.field.clock.set(start + 19_999)
      try await open.cast(open.ballot(1, by: 1))
      // The wall clock steps back: entry times do not.
      open.field.clock.set(start + 9_000)
      try await open.cast(open.ballot(1, by: 2))
      #expect(try await open.boards.state(of: open.election).lastTime == start + 19_999)
      open.field.clock.set(start + 20_000)
      try await open.refused(open.ballot(1, by: 3), .closed)
    }
  }

  @Test("nothing is taken while voting is paused, after the closing and after an abort", arguments: DatabaseKind.all)
  func phases(kind: DatabaseKind) async throws {
    let reason = try need(PublicReason(text("The hall is on fire")), "reason")
    try await withBoard(kind, BoardField()) { open in
      await #expect(throws: BoardError.wrongPhase(.voting)) { try await open.boards.append(.resume, to: open.election) }
      try await open.boards.append(.pause(reason), to: open.election)
      await #expect(throws: BoardError.wrongPhase(.paused)) { try await open.boards.append(.pause(reason), to: open.election) }
      try await open.refused(open.ballot(1, by: 0), .paused)
      try await open.boards.append(.resume, to: open.election)
      try await open.cast(open.ballot(1, by: 0))
      let closing = try await open.boards.append(.closing, to: open.election)
      #expect(closing.position == 4)
      try await open.refused(open.ballot(1, by: 1), .closed)
      for step in [BoardStep.closing, .resume, .pause(reason), .abort(reason)] {
        await #expect(throws: BoardError.wrongPhase(.closed)) { try await open.boards.append(step, to: open.election) }
      }
    }
    try await withBoard(kind, BoardField()) { open in
      try await open.boards.append(.abort(reason), to: open.election)
      try await open.refused(open.ballot(1, by: 1), .aborted)
    }
  }

  @Test("a replaced credential casts no more, its successor does", arguments: DatabaseKind.all)
  func replacement(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField()) { open in
      let successor = Credential(random: &open.random)
      func replacement(of voter: Int, weight: UInt32 = 1) -> BoardStep {
        let entry = RollEntry(credential: successor.publicKey, weight: weight, identity: .zero)
        return .replacement(CredentialReplacement(revoked: open.field.voters[voter].publicKey, voter: entry))
      }
      try await open.cast(open.ballot(1, by: 1))
      await #expect(throws: BoardError.self) { try await open.boards.append(replacement(of: 1), to: open.election) }
      await #expect(throws: BoardError.self) { try await open.boards.append(replacement(of: 0, weight: 2), to: open.election) }
      try await open.boards.append(replacement(of: 0), to: open.election)
      try await open.refused(open.ballot(1, by: 0), .notEligible)
      let (ballot, _) = try open.field.encrypt(2, by: successor, open.context, random: &open.random)
      let receipt = try await open.cast(CastBallot(ballot, credential: successor, random: &open.random).encoded)
      #expect(receipt.entry == 3)
      #expect(try await open.boards.state(of: open.election).replaced == 1)
    }
  }

  @Test("where an authority issues credentials, one account casts with one credential", arguments: DatabaseKind.all)
  func accounts(kind: DatabaseKind) async throws {
    try await withBoard(kind, BoardField(revoting: .lastCounts, issuer: .authority)) { open in
      try await open.refused(open.ballot(1, by: 0), .loginNeeded)
      try await open.cast(open.ballot(1, by: 0), login: "ada")
      try await open.cast(open.ballot(2, by: 0, number: 2), login: "ada")
      try await open.refused(open.ballot(1, by: 0), .otherAccount, login: "bob")
      try await open.refused(open.ballot(1, by: 1), .otherAccount, login: "ada")
      try await open.cast(open.ballot(1, by: 1), login: "bob")
      open.boards.forget(open.election)
      try await open.refused(open.ballot(1, by: 0), .otherAccount, login: "bob")
      try await open.cast(open.ballot(3, by: 1, number: 2), login: "bob")
    }
  }

  @Test("what else a step does is in its transaction", arguments: DatabaseKind.all)
  func effect(kind: DatabaseKind) async throws {
    struct Refused: Error {}
    try await withBoard(kind, BoardField()) { open in
      await #expect(throws: Refused.self) { try await open.boards.append(.closing, to: open.election) { _, _ in throw Refused() } }
      try await open.cast(open.ballot(1, by: 0))
      let election = open.election
      let boards = open.boards
      try await boards.append(.closing, to: election) { session, appended in
        try await boards.publish(.tally, [UInt8(appended.position)], of: election, in: session)
      }
      #expect(try await open.boards.file("tally", election: election)?.bytes == [2])
    }
  }
}
