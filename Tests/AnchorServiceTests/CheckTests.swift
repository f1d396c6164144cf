import Anchoring
import Curve25519
import Database
import Elections
import Ethereum
import TestBoards
import TestDatabases
import TestEthereum
import TestSupport
import Testing
import TransparencyLog
import VoteRegistry

@testable import VotingService

extension AnchorServiceTests {
  @Suite("Reconciliation") struct CheckTests {
    /// An election with five ballots, all of it on the chain.
    private func recorded(
      _ kind: DatabaseKind = .sqlite, _ mode: ElectionAnchoring.Mode = .batch,
      _ body: (AnchorField, AnchorField.Opened, Anchors) async throws -> Void
    ) async throws {
      try await AnchorField.with(kind) { field in
        let election = try await field.open(mode)
        try await field.cast(0..<5, election)
        let anchors = field.anchors()
        try await field.turn(anchors, 6, seconds: 12)
        #expect(try await anchors.reconcile(mends: false).findings == [])
        try await body(field, election, anchors)
      }
    }

    private func kinds(_ check: ChainCheck) -> [ChainCheck.Finding.Kind] {
      check.findings.map(\.kind).sorted { $0.rawValue < $1.rawValue }
    }

    @Test(arguments: ElectionAnchoring.Mode.allCases) func allBallotsAreCompared(mode: ElectionAnchoring.Mode) async throws {
      try await recorded(.sqlite, mode) { field, election, anchors in
        let check = try await anchors.reconcile(mends: false)
        #expect(check.compared == (mode == .checkpoint ? 1 : 6) && check.findingCount == 0)
        let found = try #require(try await field.elections.anchors(of: election.reference)?.check)
        #expect(found == .init(matched: 5, total: 5, time: field.clock.now()))
        // One that is not there yet is one of all.
        try await field.cast(5..<6, election)
        _ = try await anchors.reconcile(mends: false)
        #expect(try await field.elections.anchors(of: election.reference)?.check?.matched == 5)
        #expect(try await field.elections.anchors(of: election.reference)?.check?.total == 6)
      }
    }

