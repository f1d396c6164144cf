import Curve25519

/// Proof that an entry is in a log, to be kept and verified without asking anyone (C2SP tlog-proof).
///
/// ```
/// c2sp.org/tlog-proof@v1
/// extra <base64>                           only when there is extra data
/// index <decimal>
/// <base64 hash>                            none or more
///                                          an empty line
/// the signed checkpoint, to the end
/// ```
public struct Receipt: Equatable, Sendable {
  /// Bytes for the application, in a cast ballot's receipt the tracker; *nothing authenticates them*. Empty when absent.
  public let extra: [UInt8]
  /// Index of the entry.
  public let index: UInt64
  /// The inclusion proof, the leaf's sibling first.
  public let hashes: [Bytes32]
  /// The tree the proof is for.
  public let checkpoint: SignedCheckpoint

  /// A receipt from its parts.
  ///
  /// - Throws: `tooLong`, `tooManyHashes`; `indexOutsideTree` unless the index is below the checkpoint's size.
  public init(extra: [UInt8] = [], index: UInt64, hashes: [Bytes32], checkpoint: SignedCheckpoint) throws(LogError) {
    guard extra.count <= LogLimits.receiptExtraBytes else {
      throw .tooLong(count: extra.count, limit: LogLimits.receiptExtraBytes)
    }
    guard hashes.count <= LogLimits.proofHashes else { throw .tooManyHashes(limit: LogLimits.proofHashes) }
    guard index < checkpoint.checkpoint.size else { throw .indexOutsideTree(index: index, size: checkpoint.checkpoint.size) }
    self.extra = extra
    self.index = index
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  /// Reads a receipt. Every one accepted is exactly what `bytes` returns for it.
  ///
  /// - Throws: `tooLong`, `receiptHeader`, `receiptExtra`, `receiptIndex`, `hashLine`, and what the checkpoint's parser and the
  ///   other initialiser throw.
  public init(parsing bytes: [UInt8]) throws(LogError) {
    guard bytes.count <= Self.longest else { throw .tooLong(count: bytes.count, limit: Self.longest) }
    var lines = LineReader(bytes)
    guard let header = lines.next(), header.equals(text: Self.header) else { throw .receiptHeader }
    guard var line = lines.next() else { throw .receiptIndex }
    var extra: [UInt8] = []
    if line.starts(withText: "extra ") {
      // An extra line without data would be a second encoding of no extra line.
      guard let data = Base64.decode(line.dropFirst(6)), !data.isEmpty else { throw .receiptExtra }
      extra = data
      guard let following = lines.next() else { throw .receiptIndex }
      line = following
    }
    guard line.starts(withText: "index "), let index = line.dropFirst(6).decimal(limit: LogLimits.treeSize) else {
      throw .receiptIndex
    }
    let hashes = try HashLines.take(from: &lines)
    try self.init(extra: extra, index: index, hashes: hashes, checkpoint: SignedCheckpoint(parsing: lines.rest))
  }

  /// The receipt as text.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(text: Self.header)
    bytes.append(newline)
    if !extra.isEmpty {
      bytes.append(text: "extra ")
      bytes += Base64.encode(extra)
      bytes.append(newline)
    }
    bytes.append(text: "index ")
    bytes.append(decimal: index)
    bytes.append(newline)
    HashLines.append(hashes, to: &bytes)
    return bytes + checkpoint.bytes
  }

  /// The inclusion proof.
  public var inclusionProof: InclusionProof {
    InclusionProof(index: index, size: checkpoint.checkpoint.size, hashes: hashes)
  }

  /// Verifies that the log's checkpoint is signed and that the entry with this leaf hash is at `index` of its tree. Whether enough
  /// witnesses cosigned is in the answer.
  ///
  /// - Throws: what `LogPolicy.verify` and `InclusionProof.verify` throw.
  public func verify(leafHash: Bytes32, policy: LogPolicy) throws(LogError) -> VerifiedCheckpoint {
    let verified = try policy.verify(checkpoint)
    try inclusionProof.verify(leafHash: leafHash, root: verified.checkpoint.root)
    return verified
  }

  private static let header: StaticString = "c2sp.org/tlog-proof@v1"
  /// Header, extra and index lines, proof, note.
  private static let longest =
    64 + (LogLimits.receiptExtraBytes + 2) / 3 * 4 + 64 + LogLimits.proofHashes * 45 + 1 + LogLimits.noteBytes
}
