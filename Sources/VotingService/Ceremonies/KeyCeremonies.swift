import Curve25519
import Database
import Elections
import ThresholdCryptography
import TrusteeCoordination

// The key ceremony (8.4).
extension Ceremonies {
  /// Starts a key ceremony of all who have joined, under a fresh id.
  ///
  /// - Parameter restart: also where one is going on or is complete: it is left for the new one. One that has failed never stands in the way; what
  ///   proves its failure is kept.
  /// - Returns: its id.
  /// - Throws: `opened`, `begun`, `notJoined`, `parameters`.
  @discardableResult
  public func start(_ election: String, restart: Bool = false, by caller: Caller = .anonymous) async throws -> Bytes32 {
    guard let id = Bytes32(random.bytes(32)) else { throw CeremonyError.damaged("no randomness") }
    let now = clock.now()
    let store = TrusteeStore(election: election)
    try await database.transaction { session in
      let group = try await store.lock(session)
      if try await store.isOpened(session) { throw CeremonyError.opened }
      if group.isAborted { throw CeremonyError.wrongPhase(.aborted) }
      try await leave(group.ceremony, of: election, restart: restart, now, session)
      let members = try await store.members(session)
      try check(members, group, id)
      try await CeremonyStore(id: id).create(session, election: election, threshold: group.threshold, members, time: now)
      try await session.execute("UPDATE trustee_groups SET ceremony = $2 WHERE election = $1", [store.name, .bytes(id.bytes)])
      try await session.execute(
        "UPDATE trustees SET ceremony_time = NULL, drill_time = NULL WHERE election = $1", [store.name])
      try await store.bump(session)
      try await remember("ceremony.started", election, caller, session)
    }
    events.publish(.ceremony(election: election, phase: "ceremony"))
    return id
  }

  /// Gives up the key ceremony that goes on, or its outcome, as long as the election is not open: then trustees can come and go again, and another
  /// ceremony can begin. What was said stays, but for the sealed shares.
  ///
  /// - Throws: `opened`; `wrongPhase` where there is none.
  public func abandon(_ election: String, by caller: Caller = .anonymous) async throws {
    let (now, store) = (clock.now(), TrusteeStore(election: election))
    let id = try await database.transaction { session in
      let group = try await store.lock(session)
      if try await store.isOpened(session) { throw CeremonyError.opened }
      if group.isAborted { throw CeremonyError.wrongPhase(.aborted) }
      guard let id = group.ceremony else { throw CeremonyError.wrongPhase(.gathering) }
      let ceremony = CeremonyStore(id: id)
      let state = try await ceremony.row(session, election: election).state
      guard state == .running || state == .complete else { throw CeremonyError.wrongPhase(.failed) }
      try await ceremony.end(session, .abandoned, time: now)
      try await session.execute(
        "UPDATE trustees SET ceremony_time = NULL, drill_time = NULL WHERE election = $1", [store.name])
      try await store.bump(session)
      try await remember("ceremony.abandoned", election, caller, session)
      return id
    }
    judges.withLock { $0[id] = nil }
    drills.withLock { $0[id] = nil }
    events.publish(.ceremony(election: election, phase: "failed"))
  }

  private func leave(
    _ present: Bytes32?, of election: String, restart: Bool, _ now: UInt64, _ session: any SQLSession
  ) async throws {
    guard let present else { return }
    let old = CeremonyStore(id: present)
    switch try await old.row(session, election: election).state {
    case .failed, .abandoned: return
    case .running, .complete:
      guard restart else { throw CeremonyError.begun }
      try await old.end(session, .abandoned, time: now)
    }
  }

  private func check(_ members: [TrusteeStore.Member], _ group: TrusteeStore.Group, _ id: Bytes32) throws(CeremonyError) {
    let missing = members.filter { $0.signingKey == nil }.map { $0.number }
    guard missing.isEmpty else { throw .notJoined(missing) }
    guard group.quorum <= members.count else {
      throw .parameters("a quorum of \(group.quorum) needs as many trustees; there are \(members.count)")
    }
    do throws(CeremonyParameterError) {
      _ = try CeremonyConfiguration(ceremony: id, threshold: group.threshold, signingKeys: members.compactMap { $0.signingKey })
    } catch {
      throw .parameters("the threshold must be more than half of the trustees, and at most all of them")
    }
  }

  // MARK: Log

  /// Takes messages of trustees.
  ///
  /// - Parameter encoded: a `CeremonyBatch`.
  /// - Returns: how many are new. None are, once the ceremony is over.
  /// - Throws: `unknownCeremony`; `refused` where a message is none: then nothing of the batch is taken.
  public func append(_ encoded: [UInt8], to ceremony: Bytes32, of election: String) async throws -> Int {
    let batch: CeremonyBatch
    do throws(CodecError) { batch = try CeremonyBatch(encoded: encoded) } catch {
      metrics.refuse("message")
      throw CeremonyError.refused("not a list of messages")
    }
    let now = clock.now()
    do {
      let outcome = try await database.transaction { session in
        try await self.append(batch.messages, CeremonyStore(id: ceremony), election, now, session)
      }
      announce(outcome, ceremony, election)
      return outcome.judgement.messages.count
    } catch let error as CeremonyError {
      metrics.refuse("message")
      throw error
    }
  }

  private struct Appended: Sendable {
    var judgement: CeremonyJudge.Judgement
    /// The log as it is now; `nil`: it is over.
    var judge: CeremonyJudge?
    var latencies: [UInt64] = []
  }

