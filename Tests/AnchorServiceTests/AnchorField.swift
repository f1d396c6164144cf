import Anchoring
import BallotCryptography
import Curve25519
import Database
import Elections
import Ethereum
import ParallelWork
import Sealing
import Synchronization
import TestBoards
import TestDatabases
import TestEthereum
import TestSupport
import Testing
import VoteRegistry

@testable import VotingService

/// All tests here use one chain, one after the other.
@Suite("Anchoring by the service", .serialized, .enabled(if: TestChain.isThere)) struct AnchorServiceTests {}

/// A service with boards, a chain and a clock that is turned.
struct AnchorField: Sendable {
  let chain: TestChain
  let database: any Database
  let test: TestDatabase
  let clock: TestClock
  let boards: Boards
  /// Where it writes.
  var place: ChainPlace
  let reports = Reports()
  var policy = RecordingPolicy()

  final class Reports: Sendable {
    private let all = Mutex<[Anchors.Report]>([])
    func add(_ report: Anchors.Report) { all.withLock { $0.append(report) } }
    var list: [Anchors.Report] { all.withLock { $0 } }
  }

  static func with(_ kind: DatabaseKind = .sqlite, _ body: (AnchorField) async throws -> Void) async throws {
    try await withDatabase(kind, Schema.migrations) { test in try await body(AnchorField(try await .fresh(), test)) }
  }

  init(_ chain: TestChain, _ test: TestDatabase) throws {
    self.chain = chain
    self.test = test
    database = test.database
    clock = TestClock()
    boards = try BoardField(clock: clock).boards(test.database)
    place = ChainPlace(
      network: "local", chain: 31337, address: chain.contract.bytes, contract: chain.contract.description,
      explorer: "https://explorer.example/")
    policy.depth = 2
    policy.enoughForBatch = 2
    policy.longestWait = 10_000
  }

  // MARK: - Elections

  /// One that is anchored, open, with what ballots are bound to.
  struct Opened: Sendable {
    let field: BoardField
    let context: BallotContext
    var reference: String { field.election }
  }

  func open(_ mode: ElectionAnchoring.Mode?, _ reference: String = "abcdefghijkmnpqrstuv") async throws -> Opened {
    let anchoring = try mode.map {
      try need(ElectionAnchoring(mode: $0, chain: place.chain, contract: place.address), "anchoring")
    }
    let field = try BoardField(anchoring: anchoring, clock: clock, election: reference)
    let context = try await field.open(boards, in: database)
    // Of the row, what matters here.
    try await database.transaction { session in
      try await session.execute(
        """
        INSERT INTO elections (reference, organiser, state, version, title, manifest, origin, threshold, created, opened)
        VALUES ($1, 'ada', 'active', 1, 'A board', $2, $3, 2, 1, 1)
        """, [.text(reference), .bytes(field.parts.manifest.encoded), .text(field.parts.origin.description)])
    }
    return Opened(field: field, context: context)
  }

  func cast(_ voters: Range<Int>, _ election: Opened) async throws {
    for voter in voters {
      var random = seeded("ballot \(voter)")
      let ballot = try election.field.ballot(1, by: voter, election.context, random: &random)
      _ = try await boards.cast(ballot, election: election.reference)
      clock.advance(10)
    }
  }

  func close(_ election: Opened) async throws {
    try await boards.append(.closing, to: election.reference)
    try await set("UPDATE elections SET state = 'closed' WHERE reference = $1", [.text(election.reference)])
  }

  // MARK: - Working

  private var now: @Sendable () -> Int64 { { [clock] in Int64(clock.now()) } }

  func anchors(
    registry: (any VoteRegistry)? = nil, database: (any Database)? = nil, boards: Boards? = nil,
    metrics: MetricsRegistry = MetricsRegistry(), _ change: (inout AnchorSettings) -> Void = { _ in }
  ) -> Anchors {
    var settings = AnchorSettings(place: place, firstBlock: 1)
    settings.policy = policy
    change(&settings)
    return Anchors(
      settings, database: database ?? self.database, boards: boards ?? self.boards, clock: clock,
      registry: registry ?? chain.registry(at: Address(place.address), now: now), market: chain.market(now: now), metrics: metrics
    ) { [reports] in reports.add($0) }
  }

