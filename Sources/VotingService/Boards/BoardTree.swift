import Curve25519
import TransparencyLog

/// All hashes of a board's tree, in memory: proofs, roots and tiles of every size so far are made from them.
struct BoardTree: Sendable {
  private var hashes = MerkleHashes()
  /// The right edge, from which the root of a longer tree can be computed without changing this one.
  private(set) var edge = MerkleFrontier()

  /// Entries.
  var size: UInt64 { edge.size }
  /// The root over them.
  var root: Bytes32 { edge.root }

  /// Appends a leaf.
  mutating func append(_ leaf: Bytes32) throws(LogError) {
    try edge.append(leaf)
    hashes.append(leaf)
  }

  /// The root of the first `size` entries.
  func root(at size: UInt64) throws(LogError) -> Bytes32 { try hashes.root(size: size) }

  /// The leaf hash of an entry, `nil` if there is none.
  func leaf(_ entry: UInt64) -> Bytes32? { try? hashes[TreeNode(level: 0, index: entry)] }

  /// The inclusion proof of an entry in the tree of an earlier size, or of the present one.
  func inclusion(_ entry: UInt64, size: UInt64) throws(LogError) -> [Bytes32] {
    try hashes.inclusionProof(index: entry, size: size).hashes
  }

  /// The consistency proof between two sizes.
  func consistency(_ old: UInt64, _ new: UInt64) throws(LogError) -> ConsistencyProof {
    try hashes.consistencyProof(oldSize: old, newSize: new)
  }

  /// The content of a hash tile of any width that exists by now, `nil` otherwise.
  func tile(level: Int, index: UInt64, width: Int) -> [UInt8]? {
    let depth = 8 * level
    guard depth < 64, index < size >> UInt64(depth) else { return nil }
    let start = index * UInt64(LogLimits.tileWidth)
    guard start + UInt64(width) <= size >> UInt64(depth) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * width)
    for position in start..<start + UInt64(width) {
      guard let hash = try? hashes[TreeNode(level: depth, index: position)] else { return nil }
      hash.append(to: &bytes)
    }
    return bytes
  }
}
