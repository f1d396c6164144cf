import Anchoring
import Curve25519
import Database
import Elections
import Synchronization
import TestBoards
import TestDatabases
import TestEthereum
import TestSupport
import Testing
import VoteRegistry

@testable import VotingService

/// A chain that says nothing until it is let go on: whoever asks it waits.
private struct SilentRegistry: VoteRegistry {
  let inner: any VoteRegistry
  let gate: CallGate

  var account: String { inner.account }
  var place: RegistryPlace { inner.place }
  func registry(of raw: [UInt8]) -> (any VoteRegistry)? { inner.registry(of: raw).map { SilentRegistry(inner: $0, gate: gate) } }
  func refusal(of call: RegistryCall, at block: UInt64?) async throws(RegistryError) -> String? {
    await gate.pass()
    return try await inner.refusal(of: call, at: block)
  }
  func mayWrite(at block: UInt64) async throws(RegistryError) -> Bool {
    await gate.pass()
    return try await inner.mayWrite(at: block)
  }
  func head() async throws(RegistryError) -> UInt64 {
    await gate.pass()
    return try await inner.head()
  }
  func nonce(at moment: RegistryMoment) async throws(RegistryError) -> UInt64 {
    await gate.pass()
    return try await inner.nonce(at: moment)
  }
  func prepare(_ call: RegistryCall, nonce: UInt64) async throws(RegistryError) -> PreparedTransaction {
    await gate.pass()
    return try await inner.prepare(call, nonce: nonce)
  }
  func replace(_ raw: [UInt8]) async throws(RegistryError) -> PreparedTransaction {
    await gate.pass()
    return try await inner.replace(raw)
  }
  func send(_ raw: [UInt8]) async throws(RegistryError) {
    await gate.pass()
    try await inner.send(raw)
  }
  func isWaiting(_ hash: Bytes32) async throws(RegistryError) -> Bool {
    await gate.pass()
    return try await inner.isWaiting(hash)
  }
  func inclusion(of hash: Bytes32) async throws(RegistryError) -> Inclusion? {
    await gate.pass()
    return try await inner.inclusion(of: hash)
  }
  func find(_ entry: RegistryEntry, since earliest: UInt64) async throws(RegistryError) -> UInt64? {
    await gate.pass()
    return try await inner.find(entry, since: earliest)
  }
  func anchors(since earliest: UInt64) async throws(RegistryError) -> [RegistryEntry: UInt64] {
    await gate.pass()
    return try await inner.anchors(since: earliest)
  }
  func written(in blocks: ClosedRange<UInt64>) async throws(RegistryError) -> [WrittenEntry] {
    await gate.pass()
    return try await inner.written(in: blocks)
  }
}

extension AnchorServiceTests {
  @Suite("Bad days") struct BadDayTests {
    private struct Crash: Error {}

    /// While the chain says nothing, and the loop waits for it, ballots are cast and answered: with a cast that waited, this test would not end.
    @Test(arguments: DatabaseKind.all) func noVoteWaitsForTheChain(kind: DatabaseKind) async throws {
      try await AnchorField.with(kind) { field in
        var field = field
        field.policy.interval = 20
        let election = try await field.open(.each)
        let gate = CallGate()
        let clock = field.clock
        let anchors = field.anchors(
          registry: SilentRegistry(inner: field.chain.registry { Int64(clock.now()) }, gate: gate))
        let loop = Task { await anchors.run() }
        while gate.asked == 0 { await Task.yield() }
        try await field.cast(0..<6, election)
        #expect(try await field.boards.state(of: election.reference).cast == 6)
        #expect(try await field.written().isEmpty)
        gate.open()
        loop.cancel()
        await loop.value
        let again = field.anchors()
        try await field.turn(again, 8, seconds: 130)
        #expect(try await field.elections.anchors(of: election.reference)?.recorded == 6)
        #expect(try await field.faults([election]) == [])
      }
    }

