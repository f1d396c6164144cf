import Curve25519
import Database
import TransparencyLog
import VoteRegistry

/// What is to stand on the chain. Called within the transaction that makes it so, so that nothing is forgotten.
public enum ChainRecords {
  /// Has the root of the service's tree anchored. One that still waits, and that nobody has tried to send, is not needed any more: the new one says more.
  ///
  /// - Parameters:
  ///   - place: where; what waits for another contract stays.
  ///   - now: Unix milliseconds.
  /// - Returns: false where that root is known already.
  @discardableResult
  public static func add(_ tree: ServiceTree, at place: RegistryPlace, now: Int64, _ session: any SQLSession) async throws -> Bool {
    let root = tree.root.bytes
    guard try await insert(election: [], root, "anchor", tree.bytes, place, now, session) else { return false }
    try await session.execute(
      """
      DELETE FROM chain_records WHERE kind = 'anchor' AND nonce IS NULL AND since IS NULL AND state <> 'confirmed' AND hash <> $1
      AND \(place.condition(2))
      """, [.bytes(root)] + place.values)
    return true
  }

  /// Has a ballot's leaf hash recorded; nothing where it is known already.
  ///
  /// - Parameter inBatch: together with others, or else by itself.
  @discardableResult
  public static func add(
    ballot leaf: Bytes32, of election: Bytes32, inBatch: Bool, at place: RegistryPlace, now: Int64, _ session: any SQLSession
  ) async throws -> Bool {
    try await insert(election: election.bytes, leaf.bytes, inBatch ? "batch" : "each", [], place, now, session)
  }

  /// Has leaf hashes of ballots recorded, in this order; nothing for those that are known already.
  public static func add(
    ballots leaves: [Bytes32], of election: Bytes32, inBatch: Bool, at place: RegistryPlace, now: Int64, _ session: any SQLSession
  ) async throws {
    try await session.executeMany(
      insertion,
      leaves.map {
        [.bytes(election.bytes), .bytes($0.bytes), .text(inBatch ? "batch" : "each"), .bytes([]), .integer(now)] + place.values
      })
  }

  private static let insertion =
    """
    INSERT INTO chain_records (election, hash, kind, content, state, due, added, chain, contract)
    VALUES ($1, $2, $3, $4, 'pending', $5, $5, $6, $7)
    ON CONFLICT (election, hash) DO NOTHING
    """

  private static func insert(
    election: [UInt8], _ hash: [UInt8], _ kind: String, _ content: [UInt8], _ place: RegistryPlace, _ now: Int64,
    _ session: any SQLSession
  ) async throws -> Bool {
    try await session.execute(
      insertion, [.bytes(election), .bytes(hash), .text(kind), .bytes(content), .integer(now)] + place.values) == 1
  }

  /// Has what was queued tried at once.
  public static func retryQueued(now: Int64, _ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE chain_transactions SET due = $1 WHERE state IN ('signed', 'sent')", [.integer(now)])
    try await session.execute("UPDATE chain_records SET due = $1, attempts = 0 WHERE state = 'queued'", [.integer(now)])
    try await session.execute("UPDATE chain_accounts SET due = 0", [])
  }
}

extension RegistryPlace {
  /// That a record is of here: SQL, with `values` from that number on. A row of before that tells of no place is of wherever the service writes.
  public func condition(_ first: Int, of table: String = "chain_records") -> String {
    "COALESCE(\(table).chain, $\(first)) = $\(first) AND COALESCE(\(table).contract, $\(first + 1)) = $\(first + 1)"
  }

  /// Chain and contract, as tables have them.
  public var values: [SQLValue] { [.integer(Int64(clamping: chain)), .bytes(contract)] }
}

/// A record as the worker knows it.
struct ChainRecord: Equatable, Sendable {
  enum Kind: String { case anchor, batch, each }

  let election: [UInt8]
  let hash: Bytes32
  let kind: Kind
  let content: [UInt8]
  let attempts: Int64
  let since: UInt64?
  let added: Int64

  static let columns = "election, hash, kind, content, attempts, since, added"

  init(_ row: SQLRow) throws(DatabaseError) {
    election = try row.bytes(0)
    guard let hash = Bytes32(try row.bytes(1)), let kind = Kind(rawValue: try row.text(2)) else { throw .schema("chain_records") }
    self.hash = hash
    self.kind = kind
    content = try row.bytes(3)
    attempts = try row.integer(4)
    since = row.isNull(5) ? nil : UInt64(clamping: try row.integer(5))
    added = try row.integer(6)
  }

  var entry: RegistryEntry {
    if let election = Bytes32(election) { return .ballot(election: election, leaf: hash) }
    return .anchor(root: hash, leaves: UInt64(content.count / ServiceTree.Leaf.length))
  }

  /// Its primary key.
  var key: [SQLValue] { [.bytes(election), .bytes(hash.bytes)] }
}

/// What is done together.
struct RecordingPlan: Equatable, Sendable {
  let records: [ChainRecord]

  var call: RegistryCall {
    switch records[0].entry {
    case .anchor(let root, let leaves): .anchor(root: root, leaves: leaves)
    case .ballot(let election, _): .ballots(election: election, leaves: records.map(\.hash))
    }
  }
}
