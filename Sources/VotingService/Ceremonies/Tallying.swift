import Curve25519
import Database
import Elections
import ThresholdCryptography
import TrusteeCoordination

/// What became of a request to tally an election.
public enum TallyOutcome: Sendable, Equatable {
  /// The record is complete: now, or before.
  case tallied
  /// Not yet: trustees are still to cosign the closing checkpoint, to decrypt, or to sign.
  case waiting
  /// The election was given up: there will be no result.
  case aborted
}

// Partial decryptions and the result (8.8).
extension Ceremonies {
  /// Takes a trustee's partial decryption of the totals, which the service has added up itself, with its part in the closing draw.
  ///
  /// - Parameter request: what the trustee signed to send it, by which others can be shown that it did.
  /// - Throws: `notTrustee`, `wrongPhase`, `notCosigned`; `refused` where it does not verify.
  public func addPartial(
    _ encoded: [UInt8], _ election: String, by signingKey: Bytes32, request: SignedRequest? = nil
  ) async throws {
    let number = try await actingNumber(of: signingKey, election: election, for: .decryption, request: request)
    let store = TrusteeStore(election: election)
    if try await database.read({ try await store.partial(of: number, $0) }) == encoded { return }
    let board = try await requireDecrypting(store, by: number)
    let closed = try await closedBoard(election)
    guard await workers.run({ closed.part(encoded, of: number) }) != nil else {
      if let part = try? ClosingPart(encoded, count: closed.statement.totals.count), part.trustee == number {
        try await refuseOutdated(part, closed.statement, by: signingKey, election, request)
      }
      metrics.refuse("partial")
      // Longer than any part it is not kept, and the service's word.
      let isShort = encoded.count <= ClosingPart.length(totals: closed.statement.totals.count)
      try await refuse(.decryption, .wrongPart, by: signingKey, election, body: encoded, request: isShort ? request : nil)
      throw CeremonyError.refused(
        "not this trustee's partial decryption of the totals of the closing checkpoint, with its part in the closing draw")
    }
    let now = clock.now()
    let (latency, isDrawn) = try await database.transaction { session in
      let group = try await store.lock(session)
      let phase = try await Self.phase(board, store, group, session)
      guard phase == .decrypting, !group.isAborted else { throw CeremonyError.wrongPhase(group.isAborted ? .aborted : phase) }
      guard try await store.keepPartial(session, encoded, of: number) else { return (nil as UInt64?, false) }
      let latency = group.decrypting.map { now >= $0 ? now - $0 : 0 } ?? 0
      _ = try await store.keep(session, .decryption, latency, of: number)
      try await requestTally(election, session)
      return (latency, try await store.partials(session, size: board.size).count == group.threshold)
    }
    guard let latency else { return }
    metrics.took(.decryption, milliseconds: latency)
    if isDrawn { metrics.drew(.closing, milliseconds: latency) }
    events.publish(.trustee(election: election, number: number, status: "decrypted"))
  }

  /// The closed board, if the trustee may decrypt it now.
  private func requireDecrypting(_ store: TrusteeStore, by number: Int) async throws -> BoardStatus {
    let state = try await state(of: store.election)
    guard state.phase == .decrypting, let board = try await boardStatus(store.election) else {
      throw CeremonyError.wrongPhase(state.phase)
    }
    guard try await database.read({ try await store.cosigners($0, size: board.size) }).contains(number) else {
      throw CeremonyError.notCosigned
    }
    return board
  }

  /// Publishes tally, result and closing draw when enough trustees have decrypted and all have had their time, for all to sign. To be called again and again until it says `tallied` or `aborted`, by
  /// any server: what was done is not done twice, and a process that dies leaves nothing half done.
  ///
  /// - Throws: `boardNotVerified`, `damaged`; what boards and database throw.
  @discardableResult
  public func tally(_ election: String) async throws -> TallyOutcome {
    let state = try await state(of: election)
    switch state.phase {
    case .marking, .tallied: return .tallied
    case .aborted: return .aborted
    case .decrypting: break
    // What was decrypted is to be signed.
    default: return .waiting
    }
    let store = TrusteeStore(election: election)
    let partials = try await database.read { session in try await store.partials(session, size: state.boardSize) }
    guard partials.count >= state.threshold else { return .waiting }
    if try await awaitsOthers(store, state) { return .waiting }
    let closed = try await closedBoard(election)
    let made = await workers.run {
      Result {
        let parts = try partials.map { try ClosingPart($0, count: closed.statement.totals.count) }
        do throws(CoordinationError) { return try closed.decrypt(parts) } catch { throw CeremonyError(error) }
      }
    }
    guard let outcome = try made.get() else { return .waiting }
    return try await publish(outcome, store)
  }