    /// Cut off at each point, and begun again by another process: nothing is lost, nothing is there twice.
    @Test(arguments: AnchorPlanPoint.allCases, DatabaseKind.all)
    func aCrashLosesNothing(point: AnchorPlanPoint, kind: DatabaseKind) async throws {
      try await AnchorField.with(kind) { field in
        let batch = try await field.open(.batch)
        let each = try await field.open(.each, "bbcdefghijkmnpqrstuv")
        try await field.cast(0..<3, batch)
        try await field.cast(0..<3, each)
        let crashes = Mutex(0)
        // The first time and, once more has come, the second.
        for round in 0..<2 {
          var planner = field.anchors().planner
          planner.interrupt = { reached in
            guard reached == point else { return }
            crashes.withLock { $0 += 1 }
            throw Crash()
          }
          _ = try? await planner.step()
          try await field.turn(field.anchors(), 2, seconds: 20)
          if round == 0 {
            try await field.cast(3..<5, batch)
            try await field.cast(3..<5, each)
            field.clock.advance(700_000)
          }
        }
        #expect(crashes.withLock { $0 } >= 1)
        try await field.turn(field.anchors(), 8, seconds: 130)
        #expect(try await field.faults([batch, each]) == [])
        for election in [batch, each] {
          let anchors = try #require(try await field.elections.anchors(of: election.reference))
          #expect(anchors.recorded == 5 && anchors.coveredSize == 6)
        }
      }
    }

    /// Between sending and taking up: what another process finds confirmed it takes up with its figures.
    @Test func whatWasConfirmedWithoutUsIsTakenUp() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.batch)
        try await field.cast(0..<4, election)
        let anchors = field.anchors()
        _ = try await anchors.planner.step()
        for _ in 0..<6 {
          try await anchors.worker.step()
          try await field.chain.mine()
          field.clock.advance(12_000)
        }
        #expect(try await field.elections.anchors(of: election.reference)?.anchorCount == 0)
        try await field.anchors().turn()
        let found = try #require(try await field.elections.anchors(of: election.reference))
        #expect(found.anchorCount == 1 && found.coveredSize == 5 && found.recorded == 4 && found.transactions == 2)
      }
    }

    /// Two servers on one database, at the same time.
    @Test(arguments: DatabaseKind.all) func twoServers(kind: DatabaseKind) async throws {
      try await AnchorField.with(kind) { field in
        let election = try await field.open(.batch)
        let other = try await field.test.openAgain()
        let otherBoards = try BoardField(clock: field.clock).boards(other)
        let (first, second) = (field.anchors(), field.anchors(database: other, boards: otherBoards))
        for round in 0..<5 {
          try await field.cast(round * 2..<round * 2 + 2, election)
          async let one: Void = first.turn()
          async let two: Void = second.turn()
          _ = try await (one, two)
          try await field.chain.mine()
          field.clock.advance(600_000)
        }
        for _ in 0..<6 {
          async let one: Void = first.turn()
          async let two: Void = second.turn()
          _ = try await (one, two)
          try await field.chain.mine()
          field.clock.advance(130_000)
        }
        #expect(try await field.faults([election]) == [])
        let found = try #require(try await field.elections.anchors(of: election.reference))
        #expect(found.recorded == 10 && found.coveredSize == 11)
        await other.close()
      }
    }

    /// A chain that loses blocks, with an anchor that had been confirmed: it is dropped, written again and taken up again.
    @Test func anAnchorThatWasUndoneComesBack() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.checkpoint)
        let anchors = field.anchors()
        try await field.turn(anchors, 3)
        #expect(try await field.elections.anchors(of: election.reference)?.coveredSize == 1)
        // Deeper than the depth.
        try await field.set("UPDATE chain_records SET state = 'sent', block = NULL, confirmed = NULL")
        try await field.set("UPDATE chain_transactions SET state = 'sent', settled = NULL, block = NULL, block_hash = NULL")
        try await anchors.settling.step()
        #expect(try await field.elections.anchors(of: election.reference)?.coveredSize == 0)
        try await field.turn(anchors, 3)
        let found = try #require(try await field.elections.anchors(of: election.reference))
        #expect(found.coveredSize == 1 && found.anchorCount == 1 && found.transactions == 1)
        #expect(try await field.faults([election]) == [])
      }
    }

    /// Nodes that do not answer are told of once, and that they answer again.
    @Test func silenceIsReportedOnce() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.checkpoint)
        try await field.chain.fault(["kind": "http", "times": 0])
        let anchors = field.anchors()
        for _ in 0..<3 {
          try await anchors.turn()
          field.clock.advance(700_000)
        }
        let overview = try await field.administration(anchors).overview()
        #expect(overview.error != nil && overview.head == nil && overview.queue.pending == 1)
        try await field.chain.clearFaults()
        try await field.turn(anchors, 4, seconds: 700)
        let told = field.reports.list.compactMap { if case .chain(let reason) = $0 { reason == nil } else { nil } }
        #expect(told == [false, true])
        #expect(try await field.elections.anchors(of: election.reference)?.coveredSize == 1)
        #expect(try await field.administration(anchors).overview().error == nil)
      }
    }
  }
}
