import Ethereum
import EthereumRegistry
import StrictJSON
import Testing
import TestDatabases
import TestEthereum

@testable import Anchoring

extension AnchoringTests {
  /// What goes wrong between a service and a chain, by the chain itself.
  @Suite("Bad days") struct BadDays {
    /// A stage whose records are sent and in no block yet.
    private func sent(_ kind: DatabaseKind = .sqlite, _ body: (Stage) async throws -> Void) async throws {
      try await Stage.with(kind) { stage in
        try await stage.add()
        try await stage.chain.control("test_mining", ["manual"])
        #expect(try await stage.worker().step() == .worked)
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'sent'") == 3)
        try await body(stage)
      }
    }

    private func hasQueued(_ stage: Stage, _ words: String) -> Bool {
      stage.reports.list.contains { if case .queued(_, let reason) = $0 { reason.contains(words) } else { false } }
    }

    @Test(
      arguments: [
        ["kind": "cut"], ["kind": "cut", "executes": true], ["kind": "garbage"], ["kind": "http"], ["kind": "swallow"],
        ["kind": "answer", "result": "0x1234"], ["kind": "error", "code": -32000, "message": "txpool is full"],
        ["kind": "error", "code": -32000, "message": "nonce too low"],
      ] as [JSONValue])
    func nodesThatDoNotTakeWhatIsSent(fault: JSONValue) async throws {
      try await Stage.with { stage in
        try await stage.add()
        try await stage.chain.fault(fault.adding("method", "eth_sendRawTransaction").adding("times", 2))
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func theSecondNodeStepsInForTheFirst() async throws {
      try await Stage.with { stage in
        try await stage.add()
        try await stage.chain.faultOfFirst(["kind": "http", "times": 0])
        try await stage.finish()
        #expect(stage.reports.list.allSatisfy { if case .unreachable = $0 { false } else { true } })
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func whatNobodyAnswersIsKeptAndTold() async throws {
      try await Stage.with { stage in
        try await stage.add()
        try await stage.chain.fault(["kind": "http", "times": 0])
        let worker = stage.worker()
        for _ in 1...3 {
          guard case .failed = try await worker.step() else {
            Issue.record("a chain that does not answer")
            return
          }
          // Until then it is left alone.
          #expect(try await worker.step() == .elsewhere)
          stage.clock.pass(20_000)
        }
        #expect(stage.reports.list.count == 1)
        try await stage.chain.clearFaults()
        stage.clock.pass(60_000)
        try await stage.finish(worker)
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test(
      arguments: [
        ["status": "0x0", "logs": []], ["blockNumber": "0x1"], ["from": "0x0000000000000000000000000000000000000001"],
      ] as [JSONValue])
    func aReceiptThatLiesIsNotBelieved(patch: JSONValue) async throws {
      try await sent { stage in
        try await stage.chain.fault(["kind": "patch", "method": "eth_getTransactionReceipt", "times": 6, "result": patch])
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state <> 'confirmed'") == 0)
      }
    }

    @Test func aReceiptOfWhatTheContractDoesNotHaveIsNotBelieved() async throws {
      try await Stage.with { stage in
        try await stage.add(tree: nil, batch: 0..<0, each: 0..<1)
        try await stage.worker().step()
        // Zeros: it is not there.
        let nothing = "0x" + String(repeating: "0", count: 192)
        try await stage.chain.mine(4)
        try await stage.chain.fault(["kind": "answer", "method": "eth_call", "times": 1, "result": .text(nothing)])
        try await stage.worker().step()
        #expect(stage.reports.list.contains { if case .contradiction = $0 { true } else { false } })
        #expect(try await stage.unconfirmed() > 0)
        stage.clock.pass(10_000)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test(
      arguments: [("return", .sqlite), ("drop", .sqlite), ("keep", .sqlite), ("drop", .postgresql)] as [(String, DatabaseKind)])
    func threeBlocksAreUndone(transactions: String, kind: DatabaseKind) async throws {
      try await sent(kind) { stage in
        try await stage.chain.mine(2)
        try await stage.worker().step()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'included'") == 3)
        try await stage.chain.mine(1)
        try await stage.chain.control("test_reorg", [["depth": 3, "transactions": .text(transactions)]])
        stage.clock.pass(5_000)
        try await stage.worker().step()
        #expect(stage.reports.list.contains(.reorganised))
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func whatWasConfirmedAndIsUndoneIsSentAgain() async throws {
      try await Stage.with { stage in
        try await stage.add()
        try await stage.finish()
        try await stage.chain.control("test_reorg", [["depth": 5, "transactions": "drop"]])
        // Something else wakes it.
        try await stage.add(tree: 2, batch: 0..<0, each: 0..<0)
        try await stage.worker().step()
        #expect(stage.reports.list.contains(.reorganised))
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func whileGasIsTooDearEverythingWaitsUntried() async throws {
      try await Stage.with { stage in
        try await stage.add()
        try await stage.chain.control("test_gasPrice", [["baseFee": "0xba43b7400"]])
        // The next block's fee is that of now.
        try await stage.chain.mine()
        for _ in 1...4 {
          try await stage.worker().step()
          stage.clock.pass(20_000)
        }
        #expect(hasQueued(stage, "gas costs"))
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 0)
        #expect(try await stage.number("SELECT MAX(attempts) FROM chain_records") == 0)
        try await stage.chain.control("test_gasPrice", [["baseFee": "0x6fc23ac00"]])
        try await stage.chain.mine()
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func whatIsStuckIsReplaced() async throws {
      try await sent { stage in
        // Gas has become dearer than what was offered, and not than what may be.
        try await stage.chain.control("test_gasPrice", [["baseFee": "0x98bca5a00"]])
        try await stage.chain.mine(2)
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'sent'") == 3)
        stage.clock.pass(stage.policy.stuckAfter)
        try await stage.worker().step()
        #expect(stage.reports.list.count { $0 == .replaced } == 3)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(
          try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'replaced' AND replaced_by IS NOT NULL")
            == 3)
      }
    }

    @Test func whatWasReplacedAndIsCarriedOutAllTheSameCounts() async throws {
      try await sent { stage in
        var stage = stage
        stage.policy.stuckAfter = 0
        stage.faults.add(FaultyRegistry.Fault(step: .send, error: .connectionLost, times: 3))
        try await stage.worker().step()
        try await stage.chain.mine()
        stage.policy.stuckAfter = 180_000
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'confirmed' AND version = 1") == 3)
      }
    }

    @Test func aCongestedChainIsLeftAlone() async throws {
      try await Stage.with { stage in
        try await stage.add()
        for address in stage.chain.addresses { try await stage.chain.control("test_congest", ["0x3e9"], at: address) }
        try await stage.worker().step()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 0)
        try await stage.chain.control("test_congest", ["0x0"])
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func aNumberThatSomebodyElseHasUsedIsGivenUp() async throws {
      try await Stage.with { stage in
        try await stage.add(tree: nil, batch: 0..<2, each: 0..<0)
        try await stage.chain.control("test_mining", ["manual"])
        // It is kept, and not sent.
        stage.faults.add(FaultyRegistry.Fault(step: .send, error: .connectionLost))
        try await stage.worker().step()
        let other = EthereumTransaction(
          chainID: 31337, nonce: 1, fees: TransactionFees(maximum: UInt256(45 * FeePolicy.gwei), tip: UInt256(2 * FeePolicy.gwei)),
          gasLimit: 21_000, receiver: stage.chain.stranger.address)
        try await stage.chain.client(clock: stage.clock).send(SignedEthereumTransaction(other, key: stage.chain.key))
        try await stage.chain.mine()
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'void'") == 1)
      }
    }

    /// One ballot of a batch is there already: that refuses all of it.
    @Test func aBatchThatIsRefusedGoesOneByOne() async throws {
      try await Stage.with { stage in
        let registry = stage.chain.registry(clock: stage.clock)
        let early = try await registry.prepare(.ballots(election: Stage.election(1), leaves: [Stage.leaf(1)]), nonce: 1)
        try await registry.send(early.raw)
        try await stage.add(tree: nil, batch: 0..<3, each: 0..<0)
        try await stage.chain.mine(3)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    /// The same, but the contract has it only when the batch is carried out.
    @Test func aBatchThatIsRefusedInItsBlockGoesOneByOne() async throws {
      try await Stage.with { stage in
        try await stage.chain.control("test_mining", ["manual"])
        let registry = stage.chain.registry(clock: stage.clock)
        let early = try await registry.prepare(.ballots(election: Stage.election(1), leaves: [Stage.leaf(1)]), nonce: 1)
        try await registry.send(early.raw)
        try await stage.add(tree: nil, batch: 0..<3, each: 0..<0)
        try await stage.worker().step()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE nonce = 2") == 1)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'reverted'") == 1)
      }
    }

    @Test func aBatchThatIsRefusedForNoReasonGoesOneByOne() async throws {
      try await Stage.with { stage in
        try await stage.add(tree: nil, batch: 0..<3, each: 0..<0)
        stage.faults.add(FaultyRegistry.Fault(step: .prepare, error: .reverted("test")))
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 3)
      }
    }

    @Test(arguments: DatabaseKind.all) func twoWorkersAtOnce(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        var stage = stage
        // Both may believe that the other is dead.
        stage.policy.lease = 0
        try await stage.add(batch: 0..<6, each: 6..<9)
        let worker = stage.worker()
        for _ in 1...12 {
          try await withThrowingTaskGroup { group in
            for _ in 1...3 { group.addTask { try await worker.step() } }
            try await group.waitForAll()
          }
          stage.clock.pass(3_000)
          try await stage.chain.mine()
        }
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test(arguments: DatabaseKind.all) func aWorkerThatWasTakenForDeadChangesNothing(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        try await stage.add()
        let clock = stage.clock
        let lease = stage.policy.lease
        let other = stage.worker()
        // While it is about to keep what it signed, another one takes over.
        let slow = stage.worker(interrupt: { point in
          guard point == .prepared else { return }
          clock.pass(lease)
          try await other.step()
        })
        #expect(try await slow.step() == .elsewhere)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }
  }
}
