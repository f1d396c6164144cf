import Curve25519
import TransparencyLog

/// One state of an election's board on a public chain (`docs/spec/06-record.md`, 6.13): where the chain has the root of the service's tree, and the way from
/// the board to it.
public struct ElectionAnchor: Equatable, Sendable {
  /// The hash of the transaction.
  public let transaction: Bytes32
  /// In which block the chain has it.
  public let block: UInt64
  /// The time of that block, Unix seconds.
  public let time: UInt64
  /// What was anchored: the root of the service's tree.
  public let root: Bytes32
  /// The leaves of the board's log.
  public let size: UInt64
  /// The root of the board at that size.
  public let boardRoot: Bytes32
  /// Index of the election's leaf, number of leaves and path in the service's tree.
  public let proof: InclusionProof

  /// An anchor that was seen on the chain; nothing is verified.
  public init(transaction: Bytes32, block: UInt64, time: UInt64, root: Bytes32, place: ServiceTree.Place) {
    self.transaction = transaction
    self.block = block
    self.time = time
    self.root = root
    size = place.leaf.size
    boardRoot = place.leaf.root
    proof = place.proof
  }

  /// The leaf of an election that this is an anchor of, with the proof that it is in the service's tree.
  public func place(of election: Bytes32) -> ServiceTree.Place {
    ServiceTree.Place(leaf: ServiceTree.Leaf(election: election, size: size, root: boardRoot), proof: proof)
  }

  /// Verifies that the board of an election is under the anchored root.
  ///
  /// - Throws: what `InclusionProof.verify` throws.
  public func verify(_ election: Bytes32) throws(LogError) {
    try place(of: election).verify(root: root, leaves: proof.size)
  }
}

/// The file `anchors` of a record: where the states of its board stand on the chain that the manifest names (`docs/spec/06-record.md`, 6.13).
public struct AnchorList: Equatable, Sendable {
  /// Where the file stands in a record.
  public static let path = Array("anchors".utf8)
  /// The most anchors of a file.
  public static let most = 65_535
  /// The most hashes of a path.
  private static let longestPath = 64

  /// The number of the chain.
  public let chain: UInt64
  /// The address of the `VoteRegistry`, 20 bytes.
  public let contract: [UInt8]
  /// No record of the election is in an earlier block.
  public let firstBlock: UInt64
  /// At least one, sizes from 1 on ascending, blocks not falling.
  public let anchors: [ElectionAnchor]

  /// A list; `nil` if there is no such chain or contract, there is no anchor or there are more than 65 535, they are out of order, or the first is in a block before
  /// `firstBlock`.
  public init?(chain: UInt64, contract: [UInt8], firstBlock: UInt64, anchors: [ElectionAnchor]) {
    guard ElectionAnchoring(mode: .checkpoint, chain: chain, contract: contract) != nil, anchors.count <= Self.most,
      anchors.allSatisfy({ $0.proof.hashes.count <= Self.longestPath }), let first = anchors.first, first.size > 0,
      firstBlock <= first.block
    else { return nil }
    for (earlier, later) in zip(anchors, anchors.dropFirst()) {
      guard earlier.size < later.size, earlier.block <= later.block else { return nil }
    }
    self.chain = chain
    self.contract = contract
    self.firstBlock = firstBlock
    self.anchors = anchors
  }

  /// Of anchors in the order of the chain those that a list has: each that covers more of the board than all before.
  public static func kept(of anchors: [ElectionAnchor]) -> [ElectionAnchor] {
    var kept: [ElectionAnchor] = []
    for anchor in anchors where anchor.size > (kept.last?.size ?? 0) { kept.append(anchor) }
    return kept
  }

  /// Reads a file. No proof is verified.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAL")
    let chain = try reader.u64("chain")
    let contract = try reader.raw(ElectionAnchoring.contractLength, "contract")
    let firstBlock = try reader.u64("first block")
    var anchors: [ElectionAnchor] = []
    for _ in 0..<(try reader.count16("number of anchors", in: 1...Self.most)) { anchors.append(try Self.anchor(&reader)) }
    try reader.finish()
    guard let list = AnchorList(chain: chain, contract: contract, firstBlock: firstBlock, anchors: anchors) else {
      throw .outOfRange(field: FieldName("chain, contract or order of anchors"))
    }
    self = list
  }

  private static func anchor(_ reader: inout ByteReader) throws(CodecError) -> ElectionAnchor {
    let transaction = try reader.b32("transaction")
    let block = try reader.u64("block")
    let time = try reader.u64("time of the block")
    let root = try reader.b32("anchored root")
    let leaves = try reader.u64("number of elections")
    let size = try reader.u64("size of the board")
    let boardRoot = try reader.b32("root of the board")
    let index = try reader.u64("index of the election")
    let count = Int(try reader.u8("length of the path"))
    guard count <= longestPath else { throw .outOfRange(field: FieldName("length of the path")) }
    var hashes: [Bytes32] = []
    for _ in 0..<count { hashes.append(try reader.b32("path")) }
    // A leaf needs an election; the file stands in the record of one, and does not repeat its id.
    let leaf = ServiceTree.Leaf(election: .zero, size: size, root: boardRoot)
    let place = ServiceTree.Place(leaf: leaf, proof: InclusionProof(index: index, size: leaves, hashes: hashes))
    return ElectionAnchor(transaction: transaction, block: block, time: time, root: root, place: place)
  }

  /// The file.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAL")
    writer.u64(chain)
    writer.raw(contract)
    writer.u64(firstBlock)
    writer.u16(UInt16(anchors.count))
    for anchor in anchors {
      writer.b32(anchor.transaction)
      writer.u64(anchor.block)
      writer.u64(anchor.time)
      writer.b32(anchor.root)
      writer.u64(anchor.proof.size)
      writer.u64(anchor.size)
      writer.b32(anchor.boardRoot)
      writer.u64(anchor.proof.index)
      writer.u8(UInt8(anchor.proof.hashes.count))
      for hash in anchor.proof.hashes { writer.b32(hash) }
    }
    return writer.bytes
  }
}
