import Anchoring
import Curve25519
import Database

/// What administrators see of the public chain, and what they can have done. Everything is asked for in the database: whichever server writes to the chain does it.
public struct ChainAdministration: Sendable {
  /// Where this service writes.
  public let place: ChainPlace
  /// When this service anchors; `nil`: not known here.
  public let settings: AnchorSettings?
  private let account: String
  private let database: any Database
  private let clock: any Clock
  private let audit: AuditLog
  private let wake: @Sendable () -> Void

  /// - Parameters:
  ///   - account: the one that writes, `0x…`.
  ///   - settings: when it anchors, for who reads of it.
  ///   - wake: tells this server's loop that there is something to do.
  public init(
    place: ChainPlace, settings: AnchorSettings? = nil, account: String, database: any Database, clock: any Clock, audit: AuditLog,
    wake: @escaping @Sendable () -> Void
  ) {
    self.place = place
    self.settings = settings
    self.account = account
    self.database = database
    self.clock = clock
    self.audit = audit
    self.wake = wake
  }

  private static let day: UInt64 = 86_400_000

  /// How the service stands with the chain.
  public func overview() async throws -> ChainOverview {
    let now = clock.now()
    return try await database.read { session in
      let plan = try await session.query(
        "SELECT balance, head, asked, error, anchor_asked, check_asked FROM chain_plan WHERE id = 1")
      guard let row = plan.first else { throw DatabaseError.schema("chain_plan") }
      return ChainOverview(
        place: place, account: account, balance: row.isNull(0) ? nil : UInt128(try row.text(0)),
        head: try row.count(1), asked: try row.time(2), error: row.isNull(3) ? nil : try row.text(3),
        queue: try await queue(session), troubles: try await troubles(session),
        elsewhere: try await place.electionsElsewhere(session), lastAnchor: try await lastAnchor(session),
        isAnchorAsked: !row.isNull(4), isCheckAsked: !row.isNull(5), check: try await ChainCheck.last(session),
        prices: try await prices(session, since: now - min(now, 7 * Self.day)),
        costs: try await ChainCosts(session, chain: place.chain, from: now - min(now, 30 * Self.day), to: now + 1))
    }
  }

  private func queue(_ session: any SQLSession) async throws -> ChainOverview.Queue {
    var counts: [String: Int] = [:]
    var oldest: UInt64?
    for row in try await session.query(
      "SELECT state, COUNT(*), MIN(added) FROM chain_records WHERE \(place.registry.condition(1)) GROUP BY state",
      place.registry.values)
    {
      let state = try row.text(0)
      counts[state] = Int(try row.integer(1))
      if state != "confirmed", let added = try row.time(2) { oldest = min(oldest ?? added, added) }
    }
    return .init(
      pending: counts["pending"] ?? 0, sent: counts["sent"] ?? 0, queued: counts["queued"] ?? 0,
      confirmed: counts["confirmed"] ?? 0,
      oldest: oldest)
  }

  private func troubles(_ session: any SQLSession) async throws -> [ChainOverview.Trouble] {
    try await session.query(
      """
      SELECT error, COUNT(*) FROM chain_records WHERE state <> 'confirmed' AND error IS NOT NULL AND \(place.registry.condition(1))
      GROUP BY error ORDER BY COUNT(*) DESC, error LIMIT 5
      """, place.registry.values
    ).map { .init(reason: try $0.text(0), records: Int(try $0.integer(1))) }
  }

  private func lastAnchor(_ session: any SQLSession) async throws -> ChainOverview.LastAnchor? {
    try await session.query("SELECT time, block FROM chain_anchors ORDER BY block DESC LIMIT 1").first.map {
      .init(time: UInt64(clamping: try $0.integer(0)) * 1000, block: UInt64(clamping: try $0.integer(1)))
    }
  }

