import Curve25519
import Database
import Elections
import TransparencyLog

// What the board shows: checkpoints, proofs, the files of the record; and what trustees say of it.
extension Board {
  /// A checkpoint of the present size, signed by the log.
  func signedCheckpoint() throws(LogError) -> SignedCheckpoint {
    if let newest, newest.checkpoint.size == memory.size { return newest }
    let signed = try frame.sign(size: memory.size, root: memory.tree.root)
    newest = signed
    scheduleMark()
    return signed
  }

  /// The inclusion proof of an entry under a checkpoint.
  func inclusion(_ entry: UInt64, _ checkpoint: SignedCheckpoint) throws(LogError) -> [Bytes32] {
    try memory.tree.inclusion(entry, size: checkpoint.checkpoint.size)
  }

  /// Tells listeners what is on the board now.
  func published(_ plan: CommitPlan) {
    // After a renewal others are to cosign, or with other shares: they are not to wait for what was asked before.
    if plan.step?.kind == .renewal { witnessTarget = nil }
    if plan.step != nil { environment.events.publish(.status(election: frame.reference, status: memory.phase.code)) }
    if plan.coming.cast > 0 {
      environment.events.publish(
        .voteCast(election: frame.reference, total: memory.index.cast, voters: memory.index.voted, time: plan.time))
    }
  }

  /// The root over the first `size` entries.
  func root(at size: UInt64) throws -> Bytes32 {
    guard size <= memory.size else { throw BoardError.beyondEnd(size: memory.size) }
    return try memory.tree.root(at: size)
  }

  /// The consistency proof between two sizes.
  func consistency(_ old: UInt64, _ new: UInt64) throws -> ConsistencyProof {
    guard old <= new, new <= memory.size else { throw BoardError.beyondEnd(size: memory.size) }
    return try memory.tree.consistency(old, new)
  }

  // MARK: Files

  /// The checkpoint with the trustees' signatures on it that have come.
  func cosignedCheckpoint() async throws -> SignedCheckpoint {
    let signed = try signedCheckpoint()
    let store = store
    let lines = try await environment.database.read { session in
      try await store.cosignatures(session, size: signed.checkpoint.size)
    }
    return try Self.adding(lines, to: signed)
  }

  static func adding(_ lines: [[UInt8]], to signed: SignedCheckpoint) throws -> SignedCheckpoint {
    guard !lines.isEmpty else { return signed }
    var cosigned = signed
    for line in try WitnessRequest.parseAnswer(Array(lines.joined())) { cosigned = try cosigned.adding(line) }
    return cosigned
  }

  /// A file of the log, of any width that exists by now; `nil` when there is none.
  func file(_ path: TilePath) async throws -> [UInt8]? {
    switch path.kind {
    case .hashes(let level): return memory.tree.tile(level: level, index: path.index, width: path.width)
    case .entries:
      guard path.index <= memory.size / UInt64(LogLimits.tileWidth) else { return nil }
      let first = path.index * UInt64(LogLimits.tileWidth)
      guard first + UInt64(path.width) <= memory.size else { return nil }
      let store = store
      let leaves = try await environment.database.read { session in
        try await store.leaves(session, from: first, limit: path.width)
      }
      guard leaves.count == path.width else { throw BoardError.damaged("entries of bundle \(path.index) are missing") }
      return try EntryBundle.encode(leaves)
    }
  }

  // MARK: Trustees

  /// What a trustee is asked to cosign, from the size that it cosigned last. All trustees are asked for one checkpoint until enough have cosigned it, or
  /// it is ten seconds old: cosignatures under different sizes witness nothing. A checkpoint that a renewal waits for comes before.
  ///
  /// - Parameters:
  ///   - trustee: the number of the trustee that asks, where that is known.
  ///   - isFormer: whether another has its place.
  func witnessRequest(old: UInt64, by trustee: Int?, isFormer: Bool) async throws -> WitnessRequest {
    guard old <= memory.size else { throw BoardError.beyondEnd(size: memory.size) }
    if let trustee { heard(trustee) }
    if let size = try await renewalSize(after: old, isFormer: isFormer) {
      return try request(old, frame.sign(size: size, root: memory.tree.root(at: size)))
    }
    let now = environment.clock.now()
    if let target = witnessTarget, target.checkpoint.checkpoint.size >= old, now >= target.since, now - target.since < 10_000,
      memory.phase == .voting || memory.phase == .paused || target.checkpoint.checkpoint.size == memory.size
    {
      return try request(old, target.checkpoint)
    }
    let checkpoint = try signedCheckpoint()
    witnessTarget = (checkpoint, now)
    return try request(old, checkpoint)
  }

  private func request(_ old: UInt64, _ checkpoint: SignedCheckpoint) throws -> WitnessRequest {
    let proof = try consistency(old, checkpoint.checkpoint.size)
    return try WitnessRequest(oldSize: old, hashes: proof.hashes, checkpoint: checkpoint)
  }

