import Curve25519
import Database
import Elections
import TransparencyLog

/// One board in this process: what is known of it, who waits for it, and the sequence in which entries join it.
///
/// Other servers may append to the same board. Whoever holds its row in the database is the sequencer for the length of one transaction, and reads
/// first what others appended. Memory is changed only after a commit, so it never knows what the database does not.
actor Board {
  let environment: BoardEnvironment
  let store: BoardStore
  let frame: BoardFrame
  let limits: BoardLimits
  var memory: BoardMemory
  /// Why the board is read-only, if it is.
  var evidence: BoardEvidence?
  /// When memory was last compared with the database.
  var refreshed: UInt64

  // Casting (`BoardCasting.swift`).
  var waiting: [Candidate] = []
  var lanes = 0
  var proving: Set<Int> = []
  var throttled: [Int: (failures: Int, until: UInt64)] = [:]
  var answers: [Bytes32: [Answering]] = [:]

  // Committing (`BoardCommits.swift`).
  var queue: [Queued] = []
  var isCommitting = false
  var planned: CommitPlan?

  // Publishing (`BoardPublishing.swift`).
  var newest: SignedCheckpoint?
  /// With the renewals that were read (`BoardRoster.swift`).
  var amended: AmendedRoster?
  /// Renewals that are known to be in force (`BoardRenewals.swift`).
  var inForce: Set<Int> = []
  var witnessTarget: (checkpoint: SignedCheckpoint, since: UInt64)?
  /// Trustees that have said, since the start after a restore, that they cosigned no more than there is.
  var heardSinceRestore: Set<Int> = []
  var isMarkDue = false

  // Drawing (`BoardDraws.swift`).
  /// Entries of the ballots that count, once no more come.
  var counted: [UInt64]?

  private init(_ environment: BoardEnvironment, _ store: BoardStore, _ frame: BoardFrame) {
    self.environment = environment
    self.store = store
    self.frame = frame
    limits = environment.limits.scaled(bits: frame.context.layout.bits)
    memory = BoardMemory(frame)
    refreshed = environment.clock.now()
    if environment.restored { evidence = .restored }
  }

  /// Reads a board from the database.
  ///
  /// - Throws: `unknownElection`, `damaged`, and what the database throws.
  static func load(_ election: String, _ environment: BoardEnvironment) async throws -> Board {
    let store = BoardStore(election: election)
    let loaded = try await environment.database.read { session in
      (try await store.parts(session), try await store.leaves(session, from: 0, limit: 1).first)
    }
    guard let parts = loaded.0, let entry = loaded.1 else { throw BoardError.unknownElection }
    guard let logKey = environment.sealing.open(parts.logKey, label: BoardEnvironment.label(election)) else {
      throw BoardError.damaged("the log's key cannot be opened: was the master key file exchanged?")
    }
    let frame = try await environment.workers.run {
      Result { try BoardFrame(reference: election, entry: entry, files: parts.files, logKey: logKey) }
    }.get()
    let board = Board(environment, store, frame)
    try await board.refresh()
    try await board.compareWithHighWater()
    return board
  }

  /// Reads what others appended.
  ///
  /// - Parameter maximumAge: not if that was done within so many milliseconds.
  func refresh(maximumAge: UInt64 = 0) async throws {
    let now = environment.clock.now()
    if maximumAge > 0, now >= refreshed, now - refreshed <= maximumAge { return }
    // At once, so that of many who ask one reads.
    refreshed = now
    try await environment.database.read { session in
      guard let row = try await self.store.row(session) else { throw BoardError.unknownElection }
      try await self.catchUp(session, row)
      await self.note(row.evidence)
    }
  }

  /// Takes over what the row says of missing entries.
  func note(_ stored: BoardEvidence?) {
    guard let stored else { return }
    switch stored {
    case .truncated(let signed): if memory.size < signed { evidence = stored } else if evidence == stored { evidence = nil }
    case .forked: evidence = stored
    case .restored: break
    }
  }

  /// Reads the entries up to the row's size into memory. Several may do so at once: each goes on where memory ends.
  func catchUp(_ session: any SQLSession, _ row: BoardStore.Row) async throws {
    let start = memory.size
    while memory.size < row.size {
      let first = memory.size
      let limit = Int(min(UInt64(limits.chunk), row.size - first))
      let leaves = try await store.leaves(session, from: first, limit: limit)
      guard leaves.count == limit else { throw BoardError.damaged("entry \(first + UInt64(leaves.count)) is missing") }
      let bindings = frame.manifest.issuer == .authority ? try await store.bindings(session, from: first) : []
      let bits = frame.context.layout.bits
      let read = await environment.workers.run { ReadEntry.all(in: leaves, bits: bits) }
      guard memory.size == first else { continue }
      for entry in read { try memory.append(entry.entry, leaves: entry.leaves, entry.submission) }
      // What follows the last whole entry is read again with its end.
      guard memory.size > first else { throw BoardError.damaged("entry \(first) is malformed") }
      for binding in bindings { memory.bind(binding.account, to: binding.credential) }
      environment.metrics.entries(read.count)
    }
    if memory.size == row.size, memory.tree.root != row.root {
      evidence = .forked(size: row.size)
      throw BoardError.damaged("the entries do not give the root of size \(row.size)")
    }
    if memory.size > start { newest = nil }
  }

  /// The board now.
  var status: BoardStatus {
    BoardStatus(
      electionID: frame.electionID, size: memory.size, entries: memory.entries, root: memory.tree.root, lastTime: memory.lastTime,
      phase: memory.phase,
      cast: memory.index.cast, voters: memory.index.voted, challenged: memory.index.challenged,
      replaced: memory.replaced, renewals: memory.renewals, behind: evidence)
  }

  /// What is known of a credential.
  func status(of credential: Bytes32) -> CredentialStatus {
    guard let place = memory.place(of: credential) else {
      return CredentialStatus(eligible: false, casts: 0, nextNumber: 1, challenges: 0)
    }
    let voter = memory.voter(place, BoardIndex())
    return CredentialStatus(eligible: true, casts: voter.casts, nextNumber: voter.nextNumber, challenges: voter.challenges)
  }
}

/// An entry read from the database, hashed.
private struct ReadEntry: Sendable {
  let entry: BoardEntry
  let leaves: [Bytes32]
  let submission: Submission?

  /// The entries that leaves give, up to one that is malformed or whose leaves do not end here.
  static func all(in leaves: [[UInt8]], bits: Int) -> [ReadEntry] {
    var joiner = EntryJoiner(bits: bits)
    var hashes: [Bytes32] = []
    var entries: [ReadEntry] = []
    for leaf in leaves {
      hashes.append(MerkleTree.leafHash(leaf))
      guard let read = try? joiner.read(leaf) as BoardEntry?? else { break }
      guard let entry = read else { continue }
      guard let submission = try? Submission(entry) as Submission?? else { break }
      entries.append(ReadEntry(entry: entry, leaves: hashes, submission: submission))
      hashes = []
    }
    return entries
  }
}
