import Curve25519
import Database
import Elections
import TransparencyLog

/// What waits for the sequencer.
enum Queued {
  case candidate(Candidate)
  case step(BoardStep, BoardStepEffect?, CheckedContinuation<Result<AppendedEntry, any Error>, Never>)
}

/// What else is to be true when a step is: runs in the transaction that appends it, and may run more than once.
public typealias BoardStepEffect = @Sendable (any SQLSession, AppendedEntry) async throws -> Void

/// An entry that was appended.
public struct AppendedEntry: Sendable, Equatable {
  /// Its number.
  public let position: UInt64
  /// Its time, Unix milliseconds.
  public let time: UInt64
  /// The root over the board with it as the last entry.
  public let root: Bytes32
}

/// What a transaction of the sequencer does.
struct CommitPlan: Sendable {
  /// Index of the first leaf.
  let first: UInt64
  var time: UInt64
  var rows: [BoardStore.NewLeaf] = []
  var leaves: [Bytes32] = []
  /// Of each leaf the kind of the entry that it ends, `nil` for a piece.
  var kinds: [EntryKind?] = []
  var coming = BoardIndex()
  var edge: MerkleFrontier
  /// What becomes of each candidate, in their order.
  var fates: [Fate] = []
  /// The entry that is not a voter's.
  var step: BoardEntry?

  enum Fate: Sendable {
    case entered(UInt64)
    case known(UInt64)
    case refused(CastRefusal)
  }

  /// Index of the next leaf.
  var end: UInt64 { first + UInt64(rows.count) }
  /// Entries.
  var count: Int { kinds.count { $0 != nil } }

  /// Adds an entry, all its leaves.
  ///
  /// - Parameter row: what is stored of its last leaf, that with this index.
  mutating func add(
    _ entry: BoardEntry, row: (_ number: UInt64, _ bytes: [UInt8]) -> BoardStore.NewLeaf
  ) throws(LogError) {
    let all = entry.leaves
    for (offset, bytes) in all.enumerated() {
      let isLast = offset == all.count - 1
      let leaf = MerkleTree.leafHash(bytes)
      try edge.append(leaf)
      leaves.append(leaf)
      kinds.append(isLast ? entry.kind : nil)
      rows.append(isLast ? row(end, bytes) : BoardStore.NewLeaf(position: end, bytes: bytes))
    }
  }
}

// The sequencer: what is verified joins the board, in groups, each in one transaction.
extension Board {
  /// Appends a step after all that is in the queue already.
  func append(_ step: BoardStep, _ effect: BoardStepEffect?) async throws -> AppendedEntry {
    try await withCheckedContinuation { continuation in
      queue.append(.step(step, effect, continuation))
      startCommitting()
    }.get()
  }

  func startCommitting() {
    guard !isCommitting else { return }
    isCommitting = true
    Task { await runCommits() }
  }

  private func runCommits() async {
    while let first = queue.first {
      if case .step(let step, let effect, let continuation) = first {
        queue.removeFirst()
        await commit(step, effect, continuation)
        continue
      }
      var group: [Candidate] = []
      while group.count < limits.group, group.count < queue.count, case .candidate(let next) = queue[group.count] {
        group.append(next)
      }
      queue.removeFirst(group.count)
      await commit(group)
    }
    isCommitting = false
  }

  /// One transaction: takes the lock, reads what others appended, appends what `plan` says.
  private func transact(
    _ effect: BoardStepEffect?, _ plan: @escaping @Sendable (isolated Board) throws -> CommitPlan
  ) async throws -> CommitPlan {
    let store = store
    return try await environment.database.transaction { session in
      guard let row = try await store.lock(session) else { throw BoardError.unknownElection }
      try await self.catchUp(session, row)
      let made = try await self.prepare(row, plan)
      if let root = made.rows.isEmpty ? nil : made.edge.root {
        try await store.append(session, made.rows, root: root, time: made.time)
        if let effect { try await effect(session, AppendedEntry(position: made.end - 1, time: made.time, root: root)) }
      }
      return made
    }
  }

  private func prepare(_ row: BoardStore.Row, _ plan: @Sendable (isolated Board) throws -> CommitPlan) throws -> CommitPlan {
    note(row.evidence)
    if row.size < memory.size {
      // The lock is held, so the row is the newest there is: the database has lost what this process saw committed.
      evidence = .truncated(signed: memory.size)
    }
    if let evidence { throw BoardError.behind(evidence) }
    let made = try plan(self)
    planned = made
    return made
  }

  private func emptyPlan() -> CommitPlan {
    // Entry times never fall, whatever the clock does.
    CommitPlan(first: memory.size, time: max(environment.clock.now(), memory.lastTime), edge: memory.tree.edge)
  }

  // MARK: Voters' entries

  private func commit(_ group: [Candidate]) async {
    let start = ContinuousClock.now
    do {
      let plan = try await transact(nil) { board in try board.plan(group) }
      try adopt(plan)
      settle(group, plan)
      environment.metrics.committed(plan.count, ContinuousClock.now - start)
    } catch {
      await settle(group, after: error)
    }
  }

