import Curve25519
import Testing

@testable import TransparencyLog

/// The tree in memory gives the hashes, roots and proofs that the tiles and the definition give.
struct MerkleHashesTests {
  static let largest = 70
  static let leaves = testLeaves(largest)

  @Test func hashesOfEveryCompleteSubtree() throws {
    var tree = MerkleHashes()
    for size in 0...Self.largest {
      #expect(tree.size == UInt64(size))
      for level in 0...7 {
        let width = 1 << level
        for index in 0..<size / width {
          #expect(
            try tree[TreeNode(level: level, index: UInt64(index))] == naiveRoot(Self.leaves[index * width..<(index + 1) * width]))
        }
        // The next one is not complete yet.
        let next = UInt64(size / width)
        #expect(throws: LogError.indexOutsideTree(index: next, size: next)) { try tree[TreeNode(level: level, index: next)] }
      }
      if size < Self.largest { tree.append(Self.leaves[size]) }
    }
    #expect(throws: LogError.self) { try tree[TreeNode(level: -1, index: 0)] }
    #expect(throws: LogError.self) { try tree[TreeNode(level: 63, index: .max)] }
  }

  /// From the largest tree, for every smaller size.
  @Test func rootsAndProofsOfEverySize() throws {
    let tree = MerkleHashes(leafHashes: Self.leaves)
    for size in 0...Self.largest {
      let part = Self.leaves[..<size]
      let root = naiveRoot(part)
      #expect(try tree.root(size: UInt64(size)) == root)
      for index in 0..<size {
        let proof = try tree.inclusionProof(index: UInt64(index), size: UInt64(size))
        #expect(proof.hashes == naivePath(index, part))
        try proof.verify(leafHash: Self.leaves[index], root: root)
      }
      for old in 0...size {
        let proof = try tree.consistencyProof(oldSize: UInt64(old), newSize: UInt64(size))
        #expect(proof.hashes == naiveConsistency(old, part))
        try proof.verify(oldRoot: naiveRoot(Self.leaves[..<old]), newRoot: root)
      }
    }
    let beyond = UInt64(Self.largest) + 1
    #expect(throws: LogError.self) { try tree.root(size: beyond) }
    #expect(throws: LogError.self) { try tree.inclusionProof(index: 0, size: beyond) }
    #expect(throws: LogError.self) { try tree.consistencyProof(oldSize: 1, newSize: beyond) }
    #expect(throws: LogError.sizesReversed(old: 2, new: 1)) { try tree.consistencyProof(oldSize: 2, newSize: 1) }
  }

  /// Beyond one tile, whose levels between are recomputed.
  @Test func agreesWithTiles() throws {
    var random = SeededRandom(seed: [7])
    let leaves = (0..<700).map { _ in Bytes32(random.bytes(32).span) }
    var tree = MerkleHashes()
    var builder = HashTileBuilder()
    var files: [LogFile] = []
    for leaf in leaves {
      tree.append(leaf)
      files += try builder.append(leaf)
    }
    files += builder.partialTiles()
    #expect(try tree.root(size: 700) == builder.root)
    func read(_ path: TilePath) -> [UInt8]? { files.first { $0.path == path }?.bytes }
    for index in stride(from: UInt64(0), to: 700, by: 37) {
      #expect(try tree.inclusionProof(index: index, size: 700) == InclusionProof(index: index, size: 700, tiles: read))
      #expect(
        try tree.consistencyProof(oldSize: index, newSize: 700) == ConsistencyProof(oldSize: index, newSize: 700, tiles: read))
    }
  }
}
