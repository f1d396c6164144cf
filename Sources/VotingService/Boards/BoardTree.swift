import Curve25519
import TransparencyLog

/// All hashes of a board's tree, in memory: 64 bytes an entry. Proofs, roots and tiles of every size so far are made from them.
struct BoardTree: Sendable {
  /// Hashes of perfect subtrees: level 0 the leaves.
  private var levels: [[Bytes32]] = []
  private var frontier = MerkleFrontier()

  /// Entries.
  var size: UInt64 { frontier.size }
  /// The root over them.
  var root: Bytes32 { frontier.root }
  /// The right edge, from which the root of a longer tree can be computed without changing this one.
  var edge: MerkleFrontier { frontier }

  /// Appends a leaf.
  mutating func append(_ leaf: Bytes32) throws(LogError) {
    try frontier.append(leaf)
    var hash = leaf
    var level = 0
    while true {
      if level == levels.count { levels.append([]) }
      levels[level].append(hash)
      guard levels[level].count % 2 == 0 else { return }
      hash = MerkleTree.nodeHash(levels[level][levels[level].count - 2], hash)
      level += 1
    }
  }

  /// The hash of a perfect subtree.
  func hash(at node: TreeNode) throws(LogError) -> Bytes32 {
    guard levels.indices.contains(node.level), node.index < UInt64(levels[node.level].count) else {
      throw .indexOutsideTree(index: node.index, size: size)
    }
    return levels[node.level][Int(node.index)]
  }

  /// The root of the first `size` entries.
  func root(at size: UInt64) throws(LogError) -> Bytes32 {
    if size == self.size { return root }
    return try MerkleFrontier(size: size, hashAt: hash(at:)).root
  }

  /// The content of a hash tile of any width that exists by now, `nil` otherwise.
  func tile(level: Int, index: UInt64, width: Int) -> [UInt8]? {
    let depth = 8 * level
    guard levels.indices.contains(depth), let start = Int(exactly: index).map({ $0 * LogLimits.tileWidth }),
      start + width <= levels[depth].count
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * width)
    for hash in levels[depth][start..<start + width] { hash.append(to: &bytes) }
    return bytes
  }
}
