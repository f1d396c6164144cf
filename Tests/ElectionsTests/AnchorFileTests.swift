import Curve25519
import Testing
import TransparencyLog

@testable import Elections

/// The file `anchors` (6.13).
struct AnchorFileTests {
  private static let contract = [UInt8](1...20)

  private func anchor(_ size: UInt64, block: UInt64, election: Bytes32 = .zero, _ random: inout SeededRandom) throws
    -> ElectionAnchor
  {
    var leaves = (0..<random.below(40)).map { _ in ServiceTree.Leaf(election: random.b32(), size: 1, root: random.b32()) }
    leaves.append(ServiceTree.Leaf(election: election, size: size, root: random.b32()))
    let tree = try ServiceTree(leaves)
    return ElectionAnchor(
      transaction: random.b32(), block: block, time: block * 2, root: tree.root, place: try #require(tree.place(of: election)))
  }

  private func made(_ anchors: [ElectionAnchor], firstBlock: UInt64 = 0) -> AnchorList? {
    AnchorList(chain: 137, contract: Self.contract, firstBlock: firstBlock, anchors: anchors)
  }

  @Test func isWrittenAsSpecified() throws {
    var random = SeededRandom(seed: [1])
    let hashes = [random.b32(), random.b32()]
    let (transaction, root, board) = (random.b32(), random.b32(), random.b32())
    let place = ServiceTree.Place(
      leaf: ServiceTree.Leaf(election: random.b32(), size: 5, root: board), proof: InclusionProof(index: 1, size: 3, hashes: hashes)
    )
    let anchor = ElectionAnchor(transaction: transaction, block: 10, time: 11, root: root, place: place)
    let list = try #require(made([anchor], firstBlock: 9))
    var expected = Array("COMITIAL".utf8) + [0, 1] + bigEndian(137, 8) + Self.contract + bigEndian(9, 8) + [0, 1]
    expected +=
      transaction.bytes + bigEndian(10, 8) + bigEndian(11, 8) + root.bytes + bigEndian(3, 8) + bigEndian(5, 8) + board.bytes
    expected += bigEndian(1, 8) + [2] + hashes.flatMap { $0.bytes }
    #expect(list.encoded == expected)
    #expect(try AnchorList(expected) == list)
    #expect(anchor.place(of: place.leaf.election) == place)
  }

  @Test func provesTheElectionItIsOf() throws {
    var random = SeededRandom(seed: [2])
    for _ in 0..<50 {
      let election = random.b32()
      let anchor = try anchor(7, block: 1, election: election, &random)
      let again = try AnchorList(try #require(made([anchor])).encoded).anchors[0]
      #expect(throws: Never.self) { try again.verify(election) }
      #expect(throws: LogError.self) { try again.verify(random.b32()) }
    }
  }

  @Test func isInOrder() throws {
    var random = SeededRandom(seed: [3])
    let anchors = [try anchor(3, block: 10, &random), try anchor(4, block: 10, &random), try anchor(9, block: 12, &random)]
    #expect(made(anchors, firstBlock: 10) != nil)
    #expect(made(anchors, firstBlock: 11) == nil)
    #expect(made([]) == nil)
    #expect(made(anchors.reversed()) == nil)
    #expect(made([anchors[0], anchors[0]]) == nil)
    #expect(made([try anchor(0, block: 1, &random)]) == nil)
    #expect(made([anchors[0], try anchor(5, block: 9, &random)]) == nil)
    #expect(AnchorList(chain: 0, contract: Self.contract, firstBlock: 0, anchors: anchors) == nil)
    #expect(AnchorList(chain: 1, contract: Array(Self.contract.dropLast()), firstBlock: 0, anchors: anchors) == nil)
    let many = [anchors[0], try anchor(3, block: 11, &random), anchors[2], try anchor(8, block: 13, &random)]
    #expect(AnchorList.kept(of: many) == [anchors[0], anchors[2]])
    // The same in bytes.
    let good = try #require(made(anchors)).encoded
    let lengths = anchors.map { 137 + 32 * $0.proof.hashes.count }
    let parts = [Array(good[48..<48 + lengths[0]]), Array(good[(48 + lengths[0])...])]
    #expect(
      codecError { _ = try AnchorList(Array(good[..<48]) + parts[1] + parts[0]) }
        == .outOfRange(field: FieldName("chain, contract or order of anchors")))
    #expect(codecError { _ = try AnchorList(Array(good[..<46]) + [0, 0]) } == .outOfRange(field: FieldName("number of anchors")))
    var long = good
    long[48 + 136] = 65
    #expect(codecError { _ = try AnchorList(long) } == .outOfRange(field: FieldName("length of the path")))
  }

  @Test func mutationsAreRefusedOrKept() throws {
    var random = SeededRandom(seed: [4])
    for _ in 0..<10 {
      var anchors: [ElectionAnchor] = []
      for number in 0...random.below(4) { anchors.append(try anchor(UInt64(10 * number + 1), block: UInt64(20 * number), &random)) }
      let good = try #require(made(anchors)).encoded
      #expect(try AnchorList(good).encoded == good)
      expectMutationsRefusedOrKept(good, rounds: 100, random: &random) { (try? AnchorList($0))?.encoded }
      for count in 0..<good.count where (try? AnchorList(Array(good[..<count]))) != nil {
        Issue.record("cut at \(count) it is read")
      }
      #expect(codecError { _ = try AnchorList(good + [0]) } == .trailingBytes(count: 1))
    }
  }
}
