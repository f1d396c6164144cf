import Curve25519

/// All hashes of a growing tree in memory, level by level: for whoever keeps a log and answers with proofs from it.
///
/// Appending takes one hash an entry on average, a proof O(log n) look-ups and as many hashes. Memory: 64 bytes an entry (32 for its leaf, 32 for
/// the inner nodes), up to twice as much as room to grow. Only complete subtrees are held, so nothing that is held ever changes, and proofs
/// for every earlier size can be made too.
public struct MerkleHashes: Sendable {
  /// The hashes of each level's complete subtrees, leaves first.
  private var levels: [[Bytes32]] = []

  /// The empty tree.
  public init() {}

  /// The tree of these leaves.
  ///
  /// - Parameter leafHashes: in the order of the log.
  public init(leafHashes: some Sequence<Bytes32>) {
    for hash in leafHashes { append(hash) }
  }

  /// Leaves so far.
  public var size: UInt64 { UInt64(levels.first?.count ?? 0) }

  /// Appends a leaf, and every subtree that it completes. A tree that memory holds is never full.
  public mutating func append(_ leafHash: Bytes32) {
    var hash = leafHash
    var level = 0
    while true {
      if level == levels.count { levels.append([]) }
      levels[level].append(hash)
      let count = levels[level].count
      guard count.isMultiple(of: 2) else { return }
      hash = MerkleTree.nodeHash(levels[level][count - 2], hash)
      level += 1
    }
  }

  /// The hash of a complete subtree.
  ///
  /// - Throws: `indexOutsideTree` when not all of its leaves are there; the index is that of the node on its level.
  public subscript(node: TreeNode) -> Bytes32 {
    get throws(LogError) {
      let count = levels.indices.contains(node.level) ? UInt64(levels[node.level].count) : 0
      guard node.index < count else { throw .indexOutsideTree(index: node.index, size: count) }
      return levels[node.level][Int(node.index)]
    }
  }

  /// The root of the first `size` leaves.
  ///
  /// - Throws: `indexOutsideTree` when there are fewer.
  public func root(size: UInt64) throws(LogError) -> Bytes32 {
    try MerkleFrontier(size: size) { (node) throws(LogError) in try self[node] }.root
  }

  /// The proof that leaf `index` is in the tree of the first `size` leaves.
  ///
  /// - Throws: `indexOutsideTree`.
  public func inclusionProof(index: UInt64, size: UInt64) throws(LogError) -> InclusionProof {
    try InclusionProof(index: index, size: size) { (node) throws(LogError) in try self[node] }
  }

  /// The proof that the first `newSize` leaves begin with the first `oldSize`.
  ///
  /// - Throws: `sizesReversed`, `indexOutsideTree`.
  public func consistencyProof(oldSize: UInt64, newSize: UInt64) throws(LogError) -> ConsistencyProof {
    try ConsistencyProof(oldSize: oldSize, newSize: newSize) { (node) throws(LogError) in try self[node] }
  }
}
