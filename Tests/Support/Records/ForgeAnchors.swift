import Curve25519
import Elections
import SolanaTransactions
import TransparencyLog

// Where the board stands on a chain: what a service would see there, without a chain.
extension Forge {
  /// Number of the chain and address of the contract that forged elections name.
  public static let chain: UInt64 = 31337
  public static let contract = [UInt8](101...120)

  /// How forged elections are anchored.
  public static func anchoring(_ mode: ElectionAnchoring.Mode = .checkpoint) throws -> ElectionAnchoring {
    try need(ElectionAnchoring(mode: mode, chain: chain, contract: contract), "anchoring")
  }

  /// An anchor of the first entries: a service's tree with boards of other elections, too.
  ///
  /// - Parameters:
  ///   - size: leaves of the board.
  ///   - root: what stands for the board; its root if nothing is said.
  ///   - election: whose leaf it is; of this one if nothing is said.
  public mutating func anchor(
    size: Int? = nil, block: UInt64, root: Bytes32? = nil, election: Bytes32? = nil, others: Int = 4
  ) throws -> ElectionAnchor {
    let size = size ?? entries.count
    let election = election ?? electionID
    var leaves = [
      ServiceTree.Leaf(election: election, size: UInt64(size), root: root ?? MerkleMirror.root(Array(entries.prefix(size))))
    ]
    for _ in 0..<others { leaves.append(ServiceTree.Leaf(election: random.b32(), size: 1, root: random.b32())) }
    let tree = try ServiceTree(leaves)
    return ElectionAnchor(
      transaction: random.b32(), block: block, time: time / 1000, root: tree.root,
      place: try need(tree.place(of: election), "place"))
  }

  /// The file of these anchors.
  public func anchorFile(
    _ anchors: [ElectionAnchor], chain: UInt64 = chain, contract: [UInt8] = contract, firstBlock: UInt64 = 1
  ) throws -> [UInt8] {
    try need(AnchorList(chain: chain, contract: contract, firstBlock: firstBlock, anchors: anchors), "anchors").encoded
  }

  /// The mark of a certificate on Solana, signed by the trustees (13.5).
  public mutating func solanaAnchor(of certificate: [UInt8], election: Bytes32? = nil) throws -> [UInt8] {
    let key = trustees.jointSigningKey
    let payer = SolanaAddress(random.b32())
    let election = election ?? electionID
    let anchor = try need(
      ResultAnchor(
        election: election, certificate: certificate, jointKey: key,
        nonceAccount: ResultAnchor.nonceAccount(election: election, payer: payer)), "mark")
    let message = anchor.message(nonce: random.b32(), price: 1)
    let signature = try need(SolanaSignature(trustees.signature(of: message.encoded)), "signature")
    let transaction = try need(
      SolanaTransaction(message, signatures: [signature]), "transaction")
    return ResultAnchorProof(network: random.b32(), slot: 300_000_000, transaction: transaction).encoded
  }

  /// Gives a record anchors of these sizes, in blocks 10, 20, …; the last of the whole board.
  public mutating func addAnchors(_ sizes: [Int] = [], to record: inout MemoryRecord) throws {
    var anchors: [ElectionAnchor] = []
    for (index, size) in (sizes + [entries.count]).enumerated() {
      anchors.append(try anchor(size: size, block: UInt64(10 * (index + 1))))
    }
    record["anchors"] = try anchorFile(anchors)
  }
}
