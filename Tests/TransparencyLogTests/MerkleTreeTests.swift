import Curve25519
import Testing

@testable import TransparencyLog

/// The hashes and trees published with RFC 6962 and its first implementation (certificate-transparency, `merkletree_test`).
struct MerkleTreeTests {
  @Test func hashesOfLeafAndNode() throws {
    #expect(MerkleTree.emptyRoot == hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    #expect(MerkleTree.leafHash([UInt8]()) == hash("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"))
    #expect(MerkleTree.leafHash(ascii("L123456")) == hash("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"))
  }

  @Test func rootsOfTheReferenceTree() throws {
    var frontier = MerkleFrontier()
    #expect(frontier.root == MerkleTree.emptyRoot)
    for (entry, root) in zip(ReferenceTree.entries, ReferenceTree.roots) {
      try frontier.append(MerkleTree.leafHash(entry))
      #expect(frontier.root == root)
    }
  }

  /// The streaming root is the recursive definition's at every size, and survives being stored.
  @Test func frontierAgreesWithTheDefinition() throws {
    let leaves = testLeaves(1100)
    var frontier = MerkleFrontier()
    for size in 0...leaves.count {
      #expect(frontier.size == UInt64(size))
      #expect(frontier.hashes.count == size.nonzeroBitCount)
      if size < 140 || size % 37 == 0 || size & (size - 1) == 0 { #expect(frontier.root == naiveRoot(leaves[..<size])) }
      #expect(try MerkleFrontier(size: frontier.size, hashes: frontier.hashes) == frontier)
      if size < leaves.count { try frontier.append(leaves[size]) }
    }
  }

  @Test func frontierRefusesWhatIsNone() {
    #expect(throws: LogError.frontierLength(expected: 2, found: 1)) { try MerkleFrontier(size: 3, hashes: [.zero]) }
    #expect(throws: LogError.treeTooLarge(size: 1 << 63)) { try MerkleFrontier(size: 1 << 63, hashes: [.zero]) }
    #expect(throws: LogError.treeTooLarge(size: LogLimits.treeSize)) {
      var full = try MerkleFrontier(size: LogLimits.treeSize, hashes: Array(repeating: .zero, count: 63))
      try full.append(.zero)
    }
  }
}

/// The tree of eight entries that every implementation of RFC 6962 is tested with.
enum ReferenceTree {
  static let entries: [[UInt8]] = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
  ].map { hex($0) }

  /// Roots of the trees of 1 to 8 entries.
  static let roots: [Bytes32] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ].map { hash($0) }
}

/// MTH of RFC 6962, section 2.1, as it is written there.
func naiveRoot(_ leaves: ArraySlice<Bytes32>) -> Bytes32 {
  guard leaves.count > 1, let first = leaves.indices.first else { return leaves.first ?? MerkleTree.emptyRoot }
  var half = 1
  while half * 2 < leaves.count { half *= 2 }
  return MerkleTree.nodeHash(naiveRoot(leaves[..<(first + half)]), naiveRoot(leaves[(first + half)...]))
}

/// Distinct leaf hashes, the same in every run.
func testLeaves(_ count: Int) -> [Bytes32] { (0..<count).map { MerkleTree.leafHash(ascii("leaf \($0)")) } }

func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hash(_ text: String) -> Bytes32 { Bytes32(hex(text)) ?? .zero }
