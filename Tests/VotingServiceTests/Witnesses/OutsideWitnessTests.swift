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

@testable import VotingService

/// A witness in this process, honest unless told what to answer.
private final class NearWitness: WitnessTransport {
  private struct State {
    var last: Checkpoint?
    var answers: [WitnessAnswer] = []
    var asked: [WitnessRequest] = []
  }

  let signer: NoteSigner
  private let logKey: VerifierKey
  private let state = Mutex(State())

  init(_ name: String, seed: UInt8, logKey: VerifierKey) throws {
    let secret = try #require(Bytes32([UInt8](repeating: seed, count: 32)))
    signer = try NoteSigner(name: Array(name.utf8), type: .cosignature, privateKey: Ed25519.PrivateKey(seed: secret))
    self.logKey = logKey
  }

  var witness: OutsideWitness {
    get throws { try OutsideWitness(String(decoding: signer.key.bytes, as: UTF8.self) + " https://witness.example/") }
  }
  var asked: [WitnessRequest] { state.withLock { $0.asked } }
  var last: Checkpoint? { state.withLock { $0.last } }

  /// What it says next, whatever is asked.
  func say(_ answers: [WitnessAnswer]) { state.withLock { $0.answers = answers } }
  /// Somebody else has shown it this.
  func see(_ checkpoint: Checkpoint?) { state.withLock { $0.last = checkpoint } }

  func addCheckpoint(_ bytes: [UInt8], to witness: OutsideWitness) async -> WitnessAnswer {
    state.withLock { state in
      guard let request = try? WitnessRequest(parsing: bytes) else { return .refused(status: 400) }
      state.asked.append(request)
      if !state.answers.isEmpty { return state.answers.removeFirst() }
      switch WitnessVerdict(request, logKey: logKey, last: state.last) {
      case .notSigned: return .refused(status: 403)
      case .otherSize(let size), .forked(let size): return .otherSize(size)
      case .inconsistent: return .refused(status: 422)
      case .cosign:
        state.last = request.checkpoint.checkpoint
        guard let line = try? signer.cosign(request.checkpoint.checkpoint, timestamp: 1_700_000_000) else {
          return .absent("no signature")
        }
        return .lines(line.line)
      }
    }
  }
}

/// A board, a witness, and what asks it.
private struct WitnessField {
  let field: BoardField
  let database: any Database
  let boards: Boards
  let context: BallotContext
  let near: NearWitness
  let witnesses: OutsideWitnesses
  let troubles = Troubles()

  final class Troubles: Sendable {
    private let all = Mutex<[OutsideWitnesses.Trouble]>([])
    var told: [OutsideWitnesses.Trouble] { all.withLock { $0 } }
    func add(_ trouble: OutsideWitnesses.Trouble) { all.withLock { $0.append(trouble) } }
  }

  init(_ database: any Database) async throws {
    field = try BoardField()
    self.database = database
    boards = field.boards(database)
    context = try await field.open(boards, in: database)
    let vkey = try #require(try await boards.file("vkey", election: field.election)).bytes
    near = try NearWitness("witness.example/w1", seed: 9, logKey: VerifierKey(parsing: Array(vkey.dropLast())))
    let troubles = troubles
    witnesses = OutsideWitnesses(
      [try near.witness], database: database, clock: field.clock, boards: boards, transport: near
    ) { _, _, trouble in troubles.add(trouble) }
  }

  func cast(_ voters: Range<Int>) async throws {
    var random = seeded("witnessed \(voters)")
    for voter in voters {
      _ = try await boards.cast(field.ballot(1, by: voter, context, random: &random), election: field.election)
    }
  }

  func step() async throws -> Bool { try await witnesses.step(near.witness) }

  /// What is published of it.
  func published() async throws -> SignedCheckpoint? {
    let file = try #require(try await boards.file("witnesses", election: field.election))
    #expect(!file.isFinal)
    guard let end = file.bytes.firstIndex(of: 0x0a) else { return nil }
    let note = Array(file.bytes[(end + 1)...])
    #expect(Array(file.bytes[..<end]) == near.signer.key.bytes + Array(" \(note.count)".utf8))
    return try SignedCheckpoint(parsing: note)
  }
}

