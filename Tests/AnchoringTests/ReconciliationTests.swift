import Database
import StrictJSON
import Testing
import TestDatabases
import TestEthereum
import TransparencyLog
import VoteRegistry

@testable import Anchoring

extension AnchoringTests {
  @Suite("Reconciliation") struct ReconciliationTests {
    private static let ballot = RegistryEntry.ballot(election: Stage.election(1), leaf: Stage.leaf(0))

    /// A stage on which all has been recorded.
    private func recorded(_ kind: DatabaseKind = .sqlite, _ body: (Stage) async throws -> Void) async throws {
      try await Stage.with(kind) { stage in
        try await stage.add()
        try await stage.finish()
        #expect(try await findings(stage) == [])
        try await body(stage)
      }
    }

    private func reconciliation(_ stage: Stage) async throws -> Reconciliation {
      try await Reconciliation(of: stage.database, with: stage.chain.registry(clock: stage.clock), from: 0)
    }

    private func findings(_ stage: Stage) async throws -> [Reconciliation.Finding] { try await reconciliation(stage).findings }

    private func tamper(_ stage: Stage, _ sql: String, _ values: [SQLValue]) async throws {
      #expect(try await stage.database.transaction { session in try await session.execute(sql, values) } == 1)
    }

    private func block(_ stage: Stage, _ entry: RegistryEntry) async throws -> UInt64 {
      try #require(try await stage.chain.registry(clock: stage.clock).find(entry, since: 0))
    }

    /// What the chain has is named by what was written over it.
    @Test(arguments: DatabaseKind.all) func anAlteredBallotIsNamed(kind: DatabaseKind) async throws {
      try await recorded(kind) { stage in
        try await tamper(
          stage, "UPDATE chain_records SET hash = $1 WHERE hash = $2", [.bytes(Stage.leaf(99).bytes), .bytes(Stage.leaf(0).bytes)])
        let altered = RegistryEntry.ballot(election: Stage.election(1), leaf: Stage.leaf(99))
        let found = try await findings(stage)
        #expect(Set(found) == [.missing(altered), .extra(Self.ballot, block: try await block(stage, Self.ballot))])
      }
    }

    @Test func aRemovedBallotIsNamedAndComesBack() async throws {
      try await recorded { stage in
        try await tamper(stage, "DELETE FROM chain_records WHERE hash = $1", [.bytes(Stage.leaf(0).bytes)])
        let block = try await block(stage, Self.ballot)
        #expect(try await findings(stage) == [.extra(Self.ballot, block: block)])
        // As the service does with what its boards have.
        try await stage.add()
        let reconciliation = try await reconciliation(stage)
        #expect(reconciliation.findings == [.unnoticed(Self.ballot, block: block)])
        #expect(try await reconciliation.repair(stage.database, depth: 3, now: stage.clock.now) == reconciliation.findings)
        #expect(try await findings(stage) == [])
        #expect(try await stage.faultsFound() == [])
      }
    }

    /// Nothing is under way any more that would take it up.
    @Test(arguments: DatabaseKind.all) func aRecordOfASettledNumberIsTakenOver(kind: DatabaseKind) async throws {
      try await recorded(kind) { stage in
        try await tamper(
          stage, "UPDATE chain_records SET state = 'sent', block = NULL, confirmed = NULL WHERE hash = $1",
          [.bytes(Stage.leaf(0).bytes)])
        let reconciliation = try await reconciliation(stage)
        #expect(reconciliation.findings == [.unnoticed(Self.ballot, block: try await block(stage, Self.ballot))])
        #expect(try await reconciliation.repair(stage.database, depth: 3, now: stage.clock.now) == reconciliation.findings)
        #expect(try await findings(stage) == [])
        #expect(try await stage.faultsFound() == [])
      }
    }

    /// A worker that asks the chain meanwhile, and learns nothing, does not undo it.
    @Test(arguments: DatabaseKind.all) func whatIsTakenOverBesideAWorkerStays(kind: DatabaseKind) async throws {
      try await recorded(kind) { stage in
        try await tamper(stage, "DELETE FROM chain_records WHERE hash = $1", [.bytes(Stage.leaf(3).bytes)])
        try await stage.add()
        let reconciliation = try await reconciliation(stage)
        stage.faults.add(
          FaultyRegistry.Fault(step: .prepare, error: .connectionLost) {
            _ = try? await reconciliation.repair(stage.database, depth: 3, now: stage.clock.now)
          })
        let before = stage.faults.happened.withLock { $0 }
        _ = try await stage.worker().step()
        #expect(stage.faults.happened.withLock { $0 } == before + 1)
        #expect(try await findings(stage) == [])
      }
    }

