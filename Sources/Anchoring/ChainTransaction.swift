import Curve25519
import Database
import VoteRegistry

/// A signed transaction as the database has it.
struct ChainTransaction: Equatable, Sendable {
  let nonce: UInt64
  let version: Int64
  let hash: Bytes32
  let raw: [UInt8]
  let state: String
  let attempts: Int64
  let due: Int64
  let signed: Int64
  let sent: Int64?
  let blockHash: Bytes32?

  static let columns = "nonce, version, hash, raw, state, attempts, due, signed, sent, block_hash"

  init(_ row: SQLRow) throws(DatabaseError) {
    nonce = UInt64(clamping: try row.integer(0))
    version = try row.integer(1)
    guard let hash = Bytes32(try row.bytes(2)) else { throw .schema("chain_transactions") }
    self.hash = hash
    raw = try row.bytes(3)
    state = try row.text(4)
    attempts = try row.integer(5)
    due = try row.integer(6)
    signed = try row.integer(7)
    sent = row.isNull(8) ? nil : try row.integer(8)
    blockHash = row.isNull(9) ? nil : Bytes32(try row.bytes(9))
  }
}

/// All transactions of one number of an account. They do the same and differ in what is paid, so that whichever is carried out, nothing happens twice:
/// a number is never given to anything else.
struct TransactionSlot: Equatable, Sendable {
  let nonce: UInt64
  /// The latest first.
  let versions: [ChainTransaction]

  var latest: ChainTransaction { versions[0] }
  var isIncluded: Bool { versions.contains { $0.state == "included" } }

  static func slots(_ rows: [ChainTransaction]) -> [TransactionSlot] {
    Dictionary(grouping: rows, by: \.nonce).map { nonce, rows in
      TransactionSlot(nonce: nonce, versions: rows.sorted { $0.version > $1.version })
    }.sorted { $0.nonce < $1.nonce }
  }
}
