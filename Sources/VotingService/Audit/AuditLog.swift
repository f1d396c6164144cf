import Curve25519
import Database
import StrictJSON
import TransparencyLog

/// The log of administrative actions: a transparency log of its own, written in the transaction of the action it tells of.
///
/// Entries are lines of JSON and leaves of a Merkle tree (RFC 6962). An export is the lines and a checkpoint signed by the service's key;
/// `AuditVerification` checks it, also against an older checkpoint, so that whoever keeps one notices any later change.
public struct AuditLog: Sendable {
  private let clock: any Clock
  private let origin: String
  private let signer: NoteSigner

  /// - Parameters:
  ///   - origin: the log's name, such as `vote.example/audit-log`.
  ///   - privateKey: signs checkpoints.
  /// - Throws: `LogError.keyName` for an origin with spaces or plus signs.
  public init(origin: String, privateKey: Ed25519.PrivateKey, clock: any Clock) throws(LogError) {
    self.clock = clock
    self.origin = origin
    signer = try NoteSigner(name: Array(origin.utf8), type: .ed25519, privateKey: privateKey)
  }

  /// By this key checkpoints are verified.
  public var verifierKey: VerifierKey { signer.key }

  /// Adds an entry, within the transaction of the action. Transactions that add wait for each other at the head's row.
  public func append(_ event: AuditEvent, in session: any SQLSession) async throws {
    try await session.execute(
      "INSERT INTO audit_head (id, size, edge) VALUES (1, 0, $1) ON CONFLICT (id) DO UPDATE SET size = audit_head.size",
      [.bytes([])])
    var edge = try await Self.head(session)
    let entry = event.entry(position: edge.size, time: clock.now())
    let position = Int64(edge.size)
    try edge.append(MerkleTree.leafHash(entry))
    try await session.execute(
      "INSERT INTO audit_entries (position, entry) VALUES ($1, $2)", [.integer(position), .bytes(entry)])
    try await session.execute(
      "UPDATE audit_head SET size = $1, edge = $2 WHERE id = 1",
      [.integer(Int64(edge.size)), .bytes(edge.hashes.flatMap { $0.bytes })])
  }

  /// The newest entries first, at most `limit` of them, below a position.
  public func entries(before position: UInt64?, limit: Int, in session: any SQLSession) async throws -> [AuditEntry] {
    let rows = try await session.query(
      "SELECT position, entry FROM audit_entries WHERE position < $1 ORDER BY position DESC LIMIT $2",
      [.integer(Int64(clamping: position ?? UInt64(Int64.max))), .integer(Int64(limit))])
    return try rows.map { AuditEntry(position: UInt64(try $0.integer(0)), bytes: try $0.bytes(1)) }
  }

  /// Entries from a position on, oldest first, at most `limit` of them.
  public func entries(from position: UInt64, limit: Int, in session: any SQLSession) async throws -> [AuditEntry] {
    let rows = try await session.query(
      "SELECT position, entry FROM audit_entries WHERE position >= $1 ORDER BY position LIMIT $2",
      [.integer(Int64(position)), .integer(Int64(limit))])
    return try rows.map { AuditEntry(position: UInt64(try $0.integer(0)), bytes: try $0.bytes(1)) }
  }

  /// The present size and root, signed.
  public func checkpoint(in session: any SQLSession) async throws -> SignedCheckpoint {
    let edge = try await Self.head(session)
    return try signer.sign(Checkpoint(origin: Array(origin.utf8), size: edge.size, root: edge.root))
  }

  private static func head(_ session: any SQLSession) async throws -> MerkleFrontier {
    guard let row = try await session.query("SELECT size, edge FROM audit_head WHERE id = 1").first else { return MerkleFrontier() }
    let bytes = try row.bytes(1)
    let hashes = stride(from: 0, to: bytes.count, by: 32).compactMap { Bytes32(Array(bytes[$0..<min($0 + 32, bytes.count)])) }
    return try MerkleFrontier(size: UInt64(try row.integer(0)), hashes: hashes)
  }
}

/// An entry of the audit log.
public struct AuditEntry: Sendable, Equatable {
  /// From 0, without gaps.
  public let position: UInt64
  /// One line of JSON: the leaf of the tree.
  public let bytes: [UInt8]
}
