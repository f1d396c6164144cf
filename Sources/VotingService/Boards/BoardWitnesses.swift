import Curve25519
import Database
import TransparencyLog

// Receipts that others have vouched for, and what witnesses outside are asked.
extension Board {
  /// What a witness outside is asked to cosign: the newest checkpoint.
  func outsideRequest(old: UInt64) throws -> WitnessRequest {
    if let evidence { throw BoardError.behind(evidence) }
    let checkpoint = try signedCheckpoint()
    let proof = try consistency(old, checkpoint.checkpoint.size)
    return try WitnessRequest(oldSize: old, hashes: proof.hashes, checkpoint: checkpoint)
  }

  /// The receipt of an entry that a voter sent, by its tracker: under the newest checkpoint that the quorum has cosigned and that contains the entry;
  /// while there is none, under the newest.
  func receipt(_ tracker: Bytes32) async throws -> CastReceipt? {
    guard let entry = memory.index.entries[tracker] else { return nil }
    let checkpoint: SignedCheckpoint
    if let witnessed = try await witnessedCheckpoint(beyond: entry) {
      checkpoint = witnessed
    } else {
      checkpoint = try signedCheckpoint()
    }
    let receipt = try Receipt(extra: tracker.bytes, index: entry, hashes: inclusion(entry, checkpoint), checkpoint: checkpoint)
    return CastReceipt(tracker: tracker, entry: entry, time: memory.times[Int(entry)], bytes: receipt.bytes, isNew: false)
  }

  /// The newest witnessed checkpoint that contains an entry, with the trustees' signatures on it.
  private func witnessedCheckpoint(beyond entry: UInt64) async throws -> SignedCheckpoint? {
    let (store, quorum) = (store, frame.policy.quorum)
    let found = try await environment.database.read { session -> (size: UInt64, lines: [[UInt8]])? in
      guard let size = try await store.witnessedSize(session, beyond: entry, quorum: quorum) else { return nil }
      return (size, try await store.cosignatures(session, size: size))
    }
    guard let found, found.size <= memory.size else { return nil }
    let signed = try Self.adding(found.lines, to: frame.sign(size: found.size, root: memory.tree.root(at: found.size)))
    // In a database that was restored they may be on another board.
    guard let verified = try? await policy(at: found.size).verify(signed), verified.isWitnessed else { return nil }
    return signed
  }
}

extension Boards {
  /// The file `evidence` beside the record: a checkpoint that the log signed and that the board cannot show; `nil` when nobody has shown one.
  func evidence(of election: String) async throws -> [UInt8]? {
    let row = try await database.read { session in
      try await session.query("SELECT evidence FROM boards WHERE election = $1 AND evidence IS NOT NULL", [.text(election)]).first
    }
    return try row?.bytes(0)
  }
}

extension BoardStore {
  /// The largest size beyond an entry that as many trustees as the quorum have cosigned.
  func witnessedSize(_ session: any SQLSession, beyond entry: UInt64, quorum: Int) async throws -> UInt64? {
    try await session.query(
      """
      SELECT size FROM board_cosignatures WHERE election = $1 AND size > $2
      GROUP BY size HAVING COUNT(*) >= $3 ORDER BY size DESC LIMIT 1
      """, [.text(election), .integer(Int64(entry)), .integer(Int64(quorum))]
    ).first.map { UInt64(try $0.integer(0)) }
  }
}
