import Curve25519

/// What a log sends a witness to have a checkpoint cosigned (C2SP tlog-witness, `add-checkpoint`).
///
/// ```
/// old <decimal>                            size of the checkpoint the witness cosigned last
/// <base64 hash>                            consistency proof: none or more
///                                          an empty line
/// the signed checkpoint, to the end
/// ```
/// The answer is `Cosignature` lines, read by `WitnessRequest.parseAnswer`.
public struct WitnessRequest: Equatable, Sendable {
  /// Size the proof starts from.
  public let oldSize: UInt64
  /// The consistency proof.
  public let hashes: [Bytes32]
  /// The checkpoint to be cosigned.
  public let checkpoint: SignedCheckpoint

  /// A request from its parts.
  ///
  /// - Throws: `tooManyHashes`; `sizesReversed` when the checkpoint is smaller than `oldSize`.
  public init(oldSize: UInt64, hashes: [Bytes32], checkpoint: SignedCheckpoint) throws(LogError) {
    guard hashes.count <= LogLimits.proofHashes else { throw .tooManyHashes(limit: LogLimits.proofHashes) }
    guard oldSize <= checkpoint.checkpoint.size else { throw .sizesReversed(old: oldSize, new: checkpoint.checkpoint.size) }
    self.oldSize = oldSize
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  /// Reads a request. Every one accepted is exactly what `bytes` returns for it.
  ///
  /// - Throws: `tooLong`, `witnessOldSize`, `hashLine`, and what the checkpoint's parser and the other initialiser throw.
  public init(parsing bytes: [UInt8]) throws(LogError) {
    guard bytes.count <= Self.longest else { throw .tooLong(count: bytes.count, limit: Self.longest) }
    var lines = LineReader(bytes)
    guard let line = lines.next(), line.starts(withText: "old "),
      let size = line.dropFirst(4).decimal(limit: LogLimits.treeSize)
    else { throw .witnessOldSize }
    let hashes = try HashLines.take(from: &lines)
    try self.init(oldSize: size, hashes: hashes, checkpoint: SignedCheckpoint(parsing: lines.rest))
  }

  /// The request as text.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(text: "old ")
    bytes.append(decimal: oldSize)
    bytes.append(newline)
    HashLines.append(hashes, to: &bytes)
    return bytes + checkpoint.bytes
  }

  /// Verifies everything a witness must before it cosigns, except that `last` is still its last state when it stores the new one.
  ///
  /// - Parameters:
  ///   - policy: for its log key; known cosignatures are verified too.
  ///   - last: the checkpoint this witness cosigned last for this log; `nil` at first.
  /// - Throws: what `LogPolicy.verify` and `ConsistencyProof.verify` throw; `sizesReversed` when `oldSize` is not the size of `last`.
  public func verify(policy: LogPolicy, last: Checkpoint?) throws(LogError) -> VerifiedCheckpoint {
    let verified = try policy.verify(checkpoint)
    let old: Checkpoint
    if let last { old = last } else { old = try Checkpoint(origin: policy.origin, size: 0, root: MerkleTree.emptyRoot) }
    guard old.size == oldSize else { throw .sizesReversed(old: old.size, new: oldSize) }
    let proof = ConsistencyProof(oldSize: oldSize, newSize: verified.checkpoint.size, hashes: hashes)
    try proof.verify(from: old, to: verified.checkpoint)
    return verified
  }

  /// The signature lines of a witness's answer, not verified: they are added to the checkpoint, then verified under the policy.
  ///
  /// - Throws: `tooLong`, `tooManySignatures`, `signatureLine`, `noteWithoutSignatures`.
  public static func parseAnswer(_ bytes: [UInt8]) throws(LogError) -> [NoteSignature] {
    guard bytes.count <= LogLimits.noteBytes else { throw .tooLong(count: bytes.count, limit: LogLimits.noteBytes) }
    return try SignedNote.parseSignatures(bytes)
  }

  private static let longest = 64 + LogLimits.proofHashes * 45 + 1 + LogLimits.noteBytes
}
