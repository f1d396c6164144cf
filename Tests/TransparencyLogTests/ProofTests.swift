import Curve25519
import Testing

@testable import TransparencyLog

/// Every proof of every tree up to 130 leaves verifies, and no altered one does.
struct ProofTests {
  static let largest = 130
  static let leaves = testLeaves(largest)
  /// Root of each size.
  static let roots: [Bytes32] = (0...largest).map { naiveRoot(leaves[..<$0]) }

  /// Hash of a perfect subtree, from the definition.
  static func hashAt(_ node: TreeNode) throws(LogError) -> Bytes32 {
    let width = 1 << node.level
    let start = Int(node.index) * width
    guard start + width <= largest else { throw .indexOutsideTree(index: node.index, size: UInt64(largest)) }
    return naiveRoot(leaves[start..<start + width])
  }

  @Test func everyInclusionProof() throws {
    for size in 1...Self.largest {
      for index in 0..<size {
        let proof = try InclusionProof(index: UInt64(index), size: UInt64(size), hashAt: Self.hashAt)
        try #require(proof.hashes == naivePath(index, Self.leaves[..<size]))
        try proof.verify(leafHash: Self.leaves[index], root: Self.roots[size])
      }
    }
  }

  @Test func everyConsistencyProof() throws {
    for newSize in 0...Self.largest {
      for oldSize in 0...newSize {
        let proof = try ConsistencyProof(oldSize: UInt64(oldSize), newSize: UInt64(newSize), hashAt: Self.hashAt)
        try #require(proof.hashes == naiveConsistency(oldSize, Self.leaves[..<newSize]))
        try proof.verify(oldRoot: Self.roots[oldSize], newRoot: Self.roots[newSize])
      }
    }
  }

  @Test func alteredInclusionProofsAreRefused() throws {
    for size in 1...Self.largest {
      for index in 0..<size {
        let proof = try InclusionProof(index: UInt64(index), size: UInt64(size), hashAt: Self.hashAt)
        for hashes in alterations(of: proof.hashes, everyBit: size <= 6) {
          try requireRefusal {
            try InclusionProof(index: proof.index, size: proof.size, hashes: hashes)
              .verify(leafHash: Self.leaves[index], root: Self.roots[size])
          }
        }
        for other in others(than: index, upTo: size + 1, all: size <= 20) {
          try requireRefusal {
            try InclusionProof(index: UInt64(other), size: proof.size, hashes: proof.hashes)
              .verify(leafHash: Self.leaves[index], root: Self.roots[size])
          }
        }
        // A size is authenticated by the checkpoint that also gives the root, so another size comes with its own root.
        for other in others(than: size, upTo: Self.largest, all: size <= 20) {
          try requireRefusal {
            try InclusionProof(index: proof.index, size: UInt64(other), hashes: proof.hashes)
              .verify(leafHash: Self.leaves[index], root: Self.roots[other])
          }
        }
        try requireRefusal { try proof.verify(leafHash: flip(Self.leaves[index], bit: index), root: Self.roots[size]) }
        try requireRefusal { try proof.verify(leafHash: Self.leaves[index], root: flip(Self.roots[size], bit: index)) }
      }
    }
  }

  @Test func alteredConsistencyProofsAreRefused() throws {
    for newSize in 1...Self.largest {
      for oldSize in 0...newSize {
        let proof = try ConsistencyProof(oldSize: UInt64(oldSize), newSize: UInt64(newSize), hashAt: Self.hashAt)
        let (oldRoot, newRoot) = (Self.roots[oldSize], Self.roots[newSize])
        for hashes in alterations(of: proof.hashes, everyBit: newSize <= 6) {
          try requireRefusal {
            try ConsistencyProof(oldSize: proof.oldSize, newSize: proof.newSize, hashes: hashes)
              .verify(oldRoot: oldRoot, newRoot: newRoot)
          }
        }
        for other in others(than: oldSize, upTo: Self.largest, all: newSize <= 20)
        where !proof.hashes.isEmpty || (other > 0 && other < newSize) {
          try requireRefusal {
            try ConsistencyProof(oldSize: UInt64(other), newSize: proof.newSize, hashes: proof.hashes)
              .verify(oldRoot: Self.roots[other], newRoot: newRoot)
          }
        }
        // From nothing, every tree is reached with the empty proof.
        for other in others(than: newSize, upTo: Self.largest, all: newSize <= 20) where oldSize > 0 {
          try requireRefusal {
            try ConsistencyProof(oldSize: proof.oldSize, newSize: UInt64(other), hashes: proof.hashes)
              .verify(oldRoot: oldRoot, newRoot: Self.roots[other])
          }
        }
        try requireRefusal { try proof.verify(oldRoot: flip(oldRoot, bit: oldSize), newRoot: newRoot) }
        guard oldSize > 0 else { continue }
        try requireRefusal { try proof.verify(oldRoot: oldRoot, newRoot: flip(newRoot, bit: oldSize)) }
      }
    }
  }

