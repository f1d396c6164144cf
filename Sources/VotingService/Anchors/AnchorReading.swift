import Curve25519
import Database
import Elections
import TransparencyLog

extension PublicElections {
  /// Anchors that are listed.
  static var newestAnchors: Int { 8 }

  /// What everybody may know of an election on the public chain; `nil` for an election that is not anchored, or not open yet.
  ///
  /// - Throws: what the boards and the database throw.
  public func anchors(of reference: String) async throws -> ElectionAnchors? {
    guard let anchoring = try await environment.boards.opening(of: reference).manifest.anchoring else { return nil }
    let status = try await environment.boards.state(of: reference)
    let ballots = anchoring.recordsBallots ? Int(status.cast) : 0
    let place = ChainPlace(anchoring, of: environment.chain)
    let mark = try await mark(of: reference)
    return try await environment.database.read { session in
      let store = AnchorStore(session)
      let figures = try await store.figures(of: reference) ?? AnchorFigures()
      let span = try await store.span(of: reference)
      let underWay = try await store.underWay(above: status.electionID)
      let confirmed = try await store.newest(of: reference, limit: max(0, Self.newestAnchors - underWay.count))
      let (recorded, queued) = (min(figures.recorded, ballots), min(figures.queued, max(0, ballots - figures.recorded)))
      let isInRecord = status.showsAnchors(anchoring, covered: span.size, recorded: UInt64(clamping: figures.recorded))
      return ElectionAnchors(
        place: place, mode: anchoring.mode, anchors: underWay + confirmed, anchorCount: span.count, coveredSize: span.size,
        boardSize: status.size, ballots: ballots, recorded: recorded, waiting: ballots - recorded - queued, queued: queued,
        transactions: figures.transactions, distinctBlocks: figures.blocks, gas: figures.gas,
        firstTime: span.first.map { $0 * 1000 }, lastTime: span.last.map { $0 * 1000 }, check: figures.check,
        isInRecord: isInRecord, result: mark)
    }
  }

  /// Where an election is anchored; `nil` for one that is not, or not open yet.
  public func anchorPlace(of reference: String) async throws -> ChainPlace? {
    try await environment.boards.opening(of: reference).manifest.anchoring.map { place(of: $0) }
  }

  /// Where a manifest wants its election anchored, as this service names it.
  public func place(of anchoring: ElectionAnchoring) -> ChainPlace { ChainPlace(anchoring, of: environment.chain) }

  /// What has become of a ballot on the public chain; `nil` where the election is not anchored, or the entry is not a cast ballot of its board.
  ///
  /// - Parameter number: of the entry, that of its last leaf.
  public func anchor(ofEntry number: UInt64, in reference: String) async throws -> BallotAnchor? {
    let boards = environment.boards
    guard let anchoring = try await boards.opening(of: reference).manifest.anchoring,
      let leaf = try await boards.castLeaf(number, of: reference)
    else { return nil }
    let election = try await boards.opening(of: reference).electionID
    return try await environment.database.read { session in
      let store = AnchorStore(session)
      var anchor = try await store.first(of: reference, above: number)
      if anchor == nil { anchor = try await store.underWay(above: election).last { $0.size > number } }
      guard anchoring.recordsBallots else {
        let state: BallotAnchor.State = anchor.map { $0.state == .confirmed ? .confirmed : .sent } ?? .waiting
        return BallotAnchor(state: state, anchor: anchor, record: nil, leaf: leaf)
      }
      let (state, record) = try await store.record(of: leaf, election)
      return BallotAnchor(state: state, anchor: anchor, record: record, leaf: leaf)
    }
  }
}

/// What the loop has added up of an election.
struct AnchorFigures: Sendable {
  var recorded = 0
  var queued = 0
  var transactions = 0
  var blocks = 0
  var gas: UInt64 = 0
  var check: ElectionAnchors.Check?
}

/// Reading of anchors within a transaction.
struct AnchorStore: Sendable {
  let session: any SQLSession

  init(_ session: any SQLSession) { self.session = session }

  func figures(of election: String) async throws -> AnchorFigures? {
    try await session.query(
      "SELECT recorded, queued, transactions, blocks, gas, matched, total, checked FROM chain_elections WHERE election = $1",
      [.text(election)]
    ).first.map { row in
      var figures = AnchorFigures(
        recorded: Int(try row.integer(0)), queued: Int(try row.integer(1)), transactions: Int(try row.integer(2)),
        blocks: Int(try row.integer(3)), gas: UInt64(clamping: try row.integer(4)))
      if let matched = try row.count(5), let total = try row.count(6), let time = try row.count(7) {
        figures.check = .init(matched: Int(matched), total: Int(total), time: time)
      }
      return figures
    }
  }