  /// Turns, a block and some seconds after each.
  func turn(_ anchors: Anchors, _ count: Int = 1, seconds: Int = 6) async throws {
    for _ in 0..<count {
      try await anchors.turn()
      try await chain.mine()
      clock.advance(seconds * 1000)
    }
  }

  var elections: PublicElections { get throws { PublicElections(ElectionStore(try environment)) } }

  /// The files of the record as one archive, by their paths.
  func archive(of reference: String) async throws -> [String: [UInt8]] {
    let archive = Mutex<[UInt8]>([])
    try await RecordArchive(try environment).write(reference) { bytes in archive.withLock { $0 += bytes } }
    var (bytes, files) = (archive.withLock { $0 }[...], [String: [UInt8]]())
    while let first = bytes.first, first != 0 {
      let size = try need(Int(String(decoding: bytes.dropFirst(124).prefix(11), as: UTF8.self), radix: 8), "size")
      files[String(decoding: bytes.prefix(100).prefix { $0 != 0 }, as: UTF8.self)] = Array(bytes.dropFirst(512).prefix(size))
      bytes = bytes.dropFirst(512 + (size + 511) / 512 * 512)
    }
    return files
  }

  private var environment: ElectionEnvironment {
    get throws {
      let pool = ThreadPool(width: 2)
      let workers = Workers(width: pool.width, submit: pool.submit)
      let jobs = JobQueue(clock: clock)
      let audit = try audit
      let ceremonies = Ceremonies(
        database: database, clock: clock, boards: boards, jobs: jobs, audit: audit, workers: workers, metrics: MetricsRegistry(),
        tallied: { _, _ in })
      return ElectionEnvironment(
        database: database, clock: clock, ceremonies: ceremonies, boards: boards, jobs: jobs, workers: workers, audit: audit,
        host: "vote.example", chain: place)
    }
  }

  var audit: AuditLog {
    get throws {
      let key = try need(Bytes32([UInt8](repeating: 7, count: 32)), "key")
      return try AuditLog(origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: clock)
    }
  }

  func administration(_ anchors: Anchors) throws -> ChainAdministration {
    ChainAdministration(
      place: place, account: chain.key.address.description, database: database, clock: clock, audit: try audit
    ) { anchors.wake() }
  }

  // MARK: - What came of it

  /// The same service, writing to another contract.
  func moved(to contract: Address) -> AnchorField {
    var field = self
    field.place = ChainPlace(network: "local", chain: 31337, address: contract.bytes, contract: contract.description)
    return field
  }

  /// All that the contract says to have written.
  func written() async throws -> [WrittenEntry] {
    let registry = chain.registry(at: Address(place.address), now: now)
    return try await registry.written(in: 0...(try await registry.head()))
  }

  /// Ballots' hashes on the chain are those of the boards, each once, and every anchor was written once.
  func faults(_ elections: [Opened]) async throws -> [String] {
    var wrong: [String] = []
    let counts = Dictionary(grouping: try await written(), by: \.entry).mapValues(\.count)
    for (entry, count) in counts where count > 1 { wrong.append("\(entry) was written \(count) times") }
    var expected: Set<RegistryEntry> = []
    for election in elections where election.field.parts.manifest.anchoring?.recordsBallots == true {
      for ballot in try await boards.castLeaves(of: election.reference, from: 0, limit: .max).ballots {
        expected.insert(.ballot(election: election.context.election, leaf: ballot.hash))
      }
    }
    let found = Set(counts.keys.filter { if case .ballot = $0 { true } else { false } })
    if found != expected { wrong.append("\(found.count) ballots on the chain, \(expected.count) on boards") }
    return wrong
  }

  func number(_ sql: String, _ values: [SQLValue] = []) async throws -> Int64 {
    try await database.read { session in try await session.query(sql, values) }[0].integer(0)
  }

  func set(_ sql: String, _ values: [SQLValue] = []) async throws {
    #expect(try await database.transaction { session in try await session.execute(sql, values) } > 0)
  }
}
