import Anchoring
import Curve25519
import Database
import Elections
import TestBoards
import TestDatabases
import TestEthereum
import TestSupport
import Testing
import TransparencyLog
import VoteRegistry

@testable import VotingService

extension AnchorServiceTests {
  @Suite("Another contract") struct ContractChangeTests {
    /// A newer contract was deployed, as the upgrade story says: what is of the old one is missed nowhere, written nowhere twice, and told of.
    @Test(arguments: DatabaseKind.all) func anotherContractIsAnotherPlace(kind: DatabaseKind) async throws {
      try await AnchorField.with(kind) { field in
        let old = try await field.open(.batch)
        try await field.cast(0..<3, old)
        try await field.turn(field.anchors(), 6, seconds: 12)
        let before = try await field.written()
        // Handed on to the old contract, and not sent.
        try await field.cast(3..<5, old)
        _ = try await field.anchors().planner.step()

        let moved = field.moved(to: try await field.chain.deployAgain())
        let new = try await moved.open(.batch, "bbcdefghijkmnpqrstuv")
        try await moved.cast(0..<4, new)
        let anchors = moved.anchors()
        try await moved.turn(anchors, 6, seconds: 12)
        #expect(moved.reports.list.filter { if case .elsewhere = $0 { true } else { false } } == [.elsewhere([old.reference])])
        let overview = try await moved.administration(anchors).overview()
        #expect(overview.elsewhere == [old.reference])
        #expect(overview.queue.pending == 0 && overview.queue.confirmed == 5)
        for _ in 0..<2 {
          let check = try await anchors.reconcile(mends: true)
          #expect(check.findings == [] && check.compared == 5)
        }
        try await moved.turn(anchors, 3, seconds: 700)
        #expect(try await moved.faults([new]) == [])
        #expect(try await moved.written().allSatisfy { !before.map(\.entry).contains($0.entry) })
        #expect(try await field.written() == before)
        #expect(try await moved.elections.anchors(of: new.reference)?.recorded == 4)

        // The service goes back to the old one until the election has ended there.
        let again = field.anchors()
        try await field.turn(again, 2, seconds: 12)
        try await field.close(old)
        try await field.turn(again, 6, seconds: 20)
        #expect(try await again.reconcile(mends: false).findings == [])
        #expect(try await field.faults([old]) == [])
        let found = try #require(try await field.elections.anchors(of: old.reference))
        #expect(found.recorded == 5 && found.coveredSize == found.boardSize)
        #expect(try await moved.administration(moved.anchors()).overview().elsewhere == [])
      }
    }

    /// Records of before are given the place that their election names.
    @Test(arguments: DatabaseKind.all) func recordsOfBeforeGetThePlaceOfTheirElection(kind: DatabaseKind) async throws {
      let step = "0020-chain-places"
      try await withDatabase(kind, Array(Schema.migrations.prefix { $0.name != step })) { test in
        @Sendable func bytes(_ value: UInt8, _ count: Int = 32) -> SQLValue { .bytes([UInt8](repeating: value, count: count)) }
        let election = try need(Bytes32([UInt8](repeating: 1, count: 32)), "election")
        let tree = try ServiceTree([.init(election: election, size: 1, root: MerkleTree.leafHash([1]))])
        try await test.database.transaction { session in
          try await session.execute(
            """
            INSERT INTO chain_elections (election, election_id, mode, chain, contract, first_block) VALUES ('a', $1, 'batch', 7, $2, 1)
            """, [bytes(1), bytes(9, 20)])
          let record =
            """
            INSERT INTO chain_records (election, hash, kind, content, state, due, added) VALUES ($1, $2, $3, $4, 'sent', 1, 1)
            """
          try await session.execute(record, [bytes(1), bytes(3), .text("batch"), .bytes([])])
          try await session.execute(record, [.bytes([]), bytes(4), .text("anchor"), .bytes(tree.bytes)])
          try await session.execute(record, [bytes(2), bytes(5), .text("each"), .bytes([])])
        }
        #expect(try await test.database.migrate(Schema.migrations, time: 2).contains(step))
        let rows = try await test.database.read { session in
          try await session.query("SELECT chain, contract FROM chain_records ORDER BY hash")
        }
        for row in rows.prefix(2) {
          #expect(try row.integer(0) == 7 && row.bytes(1) == [UInt8](repeating: 9, count: 20))
        }
        #expect(rows.count == 3 && rows[2].isNull(0) && rows[2].isNull(1))
      }
    }
  }
}
