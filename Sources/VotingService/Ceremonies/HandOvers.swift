import Curve25519
import Database
import Elections
import Sealing
import ThresholdCryptography

/// A number that is to get another trustee.
public struct TrusteeReplacement: Sendable, Equatable {
  public let number: Int
  /// As the organiser calls whoever is to come; who joins may call itself otherwise.
  public let name: String

  public init(number: Int, name: String) {
    self.number = number
    self.name = name
  }
}

// Handing shares over (8.13): what the organiser does, and who comes new.
extension Ceremonies {
  /// Wants the shares handed over to the same trustees but for those replaced, who are invited. What goes on is given up for it.
  ///
  /// - Parameter replacements: none: all get fresh shares.
  /// - Returns: an invitation for each replacement.
  /// - Throws: `wrongPhase`, `unknownTrustee`, `badName`, `nameTaken`, `parameters`.
  public func handOver(
    _ election: String, replacing replacements: [TrusteeReplacement] = [], by caller: Caller = .anonymous
  ) async throws -> [TrusteeInvitation] {
    guard let board = try await boardStatus(election) else { throw CeremonyError.wrongPhase(.ready) }
    guard board.phase == .voting || board.phase == .paused else { throw CeremonyError.wrongPhase(.closing) }
    guard board.renewals.count < RenewalEntry.most else {
      throw CeremonyError.parameters("there have been \(RenewalEntry.most) renewals")
    }
    let tokens = replacements.map { _ in random.secret() }
    let (id, now, store) = (random.reference(), clock.now(), TrusteeStore(election: election))
    try await database.transaction { session in
      _ = try await store.lock(session)
      let present = try await store.members(session)
      var members = present.map { member in
        (
          HandOverStore.Member(number: member.number, name: member.name, signingKey: member.signingKey, isNew: false),
          nil as [UInt8]?
        )
      }
      for (replacement, token) in zip(replacements, tokens) {
        guard let text = Text(replacement.name), text.isName else { throw CeremonyError.badName }
        guard members.indices.contains(replacement.number - 1) else { throw CeremonyError.unknownTrustee(replacement.number) }
        guard members[replacement.number - 1].1 == nil else { throw CeremonyError.parameters("each number must stand once") }
        members[replacement.number - 1] = (
          HandOverStore.Member(number: replacement.number, name: replacement.name, signingKey: nil, isNew: true), Self.hash(token)
        )
      }
      guard Set(members.map { $0.0.name }).count == members.count else { throw CeremonyError.nameTaken }
      try await HandOverStore.end(election, .cancelled, time: now, session)
      try await HandOverStore.create(
        election, id: id, renewal: board.renewals.count + 1, members.map { ($0.0, $0.1) }, time: now, session)
      try await store.bump(session)
      try await remember("handover.started", election, caller, session)
    }
    events.publish(.ceremony(election: election, phase: "handover"))
    return zip(replacements, tokens).map { TrusteeInvitation(number: $0.number, token: $1) }
  }

  /// Gives the hand-over up that goes on: all stays as it is.
  ///
  /// - Throws: `noHandOver`.
  public func cancelHandOver(_ election: String, by caller: Caller = .anonymous) async throws {
    let (now, store) = (clock.now(), TrusteeStore(election: election))
    try await database.transaction { session in
      _ = try await store.lock(session)
      guard try await HandOverStore.end(election, .cancelled, time: now, session) else { throw CeremonyError.noHandOver }
      try await store.bump(session)
      try await remember("handover.cancelled", election, caller, session)
    }
    events.publish(.ceremony(election: election, phase: "handover"))
  }

  /// Begins the attempt again without these dealers, who do not answer, as soon as enough others have approved.
  ///
  /// - Throws: `noHandOver`.
  public func retryHandOver(_ election: String, without trustees: [Int], by caller: Caller = .anonymous) async throws {
    let context = try await handOverContext(election)
    let (now, store) = (clock.now(), TrusteeStore(election: election))
    try await database.transaction { session in
      _ = try await store.lock(session)
      guard let handOver = try await HandOverStore.running(election, session) else { throw CeremonyError.noHandOver }
      try await handOver.leave("abandoned", time: now, session)
      try await handOver.exclude(trustees, session)
      try await self.begin(handOver, context, now, session)
      try await store.bump(session)
      try await remember("handover.retried", election, caller, session)
    }
    events.publish(.ceremony(election: election, phase: "handover"))
  }

  static func hash(_ token: String) -> [UInt8] { SHA256.hash(Array(token.utf8)) }

  // MARK: Joining

