import Curve25519
import Database
import Elections
import Sealing
import ThresholdCryptography

// The log of a hand-over, and the renewal that comes of it (8.13).
extension Ceremonies {
  /// Messages of an attempt from a position on. Completes what a server that died has left.
  ///
  /// - Throws: `unknownCeremony`.
  public func messages(ofHandOver attempt: Bytes32, _ election: String, after start: Int) async throws -> HandOverPage {
    let (isRunning, messages) = try await database.read { session in
      guard let row = try await Self.row(attempt, election, session) else { throw CeremonyError.unknownCeremony }
      return (row.isRunning, try await HandOverStore.messages(attempt, after: start, session))
    }
    if isRunning, messages.isEmpty { try await complete(attempt, election) }
    return HandOverPage(messages)
  }

  /// Takes a message.
  ///
  /// - Throws: `unknownCeremony`, `noHandOver`, `unusable`; `refused` where it is none.
  public func append(_ message: [UInt8], toHandOver attempt: Bytes32, _ election: String) async throws {
    let context = try await handOverContext(election)
    let (now, store) = (clock.now(), TrusteeStore(election: election))
    let event = try await database.transaction { session in
      _ = try await store.lock(session)
      guard let row = try await Self.row(attempt, election, session) else { throw CeremonyError.unknownCeremony }
      guard row.isRunning, let handOver = try await HandOverStore.running(election, session), handOver.attempt == attempt else {
        throw CeremonyError.unusable
      }
      guard var judge = try await self.judge(attempt, row, handOver, context, session) else { throw CeremonyError.noHandOver }
      let event = judge.log.receive(message)
      switch event {
      case .refused: throw CeremonyError.refused("not a message that this hand-over waits for")
      case .duplicate: return event
      case .accepted, .finished, .failed: break
      }
      try await HandOverStore.append(message, to: attempt, at: row.size, session)
      if case .failed(let failure) = event { try await self.fail(handOver, failure, context, now, session) }
      try await store.bump(session)
      return event
    }
    switch event {
    case .finished: try await complete(attempt, election)
    case .failed:
      metrics.ceremonyFailed()
      events.publish(.ceremony(election: election, phase: "handover"))
    case .accepted, .duplicate, .refused: break
    }
  }

  private static func row(_ attempt: Bytes32, _ election: String, _ session: any SQLSession) async throws -> HandOverStore.Attempt?
  {
    guard let row = try await HandOverStore.attempt(attempt, session) else { return nil }
    let rows = try await session.query(
      "SELECT 1 FROM handovers WHERE id = $1 AND election = $2", [.text(row.handOver), .text(election)])
    return rows.isEmpty ? nil : row
  }

  /// The log up to the row's size: what is in memory, and what others have appended since.
  func judge(
    _ attempt: Bytes32, _ row: HandOverStore.Attempt, _ handOver: HandOverStore, _ context: HandOverContext,
    _ session: any SQLSession
  ) async throws -> HandOverJudge? {
    var known = handOvers.withLock { $0[attempt] }
    if known == nil || known?.size ?? 0 > row.size {
      guard let list = try await Self.list(handOver, context, session) else { return nil }
      let acting = context.roster.current.acting
      let configuration = try HandOverConfiguration(
        id: attempt, list: list.digest, keys: acting.keys, dealers: row.dealers, oldSigningKeys: acting.signingKeys,
        newSigningKeys: list.members.map { $0.signingKey })
      known = HandOverJudge(list: list, log: HandOverLog(configuration))
    }
    guard var judge = known else { return nil }
    for message in try await HandOverStore.messages(attempt, after: judge.size, session) {
      _ = judge.log.receive(message)
      judge.size += 1
    }
    let made = judge
    handOvers.withLock { judges in
      if judges.count > 20 { judges.removeAll() }
      judges[attempt] = made
    }
    return made
  }

  /// A dealer that is proved faulty is not asked again; another one may take its part at once.
  private func fail(
    _ handOver: HandOverStore, _ failure: HandOverFailure, _ context: HandOverContext, _ now: UInt64, _ session: any SQLSession
  ) async throws {
    try await handOver.leave("failed", failure: failure, time: now, session)
    guard case .old(let dealer) = failure.culprit else { return }
    try await handOver.exclude([dealer], session)
    try await begin(handOver, context, now, session)
  }

  /// Brings the renewal into force, if all have confirmed and nobody has done so.
  private func complete(_ attempt: Bytes32, _ election: String) async throws {
    guard let context = try? await handOverContext(election) else { return }
    let made = try await database.read { session -> (HandOverStore, HandOverJudge)? in
      guard let row = try await Self.row(attempt, election, session), row.isRunning,
        let handOver = try await HandOverStore.running(election, session), handOver.attempt == attempt,
        let judge = try await self.judge(attempt, row, handOver, context, session)
      else { return nil }
      return (handOver, judge)
    }
    guard let (handOver, judge) = made, let outcome = judge.log.outcome else { return }
    let (renewal, acting) = (Renewal(judge.list, outcome), context.roster.current.acting)
    do {
      try await boards.renew(renewal, of: election) { session, _ in
        try await self.enact(renewal, handOver, acting, election, session)
      }
    } catch CeremonyError.unusable {
      return
    } catch let error as BoardError {
      // Voting has ended meanwhile, or another server was first.
      switch error {
      case .wrongPhase, .parts: return
      default: throw error
      }
    }
    handOvers.withLock { $0[attempt] = nil }
    events.publish(.ceremony(election: election, phase: "renewed"))
  }

  private func enact(
    _ renewal: Renewal, _ handOver: HandOverStore, _ before: ActingTrustees, _ election: String, _ session: any SQLSession
  ) async throws {
    let (now, store) = (clock.now(), TrusteeStore(election: election))
    _ = try await store.lock(session)
    guard try await HandOverStore.end(election, .complete, time: now, session) else { throw CeremonyError.unusable }
    try await handOver.leave("complete", time: now, session)
    for (index, member) in renewal.members.enumerated() where before.trustees[index].signingKey != member.signingKey {
      let old = before.trustees[index]
      try await session.execute(
        "INSERT INTO former_trustees (election, signing_key, number, name, renewal) VALUES ($1, $2, $3, $4, $5)",
        [
          store.name, .bytes(old.signingKey.bytes), .integer(Int64(index + 1)), .text(old.name.description),
          .integer(Int64(renewal.number)),
        ])
      try await session.execute(
        """
        UPDATE trustees SET name = $3, signing_key = $4, joined = $5, seen = $5, token_hash = $6,
          join_time = NULL, ceremony_time = NULL, drill_time = NULL
        WHERE election = $1 AND number = $2
        """,
        [
          store.name, .integer(Int64(index + 1)), .text(member.name.description), .bytes(member.signingKey.bytes),
          .integer(Int64(now)), .bytes(random.bytes(32)),
        ])
    }
    try await store.bump(session)
    try await remember("handover.completed", election, .anonymous, session)
  }
}