@Suite("Witnesses outside")
struct OutsideWitnessTests {
  @Test("a board that has grown is shown, once, and what was cosigned is published", arguments: DatabaseKind.all)
  func cosigned(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let field = try await WitnessField(test.database)
      #expect(try await field.published() == nil)
      try await field.cast(0..<2)
      #expect(try await field.step())
      let note = try #require(try await field.published())
      #expect(note.checkpoint.size == 3)
      #expect(try note.note.signers(among: [field.near.signer.key]) == [0] && note.note.signatures.count == 2)
      // The record's own checkpoint has none of it.
      #expect(try await field.boards.checkpoint(field.field.election).note.signature(by: field.near.signer.key) == nil)
      #expect(try await !field.step())
      try await field.cast(2..<3)
      // Not more often than once a second.
      #expect(try await !field.step())
      field.field.clock.advance(1000)
      #expect(try await field.step())
      #expect(try await field.published()?.checkpoint.size == 4)
      #expect(field.near.asked.map { $0.oldSize } == [0, 3] && field.troubles.told.isEmpty)
    }
  }

  @Test("where it stands is taken from it", arguments: DatabaseKind.all)
  func otherSize(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let field = try await WitnessField(test.database)
      try await field.cast(0..<1)
      field.near.see(try await field.boards.checkpoint(field.field.election).checkpoint)
      try await field.cast(1..<3)
      #expect(try await field.step())
      #expect(try await field.step())
      #expect(field.near.asked.map { $0.oldSize } == [0, 2])
      #expect(try await field.published()?.checkpoint.size == 4)
    }
  }

  @Test("while it is away or refuses, the pauses grow, and nothing is published", arguments: DatabaseKind.all)
  func away(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let field = try await WitnessField(test.database)
      let other = try NearWitness("witness.example/w1", seed: 8, logKey: field.near.signer.key)
      let checkpoint = try await field.boards.checkpoint(field.field.election).checkpoint
      let foreign = try other.signer.cosign(checkpoint, timestamp: 1).line
      let stale = try field.near.signer.cosign(Checkpoint(origin: checkpoint.origin, size: 7, root: .zero), timestamp: 1).line
      let answers: [WitnessAnswer] = [
        .absent("not there"), .refused(status: 404), .lines(foreign), .lines(stale), .lines(Array("nonsense\n".utf8)),
        .refused(status: 503),
      ]
      field.near.say(answers)
      for (index, _) in answers.enumerated() {
        #expect(try await field.step())
        #expect(try await field.published() == nil)
        field.field.clock.advance((1000 << index) - 1)
        #expect(try await !field.step(), "after answer \(index)")
        field.field.clock.advance(1)
      }
      #expect(try await field.step())
      #expect(try await field.published()?.checkpoint.size == 1)
      // Said once in a row.
      #expect(field.troubles.told == [.refused("not there")])
    }
  }

  @Test("one that has seen another board is told to the operator", arguments: DatabaseKind.all)
  func forked(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let field = try await WitnessField(test.database)
      try await field.cast(0..<2)
      let origin = field.field.parts.origin.utf8
      // More than there is, other entries of the same number, and fewer but others.
      for size: UInt64 in [9, 3, 2] {
        let before = field.troubles.told.count
        field.near.see(try Checkpoint(origin: origin, size: size, root: .zero))
        for _ in 0..<3 {
          field.field.clock.advance(400_000)
          #expect(try await field.step())
        }
        let told = field.troubles.told.dropFirst(before).map { trouble -> UInt64 in
          if case .sawAnother(let seen) = trouble { seen } else { 0 }
        }
        #expect(!told.isEmpty && told.allSatisfy { $0 == size }, "\(size): \(told)")
        #expect(try await field.published() == nil)
      }
    }
  }

  @Test("what is written for a witness is understood or refused")
  func configuration() throws {
    let key = try NoteSigner(name: Array("w".utf8), type: .cosignature, privateKey: Ed25519.PrivateKey(seed: .zero)).key
    let logKey = try NoteSigner(name: Array("w".utf8), type: .ed25519, privateKey: Ed25519.PrivateKey(seed: .zero)).key
    let vkey = String(decoding: key.bytes, as: UTF8.self)
    #expect(try OutsideWitness("\(vkey)  https://w.example/a/").address == "https://w.example/a")
    let faults = [
      "", vkey, "\(vkey) w.example", "\(vkey) https://w.example more", "\(vkey.dropLast()) https://w.example",
      String(decoding: logKey.bytes, as: UTF8.self) + " https://w.example",
    ]
    for text in faults { #expect(throws: OutsideWitness.Malformed.self, "\(text)") { try OutsideWitness(text) } }
  }
}

