import BallotCryptography
import Curve25519
import Database
import Elections
import ParallelWork
import Synchronization
import TestBoards
import TestDatabases
import TestSupport
import Testing
import VotingService

/// Keeps what was taken down.
final class AuditNotes: ElectionAudit {
  private let list = Mutex<[(action: String, detail: String)]>([])

  var actions: [String] { list.withLock { $0.map(\.action) } }
  var all: [(action: String, detail: String)] { list.withLock { $0 } }

  func record(
    _ action: String, election: String, part: String?, by actor: AuditActor, detail: String, in session: any SQLSession
  ) async throws {
    list.withLock { $0.append((action, detail)) }
  }
}

/// A service's use cases around elections on one database, with a clock that is turned.
struct ElectionField {
  let clock: TestClock
  let notes = AuditNotes()
  let environment: ElectionEnvironment
  let elections: ElectionStore
  let rolls: RollStore
  let organiser = Organiser(account: "ada")

  init(_ database: any Database, clock: TestClock = TestClock(), chain: ChainPlace? = nil) throws {
    self.clock = clock
    let pool = ThreadPool(width: 2)
    let workers = Workers(width: pool.width, submit: pool.submit)
    let key = try need(Bytes32([UInt8](repeating: 7, count: 32)), "key")
    let boards = Boards(database: database, clock: clock, sealing: MasterKey(key), workers: workers)
    let jobs = JobQueue(clock: clock)
    let audit = try AuditLog(
      origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: clock)
    let notices = MailNotices(jobs: jobs, clock: clock, isOffered: true)
    let tallied = ElectionJobs.tallied(clock: clock, audit: notes)
    let ceremonies = Ceremonies(
      database: database, clock: clock, boards: boards, jobs: jobs, audit: audit, workers: workers, metrics: MetricsRegistry(),
      tallied: { election, session in
        try await tallied(election, session)
        try await notices.tallied(election, in: session)
      })
    environment = ElectionEnvironment(
      database: database, clock: clock, ceremonies: ceremonies, boards: boards, jobs: jobs, workers: workers, audit: notes,
      host: "vote.example", notices: notices, chain: chain)
    elections = ElectionStore(environment)
    rolls = RollStore(elections)
  }

  static func manifest(
    _ title: String = "Board", opens: UInt64 = 0, closes: UInt64 = 0, issuer: CredentialIssuer = .service, small: Bool = true,
    revoting: Revoting = .refused, picture: Bytes32? = nil, bits: Int = 0, anchoring: ElectionAnchoring? = nil
  ) throws -> Manifest {
    let rules = try need(ContestRules.single(options: 3, blankAllowed: true), "rules")
    let options = try (1...3).map { ContestOption(name: try text("Option \($0)"), picture: $0 == 1 ? picture : nil) }
    let contest = try need(Contest(title: text("Who?"), rules: rules, options: options), "contest")
    return try need(
      Manifest(
        title: text(title), opens: opens, closes: closes, revoting: revoting, issuer: issuer, smallAcknowledged: small,
        anchoring: anchoring, contests: [contest] + fillers(bits)), "manifest")
  }

  /// Contests that together take so many bits.
  private static func fillers(_ bits: Int) throws -> [Contest] {
    try stride(from: 0, to: bits, by: 250).map { first in
      let count = min(250, bits - first)
      let options = try (1...count).map { ContestOption(name: try text("Option \($0)")) }
      let rules = try need(ContestRules.approval(options: count, maximum: count), "rules")
      return try need(Contest(title: text("And who?"), rules: rules, options: options), "contest")
    }
  }

  /// A draft.
  func draft(_ manifest: Manifest? = nil, threshold: Int = 2) async throws -> Election {
    try await elections.create(
      ElectionDefinition(manifest: try manifest ?? Self.manifest(), threshold: threshold), by: organiser)
  }
}

/// Gives a test the use cases on a fresh database.
func withElections(
  _ kind: DatabaseKind, chain: ChainPlace? = nil, _ body: (ElectionField) async throws -> Void
) async throws {
  try await withDatabase(kind, Schema.migrations) { test async throws in
    try await body(ElectionField(test.database, chain: chain))
  }
}
