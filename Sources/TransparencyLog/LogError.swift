import Curve25519

/// What is wrong with a log, a proof or one of its files, and where. Holds public data only.
public enum LogError: Error, Equatable, Sendable {
  // Tree and proofs.

  /// A tree size above `LogLimits.treeSize`.
  case treeTooLarge(size: UInt64)
  /// An index that is not below the size of its tree.
  case indexOutsideTree(index: UInt64, size: UInt64)
  /// The older of two trees is larger than the newer one.
  case sizesReversed(old: UInt64, new: UInt64)
  /// A frontier of this size needs another number of hashes.
  case frontierLength(expected: Int, found: Int)
  /// A proof for these indices and sizes needs another number of hashes.
  case proofLength(expected: Int, found: Int)
  /// An inclusion proof, or all entries together, lead to another root than the checkpoint's.
  case rootMismatch(size: UInt64, expected: Bytes32, computed: Bytes32)
  /// A consistency proof does not contain the old tree.
  case oldRootMismatch(size: UInt64, expected: Bytes32, computed: Bytes32)
  /// A tree of size 0 whose root is not the hash of nothing.
  case emptyTreeRoot(found: Bytes32)

  // The service's tree.

  /// A tree over no boards.
  case serviceTreeEmpty
  /// Bytes that are no whole number of leaves.
  case serviceTreeLength(count: Int)
  /// The leaf at this index has a lower election than the one before it.
  case serviceTreeOrder(index: UInt64)
  /// Two leaves of one election.
  case electionTwice(Bytes32)
  /// A proof for a tree of another number of leaves than the anchor's.
  case serviceTreeSize(expected: UInt64, found: UInt64)
  /// Neighbours that do not show that an election is missing.
  case noAbsence

  // Tiles and bundles.

  /// Not the one encoding of a tile or bundle path.
  case tilePath
  /// A tile or bundle that was needed and not given.
  case missingTile(TilePath)
  /// A hash tile of the wrong length.
  case tileLength(TilePath, expected: Int, found: Int)
  /// A published tile unlike the one recomputed from the entries.
  case tileMismatch(TilePath)
  /// An entry longer than `LogLimits.entryBytes`.
  case entryTooLong(count: Int)
  /// A bundle that ends inside the entry at this position.
  case bundleTruncated(position: Int)
  /// A bundle with bytes after its last entry.
  case bundleTrailingBytes(count: Int)
  /// An entry whose leaf hash is not the one in the level-0 tile.
  case leafMismatch(index: UInt64)
  /// A bundle given to a replay that has them all.
  case replayFinished

  // Notes and keys.

  /// More bytes than the limit for this kind of text.
  case tooLong(count: Int, limit: Int)
  /// Not UTF-8, or a control character other than newline, at this byte.
  case notText(offset: Int)
  /// A note that does not end in a blank line and signature lines.
  case noteWithoutSignatures
  /// A note text that is empty or does not end in a newline.
  case noteText
  /// A signature line (counted from 0) that is not `— name base64`.
  case signatureLine(index: Int)
  /// More signatures than `LogLimits.noteSignatures`.
  case tooManySignatures(limit: Int)
  /// Two signatures with one key name and key ID; the index is the second's.
  case duplicateSignature(index: Int)
  /// A key name that is empty, too long, not UTF-8, or has a space or a plus.
  case keyName
  /// Not the one encoding of a verifier key.
  case verifierKey
  /// A verifier key whose ID is not the one its name and key give.
  case verifierKeyID(expected: UInt32, found: UInt32)
  /// A verifier key of a signature type this module does not verify.
  case signatureType(UInt8)
  /// A signature that does not have the length of its type.
  case signatureLength(expected: Int, found: Int)
  /// A signature by a known key that does not verify.
  case badSignature(name: [UInt8], keyID: UInt32)
  /// No signature by the key that must have signed.
  case notSigned(name: [UInt8], keyID: UInt32)

  // Checkpoints, cosignatures, policies.

  /// An origin line that is empty or not text.
  case checkpointOrigin
  /// A size line that is not a canonical decimal within `LogLimits.treeSize`.
  case checkpointSize
  /// A root line that is not the canonical base64 of 32 bytes.
  case checkpointRoot
  /// An extension line that is empty, unfinished or not text.
  case checkpointExtension
  /// Extension lines where the policy allows none.
  case unexpectedExtension
  /// A checkpoint of another log.
  case originMismatch(expected: [UInt8], found: [UInt8])
  /// A cosignature time above `LogLimits.timestamp`.
  case timestamp(UInt64)
  /// A policy that uses a key or name twice, or a key of the wrong type; the index is the witness's, `nil` the log's.
  case policyKey(witness: Int?)
  /// A policy that asks for more cosignatures than it has witnesses.
  case policyQuorum(required: Int, witnesses: Int)
  /// Fewer valid cosignatures by known witnesses than the quorum.
  case quorumNotReached(required: Int, found: Int)

  // Receipts and witness requests.

  /// A receipt that does not start with its header line.
  case receiptHeader
  /// An extra line that is not the canonical base64 of 1 byte or more.
  case receiptExtra
  /// An index line that is not `index` and a canonical decimal.
  case receiptIndex
  /// A hash line (counted from 0) that is not the canonical base64 of 32 bytes.
  case hashLine(index: Int)
  /// More hash lines than any proof has.
  case tooManyHashes(limit: Int)
  /// A witness request whose first line is not `old` and a canonical decimal.
  case witnessOldSize
}
