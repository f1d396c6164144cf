import Curve25519
import Database
import Ethereum
import Synchronization
import Testing
import TestDatabases
import TestEthereum
import TransparencyLog
import VoteRegistry
import VotingService

@testable import Anchoring

/// A worker, its chain and its database, and what is to be recorded.
struct Stage: Sendable {
  struct Crash: Error {}

  let chain: TestChain
  let database: any Database
  let clock = TestClock()
  let faults = FaultyRegistry.Faults()
  var policy = RecordingPolicy()
  let reports = Reports()

  final class Reports: Sendable {
    private let all = Mutex<[RecordingReport]>([])
    func add(_ report: RecordingReport) { all.withLock { $0.append(report) } }
    var list: [RecordingReport] { all.withLock { $0 } }
    var queued: Int { list.count { if case .queued = $0 { true } else { false } } }
  }

  /// A stage of a test's own.
  static func with<Result>(_ kind: DatabaseKind = .sqlite, _ body: (Stage) async throws -> Result) async throws -> Result {
    try await withDatabase(kind, Schema.migrations) { database in
      var stage = Stage(chain: try await .fresh(), database: database.database)
      stage.policy.depth = 3
      stage.policy.enoughForBatch = 2
      return try await body(stage)
    }
  }

  // MARK: - What is to be recorded

  static func election(_ number: UInt8) -> Bytes32 {
    guard let id = Bytes32([UInt8](repeating: number, count: 32)) else { preconditionFailure("32 bytes") }
    return id
  }

  static func leaf(_ number: Int) -> Bytes32 { MerkleTree.leafHash(Array("ballot \(number)".utf8)) }

  static func tree(_ number: UInt8) throws -> ServiceTree {
    try ServiceTree((1...3).map { ServiceTree.Leaf(election: election($0), size: UInt64(number), root: leaf(Int(number))) })
  }

  /// An anchor, ballots in a batch, and ballots each by itself.
  func add(tree: UInt8? = 1, batch: Range<Int> = 0..<3, each: Range<Int> = 3..<4, at contract: Address? = nil) async throws {
    let place = RegistryPlace(chain: 31337, contract: (contract ?? chain.contract).bytes)
    try await database.transaction { session in
      if let tree { try await ChainRecords.add(try Self.tree(tree), at: place, now: clock.now, session) }
      for number in batch {
        try await ChainRecords.add(
          ballot: Self.leaf(number), of: Self.election(1), inBatch: true, at: place, now: clock.now, session)
      }
      for number in each {
        try await ChainRecords.add(
          ballot: Self.leaf(number), of: Self.election(2), inBatch: false, at: place, now: clock.now, session)
      }
    }
  }

  // MARK: - Working

  func worker(
    _ registry: (any VoteRegistry)? = nil, interrupt: @escaping @Sendable (RecordingPoint) async throws -> Void = { _ in }
  ) -> RecordingWorker {
    let registry = registry ?? chain.registry(clock: clock)
    var worker = RecordingWorker(
      database: database, registry: FaultyRegistry(inner: registry, faults: faults), policy: policy, now: { clock.now },
      random: { 128 }, report: { reports.add($0) })
    worker.interrupt = interrupt
    return worker
  }

  /// Turns, a block after each, until everything is confirmed.
  ///
  /// - Returns: the turns that it took.
  @discardableResult
  func finish(_ worker: RecordingWorker? = nil, turns: Int = 40) async throws -> Int {
    let worker = worker ?? self.worker()
    for turn in 1...turns {
      do {
        let outcome = try await worker.step()
        clock.pass(outcome == .elsewhere ? policy.lease : turn > 6 ? policy.longestPause : 3_000)
      } catch is Crash { clock.pass(policy.lease + 1) }
      if try await unconfirmed() == 0 { return turn }
      try await chain.mine()
    }
    return turns
  }

  func unconfirmed() async throws -> Int64 { try await number("SELECT COUNT(*) FROM chain_records WHERE state <> 'confirmed'") }

  func number(_ sql: String, _ values: [SQLValue] = []) async throws -> Int64 {
    try await database.read { session in try await session.query(sql, values) }[0].integer(0)
  }

  // MARK: - What came of it

  /// Every record of a contract is confirmed, and the contract has it from that block, and has written it once.
  ///
  /// - Returns: what is wrong, if anything.
  func faultsFound(at contract: Address? = nil) async throws -> [String] {
    let registry = chain.registry(clock: TestClock(), at: contract)
    let written = try await registry.written(in: 0...(try await registry.head()))
    let counts = Dictionary(grouping: written, by: \.entry)
    let rows = try await database.read { session in
      try await session.query(
        "SELECT \(ChainRecord.columns), state, block FROM chain_records WHERE \(registry.place.condition(1))", registry.place.values
      )
    }
    var wrong: [String] = []
    for row in rows {
      let record = try ChainRecord(row)
      let name = "\(record.kind) \(record.hash.bytes.prefix(2))"
      guard try row.text(7) == "confirmed", !row.isNull(8) else {
        wrong.append("\(name) is \(try row.text(7))")
        continue
      }
      let there = counts[record.entry] ?? []
      if there.count != 1 { wrong.append("\(name) was written \(there.count) times") }
      let block = try await registry.find(record.entry, since: 0)
      if block != UInt64(try row.integer(8)) || block != there.first?.block {
        wrong.append("\(name) is not in block \(try row.integer(8))")
      }
    }
    if counts.count != rows.count { wrong.append("\(counts.count) entries for \(rows.count) records") }
    return wrong
  }
}