  /// Whether somebody who has cosigned the closing checkpoint, and so is there, still has time for its part in the closing draw: without that time whoever is
  /// a little slower would look like one who withholds it. Then a job comes back to it.
  private func awaitsOthers(_ store: TrusteeStore, _ state: TrusteeState) async throws -> Bool {
    let (end, now) = (try await database.read { try await self.endOfDecryption(store, state, $0) }, clock.now())
    // Nobody waits where the clock was set back.
    guard let end, now < end, end - now <= preferredTime else { return false }
    try await database.transaction { session in
      // Without the key of the others: they are not to wait for it.
      try await jobs.enqueue(kind: Self.tallyJob, payload: Array(store.election.utf8), due: end, in: session)
    }
    return true
  }

  /// Until when trustees that are there may decrypt, Unix milliseconds; `nil` where all of them have, or enough have not.
  private func endOfDecryption(
    _ store: TrusteeStore, _ state: TrusteeState, _ session: any SQLSession
  ) async throws -> UInt64? {
    let members = try await store.members(session)
    let present = try await store.cosigners(session, size: state.boardSize)
    let enough = TrusteeDraw.time(members.compactMap { $0[.decryption] }, threshold: state.threshold)
    guard members.contains(where: { present.contains($0.number) && $0[.decryption] == nil }), let enough,
      let start = try await store.group(session).decrypting
    else { return nil }
    return start + enough + preferredTime
  }

  /// Does a job of kind `tallyJob`.
  ///
  /// - Throws: `JobFailure.permanent` where no further attempt would help.
  public func perform(_ job: Job) async throws {
    do {
      try await tally(String(decoding: job.payload, as: UTF8.self))
    } catch CeremonyError.boardNotVerified(let check, let detail) {
      throw JobFailure.permanent("the closed board fails check \(check): \(detail)")
    } catch CeremonyError.damaged(let detail) {
      throw JobFailure.permanent(detail)
    }
  }

  private func publish(_ made: ClosedBoard.Outcome, _ store: TrusteeStore) async throws -> TallyOutcome {
    let now = clock.now()
    let (outcome, isNew) = try await database.transaction { session in
      // Who gives the election up at the same time waits here, or was first.
      let group = try await store.lock(session)
      if group.isAborted { return (TallyOutcome.aborted, false) }
      if group.isTallied { return (.tallied, false) }
      if group.certificate != nil { return (.waiting, false) }
      try await boards.publish(.tally, made.tally, of: store.election, in: session)
      try await boards.publish(.result, made.result, of: store.election, in: session)
      try await boards.publish(.closingDraw, made.draw, of: store.election, in: session)
      try await store.beginSigning(session, made.certificate.message, time: now, waits: preferredTime > 0)
      return (.waiting, true)
    }
    if isNew {
      closings.withLock { _ = $0.removeValue(forKey: store.election) }
      events.publish(.ceremony(election: store.election, phase: "signing"))
    }
    return outcome
  }

  /// The board after its closing, verified by the first who asks.
  private func closedBoard(_ election: String) async throws -> ClosedBoard {
    let (boards, runner) = (boards, runner)
    let task = closings.withLock { closings in
      if let task = closings[election] { return task }
      let task = Task { try await ClosedBoard.read(election, boards, runner) }
      closings[election] = task
      return task
    }
    do {
      return try await task.value
    } catch {
      closings.withLock { if $0[election] == task { $0[election] = nil } }
      throw error
    }
  }
}

extension TrusteeStore {
  /// The partial decryption of a trustee that was taken.
  func partial(of number: Int, _ session: any SQLSession) async throws -> [UInt8]? {
    try await session.query(
      "SELECT partial FROM partial_decryptions WHERE election = $1 AND trustee = $2", [name, .integer(Int64(number))]
    ).first?.bytes(0)
  }

  /// Those of trustees that have cosigned the checkpoint of a size, ascending.
  func partials(_ session: any SQLSession, size: UInt64) async throws -> [[UInt8]] {
    try await session.query(
      """
      SELECT p.partial FROM partial_decryptions p
      JOIN board_cosignatures c ON c.election = p.election AND c.trustee = p.trustee AND c.size = $2
      WHERE p.election = $1 ORDER BY p.trustee
      """, [name, .integer(Int64(size))]
    ).map { try $0.bytes(0) }
  }

  /// Keeps a partial decryption; the first one counts.
  ///
  /// - Returns: whether it is the first one.
  func keepPartial(_ session: any SQLSession, _ partial: [UInt8], of number: Int) async throws -> Bool {
    try await session.execute(
      "INSERT INTO partial_decryptions (election, trustee, partial) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [name, .integer(Int64(number)), .bytes(partial)]) > 0
  }
}