  private func append(
    _ batch: [[UInt8]], _ store: CeremonyStore, _ election: String, _ now: UInt64, _ session: any SQLSession
  ) async throws -> Appended {
    // Whoever appends waits for the others: positions follow each other without gaps.
    let trustees = TrusteeStore(election: election)
    let group = try await trustees.lock(session)
    let row = try await store.row(session, election: election)
    let participants = try await store.participants(session)
    let configuration = try Self.configuration(store.id, row, participants)
    guard row.state == .running, !group.isAborted else {
      do throws(CoordinationError) { try CeremonyJudge.require(batch, configuration) } catch { throw CeremonyError(error) }
      return Appended(judgement: CeremonyJudge.Judgement())
    }
    let known = try await judge(of: store, row, configuration, session)
    let (judge, judged) = await workers.run {
      var judge = known
      let judged: Result<CeremonyJudge.Judgement, CeremonyError>
      do throws(CoordinationError) { judged = .success(try judge.take(batch)) } catch { judged = .failure(CeremonyError(error)) }
      return (judge, judged)
    }
    var appended = Appended(judgement: try judged.get(), judge: judge)
    guard !appended.judgement.messages.isEmpty else { return appended }
    try await store.append(session, appended.judgement.messages, at: row.size)
    for number in appended.judgement.confirmed {
      let latency = now >= row.started ? now - row.started : 0
      if try await trustees.keep(session, .ceremony, latency, of: number) { appended.latencies.append(latency) }
    }
    try await end(store, participants, appended.judgement, judge, now, session)
    try await trustees.bump(session)
    return appended
  }

  /// Ends the ceremony if the messages have done so.
  private func end(
    _ store: CeremonyStore, _ participants: [CeremonyStore.Participant], _ judgement: CeremonyJudge.Judgement,
    _ judge: CeremonyJudge, _ now: UInt64, _ session: any SQLSession
  ) async throws {
    if !judgement.failures.isEmpty {
      try await store.add(session, judgement.failures)
      try await store.end(session, .failed, time: now)
    } else if let dealings = judgement.dealings {
      let entries = zip(participants, dealings).compactMap { participant, dealing in
        Text(participant.name).map { RosterEntry(name: $0, signingKey: participant.signingKey, dealing: dealing) }
      }
      guard let roster = TrusteeRoster(parameters: judge.log.configuration.parameters, trustees: entries) else {
        throw CeremonyError.damaged("the trustees of a ceremony do not make a roster")
      }
      try await store.end(session, .complete, root: judge.root.root, roster: roster.encoded, time: now)
    }
  }

  private func announce(_ outcome: Appended, _ ceremony: Bytes32, _ election: String) {
    let isOver = !outcome.judgement.failures.isEmpty || outcome.judgement.dealings != nil
    judges.withLock { judges in
      guard let judge = outcome.judge, !isOver else {
        judges[ceremony] = nil
        return
      }
      if judge.size >= judges[ceremony]?.size ?? 0 { judges[ceremony] = judge }
    }
    guard !outcome.judgement.messages.isEmpty else { return }
    for latency in outcome.latencies { metrics.took(.ceremony, milliseconds: latency) }
    if !outcome.judgement.failures.isEmpty { metrics.ceremonyFailed() }
    let phase = outcome.judgement.failures.isEmpty ? (isOver ? "drill" : "ceremony") : "failed"
    events.publish(.ceremony(election: election, phase: phase))
  }

  /// The log up to the row's size: what is in memory, and what others have appended since.
  func judge(
    of store: CeremonyStore, _ row: CeremonyStore.Row, _ configuration: CeremonyConfiguration, _ session: any SQLSession
  ) async throws -> CeremonyJudge {
    var known = judges.withLock { $0[store.id] } ?? CeremonyJudge(configuration)
    // A database restored from a backup may have less than was seen.
    if known.size > row.size { known = CeremonyJudge(configuration) }
    guard known.size < row.size else { return known }
    let missing = try await store.messages(session, from: known.size, limit: Int(row.size - known.size))
    let start = known
    return await workers.run {
      var judge = start
      for message in missing { if let bytes = message.bytes { judge.replay(bytes, hash: message.hash) } }
      return judge
    }
  }

  static func configuration(
    _ id: Bytes32, _ row: CeremonyStore.Row, _ participants: [CeremonyStore.Participant]
  ) throws(CeremonyError) -> CeremonyConfiguration {
    do throws(CeremonyParameterError) {
      return try CeremonyConfiguration(ceremony: id, threshold: row.threshold, signingKeys: participants.map { $0.signingKey })
    } catch {
      throw .damaged("the parameters of a ceremony")
    }
  }

  /// Messages from a position on, as the trustee with this key may see them: shares for others as hashes.
  ///
  /// - Throws: `unknownCeremony`.
  public func messages(
    of ceremony: Bytes32, _ election: String, after start: UInt32, for signingKey: Bytes32
  ) async throws -> CeremonyPage {
    let store = CeremonyStore(id: ceremony)
    return try await database.read { session in
      _ = try await store.row(session, election: election)
      let own = try await store.participants(session).first { $0.signingKey == signingKey }?.number
      let messages = try await store.messages(session, from: UInt64(start), limit: CeremonyPage.mostEntries)
      return CeremonyPage(
        start: start,
        entries: messages.map { message in
          guard let bytes = message.bytes, message.recipient == nil || message.recipient == own else {
            return .shareHash(message.hash)
          }
          return .message(bytes)
        })
    }
  }

  /// What proves the failures of all ceremonies of the election.
  public func failures(of election: String) async throws -> [CeremonyFailureRecord] {
    try await database.read { session in
      var failures: [CeremonyFailureRecord] = []
      let rows = try await session.query("SELECT id FROM ceremonies WHERE election = $1 ORDER BY started, id", [.text(election)])
      for row in rows {
        guard let id = try row.bytes32(0) else { continue }
        failures += try await CeremonyStore(id: id).failures(session)
      }
      return failures
    }
  }
}