  /// How many confirmed anchors stand above an election, how much of its board they cover, and the times of their blocks, Unix seconds.
  func span(of election: String) async throws -> (count: Int, size: UInt64, first: UInt64?, last: UInt64?) {
    let row = try await session.query(
      """
      SELECT COUNT(*), COALESCE(MAX(p.size), 0), MIN(a.time), MAX(a.time) FROM chain_places p JOIN chain_anchors a ON a.root = p.root
      WHERE p.election = $1
      """, [.text(election)])[0]
    return (Int(try row.integer(0)), UInt64(clamping: try row.integer(1)), try row.count(2), try row.count(3))
  }

  private static let columns =
    """
    SELECT a.transaction_hash, a.block, a.time, a.root, a.leaves, p.size, a.gas, (SELECT head FROM chain_plan WHERE id = 1)
    FROM chain_places p JOIN chain_anchors a ON a.root = p.root
    """

  private func anchor(_ row: SQLRow) throws -> Anchor {
    guard let transaction = Bytes32(try row.bytes(0)), let root = Bytes32(try row.bytes(3)) else {
      throw DatabaseError.schema("chain_anchors")
    }
    let block = UInt64(clamping: try row.integer(1))
    return Anchor(
      transaction: transaction, block: block, confirmations: try row.count(7).map { $0 >= block ? $0 - block + 1 : 1 },
      state: .confirmed, time: UInt64(clamping: try row.integer(2)) * 1000, root: root,
      leaves: UInt64(clamping: try row.integer(4)),
      size: UInt64(clamping: try row.integer(5)), gas: try row.count(6))
  }

  /// The newest confirmed anchors above an election.
  func newest(of election: String, limit: Int) async throws -> [Anchor] {
    try await session.query(
      "\(Self.columns) WHERE p.election = $1 ORDER BY p.size DESC LIMIT $2", [.text(election), .integer(Int64(limit))]
    ).map(anchor)
  }

  /// The first confirmed anchor above an entry.
  func first(of election: String, above entry: UInt64) async throws -> Anchor? {
    try await session.query(
      "\(Self.columns) WHERE p.election = $1 AND p.size > $2 ORDER BY p.size LIMIT 1",
      [.text(election), .integer(Int64(clamping: entry))]
    ).first.map(anchor)
  }

  /// Anchors above an election that nodes have and that do not count yet; the newest first.
  func underWay(above election: Bytes32) async throws -> [Anchor] {
    let rows = try await session.query(
      """
      SELECT r.hash, r.content, r.account, r.nonce, p.head FROM chain_records r JOIN chain_plan p ON p.id = 1
      WHERE r.kind = 'anchor' AND r.state = 'sent' AND r.nonce IS NOT NULL ORDER BY r.added DESC LIMIT $1
      """, [.integer(Int64(PublicElections.newestAnchors))])
    var anchors: [Anchor] = []
    for row in rows {
      guard let root = Bytes32(try row.bytes(0)), let tree = try? ServiceTree(bytes: try row.bytes(1)),
        let leaf = tree.place(of: election)?.leaf
      else { continue }
      let sent = try await session.query(
        """
        SELECT hash, block, COALESCE(sent, signed), gas_used FROM chain_transactions WHERE account = $1 AND nonce = $2
        ORDER BY CASE WHEN block IS NULL THEN 1 ELSE 0 END, version DESC LIMIT 1
        """, [.text(try row.text(2)), .integer(try row.integer(3))])
      guard let transaction = sent.first, let hash = Bytes32(try transaction.bytes(0)) else { continue }
      let (block, head) = (try transaction.count(1), try row.count(4))
      anchors.append(
        Anchor(
          transaction: hash, block: block, confirmations: block.map { block in max(head ?? block, block) - block + 1 },
          state: .sent,
          time: UInt64(clamping: try transaction.integer(2)), root: root, leaves: UInt64(tree.leaves.count), size: leaf.size,
          gas: try transaction.count(3)))
    }
    return anchors
  }

  /// A ballot's own hash on the chain.
  func record(of leaf: Bytes32, _ election: Bytes32) async throws -> (state: BallotAnchor.State, record: BallotAnchor.Record?) {
    let rows = try await session.query(
      """
      SELECT r.state, r.block, t.hash FROM chain_records r
      LEFT JOIN chain_transactions t ON t.account = r.account AND t.nonce = r.nonce AND t.state = 'confirmed'
      WHERE r.election = $1 AND r.hash = $2
      """, [.bytes(election.bytes), .bytes(leaf.bytes)])
    guard let row = rows.first else { return (.waiting, nil) }
    switch try row.text(0) {
    case "confirmed":
      return (
        .confirmed, try row.count(1).map { .init(transaction: row.isNull(2) ? nil : Bytes32(try row.bytes(2)), block: $0) }
      )
    case "sent": return (.sent, nil)
    default: return (.waiting, nil)
    }
  }
}