  private func prices(_ session: any SQLSession, since: UInt64) async throws -> [ChainOverview.Price] {
    // The middle of a chart is no better for a point a minute.
    try await session.query(
      """
      SELECT MIN(time), CAST(SUM(price) AS BIGINT), COUNT(*) FROM
        (SELECT time, price / 1000 AS price, time / 900000 AS quarter FROM chain_prices WHERE time >= $1) AS samples
      GROUP BY quarter ORDER BY quarter
      """, [.integer(Int64(clamping: since))]
    ).map { row in
      .init(
        time: UInt64(clamping: try row.integer(0)), wei: UInt64(clamping: try row.integer(1) / max(1, try row.integer(2))) * 1000)
    }
  }

  // MARK: - What can be done

  /// Has everything tried at once that waits because it failed too often, or because gas was too dear.
  public func retryQueued(by caller: Caller) async throws {
    let now = Int64(clamping: clock.now())
    try await act("chain.retried", caller) { session in try await ChainRecords.retryQueued(now: now, session) }
  }

  /// Has the present state of all boards anchored, where it differs from the last.
  public func anchorNow(by caller: Caller) async throws { try await ask("anchor_asked = $1", "chain.anchor-asked", caller) }

  /// Has all records compared with the chain. What it finds stands in the overview.
  public func reconcileNow(by caller: Caller) async throws {
    try await ask("check_asked = $1, check_due = 0", "chain.check-asked", caller)
  }

  /// Likewise, and what can be mended here is mended.
  public func repair(by caller: Caller) async throws {
    try await ask("check_asked = $1, check_due = 0, check_mends = 1", "chain.repair-asked", caller)
  }

  private func ask(_ changes: String, _ action: String, _ caller: Caller) async throws {
    let now = Int64(clamping: clock.now())
    try await act(action, caller) { session in
      try await session.execute("UPDATE chain_plan SET \(changes) WHERE id = 1", [.integer(now)])
    }
  }

  private func act(
    _ action: String, _ caller: Caller, _ body: @Sendable (any SQLSession) async throws -> Void
  ) async throws {
    try await database.transaction { session in
      try await body(session)
      try await audit.append(
        AuditEvent(AuditAction(action), by: AuditActor(caller), on: AuditSubject("chain", place.network)), in: session)
    }
    wake()
  }
}

extension ChainCheck {
  /// Findings that are shown; how many there are in all is kept too.
  static let shown = 100

  /// The one that the tables tell of.
  static func last(_ session: any SQLSession) async throws -> ChainCheck? {
    let rows = try await session.query(
      "SELECT check_time, check_head, check_compared, check_findings FROM chain_plan WHERE id = 1 AND check_time IS NOT NULL")
    guard let row = rows.first else { return nil }
    let findings = try await session.query(
      """
      SELECT kind, election, hash, here, there, transaction_hash, mended FROM chain_findings ORDER BY number LIMIT $1
      """, [.integer(Int64(shown))])
    return ChainCheck(
      time: UInt64(clamping: try row.integer(0)), head: UInt64(clamping: try row.integer(1)), compared: Int(try row.integer(2)),
      findingCount: Int(try row.integer(3)), findings: try findings.map(Finding.init))
  }
}

extension ChainCheck.Finding {
  init(_ row: SQLRow) throws {
    guard let kind = Kind(rawValue: try row.text(0)), let hash = Bytes32(try row.bytes(2)) else {
      throw DatabaseError.schema("chain_findings")
    }
    self.init(
      kind, election: row.isNull(1) ? nil : try row.text(1), hash: hash, here: try row.count(3), chain: try row.count(4),
      transaction: row.isNull(5) ? nil : Bytes32(try row.bytes(5)), isMended: try row.integer(6) == 1)
  }
}

extension SQLRow {
  /// A number that is not negative; `nil` where there is none.
  func count(_ column: Int) throws(DatabaseError) -> UInt64? { isNull(column) ? nil : UInt64(clamping: try integer(column)) }
}
