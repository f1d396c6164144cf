import Database
import Ethereum
import Testing
import TestDatabases
import TestEthereum
import VoteRegistry

@testable import Anchoring

extension AnchoringTests {
  /// The service writes to another contract than before.
  @Suite("Another contract") struct PlaceTests {
    private func findings(_ stage: Stage, _ contract: Address) async throws -> Reconciliation {
      try await Reconciliation(
        of: stage.database, with: stage.chain.registry(clock: stage.clock, at: contract), from: 0)
    }

    private func worker(_ stage: Stage, _ contract: Address) -> RecordingWorker {
      stage.worker(stage.chain.registry(clock: stage.clock, at: contract))
    }

    /// What is of the old contract is neither missed on the new one nor written there; what was under way to it ends where it was to.
    @Test(arguments: DatabaseKind.all) func eachContractHasItsOwn(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        let (first, second) = (stage.chain.contract, try await stage.chain.deployAgain())
        try await stage.add()
        try await stage.finish()
        // Under way to the first, and waiting for it.
        try await stage.chain.control("test_mining", ["manual"])
        try await stage.add(tree: 2, batch: 10..<13, each: 13..<14)
        try await stage.worker().step()
        try await stage.add(tree: 3, batch: 20..<23, each: 23..<24)
        let compared = try await findings(stage, second)
        #expect(compared.findings == [] && compared.compared == 0)
        #expect(try await compared.repair(stage.database, depth: 1, now: stage.clock.now) == [])

        try await stage.add(tree: 4, batch: 30..<33, each: 33..<34, at: second)
        for _ in 0..<8 {
          try await worker(stage, second).step()
          try await stage.chain.mine()
          stage.clock.pass(5_000)
        }
        #expect(try await stage.faultsFound(at: second) == [])
        #expect(try await findings(stage, second).compared == 5)
        #expect(try await findings(stage, second).findings == [])
        // All but what was never sent.
        #expect(try await stage.unconfirmed() == 5)
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records WHERE state <> 'confirmed' AND nonce IS NOT NULL") == 0)
        #expect(try await worker(stage, second).step() == .idle)
        #expect(try await findings(stage, first).findings == [])

        // Back again: it goes on.
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.faultsFound(at: second) == [])
      }
    }

    /// Another account and another contract at once.
    @Test func anotherAccountForAnotherContract() async throws {
      try await Stage.with { stage in
        let second = try await stage.chain.deployAgain()
        let new = stage.chain.accounts[2]
        try await stage.chain.control("test_mining", ["manual"])
        try await stage.add()
        try await stage.worker().step()
        let worker = stage.worker(stage.chain.registry(clock: stage.clock, of: new, at: second))
        for _ in 0..<6 {
          try await worker.step()
          try await stage.chain.mine()
          stage.clock.pass(5_000)
        }
        #expect(try await stage.faultsFound() == [])
        #expect(try await worker.step() == .idle)
      }
    }

    /// Rows of before know no place: they are of wherever the service writes, and say so once they are sent.
    @Test(arguments: DatabaseKind.all) func recordsWithoutAPlaceAreOfThisOne(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        try await stage.add()
        _ = try await stage.database.transaction { session in
          try await session.execute("UPDATE chain_records SET chain = NULL, contract = NULL")
        }
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records WHERE contract IS NULL") == 0)
      }
    }
  }
}