    /// A ballot's record that was removed here is missed by the board, and seen on the chain; repaired it is there again.
    @Test(arguments: DatabaseKind.all) func aRemovedRecordIsNamed(kind: DatabaseKind) async throws {
      try await recorded(kind) { field, election, anchors in
        let leaf = try #require(try await field.boards.castLeaf(2, of: election.reference))
        try await field.set("DELETE FROM chain_records WHERE hash = $1", [.bytes(leaf.bytes)])
        let check = try await anchors.reconcile(mends: true)
        #expect(
          kinds(check) == [.extra, .unrecorded]
            && check.findings.allSatisfy { $0.hash == leaf && $0.election == election.reference })
        let extra = try #require(check.findings.first { $0.kind == .extra })
        let there = try #require(
          try await field.written().first { $0.entry == .ballot(election: election.context.election, leaf: leaf) })
        #expect(extra.chain == there.block && extra.transaction == there.transaction)
        #expect(try await field.elections.anchors(of: election.reference)?.check?.matched == 4)
        // It is known again, then found on the chain.
        #expect(kinds(try await anchors.reconcile(mends: true)) == [.unnoticed])
        #expect(try await anchors.reconcile(mends: true).findings == [])
        #expect(try await field.elections.anchors(of: election.reference)?.check?.matched == 5)
        #expect(try await field.faults([election]) == [])
      }
    }

    /// A record that was altered here: what the chain has is named, and what it has not.
    @Test func anAlteredRecordIsNamed() async throws {
      try await recorded { field, election, anchors in
        let leaf = try #require(try await field.boards.castLeaf(2, of: election.reference))
        let other = MerkleTree.leafHash([1, 2, 3])
        try await field.set("UPDATE chain_records SET hash = $1 WHERE hash = $2", [.bytes(other.bytes), .bytes(leaf.bytes)])
        let check = try await anchors.reconcile(mends: false)
        #expect(kinds(check) == [.extra, .missing, .stray, .unrecorded])
        #expect(Set(check.findings.map(\.hash)) == [leaf, other])
        try await field.set("UPDATE chain_records SET hash = $1 WHERE hash = $2", [.bytes(leaf.bytes), .bytes(other.bytes)])
        try await field.set("UPDATE chain_records SET block = block + 1 WHERE hash = $1", [.bytes(leaf.bytes)])
        let moved = try await anchors.reconcile(mends: true)
        #expect(kinds(moved) == [.differing] && moved.findings[0].isMended)
        #expect(try await anchors.reconcile(mends: false).findings == [])
      }
    }

    /// A board that is another than the one that was anchored, and an anchor whose place was altered here.
    @Test func anAlteredBoardIsNamed() async throws {
      try await recorded(.sqlite, .checkpoint) { field, election, anchors in
        let rows = try await field.database.read { session in
          try await session.query("SELECT position, entry FROM board_entries ORDER BY position")
        }
        // The last ballot is dropped, and with it what is known of it.
        try await field.database.transaction { session in
          var edge = MerkleFrontier()
          for row in rows.dropLast() { try edge.append(MerkleTree.leafHash(try row.bytes(1))) }
          try await session.execute("DELETE FROM board_entries WHERE position = 5")
          try await session.execute("DELETE FROM board_ballots WHERE position = 5")
          try await session.execute("UPDATE boards SET size = 5, root = $1", [.bytes(edge.root.bytes)])
        }
        field.boards.forget(election.reference)
        let check = try await anchors.reconcile(mends: true)
        #expect(kinds(check) == [.otherBoard] && check.findings[0].election == election.reference)
        #expect(!check.findings[0].isMended)
        #expect(
          try await field.elections.anchors(of: election.reference)?.check == .init(matched: 0, total: 4, time: field.clock.now()))
        try await field.set("UPDATE chain_places SET position = position + 1")
        #expect(kinds(try await anchors.reconcile(mends: false)) == [.damaged, .otherBoard])
      }
    }

    /// Something that somebody else has written with the account's key, and nodes that hide what is there.
    @Test func aTamperedChainIsNamed() async throws {
      try await recorded { field, election, anchors in
        let clock = field.clock
        let registry = field.chain.registry { Int64(clock.now()) }
        let foreign = MerkleTree.leafHash([9])
        let prepared = try await registry.prepare(
          .ballots(election: election.context.election, leaves: [foreign]), nonce: try await registry.nonce(at: .latest))
        try await registry.send(prepared.raw)
        try await field.chain.mine()
        let check = try await anchors.reconcile(mends: true)
        #expect(kinds(check) == [.extra] && check.findings[0].hash == foreign && check.findings[0].transaction == prepared.hash)
        #expect(check.findings[0].election == election.reference)
        // It stays named: nobody can mend it.
        try await field.chain.fault(["kind": "answer", "method": "eth_getLogs", "result": [], "times": 0])
        let lying = try await anchors.reconcile(mends: true)
        #expect(Set(kinds(lying)) == [.contradiction])
        #expect(try await field.elections.anchors(of: election.reference)?.check?.matched == 0)
        try await field.chain.clearFaults()
        #expect(kinds(try await anchors.reconcile(mends: false)) == [.extra])
      }
    }

    /// What everybody reads of an election that has ended is of its end, however short it was.
    @Test(arguments: DatabaseKind.all, ElectionAnchoring.Mode.allCases)
    func theEndIsComparedAtOnce(kind: DatabaseKind, mode: ElectionAnchoring.Mode) async throws {
      try await recorded(kind, mode) { field, election, anchors in
        let day: Int64 = 86_400_000
        #expect(try await anchors.checks.stepIfDue(every: day) != nil)
        try await field.cast(5..<7, election)
        try await field.turn(anchors, 4, seconds: 12)
        // The board goes on.
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
        try await field.close(election)
        var checks: [ChainCheck] = []
        for _ in 0..<6 {
          try await field.turn(anchors, seconds: 16)
          if let check = try await anchors.checks.stepIfDue(every: day) {
            #expect(try await field.elections.anchors(of: election.reference)?.isInRecord == true)
            checks.append(check)
          }
        }
        #expect(checks.count == 1 && checks.first?.findingCount == 0)
        let seen = try #require(try await field.elections.anchors(of: election.reference)?.check)
        #expect(seen.matched == 7 && seen.total == 7)
      }
    }

    /// Elections that end while one is at work, and soon after it, are compared together: on a large service it takes long.
    @Test(arguments: DatabaseKind.all) func endsAreComparedTogether(kind: DatabaseKind) async throws {
      try await recorded(kind) { field, election, anchors in
        let day: Int64 = 86_400_000
        let owner = Caller(proof: .session(id: "s", antiForgery: "a"), account: "ada", role: .owner)
        let end = "UPDATE chain_plan SET check_due = 0"
        try await field.chain.fault(["kind": "delay", "method": "eth_getLogs", "seconds": 2])
        async let first = anchors.checks.stepIfDue(every: day)
        while try await field.number("SELECT check_due FROM chain_plan") == 0 { try await Task.sleep(for: .milliseconds(5)) }
        // It takes a minute, in which one ends; no other server begins another beside it.
        try await field.set(end)
        #expect(try await field.anchors().checks.stepIfDue(every: day) == nil)
        field.clock.advance(60_000)
        #expect(try await first != nil)
        for _ in 0..<3 {
          #expect(try await anchors.checks.stepIfDue(every: day) == nil)
          try await field.set(end)
        }
        field.clock.advance(20 * 60_000 - 1)
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
        field.clock.advance(1)
        #expect(try await anchors.checks.stepIfDue(every: day) != nil)
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
        // An administrator does not wait.
        try await field.set("UPDATE chain_plan SET check_rest = $1", [.integer(Int64(field.clock.now()) + day)])
        try await field.set(end)
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
        try await field.administration(anchors).reconcileNow(by: owner)
        #expect(try await anchors.checks.stepIfDue(every: day) != nil)
      }
    }

    /// What becomes due, or is asked for, while another is at work is not taken for done with it.
    @Test func whatIsAskedForMeanwhileIsNotLost() async throws {
      try await recorded { field, election, anchors in
        let day: Int64 = 86_400_000
        let owner = Caller(proof: .session(id: "s", antiForgery: "a"), account: "ada", role: .owner)
        let administration = try field.administration(anchors)
        try await field.chain.fault(["kind": "delay", "method": "eth_getLogs", "seconds": 2])
        async let first = anchors.checks.stepIfDue(every: day)
        while try await field.number("SELECT check_due FROM chain_plan") == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await administration.repair(by: owner)
        #expect(try await first != nil)
        #expect(try await administration.overview().isCheckAsked)
        try await field.set("UPDATE chain_records SET block = block + 1 WHERE kind = 'anchor'")
        #expect(try await anchors.checks.stepIfDue(every: day)?.findings.map(\.isMended) == [true])
        #expect(try await !administration.overview().isCheckAsked)
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
      }
    }

    /// A node whose events tell of another ballot than the contract keeps.
    @Test(arguments: [ElectionAnchoring.Mode.batch, .each]) func anAlteredLogIsNamed(mode: ElectionAnchoring.Mode) async throws {
      try await recorded(.sqlite, mode) { field, election, anchors in
        let leaf = try #require(try await field.boards.castLeaf(2, of: election.reference))
        let other = MerkleTree.leafHash([1, 2, 3])
        let there = try #require(
          try await field.written().first { $0.entry == .ballot(election: election.context.election, leaf: leaf) })
        try await field.chain.fault([
          "kind": "replace", "method": "eth_getLogs", "text": .text(leaf.lowercaseHex), "by": .text(other.lowercaseHex), "times": 0,
        ])
        let check = try await anchors.reconcile(mends: true)
        #expect(kinds(check) == [.contradiction, .extra] && check.findings.allSatisfy { !$0.isMended })
        let found = Dictionary(grouping: check.findings, by: \.kind).compactMapValues(\.first)
        let (contradiction, extra) = (try #require(found[.contradiction]), try #require(found[.extra]))
        // The contract keeps the ballot, of which no event tells; the event tells of one that is not kept.
        #expect(contradiction.hash == leaf && contradiction.here == nil && contradiction.chain == there.block)
        #expect(extra.hash == other && extra.chain == there.block && extra.transaction == there.transaction)
        #expect(check.findings.allSatisfy { $0.election == election.reference })
        #expect(try await field.elections.anchors(of: election.reference)?.check?.matched == 4)
        try await field.chain.clearFaults()
        #expect(try await anchors.reconcile(mends: false).findings == [])
      }
    }

    /// By itself once a day, on one server; and when an administrator asks.
    @Test(arguments: DatabaseKind.all) func itIsDoneWhenItIsDue(kind: DatabaseKind) async throws {
      try await recorded(kind) { field, election, anchors in
        let day: Int64 = 86_400_000
        // The first time.
        #expect(try await anchors.checks.stepIfDue(every: day) != nil)
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
        field.clock.advance(Int(day) - 1)
        #expect(try await anchors.checks.stepIfDue(every: day) == nil)
        field.clock.advance(1)
        async let one = anchors.checks.stepIfDue(every: day)
        async let two = field.anchors().checks.stepIfDue(every: day)
        #expect(try await [one, two].compactMap { $0 }.count == 1)
        // On request, with repair.
        try await field.set("UPDATE chain_records SET block = block + 1 WHERE kind = 'anchor'")
        let administration = try field.administration(anchors)
        let owner = Caller(proof: .session(id: "s", antiForgery: "a"), account: "ada", role: .owner)
        try await administration.reconcileNow(by: owner)
        #expect(try await administration.overview().isCheckAsked)
        #expect(try await anchors.checks.stepIfDue(every: day)?.findings.map(\.isMended) == [false])
        try await administration.repair(by: owner)
        #expect(try await anchors.checks.stepIfDue(every: day)?.findings.map(\.isMended) == [true])
        let overview = try await administration.overview()
        #expect(!overview.isCheckAsked && overview.check?.findingCount == 1)
        // A chain that does not answer: it stays due.
        try await administration.reconcileNow(by: owner)
        try await field.chain.fault(["kind": "http", "times": 0])
        await #expect(throws: RegistryError.self) { try await anchors.checks.stepIfDue(every: day) }
        try await field.chain.clearFaults()
        field.clock.advance(3_600_000)
        #expect(try await anchors.checks.stepIfDue(every: day)?.findingCount == 0)
      }
    }
  }
}
