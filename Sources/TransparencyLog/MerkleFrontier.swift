import Curve25519

/// The right edge of a growing tree: the hashes of the perfect subtrees its leaves fall into, at most one for each level.
///
/// Takes any number of leaves in O(log n) memory. A copy taken on the way is the frontier of the smaller tree, and
/// `root` can be asked for at every size, so a verifier who streams a log gets the root of each earlier checkpoint in passing.
public struct MerkleFrontier: Equatable, Sendable {
  /// Leaves so far.
  public private(set) var size: UInt64 = 0
  /// Hashes of the perfect subtrees, largest and leftmost first: one for each bit set in `size`.
  public private(set) var hashes: [Bytes32] = []

  /// The frontier of the empty tree.
  public init() {}

  /// A frontier stored earlier.
  ///
  /// - Throws: `treeTooLarge`; `frontierLength` when `hashes` does not have one hash for each bit set in `size`.
  public init(size: UInt64, hashes: [Bytes32]) throws(LogError) {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    guard hashes.count == size.nonzeroBitCount else {
      throw .frontierLength(expected: size.nonzeroBitCount, found: hashes.count)
    }
    self.size = size
    self.hashes = hashes
  }

  /// The frontier of the first `size` leaves, from stored hashes of perfect subtrees.
  ///
  /// - Throws: `treeTooLarge`, and what `hashAt` throws.
  public init(size: UInt64, hashAt: (TreeNode) throws(LogError) -> Bytes32) throws(LogError) {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    self.size = size
    for node in LeafRange(lower: 0, upper: size).nodes { hashes.append(try hashAt(node)) }
  }

  /// Appends a leaf.
  ///
  /// - Throws: `treeTooLarge` when the tree is full.
  public mutating func append(_ leafHash: Bytes32) throws(LogError) { _ = try appendReturningTileRoots(leafHash) }

  /// Appends a leaf and returns the roots of the tiles it completes: the hashes of the nodes at levels 8, 16, …
  mutating func appendReturningTileRoots(_ leafHash: Bytes32) throws(LogError) -> [Bytes32] {
    guard size < LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    var tileRoots: [Bytes32] = []
    var hash = leafHash
    // Each trailing 1 of the size is a perfect subtree as large as the one just completed: they become one.
    for level in 0..<size.trailingOnes {
      hash = MerkleTree.nodeHash(hashes.removeLast(), hash)
      if (level + 1) % TileLayout.height == 0 { tileRoots.append(hash) }
    }
    hashes.append(hash)
    size += 1
    return tileRoots
  }

  /// The root of the tree at its present size.
  public var root: Bytes32 {
    guard var hash = hashes.last else { return MerkleTree.emptyRoot }
    for left in hashes.dropLast().reversed() { hash = MerkleTree.nodeHash(left, hash) }
    return hash
  }
}

extension UInt64 {
  /// Number of 1 bits below the lowest 0.
  fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