  /// The proofs of the tree of 8 published with the first implementation of RFC 6962.
  @Test func referenceProofs() throws {
    let leaves = ReferenceTree.entries.map { MerkleTree.leafHash($0) }
    func hashAt(_ node: TreeNode) throws(LogError) -> Bytes32 {
      naiveRoot(leaves[Int(node.index) << node.level..<Int(node.index + 1) << node.level])
    }
    let fromSix = try ConsistencyProof(oldSize: 6, newSize: 8, hashAt: hashAt)
    #expect(
      fromSix.hashes == [
        hash("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
      ])
    try fromSix.verify(oldRoot: ReferenceTree.roots[5], newRoot: ReferenceTree.roots[7])
    let ofFirst = try InclusionProof(index: 0, size: 8, hashAt: hashAt)
    #expect(
      ofFirst.hashes == [
        hash("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        hash("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
      ])
    try ofFirst.verify(leafHash: leaves[0], root: ReferenceTree.roots[7])
  }

  /// Sizes no test can fill: shapes only, and no overflow.
  @Test func largestTrees() throws {
    let sizes: [UInt64] = [LogLimits.treeSize, LogLimits.treeSize - 1, 1 << 62, 1 << 62 + 1, 1 << 40 + 12345]
    for size in sizes {
      for index in [0, 1, size / 2, size - 2, size - 1] {
        let proof = try InclusionProof(index: index, size: size) { _ throws(LogError) in .zero }
        #expect(proof.hashes.count <= 63)
        #expect(proof.hashes.count == InclusionProof.length(index: index, size: size))
        _ = try proof.root(leafHash: .zero)
        let consistency = try ConsistencyProof(oldSize: index + 1, newSize: size) { _ throws(LogError) in .zero }
        #expect(consistency.hashes.count <= LogLimits.proofHashes)
      }
    }
    #expect(throws: LogError.treeTooLarge(size: 1 << 63)) {
      try InclusionProof(index: 0, size: 1 << 63, hashes: []).root(leafHash: .zero)
    }
  }

  @Test func errorsSayWhatIsWrong() throws {
    let proof = try InclusionProof(index: 4, size: 7, hashAt: Self.hashAt)
    #expect(throws: LogError.indexOutsideTree(index: 7, size: 7)) {
      try InclusionProof(index: 7, size: 7, hashes: proof.hashes).root(leafHash: .zero)
    }
    #expect(throws: LogError.proofLength(expected: 3, found: 2)) {
      try InclusionProof(index: 4, size: 7, hashes: Array(proof.hashes.dropLast())).root(leafHash: .zero)
    }
    #expect(throws: LogError.sizesReversed(old: 8, new: 7)) {
      try ConsistencyProof(oldSize: 8, newSize: 7, hashes: []).verify(oldRoot: .zero, newRoot: .zero)
    }
    #expect(throws: LogError.emptyTreeRoot(found: .zero)) {
      try ConsistencyProof(oldSize: 0, newSize: 7, hashes: []).verify(oldRoot: .zero, newRoot: .zero)
    }
    #expect(throws: LogError.oldRootMismatch(size: 6, expected: .zero, computed: Self.roots[6])) {
      try ConsistencyProof(oldSize: 6, newSize: 7, hashAt: Self.hashAt).verify(oldRoot: .zero, newRoot: Self.roots[7])
    }
    for (old, new) in [(1, 2), (3, 7), (4, 7), (6, 7), (6, 8), (1, 130), (64, 130), (129, 130)] as [(UInt64, UInt64)] {
      let count = try ConsistencyProof(oldSize: old, newSize: new, hashAt: Self.hashAt).hashes.count
      #expect(throws: LogError.proofLength(expected: count, found: 0)) {
        try ConsistencyProof(oldSize: old, newSize: new, hashes: []).verify(oldRoot: .zero, newRoot: .zero)
      }
    }
  }
}

