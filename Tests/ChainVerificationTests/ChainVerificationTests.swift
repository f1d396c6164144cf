import ChainVerification
import Curve25519
import Elections
import Ethereum
import HTTPClient
import StrictJSON
import TestEthereum
import TestSupport
import Testing
import Verification

@Suite("Records against a chain", .serialized, .enabled(if: TestChain.isThere, "run scripts/python-env"))
struct ChainVerificationTests {
  /// Asks both nodes, or those given.
  private func ask(_ election: AnchoredElection, _ endpoints: [String]? = nil) async throws -> ChainVerification {
    let (record, report) = try election.published()
    #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
    let board = try #require(report.anchored)
    let ballots = try #require(BallotLeaves(of: board, in: record))
    #expect(ballots.entries.values.sorted() == [1, 2, 3])
    var limits = EthereumClientLimits()
    limits.timeout = 5
    return try #require(
      await ChainVerification(
        board, ballots, endpoints: endpoints ?? election.chain.addresses, http: HTTPClient(), limits: limits))
  }

  private func faults(_ election: AnchoredElection, _ endpoints: [String]? = nil) async throws -> [ChainFault] {
    try await ask(election, endpoints ?? [election.chain.addresses[0]]).faults.map { $0.fault }
  }

  @Test("a good one is found in every mode", arguments: ElectionAnchoring.Mode.allCases)
  func good(mode: ElectionAnchoring.Mode) async throws {
    var election = try await AnchoredElection(mode)
    try await election.anchor(size: 2)
    try await election.record()
    try await election.anchor()
    let found = try await ask(election)
    #expect(found.faults.isEmpty, "\(found.faults.first?.text ?? "")")
    let records = [ElectionAnchoring.Mode.checkpoint: 0, .batch: 1, .each: 3][mode] ?? 0
    #expect(found.answering == 2 && found.nodes == 2 && found.anchors == 2 && found.silent.isEmpty)
    #expect(found.ballots == 3 && found.matched == (mode == .checkpoint ? 0 : 3))
    #expect(found.blocks == 2 + records && found.transactions == 2 + records)
    #expect(try #require(found.gas) > 150_000)
  }

  @Test("a ballot that the chain has and the board has not is named with its block")
  func dropped() async throws {
    var election = try await AnchoredElection(.each)
    try await election.record()
    let lost = Bytes32(repeating: 7)
    let place = try await election.chain.record(election: election.forge.electionID, leaves: [lost])
    try await election.anchor()
    #expect(try await faults(election) == [.notOnBoard(leaf: lost, block: place.block, transaction: place.transaction)])
    // One under another election is nobody's business.
    var other = try await AnchoredElection(.checkpoint)
    _ = try await other.chain.record(election: lost, leaves: [lost])
    try await other.anchor()
    #expect(try await faults(other).isEmpty)
  }

  @Test("a record is not hidden by a first block that is too late")
  func late() async throws {
    var election = try await AnchoredElection(.checkpoint)
    _ = try await election.chain.record(election: election.forge.electionID, leaves: [election.leaves[0]])
    try await election.anchor()
    let first = try #require(election.anchors.first).block
    election.firstBlock = first
    #expect(try await faults(election) == [.hidden(recorded: 1, told: 0, firstBlock: first)])
  }

  @Test("a ballot that is missing on the chain is named", arguments: [ElectionAnchoring.Mode.batch, .each])
  func missing(mode: ElectionAnchoring.Mode) async throws {
    var election = try await AnchoredElection(mode)
    _ = try await election.chain.record(election: election.forge.electionID, leaves: [election.leaves[0], election.leaves[2]])
    try await election.anchor()
    let found = try await ask(election, [election.chain.addresses[0]])
    #expect(found.faults.map { $0.fault } == [.notRecorded(entry: 2)] && found.matched == 2)
  }

  @Test("anchors that the chain has otherwise, or not at all")
  func otherAnchors() async throws {
    let nobody = Bytes32(repeating: 9)
    func change(
      transaction: Bytes32? = nil, block: UInt64 = 0, time: UInt64 = 0
    ) async throws -> [ChainFault] {
      var election = try await AnchoredElection(.checkpoint)
      let id = election.forge.electionID
      try await election.anchor { anchor, _ in
        ElectionAnchor(
          transaction: transaction ?? anchor.transaction, block: anchor.block + block, time: anchor.time + time, root: anchor.root,
          place: anchor.place(of: id))
      }
      return try await faults(election)
    }
    #expect(try await change(transaction: nobody) == [.noAnchor(1, transaction: nobody)])
    let (block, time) = (try await change(block: 1), try await change(time: 1))
    #expect(block.count == 1 && block[0].text.contains("anchor 1: it is in block"))
    #expect(time.count == 1 && time[0].text.contains("anchor 1: the time of its block is"))
    // The transaction of another anchor, of the same block and time.
    var election = try await AnchoredElection(.checkpoint)
    let id = election.forge.electionID
    let other = try await election.chain.anchor(root: nobody, leaves: 1)
    try await election.anchor { anchor, _ in
      ElectionAnchor(
        transaction: other.transaction, block: other.block, time: other.time, root: anchor.root, place: anchor.place(of: id))
    }
    #expect(try await faults(election) == [.otherAnchor(1, "its transaction has not anchored this root with 5 elections")])
  }

  @Test("another contract, or none, at the manifest's address")
  func contracts() async throws {
    var other = try await AnchoredElection(.checkpoint) { try await $0.deployOther().bytes }
    try await other.anchor()
    let address = try #require(other.forge.setup.anchoring.flatMap { Address($0.contract) })
    #expect(try await faults(other) == [.otherContract(address.description)])
    let nobody = [UInt8](repeating: 3, count: 20)
    var none = try await AnchoredElection(.checkpoint) { _ in nobody }
    try await none.anchor()
    let empty = try #require(Address(nobody))
    #expect(try await faults(none) == [.noContract(empty.description)])
  }

  @Test("nodes of another chain, and nodes that are silent")
  func nodes() async throws {
    var other = try await AnchoredElection(.checkpoint, number: 137)
    try await other.anchor()
    #expect(try await faults(other) == [.otherChain(expected: 137, found: 31337)])
    var election = try await AnchoredElection(.each)
    try await election.record()
    try await election.anchor()
    let silent = "http://127.0.0.1:1"
    #expect(try await faults(election, [silent]) == [.silent])
    // One that answers is enough; that another did not is said.
    let found = try await ask(election, [silent, election.chain.addresses[1]])
    #expect(found.faults.isEmpty && found.silent == [1] && found.answering == 1 && found.matched == 3)
    #expect(found.text.contains("1 of 2 nodes did not answer"))
    try await election.chain.faultOfFirst(["kind": "garbage", "times": 0])
    #expect(try await faults(election).allSatisfy { if case .badAnswer = $0 { true } else { $0 == .silent } })
  }

  /// What a lying node says of a good election.
  @Test(
    "a node that lies is found out",
    arguments: [
      ("hides events", #"{"kind": "answer", "method": "eth_getLogs", "result": [], "times": 0}"#, "the contract has 3 records"),
      (
        "denies an anchor", #"{"kind": "answer", "method": "eth_getTransactionReceipt", "result": null, "times": 0}"#,
        "the chain has no transaction"
      ),
      (
        "moves an anchor", #"{"kind": "patch", "method": "eth_getTransactionReceipt", "result": {"status": "0x0"}, "times": 0}"#,
        "its transaction has failed"
      ),
      (
        "tells of another block",
        #"{"kind": "patch", "method": "eth_getBlockByNumber", "result": {"timestamp": "0x1"}, "times": 0}"#,
        "the time of its block is 1"
      ),
      (
        "keeps nothing",
        #"{"kind": "answer", "method": "eth_call", "result": "0x\#(String(repeating: "0", count: 256))", "times": 0}"#,
        "contradicts itself: the contract does not keep anchor 1"
      ),
      (
        "shows other code", #"{"kind": "answer", "method": "eth_getCode", "result": "0x6001", "times": 0}"#, "another contract than"
      ),
      ("is of another chain", #"{"kind": "answer", "method": "eth_chainId", "result": "0x89", "times": 0}"#, "is of chain 137"),
    ])
  func lies(name: String, fault: String, expected: String) async throws {
    var election = try await AnchoredElection(.each)
    try await election.record()
    try await election.anchor()
    try await election.chain.faultOfFirst(JSONParser.parse(Array(fault.utf8)))
    let found = try await ask(election)
    #expect(found.faults.contains { $0.node == 1 && $0.text.contains(expected) }, "\(name): \(found.faults.map { $0.text })")
    // The other node says the truth, so that two that differ are seen.
    #expect(!found.faults.contains { $0.node == 2 })
    #expect(found.matched == 3)
  }

  @Test(
    "a node whose events tell of another ballot than the contract keeps is found out",
    arguments: [ElectionAnchoring.Mode.batch, .each])
  func altered(mode: ElectionAnchoring.Mode) async throws {
    var election = try await AnchoredElection(mode)
    try await election.record()
    try await election.anchor()
    let (leaf, other) = (election.leaves[1], Bytes32(repeating: 7))
    try await election.chain.faultOfFirst([
      "kind": "replace", "method": "eth_getLogs", "text": .text(leaf.hex), "by": .text(other.hex), "times": 0,
    ])
    let found = try await ask(election)
    #expect(
      found.faults.map { $0.text.replacing(/of block \d+/, with: "of its block") } == [
        "node 1: contradicts itself: an event of the record \(other.hex), which the contract does not keep",
        "node 1: contradicts itself: the contract keeps the record \(leaf.hex) of its block, but tells no event of it",
      ])
    #expect(found.matched == 3 && !found.faults.contains { $0.node == 2 })
  }

  @Test("a report takes up what the chain says, but for what had failed before")
  func report() async throws {
    var election = try await AnchoredElection(.checkpoint)
    try await election.anchor()
    let (_, good) = try election.published()
    var said = good
    said.takeChains("asked", fault: nil)
    #expect(said.passed && said.outcomes.last?.detail == "asked")
    said.takeChains("asked", fault: "not there")
    #expect(!said.passed && said.firstFailure?.check == .anchors && said.firstFailure?.detail == "not there")
    said.takeChains("asked again", fault: nil)
    #expect(said.firstFailure?.detail == "not there")
  }

  @Test("a board that changed since is not asked about")
  func changed() async throws {
    var election = try await AnchoredElection(.checkpoint)
    try await election.anchor()
    let (good, report) = try election.published()
    var record = good
    let board = try #require(report.anchored)
    let bundle = try #require(record.paths.first { $0.hasPrefix("tile/entries") })
    record[bundle][40] ^= 1
    #expect(BallotLeaves(of: board, in: record) == nil)
  }
}
