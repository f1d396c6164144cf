import Curve25519
import Database
import Elections
import ThresholdCryptography

/// All that a completed ceremony gives the opening of the election.
public struct CeremonyResult: Sendable, Equatable {
  /// The trustees' file.
  public let roster: TrusteeRoster
  /// Who has missed the fire drill, as the organiser acknowledged; ascending.
  public let absent: [Int]
  /// Cosignatures that the closing checkpoint needs.
  public let quorum: UInt8
  /// What the trustees drew in the fire drill.
  public let draw: DrawRecord
  /// The same, as the opening entry has it.
  public let opening: OpeningDraw
}

/// Why an election cannot be opened yet, as far as its trustees are concerned.
public enum OpeningObstacle: Error, Sendable, Equatable {
  /// Nothing is known of trustees.
  case noTrustees
  /// These have not joined.
  case notJoined([Int])
  /// All have joined; the key ceremony is to be started.
  case notStarted
  /// The key ceremony goes on.
  case ceremony
  /// The key ceremony has failed: it is to be started again.
  case failed(culprits: [Int])
  /// These have not shown that their shares work, and nobody has acknowledged that they are absent.
  case drill(missing: [Int])
  /// More have missed the fire drill than the threshold allows.
  case tooManyAbsent(most: Int)
  /// The election was given up.
  case aborted
}

// The fire drill (8.5), and what follows from it for the opening.
extension Ceremonies {
  /// Takes a trustee's part in the fire drill.
  ///
  /// - Parameter encoded: a partial decryption of one total, and a part in the opening draw.
  /// - Throws: `notTrustee`, `unknownCeremony`, `wrongPhase`; `refused` where it does not verify.
  public func addDrill(_ encoded: [UInt8], of ceremony: Bytes32, _ election: String, by signingKey: Bytes32) async throws {
    let store = CeremonyStore(id: ceremony)
    let trustees = TrusteeStore(election: election)
    let now = clock.now()
    let (row, own) = try await database.read { session in
      (
        try await store.row(session, election: election),
        try await store.participants(session).first { $0.signingKey == signingKey }
      )
    }
    guard let own else { throw CeremonyError.notTrustee }
    guard row.state == .complete else { throw CeremonyError.wrongPhase(row.state == .running ? .ceremony : .failed) }
    let drill = try self.drill(ceremony, row)
    guard let part = try? FireDrillPart(encoded), part.trustee == own.number,
      await workers.run({ (try? drill.verify(part)) != nil })
    else {
      metrics.refuse("drill")
      try await refuse(.drill, .wrongPart, by: signingKey, election)
      throw CeremonyError.refused("not this trustee's part in the fire drill of this ceremony")
    }
    let latency = row.ended.map { now >= $0 ? now - $0 : 0 } ?? 0
    let (isNew, isDrawn) = try await database.transaction { session in
      let group = try await trustees.lock(session)
      let participants = try await store.participants(session)
      // Another part changes nothing, also when it comes late.
      guard let present = participants.first(where: { $0.number == own.number }), present.drill == nil else {
        return (false, false)
      }
      if group.isAborted { throw CeremonyError.wrongPhase(.aborted) }
      guard group.ceremony == ceremony else { throw CeremonyError.unknownCeremony }
      // Who is absent is part of the opening entry.
      if try await trustees.isOpened(session) { throw CeremonyError.opened }
      _ = try await store.keepDrill(session, encoded, of: own.number)
      _ = try await trustees.keep(session, .drill, latency, of: own.number)
      try await trustees.bump(session)
      return (true, participants.count { $0.drill != nil } + 1 == row.threshold)
    }
    guard isNew else { return }
    metrics.took(.drill, milliseconds: latency)
    if isDrawn { metrics.drew(.opening, milliseconds: latency) }
    events.publish(.trustee(election: election, number: own.number, status: "drill"))
  }

  private func drill(_ ceremony: Bytes32, _ row: CeremonyStore.Row) throws -> FireDrill {
    if let drill = drills.withLock({ $0[ceremony] }) { return drill }
    guard let root = row.root, let roster = try row.roster.map({ try TrusteeRoster($0) }) else {
      throw CeremonyError.damaged("a complete ceremony without roster")
    }
    let drill = FireDrill(ceremony: ceremony, size: row.size, root: root, keys: try roster.keys, drawKeys: roster.drawKeys)
    drills.withLock { $0[ceremony] = drill }
    return drill
  }

