import Curve25519
import Elections
import TestEthereum
import TestSupport
import TransparencyLog
import Verification

/// A small election whose board is on a chain, and what its service might do wrong.
struct AnchoredElection {
  var forge: Forge
  let chain: TestChain
  let mode: ElectionAnchoring.Mode
  private(set) var anchors: [ElectionAnchor] = []
  var firstBlock: UInt64 = 0
  /// Hashes of the entries that are ballots: 1, 2 and 3.
  var leaves: [Bytes32] { (1...3).map { MerkleTree.leafHash(forge.entries[$0]) } }

  /// - Parameter change: of what the manifest says.
  init(
    _ mode: ElectionAnchoring.Mode, number: UInt64 = 31337, contract: (TestChain) async throws -> [UInt8] = { $0.contract.bytes }
  ) async throws {
    chain = try await TestChain.fresh()
    self.mode = mode
    var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
    setup.anchoring = ElectionAnchoring(mode: mode, chain: number, contract: try await contract(chain))
    forge = try Forge(setup)
    for voter in 0..<3 { try forge.cast([[1, 0]], by: voter) }
    forge.close()
  }

  /// Puts a state of the board on the chain, and into the record with what `alter` makes of it.
  mutating func anchor(size: Int? = nil, alter: (ElectionAnchor, TestChain.Place) -> ElectionAnchor = { anchor, _ in anchor })
    async throws
  {
    let made = try forge.anchor(size: size, block: 0)
    let place = try await chain.anchor(root: made.root, leaves: made.proof.size)
    let seen = ElectionAnchor(
      transaction: place.transaction, block: place.block, time: place.time, root: made.root, place: made.place(of: forge.electionID)
    )
    anchors.append(alter(seen, place))
  }

  /// Records all ballots as the mode says.
  func record() async throws {
    switch mode {
    case .checkpoint: break
    case .batch: _ = try await chain.record(election: forge.electionID, leaves: leaves)
    case .each: for leaf in leaves { _ = try await chain.record(election: forge.electionID, leaves: [leaf]) }
    }
  }

  /// The record, which passes all checks offline.
  func published() throws -> (record: MemoryRecord, report: VerificationReport) {
    var record = try forge.record()
    let anchoring = try need(forge.setup.anchoring, "anchoring")
    record["anchors"] = try forge.anchorFile(
      anchors, chain: anchoring.chain, contract: anchoring.contract, firstBlock: firstBlock)
    return (record, try RecordVerifier(source: record, runner: SequentialRunner()).verify().report)
  }
}

extension Bytes32 {
  /// 32 times one byte.
  init(repeating byte: UInt8) { self.init([UInt8](repeating: byte, count: 32).span) }
}
