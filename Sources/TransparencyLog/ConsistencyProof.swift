import Curve25519

/// Proof that a tree is an earlier one with leaves appended (RFC 9162, section 2.1.4).
///
/// Between a tree and itself, and from the empty tree, the proof is empty.
public struct ConsistencyProof: Equatable, Sendable {
  /// Size of the earlier tree.
  public let oldSize: UInt64
  /// Size of the later tree.
  public let newSize: UInt64
  /// Hashes in the order of RFC 9162, 64 at most.
  public let hashes: [Bytes32]

  /// A proof received from elsewhere; nothing is verified yet.
  public init(oldSize: UInt64, newSize: UInt64, hashes: [Bytes32]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.hashes = hashes
  }

  /// The proof between two sizes, from stored hashes of perfect subtrees: PROOF(oldSize, D[newSize]) of RFC 9162, section 2.1.4.1.
  ///
  /// - Throws: `sizesReversed`, `treeTooLarge`, and what `hashAt` throws.
  public init(oldSize: UInt64, newSize: UInt64, hashAt: (TreeNode) throws(LogError) -> Bytes32) throws(LogError) {
    var hashes: [Bytes32] = []
    for range in try Self.ranges(oldSize: oldSize, newSize: newSize) { hashes.append(try range.hash(hashAt)) }
    self.init(oldSize: oldSize, newSize: newSize, hashes: hashes)
  }

  /// The perfect subtrees whose hashes the proof is made from.
  ///
  /// - Throws: `sizesReversed`, `treeTooLarge`.
  public static func nodes(oldSize: UInt64, newSize: UInt64) throws(LogError) -> [TreeNode] {
    try ranges(oldSize: oldSize, newSize: newSize).flatMap { $0.nodes }
  }

  /// The subtrees whose hashes are the proof, in its order.
  private static func ranges(oldSize: UInt64, newSize: UInt64) throws(LogError) -> [LeafRange] {
    try checkSizes(oldSize, newSize)
    guard oldSize > 0, oldSize < newSize else { return [] }
    var ranges: [LeafRange] = []
    var rest = LeafRange(lower: 0, upper: newSize)
    // Down to the subtree that ends where the old tree ends; on the way, all that is left aside.
    while rest.upper != oldSize { ranges.append(rest.descend(towards: oldSize - 1)) }
    // That subtree is the whole old tree, whose root the verifier has, or else it is the proof's first hash.
    if rest.lower > 0 { ranges.append(rest) }
    return ranges.reversed()
  }

  /// Verifies that the tree with `newRoot` begins with the tree with `oldRoot` (RFC 9162, section 2.1.4.2).
  ///
  /// - Throws: `sizesReversed`, `treeTooLarge`, `emptyTreeRoot`, `proofLength`, `oldRootMismatch`, `rootMismatch`.
  public func verify(oldRoot: Bytes32, newRoot: Bytes32) throws(LogError) {
    try Self.checkSizes(oldSize, newSize)
    if oldSize == 0 {
      guard oldRoot == MerkleTree.emptyRoot else { throw .emptyTreeRoot(found: oldRoot) }
      guard newSize > 0 || newRoot == oldRoot else { throw .emptyTreeRoot(found: newRoot) }
    }
    guard oldSize > 0, oldSize < newSize else {
      guard hashes.isEmpty else { throw .proofLength(expected: 0, found: hashes.count) }
      guard oldSize == 0 || oldRoot == newRoot else {
        throw .rootMismatch(size: newSize, expected: newRoot, computed: oldRoot)
      }
      return
    }
    let roots = try roots(oldRoot: oldRoot)
    guard roots.old == oldRoot else { throw .oldRootMismatch(size: oldSize, expected: oldRoot, computed: roots.old) }
    guard roots.new == newRoot else { throw .rootMismatch(size: newSize, expected: newRoot, computed: roots.new) }
  }

  /// Verifies that `new` continues `old`: one origin, and a tree that begins with the old one.
  ///
  /// The signatures on both are the caller's to verify.
  ///
  /// - Throws: `originMismatch`, `sizesReversed` when the proof is for other sizes, and what `verify(oldRoot:newRoot:)` throws.
  public func verify(from old: Checkpoint, to new: Checkpoint) throws(LogError) {
    guard old.origin == new.origin else { throw .originMismatch(expected: old.origin, found: new.origin) }
    guard old.size == oldSize, new.size == newSize else { throw .sizesReversed(old: old.size, new: new.size) }
    try verify(oldRoot: old.root, newRoot: new.root)
  }

  /// The two roots this proof leads to, for `0 < oldSize < newSize`.
  private func roots(oldRoot: Bytes32) throws(LogError) -> (old: Bytes32, new: Bytes32) {
    // Start at the largest perfect subtree that ends the old tree.
    let perfect = UInt64(oldSize.trailingZeroBitCount)
    var node = (oldSize - 1) >> perfect
    var last = (newSize - 1) >> perfect
    var used = 0
    func take() throws(LogError) -> Bytes32 {
      guard used < hashes.count else { throw proofLength }
      used += 1
      return hashes[used - 1]
    }
    // Where it is the old tree itself the verifier has its hash; otherwise the proof begins with it.
    let start = try node == 0 ? oldRoot : take()
    var old = start
    var new = start
    while last > 0 {
      if node & 1 == 1 {
        let left = try take()
        old = MerkleTree.nodeHash(left, old)
        new = MerkleTree.nodeHash(left, new)
      } else if node < last {
        new = MerkleTree.nodeHash(new, try take())
      }
      node >>= 1
      last >>= 1
    }
    guard used == hashes.count else { throw proofLength }
    return (old, new)
  }

  private var proofLength: LogError {
    let start = UInt64(oldSize.trailingZeroBitCount)
    let first = oldSize.nonzeroBitCount == 1 ? 0 : 1
    let path = InclusionProof.length(index: (oldSize - 1) >> start, size: ((newSize - 1) >> start) + 1)
    return .proofLength(expected: first + path, found: hashes.count)
  }

  private static func checkSizes(_ oldSize: UInt64, _ newSize: UInt64) throws(LogError) {
    guard newSize <= LogLimits.treeSize else { throw .treeTooLarge(size: newSize) }
    guard oldSize <= newSize else { throw .sizesReversed(old: oldSize, new: newSize) }
  }
}
