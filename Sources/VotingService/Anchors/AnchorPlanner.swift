import Anchoring
import Curve25519
import Database
import Elections
import TransparencyLog

/// Where a planner can be cut off: for tests.
enum AnchorPlanPoint: String, CaseIterable, Sendable {
  case enrolled, foundBallots, handedOn, readTree, planted
}

/// Decides what is to be recorded, from the tables and what boards hold in memory. The chain is not asked, and no board waits: each step is one short
/// transaction that any number of servers may try, of which one succeeds.
struct AnchorPlanner: Sendable {
  let database: any Database
  let boards: Boards
  let clock: any Clock
  let settings: AnchorSettings
  /// Takes what went wrong with one election: the others go on.
  let report: @Sendable (_ election: String, _ error: any Error) -> Void
  /// Cuts a step off where it throws: for tests.
  var interrupt: @Sendable (AnchorPlanPoint) async throws -> Void = { _ in }

  /// Ballots handed on in one transaction.
  private static let piece = 200
  /// Blocks before the latest known one at the opening from which records of an election may be: a chain may lose its last blocks.
  private static let margin: UInt64 = 64

  private var now: Int64 { Int64(clamping: clock.now()) }
  private var place: [SQLValue] { settings.place.registry.values }

  /// Takes up new elections, hands on new ballots, and has the tree anchored where that is due.
  ///
  /// - Returns: whether anything is new for the chain.
  func step() async throws -> Bool {
    try await enrol()
    let isDear = settings.cheapWait > 0 ? try await isDear() : false
    let hasBallots = try await handOn(isDear: isDear)
    return try await plant(isDear: isDear) || hasBallots
  }

  // MARK: - Elections

  private func enrol() async throws {
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT b.election, b.election_id, f.bytes, e.entry FROM boards b
        JOIN board_files f ON f.election = b.election AND f.name = 'manifest'
        JOIN board_entries e ON e.election = b.election AND e.position = 0
        WHERE NOT EXISTS (SELECT 1 FROM chain_elections c WHERE c.election = b.election) ORDER BY b.election LIMIT 100
        """)
    }
    for row in rows {
      let anchoring = try Manifest(row.bytes(2)).anchoring
      let opened = try BoardEntry(row.bytes(3)).time
      let (election, id) = (try row.text(0), try row.bytes(1))
      try await database.transaction { session in
        // A sample is of its minute, and may be of the end of it.
        let earlier = SQLValue.integer(Int64(clamping: opened) - AnchorSettings.priceEvery)
        let known = try await session.query("SELECT MAX(block) FROM chain_prices WHERE time < $1", [earlier])[0].count(0)
        let first = max(settings.firstBlock, known.map { $0 - min($0, Self.margin) } ?? 0)
        try await session.execute(
          """
          INSERT INTO chain_elections (election, election_id, mode, chain, contract, first_block) VALUES ($1, $2, $3, $4, $5, $6)
          ON CONFLICT (election) DO NOTHING
          """,
          [
            .text(election), .bytes(id), .text(anchoring?.mode.word ?? "none"), .integer(Int64(clamping: anchoring?.chain ?? 0)),
            .bytes(anchoring?.contract ?? []), .integer(Int64(clamping: first)),
          ])
      }
      try await interrupt(.enrolled)
    }
  }

  // MARK: - Ballots

  /// Hands on ballots of the modes batch and each.
  private func handOn(isDear: Bool) async throws -> Bool {
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT c.election, c.election_id, c.mode, c.handed_on FROM chain_elections c JOIN boards b ON b.election = c.election
        WHERE c.mode IN ('batch', 'each') AND c.chain = $1 AND c.contract = $2 AND c.handed_on < b.size ORDER BY c.election
        """, place)
    }
    var isAny = false
    for row in rows {
      guard let id = Bytes32(try row.bytes(1)) else { throw DatabaseError.schema("chain_elections") }
      let (election, inBatch) = (try row.text(0), try row.text(2) == "batch")
      do {
        isAny =
          try await handOn(election, id, inBatch: inBatch, from: UInt64(clamping: try row.integer(3)), isDear: isDear) || isAny
      } catch let error as BoardError { report(election, error) }
    }
    return isAny
  }

  private func handOn(_ election: String, _ id: Bytes32, inBatch: Bool, from start: UInt64, isDear: Bool) async throws -> Bool {
    var (start, isAny) = (start, false)
    while true {
      let (ballots, next) = try await boards.castLeaves(of: election, from: start, limit: Self.piece)
      guard next > start else { return isAny }
      if isDear, let first = ballots.first, now - Int64(clamping: first.time) < settings.cheapWait { return isAny }
      try await interrupt(.foundBallots)
      let (from, now) = (start, now)
      let isOurs = try await database.transaction { session in
        let changed = try await session.execute(
          "UPDATE chain_elections SET handed_on = $2, ballots = ballots + $4 WHERE election = $1 AND handed_on = $3",
          [.text(election), .integer(Int64(clamping: next)), .integer(Int64(clamping: from)), .integer(Int64(ballots.count))])
        // Otherwise another server was faster.
        guard changed == 1 else { return false }
        try await ChainRecords.add(
          ballots: ballots.map(\.hash), of: id, inBatch: inBatch, at: settings.place.registry, now: now, session)
        return true
      }
      try await interrupt(.handedOn)
      guard isOurs else { return isAny }
      isAny = isAny || !ballots.isEmpty
      start = next
    }
  }

  // MARK: - The service's tree

  /// Has the tree anchored where there is anything new in it, and it is time.
  private func plant(isDear: Bool) async throws -> Bool {
    // Mostly there is nothing, and looking holds up nobody.
    let isDue = try await database.read { session in
      let rows = try await session.query("SELECT added, anchor_asked FROM chain_plan WHERE id = 1")
      return try await tree(session, rows, isDear: isDear).isDue
    }
    guard isDue else { return false }
    try await interrupt(.readTree)
    let isAdded = try await database.transaction { session in
      let rows = try await session.query(
        "UPDATE chain_plan SET turns = turns + 1 WHERE id = 1 RETURNING added, anchor_asked")
      let found = try await tree(session, rows, isDear: isDear)
      guard found.isDue else { return false }
      // An anchor that is asked for where there is nothing new would say what the last one says.
      guard let tree = found.tree else {
        try await session.execute("UPDATE chain_plan SET anchor_asked = NULL WHERE id = 1")
        return false
      }
      let isNew = try await ChainRecords.add(tree, at: settings.place.registry, now: now, session)
      try await session.execute("UPDATE chain_plan SET added = $1, anchor_asked = NULL WHERE id = 1", [.integer(now)])
      return isNew
    }
    try await interrupt(.planted)
    return isAdded
  }

  /// - Returns: the tree, where it has anything that the last one has not; and whether something is to be done now.
  private func tree(
    _ session: any SQLSession, _ plan: [SQLRow], isDear: Bool
  ) async throws -> (tree: ServiceTree?, isDue: Bool) {
    guard let plan = plan.first else { throw DatabaseError.schema("chain_plan") }
    let (added, isAsked) = (try plan.integer(0), !plan.isNull(1))
    let boards = try await AnchoredBoard.all(session, place)
    let last = try await lastTree(session)
    let new = boards.filter { board in last?.place(of: board.leaf.election)?.leaf.size ?? 0 < board.leaf.size }
    guard !new.isEmpty, let tree = try? ServiceTree(boards.map(\.leaf)) else { return (nil, isAsked) }
    let isUrgent = new.contains { $0.isOver || last?.place(of: $0.leaf.election) == nil }
    let wait = isUrgent ? settings.urgentPause : settings.anchorEvery + (isDear ? settings.cheapWait : 0)
    // A clock that was put back does not stop it.
    return (tree, isAsked || now - added >= wait || added > now)
  }

  private func lastTree(_ session: any SQLSession) async throws -> ServiceTree? {
    let rows = try await session.query(
      """
      SELECT content FROM chain_records WHERE kind = 'anchor' AND \(settings.place.registry.condition(1))
      ORDER BY added DESC, hash LIMIT 1
      """, place)
    return try rows.first.flatMap { try? ServiceTree(bytes: $0.bytes(0)) }
  }

  // MARK: - Prices

  /// Whether gas costs more than the median of the last day.
  private func isDear() async throws -> Bool {
    let rows = try await database.read { session in
      try await session.query(
        "SELECT price FROM chain_prices WHERE time >= $1 ORDER BY time", [.integer(now - 86_400_000)])
    }
    let prices = try rows.map { try $0.integer(0) }
    guard let last = prices.last else { return false }
    return last > prices.sorted()[prices.count / 2]
  }
}

