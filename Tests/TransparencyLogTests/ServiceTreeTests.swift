import Curve25519
import Foundation
import PipeSupport
import Testing

@testable import TransparencyLog

@Suite("The service's tree")
struct ServiceTreeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func election(_ number: UInt8) -> Bytes32 {
    guard let id = Bytes32([UInt8](repeating: number, count: 32)) else { preconditionFailure("32 bytes") }
    return id
  }

  /// Boards of every second id, so that there is room between and around them.
  private func tree(_ count: Int) throws -> ServiceTree {
    try ServiceTree(
      (0..<count).map { number in
        ServiceTree.Leaf(
          election: election(UInt8(2 * number + 1)), size: UInt64(number) << 40 + 7, root: MerkleTree.leafHash([UInt8(number)]))
      }.shuffled())
  }

  @Test func theExampleOfTheSpecificationIsTrue() throws {
    let boards: [(UInt8, [String])] = [(3, ["one", "two"]), (1, ["one"]), (2, ["one", "two", "three"])]
    let tree = try ServiceTree(
      boards.map { number, entries in
        let hashes = MerkleHashes(leafHashes: entries.map { MerkleTree.leafHash(Array($0.utf8)) })
        return ServiceTree.Leaf(election: election(number), size: hashes.size, root: try hashes.root(size: hashes.size))
      })
    func line(_ hash: Bytes32) -> String { hash.bytes.map { String(format: "%02x", $0) }.joined() }
    let page = try String(contentsOf: Self.root.appending(path: "docs/spec/12-anchors.md"), encoding: .utf8)
    #expect(page.contains((tree.leaves.map { line($0.hash) } + [line(tree.root)]).joined(separator: "\n")))
    let place = try #require(tree.place(of: election(2)))
    #expect(place.proof.hashes == [tree.leaves[0].hash, tree.leaves[2].hash])
    #expect(page.contains(place.proof.hashes.map(line).joined(separator: "\n")))
  }

  /// Against the recursion that the tests of the contracts use.
  @Test func anotherImplementationAgrees() throws {
    let tree = try tree(21)
    let script = """
      import sys; sys.path.insert(0, sys.argv[1])
      import trees
      entries = bytes.fromhex(sys.argv[2])
      leaves = [trees.service_leaf(e[:32], int.from_bytes(e[32:40], "big"), e[40:]) for e in (entries[i:i+72] for i in range(0, len(entries), 72))]
      for n in range(1, len(leaves) + 1):
          print(trees.root(leaves[:n]).hex(), *(h.hex() for h in trees.path(n // 2, leaves[:n])))
      """
    var start = Child.Start()
    start.arguments = [
      "python3", "-c", script, Self.root.appending(path: "Tests/ContractTests").path,
      tree.bytes.map { String(format: "%02x", $0) }.joined(),
    ]
    let pipe = Pipe()
    start.standardOutput = pipe
    let process = try Child(start)
    let lines = String(decoding: try pipe.fileHandleForReading.rest(), as: UTF8.self).split(separator: "\n")
    process.wait()
    #expect(lines.count == 21)
    for (index, line) in lines.enumerated() {
      let part = try ServiceTree(Array(tree.leaves[...index]))
      let place = try #require(part.place(of: part.leaves[(index + 1) / 2 % (index + 1)].election))
      let expected = [part.root] + (index == 0 ? [] : place.proof.hashes)
      #expect(line == expected.map { $0.bytes.map { String(format: "%02x", $0) }.joined() }.joined(separator: " "))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 7, 8, 9, 33]) func everyElectionHasItsPlaceAndEveryOtherNone(count: Int) throws {
    let tree = try tree(count)
    let anchored = (root: tree.root, leaves: UInt64(count))
    for id in 0...UInt8(2 * count) {
      if id.isMultiple(of: 2) {
        #expect(tree.place(of: election(id)) == nil)
        let absence = try #require(tree.absence(of: election(id)))
        try absence.verify(election(id), root: anchored.root, leaves: anchored.leaves)
        for other in 0...UInt8(2 * count) where other != id {
          #expect(throws: LogError.self) { try absence.verify(election(other), root: anchored.root, leaves: anchored.leaves) }
        }
      } else {
        #expect(tree.absence(of: election(id)) == nil)
        let place = try #require(tree.place(of: election(id)))
        try place.verify(root: anchored.root, leaves: anchored.leaves)
        #expect(throws: LogError.serviceTreeSize(expected: anchored.leaves + 1, found: anchored.leaves)) {
          try place.verify(root: anchored.root, leaves: anchored.leaves + 1)
        }
      }
    }
  }

  @Test func neighboursThatLeaveRoomShowNothing() throws {
    let tree = try tree(5)
    func places(_ index: Int) -> ServiceTree.Place? { tree.place(of: tree.leaves[index].election) }
    func refused(_ lower: ServiceTree.Place?, _ upper: ServiceTree.Place?) {
      #expect(throws: LogError.noAbsence) {
        try ServiceTreeAbsence(lower: lower, upper: upper).verify(election(4), root: tree.root, leaves: 5)
      }
    }
    refused(nil, nil)
    refused(places(0), places(2))
    refused(places(1), places(3))
    refused(places(1), nil)
    refused(nil, places(2))
    try ServiceTreeAbsence(lower: places(1), upper: places(2)).verify(election(4), root: tree.root, leaves: 5)
  }

  @Test func bytesHaveOneReading() throws {
    let tree = try tree(3)
    #expect(try ServiceTree(bytes: tree.bytes) == tree)
    let entries = tree.leaves.map(\.entry)
    #expect(throws: LogError.serviceTreeEmpty) { try ServiceTree(bytes: []) }
    #expect(throws: LogError.serviceTreeLength(count: 215)) { try ServiceTree(bytes: tree.bytes.dropLast()) }
    #expect(throws: LogError.serviceTreeOrder(index: 1)) { try ServiceTree(bytes: entries[1] + entries[0]) }
    #expect(throws: LogError.electionTwice(election(1))) { try ServiceTree(bytes: entries[0] + entries[0]) }
    #expect(throws: LogError.electionTwice(election(1))) { try ServiceTree([tree.leaves[0], tree.leaves[1], tree.leaves[0]]) }
  }
}
