import Foundation
import Testing
import TestDatabases
import TestEthereum

@testable import Anchoring

/// All tests here use one chain, one after the other.
@Suite("Anchoring", .serialized, .enabled(if: TestChain.isThere)) struct AnchoringTests {}

extension AnchoringTests {
  @Suite("The worker") struct WorkerTests {
    @Test(arguments: DatabaseKind.all) func everythingIsRecordedOnce(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        try await stage.add()
        let turns = try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(turns <= 4)
        #expect(
          try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'confirmed' AND gas_used > 50000") == 3)
        #expect(try await stage.worker().step() == .idle)
      }
    }

    /// What waits is sent when it is enough, or when the first of it has waited long enough.
    @Test func aBatchWaitsForOthers() async throws {
      try await Stage.with { stage in
        var stage = stage
        stage.policy = RecordingPolicy()
        stage.policy.depth = 1
        try await stage.add(tree: nil, batch: 0..<9, each: 0..<0)
        let worker = stage.worker()
        func sent() async throws -> Int64 { try await stage.number("SELECT COUNT(*) FROM chain_transactions") }
        try await worker.step()
        #expect(try await sent() == 0)
        // A tenth.
        try await stage.add(tree: nil, batch: 9..<10, each: 0..<0)
        try await worker.step()
        #expect(try await sent() == 1)
        try await stage.add(tree: nil, batch: 10..<12, each: 0..<0)
        stage.clock.pass(stage.policy.longestWait - 1)
        try await worker.step()
        #expect(try await sent() == 1)
        stage.clock.pass(1)
        try await worker.step()
        #expect(try await sent() == 2)
        // More than one transaction takes.
        try await stage.add(tree: nil, batch: 12..<70, each: 0..<0)
        try await worker.step()
        #expect(try await sent() == 3)
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records WHERE nonce IS NULL") == 8)
        stage.clock.pass(stage.policy.longestWait)
        try await stage.finish(worker)
        #expect(try await sent() == 4)
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func noMoreIsUnderWayThanMayBe() async throws {
      try await Stage.with { stage in
        var stage = stage
        stage.policy.underWay = 4
        try await stage.chain.control("test_mining", ["manual"])
        try await stage.add(tree: nil, batch: 0..<0, each: 0..<10)
        try await stage.worker().step()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 4)
        try await stage.worker().step()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 4)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    /// The later anchor covers what the one before it would have, if that was not sent.
    @Test(arguments: DatabaseKind.all) func anAnchorThatWaitsGivesWayToALaterOne(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        for number in [1, 2, 3, 3] as [UInt8] { try await stage.add(tree: number, batch: 0..<0, each: 0..<0) }
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records") == 1)
        try await stage.worker().step()
        try await stage.add(tree: 4, batch: 0..<0, each: 0..<0)
        try await stage.finish()
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records WHERE kind = 'anchor'") == 2)
        #expect(try await stage.faultsFound() == [])
      }
    }

    /// After three tries somebody is told, and nothing is lost.
    @Test func whatFailsThreeTimesIsQueuedAndTold() async throws {
      try await Stage.with { stage in
        try await stage.add(tree: nil, batch: 0..<0, each: 0..<1)
        stage.faults.add(FaultyRegistry.Fault(step: .prepare, error: .refused("test"), times: 3))
        for attempt in 1...3 {
          #expect(stage.reports.list == [])
          try await stage.worker().step()
          #expect(try await stage.number("SELECT attempts FROM chain_records") == Int64(attempt))
          // Not again before its pause is over.
          #expect(try await stage.worker().step() == .idle)
          stage.clock.pass(10_000)
        }
        #expect(stage.reports.list == [.queued(1, reason: "a node refuses: test")])
        #expect(try await stage.number("SELECT COUNT(*) FROM chain_records WHERE state = 'queued'") == 1)
        #expect(try await stage.worker().step() == .idle)
        try await stage.database.transaction { session in try await ChainRecords.retryQueued(now: stage.clock.now, session) }
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test func pausesGrowAndDiffer() {
      let policy = RecordingPolicy()
      #expect((1...4).map { policy.pause(after: $0, random: 0) } == [2_000, 4_000, 8_000, 16_000])
      #expect(policy.pause(after: 100, random: 0) == policy.longestPause)
      #expect(Set((0...255).map { policy.pause(after: 1, random: $0) }).count > 100)
      #expect((0...255).allSatisfy { 1_000...2_000 ~= policy.pause(after: 1, random: $0) })
    }

    /// With `COMITIA_LONG=1` an election of a thousand voters in each mode, else of fifty and ten.
    @Test func whatABallotCostsIsWhatTheSpecificationSays() async throws {
      let count = ProcessInfo.processInfo.environment["COMITIA_LONG"] == "1" ? 1000 : 50
      try await Stage.with { stage in
        var stage = stage
        stage.policy.fullBatch = 50
        stage.policy.enoughForBatch = 50
        let alone = count == 50 ? 10 : count
        try await stage.add(tree: 1, batch: 0..<count, each: count..<count + alone)
        try await stage.finish(turns: 10 + count / 2)
        #expect(try await stage.faultsFound() == [])
        let each = try await stage.gas(of: "each") / Double(alone)
        let batched = try await stage.gas(of: "batch") / Double(count)
        print(
          "gas of a ballot: \(each) by itself, \(batched) in a batch of 50; of the first anchor: \(try await stage.gas(of: "anchor"))"
        )
        // The first of an election pays for its counter.
        let table = try GasTable()
        let (single, full) = try (Double(table["recordVote, each later one"]), Double(table["recordVoteBatch of 50, a ballot"]))
        let first = try Double(table["recordVote, an election's first"]) - single
        #expect(abs(each - (single + first / Double(alone))) < 0.02 * single)
        #expect(abs(batched - (full + first / Double(count))) < 0.02 * full)
        let anchor = try Double(table["anchor, the first"])
        #expect(abs(try await stage.gas(of: "anchor") - anchor) < 0.02 * anchor)
      }
    }
  }
}

extension Stage {
  /// Gas of all transactions for records of a kind.
  fileprivate func gas(of kind: String) async throws -> Double {
    Double(
      try await number(
        """
        SELECT CAST(SUM(gas_used) AS BIGINT) FROM chain_transactions t WHERE t.state = 'confirmed'
        AND EXISTS (SELECT 1 FROM chain_records r WHERE r.account = t.account AND r.nonce = t.nonce AND r.kind = $1)
        """, [.text(kind)]))
  }
}