/// A board that is to be in the service's tree (specification, 12.1).
private struct AnchoredBoard {
  let leaf: ServiceTree.Leaf
  /// Whether voting there has ended.
  let isOver: Bool

  /// All boards of elections that are anchored here, but for those that are over and whose last state is under an anchor, and for those that are behind what their
  /// log signed once.
  static func all(_ session: any SQLSession, _ place: [SQLValue]) async throws -> [AnchoredBoard] {
    try await session.query(
      """
      SELECT c.election_id, b.size, b.root, c.covered, e.state FROM chain_elections c JOIN boards b ON b.election = c.election
      LEFT JOIN elections e ON e.reference = c.election
      WHERE c.mode <> 'none' AND c.chain = $1 AND c.contract = $2 AND b.evidence_size IS NULL
      """, place
    ).compactMap { row in
      guard let election = Bytes32(try row.bytes(0)), let root = Bytes32(try row.bytes(2)) else {
        throw DatabaseError.schema("boards")
      }
      let size = UInt64(clamping: try row.integer(1))
      let state = row.isNull(4) ? nil : ElectionState(rawValue: try row.text(4))
      let isOver = state.map { ![.draft, .active, .paused].contains($0) } ?? false
      if isOver, UInt64(clamping: try row.integer(3)) >= size { return nil }
      return AnchoredBoard(leaf: .init(election: election, size: size, root: root), isOver: isOver)
    }
  }
}

extension ElectionAnchoring.Mode {
  /// As tables, manifests in JSON and the interface have it.
  public var word: String {
    switch self {
    case .checkpoint: "checkpoint"
    case .batch: "batch"
    case .each: "each"
    }
  }

  /// Of a word; `nil` for another.
  public init?(word: String) {
    guard let mode = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = mode
  }
}
