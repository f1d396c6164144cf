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
    @Test(arguments: Day.all.map(\.name)) func endsWithEveryRecordOnce(name: String) async throws {
      try await #require(Day.all.first { $0.name == name }).pass()
    }

    /// PostgreSQL differs in what is kept, and in who waits for whom.
    @Test(arguments: ["3 blocks undone: drop", "workers at once"]) func endsSoOnPostgreSQL(name: String) async throws {
      try await #require(Day.all.first { $0.name == name }).pass(.postgresql)
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
        #expect(try await stage.chain.faultsLeft() == 0)
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func theSecondNodeStepsInForTheFirst() async throws {
      try await Stage.with { stage in
        try await stage.add()
        try await stage.chain.faultOfFirst(["kind": "http", "times": 0])
        let asked = try await (stage.chain.calls(of: "eth_chainId"), stage.chain.calls(of: "eth_sendRawTransaction", node: 1))
        try await stage.finish()
        // The first was asked, and the second has taken everything.
        #expect(try await stage.chain.calls(of: "eth_chainId") > asked.0)
        #expect(try await stage.chain.calls(of: "eth_sendRawTransaction", node: 1) == asked.1 + 3)
        #expect(stage.reports.list.allSatisfy { if case .unreachable = $0 { false } else { true } })
        #expect(try await stage.faultsFound() == [])
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

    @Test func whatWasReplacedAndIsCarriedOutAllTheSameCounts() async throws {
      try await Stage.with { stage in
        var stage = stage
        try await stage.send()
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

    /// A pause is no fault of a ballot: afterwards a batch goes as one.
    @Test(arguments: DatabaseKind.all) func aPauseKeepsBatchesTogether(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        try await stage.chain.administer("pause()")
        try await stage.add(tree: nil, batch: 0..<20, each: 0..<0)
        for _ in 1...4 {
          try await stage.worker().step()
          stage.clock.pass(10_000)
        }
        #expect(stage.hasQueued("roles: paused"))
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 0)
        try await stage.chain.administer("unpause()")
        stage.clock.pass(stage.policy.longestPause)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 1)
        #expect(try await stage.number("SELECT MAX(gas_used) FROM chain_transactions") < 20 * 27_000)
      }
    }

    /// The same, when the pause comes between the simulation and the block.
    @Test func aPauseThatComesBeforeTheBlockKeepsBatchesTogether() async throws {
      try await Stage.with { stage in
        let recorder = stage.chain.accounts[1]
        try await stage.chain.administer("setRecorder(address,bool)", [.address(recorder.address), .bool(true)])
        let worker = stage.worker(stage.chain.registry(clock: stage.clock, of: recorder))
        try await stage.add(tree: nil, batch: 0..<20, each: 0..<0)
        try await stage.chain.control("test_mining", ["manual"])
        try await worker.step()
        let rows = try await stage.database.read { session in try await session.query("SELECT hash FROM chain_transactions") }
        try await stage.chain.control("test_hold", [.text(Hexadecimal.text(try rows[0].bytes(0)))])
        try await stage.chain.administer("pause()")
        try await stage.chain.mine()
        try await stage.chain.control("test_release")
        try await stage.chain.mine(3)
        // Over, before anybody has looked.
        try await stage.chain.administer("unpause()")
        try await stage.chain.mine()
        try await stage.finish(worker)
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'reverted'") == 1)
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'confirmed'") == 1)
      }
    }

    @Test func anAccountThatIsNoRecorderKeepsBatchesTogether() async throws {
      try await Stage.with { stage in
        try await stage.chain.administer("setRecorder(address,bool)", [.address(stage.chain.key.address), .bool(false)])
        try await stage.add(tree: nil, batch: 0..<20, each: 0..<0)
        try await stage.worker().step()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records WHERE error LIKE '%not a recorder'") == 20)
        try await stage.chain.administer("setRecorder(address,bool)", [.address(stage.chain.key.address), .bool(true)])
        stage.clock.pass(10_000)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 1)
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