  private func plan(_ group: [Candidate]) throws -> CommitPlan {
    var plan = emptyPlan()
    for candidate in group {
      let submission = candidate.submission
      switch memory.judge(submission, account: candidate.account, at: plan.time, after: plan.coming) {
      case .known(let entry): plan.fates.append(.known(entry))
      case .refused(let refusal): plan.fates.append(.refused(refusal))
      case .accepted(let place):
        let coming = plan.coming
        try plan.add(BoardEntry(submission.kind, time: plan.time, body: submission.body)) { number, bytes in
          newLeaf(candidate, place, number, bytes, coming)
        }
        let position = plan.end - 1
        if submission.kind == .cast, let account = candidate.account, memory.needsBinding(place, plan.coming) {
          plan.coming.bind(account, to: place)
        }
        plan.coming.insert(
          submission, at: position, place: place, earlier: memory.voter(place, plan.coming),
          challenge: memory.ballot(submission.ballotHash, plan.coming))
        plan.fates.append(.entered(position))
      }
    }
    return plan
  }

  private func newLeaf(
    _ candidate: Candidate, _ place: Int, _ position: UInt64, _ bytes: [UInt8], _ coming: BoardIndex
  ) -> BoardStore.NewLeaf {
    let submission = candidate.submission
    var vote: [UInt8]?
    var binding: (String, Bytes32)?
    if case .ballot(let cast, _) = submission.content {
      var key = submission.credential.bytes
      if frame.manifest.revoting == .lastCounts {
        key += (0..<4).map { UInt8(truncatingIfNeeded: cast.ballot.number >> UInt32(24 - 8 * $0)) }
      }
      vote = key
      if let account = candidate.account, memory.needsBinding(place, coming) { binding = (account, submission.credential) }
    }
    return BoardStore.NewLeaf(
      position: position, bytes: bytes, ballotHash: submission.kind == .opened ? nil : submission.ballotHash, vote: vote,
      binding: binding)
  }

  /// Takes a committed plan into memory, unless a reading has brought its entries there already.
  private func adopt(_ plan: CommitPlan) throws(BoardError) {
    guard !plan.rows.isEmpty, memory.size == plan.first else { return }
    if let step = plan.step {
      try memory.append(step, leaves: plan.leaves, nil)
    } else {
      try memory.append(plan.leaves, plan.kinds, time: plan.time, plan.coming)
    }
    newest = nil
    environment.metrics.entries(plan.count)
  }

  /// Answers everyone of a committed group.
  private func settle(_ group: [Candidate], _ plan: CommitPlan) {
    guard let checkpoint = try? signedCheckpoint() else {
      for candidate in group { refuse(candidate, .unavailable(seconds: 1)) }
      return
    }
    for (candidate, fate) in zip(group, plan.fates) {
      switch fate {
      case .refused(let refusal): refuse(candidate, refusal)
      case .known(let entry): answer(candidate, known(candidate.submission, entry))
      case .entered(let entry): entered(candidate, entry, checkpoint)
      }
    }
    if !plan.rows.isEmpty { published(plan) }
  }

  private func entered(_ candidate: Candidate, _ entry: UInt64, _ checkpoint: SignedCheckpoint) {
    guard let hashes = try? inclusion(entry, checkpoint) else { return refuse(candidate, .unavailable(seconds: 1)) }
    environment.metrics.accepted(candidate.submission.kind)
    answer(
      candidate,
      .entered(
        ReceiptParts(
          submission: candidate.submission, entry: entry, time: memory.times[Int(entry)], hashes: hashes, checkpoint: checkpoint,
          isNew: true)))
  }

  /// Answers a group whose transaction failed, or may have.
  private func settle(_ group: [Candidate], after error: any Error) async {
    if case BoardError.behind = error {
      for candidate in group { refuse(candidate, .behind) }
      return
    }
    await recover(after: error)
    for candidate in group {
      // Where the outcome was unknown, the board tells.
      if let entry = memory.index.entries[candidate.submission.key] {
        answer(candidate, known(candidate.submission, entry))
      } else {
        refuse(candidate, .unavailable(seconds: 1))
      }
    }
  }

  /// Compares memory with the database, as far as it can be reached; reads the whole board again if they do not fit together.
  private func recover(after error: any Error) async {
    environment.report(frame.reference, error)
    switch error {
    case DatabaseError.unavailable, DatabaseError.contention: return
    case DatabaseError.unknownOutcome: try? await refresh()
    default:
      memory = BoardMemory(frame)
      newest = nil
      try? await refresh()
    }
  }

  // MARK: Steps

  private func commit(
    _ step: BoardStep, _ effect: BoardStepEffect?, _ continuation: CheckedContinuation<Result<AppendedEntry, any Error>, Never>
  ) async {
    planned = nil
    do {
      let plan = try await transact(effect) { board in try board.plan(step) }
      try adopt(plan)
      published(plan)
      continuation.resume(returning: .success(appended(plan)))
    } catch DatabaseError.unknownOutcome {
      try? await refresh()
      // It is there, or it is not, or nobody can tell.
      if let plan = planned, memory.size >= plan.end, let leaf = plan.leaves.first,
        memory.tree.leaf(plan.first) == leaf
      {
        published(plan)
        continuation.resume(returning: .success(appended(plan)))
      } else {
        continuation.resume(returning: .failure(BoardError.unavailable))
      }
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }

  private func appended(_ plan: CommitPlan) -> AppendedEntry {
    AppendedEntry(position: plan.first, time: plan.time, root: plan.edge.root)
  }

  private func plan(_ step: BoardStep) throws -> CommitPlan {
    var plan = emptyPlan()
    try memory.check(step)
    let entry = BoardEntry(step.kind, time: plan.time, body: step.body)
    try plan.add(entry) { number, bytes in BoardStore.NewLeaf(position: number, bytes: bytes) }
    plan.step = entry
    return plan
  }
}
