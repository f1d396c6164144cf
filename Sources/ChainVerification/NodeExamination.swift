import ChainDeployment
import Curve25519
import Elections
import Ethereum
import Verification

/// One node is asked for everything that a record says of its chain.
struct NodeExamination: Sendable {
  /// The most ballots, and transactions of ballots, that are each asked for; of more a random choice.
  static let mostAsked = 5000

  let board: AnchoredBoard
  let anchoring: ElectionAnchoring
  let list: AnchorList
  let ballots: BallotLeaves
  let client: EthereumClient
  let contract: Address

  /// What was found.
  struct Findings: Sendable {
    var faults: [ChainFault] = []
    var head: UInt64 = 0
    var blocks: Set<UInt64> = []
    var transactions: Set<Bytes32> = []
    var gas: UInt64? = 0
    /// Ballots of the board that the chain has recorded.
    var matched = 0
  }

  init?(_ board: AnchoredBoard, _ ballots: BallotLeaves, _ client: EthereumClient) {
    guard let anchoring = board.anchoring, let list = board.list, let contract = Address(anchoring.contract) else {
      return nil
    }
    self.board = board
    self.anchoring = anchoring
    self.list = list
    self.ballots = ballots
    self.client = client
    self.contract = contract
  }

  /// Asks. Whatever goes wrong is among the faults.
  func run() async -> Findings {
    var findings = Findings()
    do {
      try await client.checkChain()
      findings.head = try await client.blockNumber()
      let code = try await client.code(of: contract)
      if code.isEmpty { throw ChainFault.noContract(contract.description) }
      guard let artefact = ContractArtefact.all.first(where: { $0.name == "VoteRegistry" }), code == artefact.runtimeBytecode else {
        throw ChainFault.otherContract(contract.description)
      }
      try await examineAnchors(&findings)
      try await examineBallots(&findings)
    } catch { findings.faults.append(ChainFault(error)) }
    return findings
  }

  // MARK: Anchors

  private struct SeenAnchor: Sendable {
    var fault: ChainFault?
    var gas: UInt64 = 0
  }

  private func examineAnchors(_ findings: inout Findings) async throws {
    let seen = try await inParallel(Array(list.anchors.enumerated())) { index, anchor in
      try await examine(anchor, number: index + 1)
    }
    for (anchor, seen) in zip(list.anchors, seen) {
      if let fault = seen.fault {
        findings.faults.append(fault)
        continue
      }
      findings.blocks.insert(anchor.block)
      if findings.transactions.insert(anchor.transaction).inserted { findings.gas = findings.gas.map { $0 + seen.gas } }
    }
  }

  private func examine(_ anchor: ElectionAnchor, number: Int) async throws -> SeenAnchor {
    func otherwise(_ what: String) -> SeenAnchor { SeenAnchor(fault: .otherAnchor(number, what)) }
    guard let receipt = try await client.receipt(of: anchor.transaction) else {
      return SeenAnchor(fault: .noAnchor(number, transaction: anchor.transaction))
    }
    let block = receipt.place.block
    guard block == anchor.block else { return otherwise("it is in block \(block), not \(anchor.block)") }
    guard receipt.hasSucceeded else { return otherwise("its transaction has failed") }
    var keptAs: ABIValue?
    for log in receipt.logs where log.address == contract && log.topics.first == Registry.anchored.topic {
      let fields = try Registry.anchored.fields(topics: log.topics, data: log.data)
      if fields[1].bytes32 == anchor.root, fields[2].number?.uint64 == anchor.proof.size { keptAs = fields[0] }
    }
    guard let keptAs else { return otherwise("its transaction has not anchored this root with \(anchor.proof.size) elections") }
    let kept = try await client.call(Registry.anchorOf, of: contract, [keptAs])
    guard kept[0].bytes32 == anchor.root, kept[1].number?.uint64 == anchor.proof.size, kept[2].number?.uint64 == anchor.block else {
      return SeenAnchor(fault: .contradiction("the contract does not keep anchor \(number) that its event tells of"))
    }
    guard let there = try await client.block(.number(block)), there.hash == receipt.place.blockHash else {
      return SeenAnchor(fault: .contradiction("the receipt of anchor \(number) is of a block that the chain does not have"))
    }
    guard there.time == anchor.time, kept[3].number?.uint64 == anchor.time else {
      return otherwise("the time of its block is \(there.time), not \(anchor.time)")
    }
    return SeenAnchor(gas: receipt.gasUsed)
  }

  // MARK: Ballots