  /// Takes in who is to become a trustee.
  func joinHandOver(
    _ joining: TrusteeJoining, _ signingKey: Bytes32, _ hash: [UInt8], _ now: UInt64, _ session: any SQLSession
  ) async throws -> TrusteeJoined {
    let rows = try await session.query(
      """
      SELECT h.election, h.id, m.number, m.signing_key FROM handover_members m JOIN handovers h ON h.id = m.handover
      WHERE m.token_hash = $1 AND h.state = 'running'
      """, [.bytes(hash)])
    guard let row = rows.first else { throw CeremonyError.unknownInvitation }
    let (election, id, number) = (try row.text(0), try row.text(1), Int(try row.integer(2)))
    let store = TrusteeStore(election: election)
    let group = try await store.lock(session)
    let joined = TrusteeJoined(election: election, origin: group.origin, title: group.title, number: number)
    if let present = try row.bytes32(3) {
      guard present == signingKey else { throw CeremonyError.otherKey }
      return joined
    }
    let known = try await session.query(
      """
      SELECT 1 FROM trustees WHERE election = $1 AND signing_key = $2
      UNION ALL SELECT 1 FROM former_trustees WHERE election = $1 AND signing_key = $2
      UNION ALL SELECT 1 FROM handover_members WHERE handover = $3 AND signing_key = $2
      """, [.text(election), .bytes(signingKey.bytes), .text(id)])
    if !known.isEmpty { throw CeremonyError.keyTaken }
    let names = try await session.query(
      "SELECT 1 FROM handover_members WHERE handover = $1 AND name = $2 AND number <> $3",
      [.text(id), .text(joining.name.description), .integer(Int64(number))])
    if !names.isEmpty { throw CeremonyError.nameTaken }
    try await session.execute(
      "UPDATE handover_members SET name = $3, signing_key = $4, joined = $5 WHERE handover = $1 AND number = $2",
      [.text(id), .integer(Int64(number)), .text(joining.name.description), .bytes(signingKey.bytes), .integer(Int64(now))])
    try await store.bump(session)
    return joined
  }

  // MARK: Approvals and attempts

  /// What is known of an election beside its hand-over's rows.
  struct HandOverContext: Sendable {
    let electionID: Bytes32
    let roster: AmendedRoster
    /// In which trustees are asked.
    let order: [Int]
  }

  func handOverContext(_ election: String) async throws -> HandOverContext {
    guard let board = try await boardStatus(election), board.phase == .voting || board.phase == .paused else {
      throw CeremonyError.noHandOver
    }
    return HandOverContext(
      electionID: board.electionID, roster: try await boards.roster(of: election), order: try await dutyOrder(election))
  }

  /// Takes the approval of a trustee's person.
  ///
  /// - Throws: `notTrustee`; `noHandOver` where another list is wanted, or none.
  public func approveHandOver(_ encoded: [UInt8], _ election: String, by signingKey: Bytes32) async throws {
    guard let digest = Bytes32(encoded) else { throw CeremonyError.refused("not the digest of a list") }
    let number = try await actingNumber(of: signingKey, election: election, for: .approval)
    let context = try await handOverContext(election)
    let (now, store) = (clock.now(), TrusteeStore(election: election))
    try await database.transaction { session in
      _ = try await store.lock(session)
      guard let handOver = try await HandOverStore.running(election, session),
        let list = try await Self.list(handOver, context, session), list.digest == digest
      else { throw CeremonyError.noHandOver }
      try await handOver.approve(number, digest, session)
      if handOver.attempt == nil { try await self.begin(handOver, context, now, session) }
      try await store.bump(session)
    }
    events.publish(.trustee(election: election, number: number, status: "approved"))
  }

  /// The list that is wanted, once all have joined.
  static func list(
    _ handOver: HandOverStore, _ context: HandOverContext, _ session: any SQLSession
  ) async throws -> HandOverList? {
    guard handOver.renewal == context.roster.current.renewal + 1 else { return nil }
    var members: [HandOverList.Member] = []
    for member in try await handOver.members(session) {
      guard let key = member.signingKey, let name = Text(member.name) else { return nil }
      members.append(.init(name: name, signingKey: key))
    }
    return HandOverList(election: context.electionID, after: context.roster, members: members)
  }

  /// Begins an attempt if there are enough dealers: the first in the order of duty.
  func begin(
    _ handOver: HandOverStore, _ context: HandOverContext, _ now: UInt64, _ session: any SQLSession
  ) async throws {
    guard let list = try await Self.list(handOver, context, session) else { return }
    let approvals = try await handOver.approvals(of: list.digest, session)
    let willing = context.order.filter { approvals.contains($0) }
    let needed = context.roster.current.acting.threshold
    guard willing.count >= needed, let id = Bytes32(random.bytes(32)) else { return }
    try await handOver.begin(id, dealers: willing.prefix(needed).sorted(), time: now, session)
  }
}
