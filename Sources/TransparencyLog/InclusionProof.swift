import Curve25519

/// Proof that a leaf is at an index of the tree of a given size (RFC 9162, section 2.1.3).
///
/// `hashes` are the siblings on the way from the leaf to the root, 63 at most.
public struct InclusionProof: Equatable, Sendable {
  /// Index of the leaf, from 0.
  public let index: UInt64
  /// Size of the tree.
  public let size: UInt64
  /// Sibling hashes, the leaf's first, the root's child last.
  public let hashes: [Bytes32]

  /// A proof received from elsewhere; nothing is verified yet.
  public init(index: UInt64, size: UInt64, hashes: [Bytes32]) {
    self.index = index
    self.size = size
    self.hashes = hashes
  }

  /// The proof for leaf `index`, from stored hashes of perfect subtrees: PATH(index, D[size]) of RFC 9162, section 2.1.3.1.
  ///
  /// - Throws: `indexOutsideTree`, `treeTooLarge`, and what `hashAt` throws.
  public init(index: UInt64, size: UInt64, hashAt: (TreeNode) throws(LogError) -> Bytes32) throws(LogError) {
    var hashes: [Bytes32] = []
    for range in try Self.ranges(index: index, size: size) { hashes.append(try range.hash(hashAt)) }
    self.init(index: index, size: size, hashes: hashes)
  }

  /// The perfect subtrees whose hashes the proof is made from.
  ///
  /// - Throws: `indexOutsideTree`, `treeTooLarge`.
  public static func nodes(index: UInt64, size: UInt64) throws(LogError) -> [TreeNode] {
    try ranges(index: index, size: size).flatMap { $0.nodes }
  }

  /// The subtrees whose hashes are the proof, in its order.
  private static func ranges(index: UInt64, size: UInt64) throws(LogError) -> [LeafRange] {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    guard index < size else { throw .indexOutsideTree(index: index, size: size) }
    var ranges: [LeafRange] = []
    var rest = LeafRange(lower: 0, upper: size)
    while rest.count > 1 { ranges.append(rest.descend(towards: index)) }
    return ranges.reversed()
  }

  /// The root of the tree in which the leaf has this proof (RFC 9162, section 2.1.3.2).
  ///
  /// - Throws: `indexOutsideTree`, `treeTooLarge`, `proofLength`.
  public func root(leafHash: Bytes32) throws(LogError) -> Bytes32 {
    guard size <= LogLimits.treeSize else { throw .treeTooLarge(size: size) }
    guard index < size else { throw .indexOutsideTree(index: index, size: size) }
    // The tree is climbed by the numbers of the node and of the last node on its level. Where the two are one and
    // even, the node has no sibling and goes up unchanged.
    var node = index
    var last = size - 1
    var hash = leafHash
    var used = 0
    while last > 0 {
      if node & 1 == 1 || node < last {
        guard used < hashes.count else { throw proofLength }
        hash =
          node & 1 == 1
          ? MerkleTree.nodeHash(hashes[used], hash) : MerkleTree.nodeHash(hash, hashes[used])
        used += 1
      }
      node >>= 1
      last >>= 1
    }
    guard used == hashes.count else { throw proofLength }
    return hash
  }

  /// Verifies that the leaf is at `index` of the tree with this root.
  ///
  /// - Throws: `indexOutsideTree`, `treeTooLarge`, `proofLength`, `rootMismatch`.
  public func verify(leafHash: Bytes32, root: Bytes32) throws(LogError) {
    let computed = try self.root(leafHash: leafHash)
    guard computed == root else { throw .rootMismatch(size: size, expected: root, computed: computed) }
  }

  private var proofLength: LogError { .proofLength(expected: Self.length(index: index, size: size), found: hashes.count) }

  /// Number of hashes in the proof for `index` in a tree of `size` leaves.
  ///
  /// - Precondition: `index < size`.
  static func length(index: UInt64, size: UInt64) -> Int {
    // Below the level where the paths to this leaf and to the last one part, every node has a sibling;
    // above it only those that are right children.
    let last = size - 1
    let below = 64 - (index ^ last).leadingZeroBitCount
    return below + (below < 64 ? (index >> UInt64(below)).nonzeroBitCount : 0)
  }
}