/// PATH of RFC 6962, section 2.1.1, as it is written there.
func naivePath(_ index: Int, _ leaves: ArraySlice<Bytes32>) -> [Bytes32] {
  guard leaves.count > 1 else { return [] }
  let middle = leaves.startIndex + naiveSplit(leaves.count)
  return leaves.startIndex + index < middle
    ? naivePath(index, leaves[..<middle]) + [naiveRoot(leaves[middle...])]
    : naivePath(leaves.startIndex + index - middle, leaves[middle...]) + [naiveRoot(leaves[..<middle])]
}

/// PROOF and SUBPROOF of RFC 6962, section 2.1.2, as they are written there; empty from the empty tree.
func naiveConsistency(_ oldSize: Int, _ leaves: ArraySlice<Bytes32>) -> [Bytes32] {
  func subproof(_ size: Int, _ leaves: ArraySlice<Bytes32>, _ isWhole: Bool) -> [Bytes32] {
    if size == leaves.count { return isWhole ? [] : [naiveRoot(leaves)] }
    let half = naiveSplit(leaves.count)
    let middle = leaves.startIndex + half
    return size <= half
      ? subproof(size, leaves[..<middle], isWhole) + [naiveRoot(leaves[middle...])]
      : subproof(size - half, leaves[middle...], false) + [naiveRoot(leaves[..<middle])]
  }
  return oldSize == 0 ? [] : subproof(oldSize, leaves, true)
}

/// Largest power of two below `count`.
private func naiveSplit(_ count: Int) -> Int {
  var half = 1
  while half * 2 < count { half *= 2 }
  return half
}

/// Every hash with a bit flipped (or each of its bits), dropped, doubled, swapped with the next; and one more at either end.
private func alterations(of hashes: [Bytes32], everyBit: Bool) -> [[Bytes32]] {
  var altered: [[Bytes32]] = [hashes + [.zero], [.zero] + hashes]
  for index in hashes.indices {
    for bit in everyBit ? Array(0..<256) : [(index * 37 + hashes.count * 11) % 256] {
      var copy = hashes
      copy[index] = flip(copy[index], bit: bit)
      altered.append(copy)
    }
    var copy = hashes
    copy.remove(at: index)
    altered.append(copy)
    copy = hashes
    copy.insert(hashes[index], at: index)
    altered.append(copy)
    if index > 0 {
      copy = hashes
      copy.swapAt(index, index - 1)
      altered.append(copy)
    }
  }
  return altered
}

/// All numbers up to a limit except one, or those near it and a few far away.
private func others(than number: Int, upTo limit: Int, all: Bool) -> [Int] {
  let numbers = all ? Array(0...limit) : [0, 1, number - 2, number - 1, number + 1, number ^ 1, number ^ 8, limit / 2, limit]
  return numbers.filter { $0 != number && (0...limit).contains($0) }
}

func flip(_ hash: Bytes32, bit: Int) -> Bytes32 {
  var bytes = hash.bytes
  bytes[bit / 8 % 32] ^= 1 << UInt8(bit % 8)
  return Bytes32(bytes.span)
}

/// Fails unless `verify` throws; quicker than `#require(throws:)` where there are hundreds of thousands.
func requireRefusal(_ verify: () throws -> Void, at location: SourceLocation = #_sourceLocation) throws {
  do { try verify() } catch { return }
  Issue.record("not refused", sourceLocation: location)
}