  /// Acknowledges that trustees are absent: the election may open though they have missed the fire drill.
  ///
  /// - Parameter names: of all who are absent, as on the roster; replaces what was acknowledged before.
  /// - Throws: `notMissing`, `tooManyAbsent`, `wrongPhase`, `opened`.
  public func acknowledge(absent names: [String], of election: String, by caller: Caller = .anonymous) async throws {
    let trustees = TrusteeStore(election: election)
    try await database.transaction { session in
      let group = try await trustees.lock(session)
      if try await trustees.isOpened(session) { throw CeremonyError.opened }
      guard let id = group.ceremony else { throw CeremonyError.wrongPhase(.gathering) }
      let store = CeremonyStore(id: id)
      let row = try await store.row(session, election: election)
      guard row.state == .complete else { throw CeremonyError.wrongPhase(row.state == .running ? .ceremony : .failed) }
      let participants = try await store.participants(session)
      let numbers = try names.map { name in
        guard let participant = participants.first(where: { $0.name == name }), participant.drill == nil else {
          throw CeremonyError.notMissing(name: name)
        }
        return participant.number
      }
      guard Set(numbers).count <= participants.count - row.threshold else {
        throw CeremonyError.tooManyAbsent(most: participants.count - row.threshold)
      }
      try await store.setAbsent(session, Set(numbers).sorted())
      try await trustees.bump(session)
      try await remember("ceremony.absence", election, caller, session)
    }
    events.publish(.ceremony(election: election, phase: "drill"))
  }

  /// What the election is to be opened with, or why it cannot be opened. To be asked in the transaction that opens the board, so that nobody's part
  /// in the fire drill comes in between.
  public func outcome(of election: String, in session: any SQLSession) async throws -> Result<CeremonyResult, OpeningObstacle> {
    let trustees = TrusteeStore(election: election)
    let group: TrusteeStore.Group
    do { group = try await trustees.group(session) } catch CeremonyError.unknownElection { return .failure(.noTrustees) }
    if group.isAborted { return .failure(.aborted) }
    guard let id = group.ceremony else {
      let members = try await trustees.members(session)
      if members.isEmpty { return .failure(.noTrustees) }
      let missing = members.filter { $0.signingKey == nil }.map { $0.number }
      return .failure(missing.isEmpty ? .notStarted : .notJoined(missing))
    }
    let store = CeremonyStore(id: id)
    let row = try await store.row(session, election: election)
    switch row.state {
    case .running: return .failure(.ceremony)
    case .abandoned: return .failure(.notStarted)
    case .failed: return .failure(.failed(culprits: try await store.failures(session).compactMap { $0.culprit }))
    case .complete: break
    }
    guard let roster = try row.roster.map({ try TrusteeRoster($0) }) else {
      throw CeremonyError.damaged("a complete ceremony without roster")
    }
    return try result(of: id, row, roster, try await store.participants(session), quorum: group.quorum)
  }

  /// The same, by itself.
  public func outcome(of election: String) async throws -> Result<CeremonyResult, OpeningObstacle> {
    try await database.read { session in try await self.outcome(of: election, in: session) }
  }

  private func result(
    of id: Bytes32, _ row: CeremonyStore.Row, _ roster: TrusteeRoster, _ participants: [CeremonyStore.Participant], quorum: Int
  ) throws -> Result<CeremonyResult, OpeningObstacle> {
    let missing = participants.filter { $0.drill == nil }
    let unknown = missing.filter { !$0.isAbsent }.map { $0.number }
    guard unknown.isEmpty else { return .failure(.drill(missing: unknown)) }
    let most = participants.count - row.threshold
    guard missing.count <= most else { return .failure(.tooManyAbsent(most: most)) }
    let parts = try participants.compactMap { $0.drill }.map { try FireDrillPart($0) }
    guard let (draw, output) = try drill(id, row).outcome(parts) else {
      throw CeremonyError.damaged("the parts of the fire drill do not give its value")
    }
    return .success(
      CeremonyResult(
        roster: roster, absent: missing.map { $0.number }, quorum: UInt8(quorum), draw: draw, opening: OpeningDraw(draw, output)))
  }
}
