import Anchoring
import Curve25519
import Database
import TransparencyLog
import VoteRegistry

/// The reconciliation: all records against the chain, and against the boards that they are of.
struct AnchorChecks: Sendable {
  let database: any Database
  let boards: Boards
  let registry: any VoteRegistry
  let place: ChainPlace
  let firstBlock: UInt64
  /// Blocks from which on what is on the chain counts.
  let depth: UInt64
  /// Unix milliseconds.
  let now: @Sendable () -> Int64

  /// For how long a reconciliation belongs to the server that begins it, and the pause where the chain does not answer.
  private static let lease: Int64 = 3_600_000
  private static let pause: Int64 = 60_000
  /// After one that took a minute none begins by itself for so many minutes: however many elections end, one after the other, they are compared together.
  private static let rest: Int64 = 20

  /// One that was due: when it was begun, until when it is the server's that begins it, and when the next is due in any case, Unix milliseconds.
  struct Turn: Sendable {
    let begun: Int64
    let lease: Int64
    let next: Int64
  }

  /// One reconciliation, where one is due or asked for.
  ///
  /// - Parameter interval: milliseconds until the next.
  func stepIfDue(every interval: Int64) async throws -> ChainCheck? {
    let begun = now()
    let mayBegin = "id = 1 AND check_due <= $1 AND (check_rest <= $1 OR check_asked IS NOT NULL)"
    let isDue = try await database.read { session in
      try await !session.query("SELECT 1 FROM chain_plan WHERE \(mayBegin)", [.integer(begun)]).isEmpty
    }
    guard isDue else { return nil }
    let turn = Turn(begun: begun, lease: begun + Self.lease, next: begun + interval)
    let rows = try await database.transaction { session in
      try await session.query(
        "UPDATE chain_plan SET check_due = $2, check_rest = $2 WHERE \(mayBegin) RETURNING check_mends",
        [.integer(begun), .integer(turn.lease)])
    }
    guard let row = rows.first else { return nil }
    do {
      return try await run(mends: try row.integer(0) == 1, turn)
    } catch {
      try await database.transaction { session in
        try await session.execute(
          "UPDATE chain_plan SET check_due = $1, check_rest = $1 WHERE id = 1", [.integer(now() + Self.pause)])
      }
      throw error
    }
  }

  /// Compares everything, mends what can be mended if that is wanted, and keeps what was found.
  ///
  /// - Parameter turn: `nil`: it was not due, and what is due or asked for stays so.
  /// - Throws: `RegistryError` where the chain cannot be asked; errors of the database and of boards.
  func run(mends: Bool, _ turn: Turn?) async throws -> ChainCheck {
    let chain = try await Reconciliation(of: database, with: registry, from: firstBlock)
    let mended = mends ? Set(try await chain.repair(database, depth: depth, now: now())) : []
    let references = try await references()
    var findings: [ChainCheck.Finding] = []
    for finding in chain.findings {
      var transaction: Bytes32?
      if case .extra(let entry, let block) = finding, findings.count < ChainCheck.shown {
        transaction = try await registry.written(in: block...block).first { $0.entry == entry }?.transaction
      }
      findings.append(.init(finding, references, transaction, isMended: mended.contains(finding)))
    }
    // What is mended by now is wrong no more, but was when it was counted.
    let wrong = Set(findings.map(\.hash))
    var checks: [(election: String, check: ElectionAnchors.Check)] = []
    for row in try await anchored() {
      let (found, check) = try await compare(row, wrong)
      let unrecorded = found.filter { $0.kind == .unrecorded }.map(\.hash)
      if mends, !unrecorded.isEmpty { try await handOn(unrecorded, of: row) }
      findings += found.map { mends && $0.kind == .unrecorded ? $0.mended : $0 }
      checks.append((row.election, check))
    }
    let check = ChainCheck(
      time: UInt64(clamping: now()), head: chain.head, compared: chain.compared, findingCount: findings.count,
      findings: Array(findings.prefix(ChainCheck.shown)))
    try await keep(check, checks, turn)
    return check
  }

  // MARK: - Boards

  private struct Anchored: Sendable {
    let election: String
    let id: [UInt8]
    let mode: String
    let handedOn: UInt64

    var recordsBallots: Bool { mode != "checkpoint" }
    var isBatch: Bool { mode == "batch" }
  }