@Suite("Witnessed receipts")
struct WitnessedReceiptTests {
  @Test("a receipt comes under the newest checkpoint that the quorum cosigned, if that has the ballot", arguments: DatabaseKind.all)
  func receipts(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let field = try await WitnessField(test.database)
      let (boards, election) = (field.boards, field.field.election)
      let policy = try LogPolicy(
        opening: try await boards.opening(of: election).entry, roster: field.field.parts.trustees)
      var random = seeded("receipts")
      func cast(_ voter: Int) async throws -> (CastReceipt, Bytes32) {
        let bytes = try field.field.ballot(1, by: voter, field.context, random: &random)
        let receipt = try await boards.cast(bytes, election: election)
        return (receipt, BoardEntry(.cast, time: receipt.time, body: bytes).leafHash)
      }
      func verified(_ cast: (CastReceipt, Bytes32)) async throws -> VerifiedCheckpoint {
        let receipt = try #require(try await boards.receipt(cast.0.tracker, election: election))
        #expect(receipt.entry == cast.0.entry && receipt.time == cast.0.time && !receipt.isNew)
        return try Receipt(parsing: receipt.bytes).verify(leafHash: cast.1, policy: policy)
      }
      func cosign(_ size: UInt64, by numbers: [Int]) async throws {
        let root = try await boards.root(election, size: size)
        let checkpoint = try Checkpoint(origin: field.field.parts.origin.utf8, size: size, root: root)
        try await boards.addCosignatures(field.field.cosign(checkpoint, by: numbers), size: size, election: election)
      }
      let first = try await cast(0)
      let second = try await cast(1)
      var found = try await verified(first)
      #expect(found.checkpoint.size == 3 && !found.isWitnessed)
      try await cosign(2, by: [1])
      found = try await verified(first)
      #expect(found.checkpoint.size == 3 && !found.isWitnessed, "one of two")
      try await cosign(2, by: [3])
      found = try await verified(first)
      #expect(found.checkpoint.size == 2 && found.isWitnessed && found.cosigners.map { $0.witness } == [0, 2])
      found = try await verified(second)
      #expect(found.checkpoint.size == 3 && !found.isWitnessed, "not in that checkpoint")
      _ = try await cast(2)
      try await cosign(4, by: [2])
      #expect(try await verified(first).checkpoint.size == 2, "a newer one that too few cosigned")
      try await cosign(4, by: [1])
      for entry in [first, second] {
        found = try await verified(entry)
        #expect(found.checkpoint.size == 4 && found.isWitnessed)
      }
      // In a database that was restored, lines may be on another board: they vouch for nothing.
      try await test.database.transaction { session in
        try await session.execute(
          "UPDATE board_cosignatures SET line = (SELECT line FROM board_cosignatures WHERE size = 2 AND trustee = 1) WHERE size = 4 AND trustee = 1"
        )
      }
      found = try await verified(first)
      #expect(found.checkpoint.size == 4 && !found.isWitnessed)
    }
  }
}