    @Test func anotherBlockIsNamedAndMended() async throws {
      try await recorded { stage in
        let block = try await block(stage, Self.ballot)
        try await tamper(stage, "UPDATE chain_records SET block = 1 WHERE hash = $1", [.bytes(Stage.leaf(0).bytes)])
        let reconciliation = try await reconciliation(stage)
        #expect(reconciliation.findings == [.differing(Self.ballot, here: 1, chain: block)])
        #expect(try await reconciliation.repair(stage.database, depth: 3, now: stage.clock.now) == reconciliation.findings)
        #expect(try await stage.faultsFound() == [])
      }
    }

    @Test(arguments: DatabaseKind.all) func whatOnlySeemsToBeRecordedIsRecorded(kind: DatabaseKind) async throws {
      try await recorded(kind) { stage in
        try await stage.add(tree: nil, batch: 7..<8, each: 0..<0)
        let entry = RegistryEntry.ballot(election: Stage.election(1), leaf: Stage.leaf(7))
        try await tamper(
          stage, "UPDATE chain_records SET state = 'confirmed', block = 2 WHERE hash = $1", [.bytes(Stage.leaf(7).bytes)])
        let reconciliation = try await reconciliation(stage)
        #expect(reconciliation.findings == [.missing(entry)])
        #expect(reconciliation.compared == 6)
        #expect(try await reconciliation.repair(stage.database, depth: 3, now: stage.clock.now) == reconciliation.findings)
        stage.clock.pass(stage.policy.longestWait)
        try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(try await findings(stage) == [])
      }
    }

    @Test func alteredLeavesOfAnAnchorAreNamed() async throws {
      try await recorded { stage in
        let (tree, other) = (try Stage.tree(1), try Stage.tree(2))
        try await tamper(stage, "UPDATE chain_records SET content = $1 WHERE kind = 'anchor'", [.bytes(other.bytes)])
        #expect(try await findings(stage) == [.damaged(.anchor(root: tree.root, leaves: 3))])
      }
    }

    /// Somebody else has the account's key, and anchors another election.
    @Test func anAnchorOfAnotherElectionIsNamed() async throws {
      try await recorded { stage in
        let tree = try ServiceTree([ServiceTree.Leaf(election: Stage.election(77), size: 5, root: Stage.leaf(5))])
        let registry = stage.chain.registry(clock: stage.clock)
        let foreign = try await registry.prepare(
          .anchor(root: tree.root, leaves: 1), nonce: try await registry.nonce(at: .latest))
        try await registry.send(foreign.raw)
        let entry = RegistryEntry.anchor(root: tree.root, leaves: 1)
        #expect(try await findings(stage) == [.extra(entry, block: try await block(stage, entry))])
        // The own one once more.
        let root = try Stage.tree(1).root
        let again = try await registry.prepare(
          .anchor(root: root, leaves: 3), nonce: try await registry.nonce(at: .latest))
        try await registry.send(again.raw)
        #expect(
          try await findings(stage).contains {
            if case .repeated(.anchor(root, 3), let blocks) = $0 { blocks.count == 2 } else { false }
          })
        #expect(try await reconciliation(stage).repair(stage.database, depth: 1, now: stage.clock.now) == [])
      }
    }

    @Test func aNodeThatLiesAboutTheLogIsNamed() async throws {
      try await recorded { stage in
        try await stage.chain.fault(["kind": "answer", "method": "eth_getLogs", "result": []])
        let found = try await findings(stage)
        #expect(found.count == 5)
        #expect(found.allSatisfy { if case .contradiction(_, nil, _?) = $0 { true } else { false } })
        try await stage.chain.clearFaults()
        // Zeros of getVote for one ballot: the log has it, the storage does not.
        let nothing = "0x" + String(repeating: "0", count: 192)
        let leaf = Stage.leaf(0).bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try await stage.chain.fault(["kind": "answer", "method": "eth_call", "contains": .text(leaf), "result": .text(nothing)])
        let event = try await stage.number("SELECT block FROM chain_records WHERE hash = $1", [.bytes(Stage.leaf(0).bytes)])
        #expect(try await findings(stage) == [.contradiction(Self.ballot, events: UInt64(event), storage: nil)])
      }
    }
  }
}