  private func anchored() async throws -> [Anchored] {
    try await database.read { session in
      try await session.query(
        """
        SELECT election, election_id, mode, handed_on FROM chain_elections
        WHERE mode <> 'none' AND chain = $1 AND contract = $2 ORDER BY election
        """, place.registry.values)
    }.map { row in
      Anchored(
        election: try row.text(0), id: try row.bytes(1), mode: try row.text(2),
        handedOn: UInt64(clamping: try row.integer(3)))
    }
  }

  private func references() async throws -> [Bytes32: String] {
    let rows = try await database.read { session in try await session.query("SELECT election_id, election FROM boards") }
    return Dictionary(
      try rows.compactMap { row in Bytes32(try row.bytes(0)).map { ($0, try? row.text(1)) } }.compactMap { id, name in
        name.map { (id, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// An election's anchors and records against its board.
  private func compare(
    _ row: Anchored, _ wrong: Set<Bytes32>
  ) async throws -> (findings: [ChainCheck.Finding], check: ElectionAnchors.Check) {
    var findings: [ChainCheck.Finding] = []
    let places = try await database.read { session in try await AnchorPlace.all(of: row.election, session) }
    var covered: UInt64 = 0
    for place in places {
      let isOurs = (try? await boards.root(row.election, size: place.size)) == place.boardRoot
      if !isOurs { findings.append(.init(.otherBoard, election: row.election, hash: place.root, here: place.block)) }
      let holds = place.holds(of: row.id)
      if !holds { findings.append(.init(.damaged, election: row.election, hash: place.root, here: place.block)) }
      if isOurs, holds, !wrong.contains(place.root) { covered = max(covered, place.size) }
    }
    let ballots = try await boards.castLeaves(of: row.election, from: 0, limit: .max).ballots
    var matched = ballots.count { $0.position < covered }
    if row.recordsBallots {
      let states = try await states(row.id)
      let known = Set(ballots.map(\.hash))
      for ballot in ballots where ballot.position < row.handedOn && states[ballot.hash] == nil {
        findings.append(.init(.unrecorded, election: row.election, hash: ballot.hash))
      }
      for hash in states.keys.filter({ !known.contains($0) }).sorted(by: <) {
        findings.append(.init(.stray, election: row.election, hash: hash))
      }
      matched = ballots.count { states[$0.hash] == true && !wrong.contains($0.hash) }
    }
    return (findings, .init(matched: matched, total: ballots.count, time: UInt64(clamping: now())))
  }

  /// Has ballots recorded that were handed on once, and of which nothing is known any more.
  private func handOn(_ ballots: [Bytes32], of row: Anchored) async throws {
    guard let id = Bytes32(row.id) else { throw DatabaseError.schema("chain_elections") }
    try await database.transaction { session in
      try await ChainRecords.add(ballots: ballots, of: id, inBatch: row.isBatch, at: place.registry, now: now(), session)
    }
  }

  /// Records of an election's ballots with this contract, and whether they are confirmed.
  private func states(_ id: [UInt8]) async throws -> [Bytes32: Bool] {
    let rows = try await database.read { session in
      try await session.query(
        "SELECT hash, state FROM chain_records WHERE election = $1 AND \(place.registry.condition(2))",
        [.bytes(id)] + place.registry.values)
    }
    var states: [Bytes32: Bool] = [:]
    for row in rows { if let hash = Bytes32(try row.bytes(0)) { states[hash] = try row.text(1) == "confirmed" } }
    return states
  }

  // MARK: - Keeping

  private func keep(
    _ check: ChainCheck, _ elections: [(election: String, check: ElectionAnchors.Check)], _ turn: Turn?
  ) async throws {
    try await database.transaction { session in
      try await session.execute("DELETE FROM chain_findings")
      try await session.executeMany(
        """
        INSERT INTO chain_findings (number, kind, election, hash, here, there, transaction_hash, mended)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """, check.findings.enumerated().map { number, finding in [.integer(Int64(number))] + finding.values })
      try await session.execute(
        """
        UPDATE chain_plan SET check_time = $1, check_head = $2, check_compared = $3, check_findings = $4 WHERE id = 1
        """,
        [.integer(check.time), .integer(check.head), .integer(Int64(check.compared)), .integer(Int64(check.findingCount))])
      if let turn {
        // Otherwise another was asked for meanwhile, or became due.
        try await session.execute(
          "UPDATE chain_plan SET check_asked = NULL, check_mends = 0, check_due = $2 WHERE id = 1 AND check_due = $1",
          [.integer(turn.lease), .integer(turn.next)])
        let rest = min(now() + Self.rest * (now() - turn.begun), turn.next)
        try await session.execute("UPDATE chain_plan SET check_rest = $1 WHERE id = 1", [.integer(rest)])
      }
      for (election, check) in elections {
        try await session.execute(
          "UPDATE chain_elections SET matched = $2, total = $3, checked = $4 WHERE election = $1",
          [.text(election), .integer(Int64(check.matched)), .integer(Int64(check.total)), .integer(check.time)])
      }
    }
  }
}

extension ChainCheck.Finding {
  init(_ finding: Reconciliation.Finding, _ references: [Bytes32: String], _ transaction: Bytes32?, isMended: Bool) {
    let kind: Kind
    var here: UInt64?
    var chain: UInt64?
    switch finding {
    case .missing: kind = .missing
    case .differing(_, let local, let block): (kind, here, chain) = (.differing, local, block)
    case .unnoticed(_, let block): (kind, chain) = (.unnoticed, block)
    case .extra(_, let block): (kind, chain) = (.extra, block)
    case .repeated(_, let blocks): (kind, chain) = (.repeated, blocks.last)
    case .damaged: kind = .damaged
    case .contradiction(_, let events, let storage): (kind, here, chain) = (.contradiction, events, storage)
    }
    switch finding.entry {
    case .anchor(let root, _):
      self.init(kind, election: nil, hash: root, here: here, chain: chain, transaction: transaction, isMended: isMended)
    case .ballot(let election, let leaf):
      self.init(
        kind, election: references[election], hash: leaf, here: here, chain: chain, transaction: transaction, isMended: isMended)
    }
  }

  /// The same, mended.
  var mended: ChainCheck.Finding {
    .init(kind, election: election, hash: hash, here: here, chain: chain, transaction: transaction, isMended: true)
  }

  var values: [SQLValue] {
    [
      .text(kind.rawValue), .text(optional: election), .bytes(hash.bytes), .integer(here), .integer(chain),
      .bytes(optional: transaction?.bytes), .integer(isMended ? 1 : 0),
    ]
  }
}

/// A row of an election under an anchor.
struct AnchorPlace: Sendable {
  let size: UInt64
  let root: Bytes32
  let boardRoot: Bytes32
  let position: UInt64
  let path: [Bytes32]
  let leaves: UInt64
  let transaction: Bytes32
  let block: UInt64
  /// Unix seconds.
  let time: UInt64

  /// All of an election, ascending by size.
  static func all(of election: String, _ session: any SQLSession) async throws -> [AnchorPlace] {
    try await session.query(
      """
      SELECT p.size, p.root, p.board_root, p.position, p.path, a.leaves, a.transaction_hash, a.block, a.time
      FROM chain_places p JOIN chain_anchors a ON a.root = p.root WHERE p.election = $1 ORDER BY p.size
      """, [.text(election)]
    ).map(AnchorPlace.init)
  }

  private init(_ row: SQLRow) throws {
    guard let root = Bytes32(try row.bytes(1)), let boardRoot = Bytes32(try row.bytes(2)),
      let transaction = Bytes32(try row.bytes(6))
    else { throw DatabaseError.schema("chain_places") }
    size = UInt64(clamping: try row.integer(0))
    self.root = root
    self.boardRoot = boardRoot
    position = UInt64(clamping: try row.integer(3))
    let bytes = try row.bytes(4)
    path = stride(from: 0, to: bytes.count, by: 32).compactMap { Bytes32(Array(bytes[$0..<min($0 + 32, bytes.count)])) }
    leaves = UInt64(clamping: try row.integer(5))
    self.transaction = transaction
    block = UInt64(clamping: try row.integer(7))
    time = UInt64(clamping: try row.integer(8))
  }

  /// The election's leaf and its way to the root.
  func leaf(of election: Bytes32) -> ServiceTree.Place {
    ServiceTree.Place(
      leaf: .init(election: election, size: size, root: boardRoot),
      proof: InclusionProof(index: position, size: leaves, hashes: path))
  }

  /// Whether the place is under the root.
  func holds(of election: [UInt8]) -> Bool {
    guard let election = Bytes32(election) else { return false }
    return (try? leaf(of: election).verify(root: root, leaves: leaves)) != nil
  }
}