  /// Verifies trustees' signatures on the checkpoint of a size and keeps them.
  ///
  /// - Returns: the numbers of all trustees that cosigned it.
  func addCosignatures(_ lines: [UInt8], size: UInt64) async throws -> [Int] {
    guard size > 0, size <= memory.size else { throw BoardError.beyondEnd(size: memory.size) }
    // The log signs no such checkpoint, nor does it look at signatures on one.
    guard memory.kinds[Int(size) - 1] != nil else { throw BoardError.refused("size \(size) ends within an entry") }
    let policy = try await policy(at: size)
    var signed = try frame.sign(size: size, root: memory.tree.root(at: size))
    let given: [(trustee: Int, line: [UInt8])]
    let forRenewal = try await addToRenewal((try? WitnessRequest.parseAnswer(lines)) ?? [], size: size)
    do throws(LogError) {
      // Those of trustees whose place others have count for the renewal alone.
      let all = try WitnessRequest.parseAnswer(lines)
      let signatures = all.filter { line in
        !forRenewal.contains(line) || policy.witnesses.contains { $0.name == line.keyName && $0.keyID == line.keyID }
      }
      for signature in signatures { signed = try signed.adding(signature) }
      let cosigners = try policy.verify(signed).cosigners
      guard cosigners.count == signatures.count else { throw LogError.keyName }
      given = cosigners.compactMap { cosigner in
        signed.note.signature(by: policy.witnesses[cosigner.witness]).map { (cosigner.witness + 1, $0.line) }
      }
    } catch let error {
      throw BoardError.refused("not a trustee's signature on the checkpoint of size \(size): \(error)")
    }
    let store = store
    let (added, kept) = try await environment.database.transaction { session in
      (try await store.add(session, cosignatures: given, size: size), try await store.cosignatures(session, size: size))
    }
    let all = try policy.verify(Self.adding(kept, to: frame.sign(size: size, root: memory.tree.root(at: size)))).cosigners
    noteLatency(size, added: added, all: all.count, quorum: policy.quorum)
    if all.count >= policy.quorum, witnessTarget?.checkpoint.checkpoint.size == size { witnessTarget = nil }
    environment.events.publish(.checkpoint(election: frame.reference, size: size, cosignatures: all.count))
    return all.map { $0.witness + 1 }
  }

  /// How long after a checkpoint trustees have cosigned it. That of the closing checkpoint is measured by trustee.
  private func noteLatency(_ size: UInt64, added: Int, all: Int, quorum: Int) {
    guard added > 0, memory.phase == .voting || memory.phase == .paused else { return }
    let (now, made) = (environment.clock.now(), memory.times[Int(size) - 1])
    environment.metrics.cosigned(
      added, isWitnessed: all >= quorum && all - added < quorum, milliseconds: now >= made ? now - made : 0)
  }

  // MARK: Evidence

  /// Looks at a checkpoint that someone holds. If this log signed it and the board cannot show it, the board becomes read-only.
  func report(_ checkpoint: SignedCheckpoint) async throws -> BoardEvidence? {
    do throws(LogError) {
      _ = try frame.policy.verify(checkpoint)
    } catch let error {
      throw BoardError.refused("not a checkpoint of this log: \(error)")
    }
    try await refresh()
    guard let found = contradiction(checkpoint.checkpoint) else { return nil }
    evidence = found
    let store = store
    let forked = if case .forked = found { true } else { false }
    try await environment.database.transaction { session in
      try await store.store(session, evidence: checkpoint.bytes, size: checkpoint.checkpoint.size, forked: forked)
    }
    return found
  }

  /// What a checkpoint that the log signed says against the board.
  private func contradiction(_ checkpoint: Checkpoint) -> BoardEvidence? {
    if checkpoint.size > memory.size { return .truncated(signed: checkpoint.size) }
    return (try? memory.tree.root(at: checkpoint.size)) == checkpoint.root ? nil : .forked(size: checkpoint.size)
  }

  /// Lets a board that was restored take entries again, if nothing speaks against it: trustees have said what they saw.
  func confirm() { if evidence == .restored { evidence = nil } }

  /// A trustee has cosigned nothing that the board does not have. When all have said so that were there at the opening, or that got shares since,
  /// nothing that was cosigned can be missing.
  private func heard(_ trustee: Int) {
    guard evidence == .restored else { return }
    heardSinceRestore.insert(trustee)
    let absent = memory.renewals.isEmpty ? frame.opening.absent : []
    let all = Set(1...frame.roster.trustees.count).subtracting(absent)
    if heardSinceRestore.isSuperset(of: all) { confirm() }
  }

  func compareWithHighWater() async throws {
    let election = frame.reference
    guard let highWater = environment.highWater,
      let mark = await environment.workers.run({ highWater.read(election) }),
      let signed = try? SignedCheckpoint(parsing: mark), (try? frame.policy.verify(signed)) != nil
    else { return }
    if let found = contradiction(signed.checkpoint) { evidence = found }
  }

  /// Has the high-water mark written within a second.
  private func scheduleMark() {
    guard let highWater = environment.highWater, !isMarkDue else { return }
    isMarkDue = true
    Task {
      try? await Task.sleep(for: .seconds(1))
      isMarkDue = false
      guard evidence == nil, let newest else { return }
      let election = frame.reference
      await environment.workers.run { highWater.write(election, newest.bytes) }
    }
  }
}
