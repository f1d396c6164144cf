import Anchoring
import Curve25519
import Database
import TransparencyLog
import VoteRegistry

/// Keeps the tables of confirmed anchors in step with the records: what has been confirmed is taken up with all that the chain says of its block, and what is not
/// confirmed any more, after a deep reorganisation or a repair, is dropped. Any number of servers may do so: each result is the same.
struct AnchorSettling: Sendable {
  let database: any Database
  let boards: Boards
  let registry: any VoteRegistry
  let market: any ChainMarket
  let place: ChainPlace

  /// Anchors that are taken up at once.
  private static let most = 50

  /// - Parameter isFirst: whether all is added up anew: whoever was stopped may have left it.
  /// - Throws: `RegistryError` where the chain cannot be asked: the rest is for the next time.
  func step(isFirst: Bool = false) async throws {
    var changed = try await drop()
    var failure: RegistryError?
    do {
      for anchor in try await unsettled() { changed.formUnion(try await take(anchor)) }
    } catch let error as RegistryError { failure = error }
    changed.formUnion(try await countBallots())
    if isFirst { changed.formUnion(try await all()) }
    for election in changed.sorted() { try await addUp(election) }
    if let failure { throw failure }
  }

  // MARK: - Anchors

  private struct Confirmed: Sendable {
    let root: Bytes32
    let tree: ServiceTree
    let block: UInt64
    let transaction: Bytes32?
    let gas: UInt64?
  }

  /// - Returns: the elections that were under them.
  private func drop() async throws -> Set<String> {
    let stale =
      """
      SELECT a.root FROM chain_anchors a WHERE NOT EXISTS (
        SELECT 1 FROM chain_records r WHERE r.election = $1 AND r.hash = a.root AND r.state = 'confirmed' AND r.block = a.block)
      """
    guard try await !database.read({ session in try await session.query(stale, [.bytes([])]) }).isEmpty else { return [] }
    return try await database.transaction { session in
      var changed: Set<String> = []
      for row in try await session.query(stale, [.bytes([])]) {
        let root: [SQLValue] = [.bytes(try row.bytes(0))]
        let elections = try await session.query("SELECT election FROM chain_places WHERE root = $1", root)
        try await session.execute("DELETE FROM chain_places WHERE root = $1", root)
        try await session.execute("DELETE FROM chain_anchors WHERE root = $1", root)
        for election in elections { try await cover(try election.text(0), session) }
        changed.formUnion(try elections.map { try $0.text(0) })
      }
      return changed
    }
  }

  /// Confirmed anchors that are not among the tables. Of another contract of the chain only those whose transactions are ours: its events are not asked for.
  private func unsettled() async throws -> [Confirmed] {
    try await database.read { session in
      try await session.query(
        """
        SELECT r.hash, r.content, r.block, t.hash, t.gas_used FROM chain_records r
        LEFT JOIN chain_transactions t ON t.account = r.account AND t.nonce = r.nonce AND t.state = 'confirmed'
        WHERE r.kind = 'anchor' AND r.state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM chain_anchors a WHERE a.root = r.hash)
        AND COALESCE(r.chain, $1) = $1 AND (COALESCE(r.contract, $2) = $2 OR t.hash IS NOT NULL)
        ORDER BY r.block LIMIT $3
        """, here + [.integer(Int64(Self.most))])
    }.compactMap { row in
      // A record that was altered here is for the reconciliation to name.
      guard let root = Bytes32(try row.bytes(0)), let tree = try? ServiceTree(bytes: try row.bytes(1)), tree.root == root,
        let block = try row.count(2)
      else { return nil }
      return Confirmed(
        root: root, tree: tree, block: block, transaction: row.isNull(3) ? nil : Bytes32(try row.bytes(3)), gas: try row.count(4))
    }
  }

  /// - Returns: the elections of which more is covered.
  private func take(_ anchor: Confirmed) async throws -> Set<String> {
    let entry = RegistryEntry.anchor(root: anchor.root, leaves: UInt64(anchor.tree.leaves.count))
    var transaction = anchor.transaction
    if transaction == nil {
      // Found on the chain without a transaction of ours that was settled.
      transaction = try await registry.written(in: anchor.block...anchor.block).first { $0.entry == entry }?.transaction
    }
    guard let transaction else {
      throw RegistryError.badAnswer("no event of an anchor that the contract keeps from block \(anchor.block)")
    }
    let time = try await market.time(ofBlock: anchor.block)
    let places = try await places(anchor.tree)
    return try await database.transaction { session in
      let added = try await session.execute(
        """
        INSERT INTO chain_anchors (root, leaves, transaction_hash, block, time, gas) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (root) DO NOTHING
        """,
        [
          .bytes(anchor.root.bytes), .integer(Int64(anchor.tree.leaves.count)), .bytes(transaction.bytes),
          .integer(Int64(clamping: anchor.block)), .integer(Int64(clamping: time)), .integer(anchor.gas),
        ])
      guard added == 1 else { return [] }
      for place in places {
        try await session.execute(
          """
          INSERT INTO chain_places (election, size, root, board_root, position, path, ballots) VALUES ($1, $2, $3, $4, $5, $6, $7)
          ON CONFLICT (election, size) DO NOTHING
          """, place.values(anchor.root))
        try await cover(place.election, session)
        try await checkSoon(ifWhole: place.election, session)
      }
      return Set(places.map(\.election))
    }
  }

  private struct ElectionPlace: Sendable {
    let election: String
    let place: ServiceTree.Place
    let ballots: Int