  private func examineBallots(_ findings: inout Findings) async throws {
    let told = try await recorded(head: findings.head)
    let count = try await client.call(Registry.voteCount, of: contract, [.bytes32(board.election)], at: .number(findings.head))
    guard let kept = count[0].number?.uint64 else { throw ChainFault.badAnswer("a number of records") }
    if kept > told.count {
      findings.faults.append(.hidden(recorded: kept, told: told.count, firstBlock: list.firstBlock))
    } else if kept < told.count {
      findings.faults.append(.contradiction("events of \(told.count) records of the election, of which the contract keeps \(kept)"))
    }
    var seen: Set<Bytes32> = []
    for record in told where !seen.insert(record.leaf).inserted {
      findings.faults.append(.contradiction("\(record.leaf.hex) is recorded twice"))
    }
    for record in told where ballots.entries[record.leaf] == nil { findings.faults.append(try await unknown(record)) }
    try await compare(told.filter { ballots.entries[$0.leaf] != nil }, &findings)
    if anchoring.recordsBallots { try await lookForMissing(seen, &findings) }
  }

  /// What the contract's events say to have been recorded of the election.
  private func recorded(head: UInt64) async throws -> [RecordedBallot] {
    guard list.firstBlock <= head else { return [] }
    let filter = LogFilter(addresses: [contract], topics: [[Registry.single.topic, Registry.batch.topic], [board.election]])
    return try await client.logs(filter, blocks: list.firstBlock...head).flatMap { log in
      try Registry.leaves(of: log).map { RecordedBallot(leaf: $0, block: log.place.block, transaction: log.transaction) }
    }
  }

  /// Where the contract keeps a record; `nil`: it does not.
  private func block(of leaf: Bytes32) async throws -> UInt64? {
    let fields = try await client.call(Registry.getVote, of: contract, [.bytes32(board.election), .bytes32(leaf)])
    guard let number = fields[0].number?.uint64, let block = fields[1].number?.uint64 else {
      throw ChainFault.badAnswer("a record")
    }
    return number == 0 ? nil : block
  }

  private func unknown(_ record: RecordedBallot) async throws -> ChainFault {
    guard try await block(of: record.leaf) != nil else {
      return .contradiction("an event of the record \(record.leaf.hex), which the contract does not keep")
    }
    return .notOnBoard(leaf: record.leaf, block: record.block, transaction: record.transaction)
  }

  /// Events and storage must say the same of ballots that are on the board.
  private func compare(_ records: [RecordedBallot], _ findings: inout Findings) async throws {
    let asked = records.count <= Self.mostAsked ? records : Array(records.shuffled().prefix(Self.mostAsked))
    let kept = try await inParallel(asked) { try await block(of: $0.leaf) }
    var wrong: Set<Bytes32> = []
    for (record, block) in zip(asked, kept) where block != record.block {
      wrong.insert(record.leaf)
      let where_ = block.map { "keeps it of block \($0)" } ?? "does not keep it"
      findings.faults.append(
        .contradiction("an event of the record \(record.leaf.hex) in block \(record.block), but the contract \(where_)"))
    }
    let good = records.filter { !wrong.contains($0.leaf) }
    findings.matched = good.count
    findings.blocks.formUnion(good.map { $0.block })
    try await addTransactions(of: good, &findings)
  }

  /// Receipts of the transactions that recorded ballots, for their gas.
  private func addTransactions(of records: [RecordedBallot], _ findings: inout Findings) async throws {
    let transactions = Set(records.map { $0.transaction })
    findings.transactions.formUnion(transactions)
    guard transactions.count <= Self.mostAsked else {
      findings.gas = nil
      return
    }
    let blocks = Dictionary(records.map { ($0.transaction, $0.block) }) { first, _ in first }
    let gas = try await inParallel(Array(blocks)) { transaction, block in
      guard let receipt = try await client.receipt(of: transaction), receipt.hasSucceeded, receipt.place.block == block else {
        throw ChainFault.contradiction("an event of transaction \(transaction.hex) in block \(block), but no such receipt")
      }
      return receipt.gasUsed
    }
    findings.gas = findings.gas.map { $0 + gas.reduce(0, +) }
  }

  private func lookForMissing(_ told: Set<Bytes32>, _ findings: inout Findings) async throws {
    let missing = ballots.entries.filter { !told.contains($0.key) }.sorted { $0.value < $1.value }
    let kept = try await inParallel(Array(missing.prefix(Self.mostAsked))) { try await block(of: $0.key) }
    for ((leaf, entry), block) in zip(missing, kept) {
      guard let block else {
        findings.faults.append(.notRecorded(entry: entry))
        continue
      }
      if block >= list.firstBlock {
        findings.faults.append(
          .contradiction("the contract keeps the record \(leaf.hex) of block \(block), but tells no event of it"))
      }
    }
  }
}
