import Curve25519
import StrictJSON
import TransparencyLog

/// Why an exported audit log is not what was written.
public enum AuditFailure: Error, Equatable, Sendable {
  /// The checkpoint is not signed by the service's key, or is of another log.
  case checkpoint
  /// The checkpoint is of so many entries, the export has another number.
  case size(expected: UInt64, found: UInt64)
  /// The entries are not those of the checkpoint: something was changed, put in, left out or moved.
  case root
  /// The entries do not continue those of the older checkpoint.
  case history
  /// An entry does not say its own position.
  case position(UInt64)
}

/// Verifies an exported audit log.
public enum AuditVerification {
  /// Verifies that the entries are exactly those of the checkpoint, and continue those of an older one.
  ///
  /// - Parameters:
  ///   - lines: each entry, without its newline.
  ///   - checkpoint: exported beside them.
  ///   - key: of the service, from elsewhere.
  ///   - older: a checkpoint kept from an earlier export.
  /// - Throws: `AuditFailure`; `LogError` when the tree is too large.
  public static func verify(
    lines: [[UInt8]], checkpoint: SignedCheckpoint, key: VerifierKey, older: SignedCheckpoint? = nil
  ) throws {
    for signed in [checkpoint, older].compactMap({ $0 }) {
      guard signed.checkpoint.origin == key.name, (try? signed.note.signers(among: [key])) == [0] else {
        throw AuditFailure.checkpoint
      }
    }
    let size = UInt64(lines.count)
    guard size == checkpoint.checkpoint.size else { throw AuditFailure.size(expected: checkpoint.checkpoint.size, found: size) }
    if let older, older.checkpoint.size > size { throw AuditFailure.history }
    var edge = MerkleFrontier()
    for (position, line) in lines.enumerated() {
      if let older, older.checkpoint.size == edge.size, older.checkpoint.root != edge.root { throw AuditFailure.history }
      guard let entry = try? JSONParser.parse(line), entry["position"] == .integer(Int64(position)) else {
        throw AuditFailure.position(UInt64(position))
      }
      try edge.append(MerkleTree.leafHash(line))
    }
    if let older, older.checkpoint.size == edge.size, older.checkpoint.root != edge.root { throw AuditFailure.history }
    guard edge.root == checkpoint.checkpoint.root else { throw AuditFailure.root }
  }
}