    func values(_ root: Bytes32) -> [SQLValue] {
      [
        .text(election), .integer(Int64(clamping: place.leaf.size)), .bytes(root.bytes), .bytes(place.leaf.root.bytes),
        .integer(Int64(clamping: place.proof.index)), .bytes(place.proof.hashes.flatMap(\.bytes)), .integer(Int64(ballots)),
      ]
    }
  }

  /// The places of elections of which no earlier anchor has that size.
  private func places(_ tree: ServiceTree) async throws -> [ElectionPlace] {
    let new = try await database.read { session in
      var new: [(String, ServiceTree.Leaf)] = []
      for leaf in tree.leaves {
        let rows = try await session.query(
          """
          SELECT election FROM chain_elections c WHERE election_id = $1
          AND NOT EXISTS (SELECT 1 FROM chain_places p WHERE p.election = c.election AND p.size = $2)
          """, [.bytes(leaf.election.bytes), .integer(Int64(clamping: leaf.size))])
        if let row = rows.first { new.append((try row.text(0), leaf)) }
      }
      return new
    }
    var places: [ElectionPlace] = []
    for (election, leaf) in new {
      guard let place = tree.place(of: leaf.election) else { continue }
      places.append(
        ElectionPlace(election: election, place: place, ballots: try await boards.casts(of: election, below: leaf.size)))
    }
    return places
  }

  /// How much of a board is covered, from the places.
  private func cover(_ election: String, _ session: any SQLSession) async throws {
    try await session.execute(
      """
      UPDATE chain_elections SET covered = COALESCE((SELECT MAX(size) FROM chain_places WHERE election = $1), 0) WHERE election = $1
      """, [.text(election)])
  }

  /// Lets a reconciliation be due at once when all of an election that has ended is on the chain: what everybody reads of it is then of the end.
  private func checkSoon(ifWhole election: String, _ session: any SQLSession) async throws {
    try await session.execute(
      """
      UPDATE chain_plan SET check_due = 0 WHERE id = 1 AND EXISTS (
        SELECT 1 FROM chain_elections c JOIN boards b ON b.election = c.election JOIN elections e ON e.reference = c.election
        WHERE c.election = $1 AND e.state NOT IN ('draft', 'active', 'paused') AND c.covered >= b.size AND c.recorded >= c.ballots)
      """, [.text(election)])
  }

  // MARK: - Figures

  private var here: [SQLValue] { place.registry.values }

  private func all() async throws -> [String] {
    try await database.read { session in
      try await session.query("SELECT election FROM chain_elections WHERE mode <> 'none' AND chain = $1 AND contract = $2", here)
    }.map { try $0.text(0) }
  }

  /// Counts what has become of ballots, of elections where that may have changed.
  ///
  /// - Returns: the elections where it has.
  private func countBallots() async throws -> Set<String> {
    let counted = try await database.read { session in
      var counted: [(election: String, recorded: Int64, queued: Int64)] = []
      for row in try await session.query(
        """
        SELECT election, election_id FROM chain_elections
        WHERE mode IN ('batch', 'each') AND chain = $1 AND (recorded < ballots OR queued > 0 OR election_id IN (
          SELECT election FROM chain_records WHERE state IN ('pending', 'sent', 'queued') AND kind <> 'anchor'))
        """, [here[0]])
      {
        var counts: [String: Int64] = [:]
        for row in try await session.query(
          "SELECT state, COUNT(*) FROM chain_records WHERE election = $1 GROUP BY state", [.bytes(try row.bytes(1))])
        { counts[try row.text(0)] = try row.integer(1) }
        counted.append((try row.text(0), counts["confirmed"] ?? 0, counts["queued"] ?? 0))
      }
      return counted
    }
    var changed: Set<String> = []
    for (election, recorded, queued) in counted {
      let count = try await database.transaction { session in
        let count = try await session.execute(
          "UPDATE chain_elections SET recorded = $2, queued = $3 WHERE election = $1 AND (recorded <> $2 OR queued <> $3)",
          [.text(election), .integer(recorded), .integer(queued)])
        if count == 1 { try await checkSoon(ifWhole: election, session) }
        return count
      }
      if count == 1 { changed.insert(election) }
    }
    return changed
  }

  /// Adds up the transactions of an election: those of its ballots, and its anchors, of whose gas it takes its share. What takes long is only read.
  private func addUp(_ election: String) async throws {
    let ballots =
      """
      SELECT t.block AS block, t.gas_used AS gas FROM chain_transactions t WHERE t.state = 'confirmed' AND (t.account, t.nonce) IN (
        SELECT r.account, r.nonce FROM chain_records r JOIN chain_elections c ON c.election_id = r.election
        WHERE c.election = $1 AND r.state = 'confirmed' AND r.nonce IS NOT NULL)
      """
    let anchors =
      """
      SELECT a.block AS block, COALESCE(a.gas, 0) / a.leaves AS gas FROM chain_anchors a JOIN chain_places p ON p.root = a.root
      WHERE p.election = $1
      """
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT COUNT(*), COUNT(DISTINCT block), CAST(COALESCE(SUM(gas), 0) AS BIGINT)
        FROM (\(ballots) UNION ALL \(anchors)) AS together
        """, [.text(election)])
    }
    let values: [SQLValue] = [.integer(try rows[0].integer(0)), .integer(try rows[0].integer(1)), .integer(try rows[0].integer(2))]
    try await database.transaction { session in
      try await session.execute(
        "UPDATE chain_elections SET transactions = $2, blocks = $3, gas = $4 WHERE election = $1", [.text(election)] + values)
    }
  }
}

extension SQLValue {
  static func integer(_ value: UInt64?) -> SQLValue { value.map { .integer(Int64(clamping: $0)) } ?? .null }
}
