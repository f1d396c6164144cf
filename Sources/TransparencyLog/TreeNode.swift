import Curve25519

/// A perfect subtree: the leaves `index · 2^level ..< (index + 1) · 2^level`. Its hash never changes once they all exist.
public struct TreeNode: Hashable, Sendable {
  /// Height above the leaves, 0 to 63.
  public let level: Int
  /// Position among the nodes of its level.
  public let index: UInt64

  /// The node at `index` of `level`.
  public init(level: Int, index: UInt64) {
    self.level = level
    self.index = index
  }
}

/// A run of leaves that is a subtree of some tree, perfect or cut off at the tree's right edge.
///
/// Every hash of a proof is the hash of one: `lower` is a multiple of the smallest power of two that is not below the number of leaves.
struct LeafRange: Equatable {
  var lower: UInt64
  /// Not included.
  var upper: UInt64

  var count: UInt64 { upper - lower }

  /// The perfect subtrees it consists of, from left to right: one for each bit of its count, 63 at most.
  var nodes: [TreeNode] {
    var nodes: [TreeNode] = []
    var start = lower
    while start < upper {
      let level = 63 - (upper - start).leadingZeroBitCount
      nodes.append(TreeNode(level: level, index: start >> UInt64(level)))
      start += 1 << UInt64(level)
    }
    return nodes
  }

  /// MTH of its leaves, from stored hashes of perfect subtrees.
  func hash(_ hashAt: (TreeNode) throws(LogError) -> Bytes32) throws(LogError) -> Bytes32 {
    let nodes = nodes
    guard let last = nodes.last else { return MerkleTree.emptyRoot }
    var hash = try hashAt(last)
    for node in nodes.dropLast().reversed() { hash = MerkleTree.nodeHash(try hashAt(node), hash) }
    return hash
  }

  /// Cuts the range where its subtree divides in two, keeps the part with leaf `kept` and returns the other.
  ///
  /// - Precondition: `count >= 2`, `kept` is inside.
  mutating func descend(towards kept: UInt64) -> LeafRange {
    let middle = lower + MerkleTree.split(count)
    defer { if kept < middle { upper = middle } else { lower = middle } }
    return kept < middle ? LeafRange(lower: middle, upper: upper) : LeafRange(lower: lower, upper: middle)
  }
}
