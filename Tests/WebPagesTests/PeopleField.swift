import Curve25519
import Database
import HTTPServer
import ParallelWork
import Sealing
import TestBoards
import TestDatabases
import TestSupport
import VotingService

@testable import API
@testable import WebPages

/// The pages of administrators, voters and those who ask, over a database of their own, asked as a browser asks.
struct PeopleField {
  let access: AccessService
  let people: PeopleServices
  let router: PageRouter
  let database: any Database

  static let password = "correct horse battery"

  private struct NoFiles: HTTPHandler {
    func bodyLimit(method: String, path: String) -> Int { 0 }
    func respond(to request: HTTPRequest) async -> HTTPAnswer { .response(HTTPResponse(status: 404)) }
  }

  /// - Parameter hasChain: whether the service writes to a public chain.
  static func run(_ kind: DatabaseKind, hasChain: Bool = false, _ body: (PeopleField) async throws -> Void) async throws {
    try await withDatabase(kind, Schema.migrations) { test in try await body(PeopleField(test.database, hasChain: hasChain)) }
  }

  init(_ database: any Database, hasChain: Bool = false) throws {
    self.database = database
    let (clock, metrics) = (TestClock(), MetricsRegistry())
    let key = try need(Bytes32([UInt8](repeating: 7, count: 32)), "key")
    let audit = try AuditLog(origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: clock)
    access = AccessService(
      database: database, clock: clock, hasher: PasswordHasher(cost: .least), audit: audit, metrics: metrics)
    let pool = ThreadPool(width: 2)
    let boards = Boards(
      database: database, clock: clock, sealing: MasterKey(key), workers: Workers(width: pool.width, submit: pool.submit))
    let jobs = JobQueue(clock: clock)
    let workers = Workers(width: pool.width, submit: pool.submit)
    let ceremonies = Ceremonies(
      database: database, clock: clock, boards: boards, jobs: jobs, audit: audit, workers: workers, metrics: metrics,
      tallied: ElectionJobs.tallied(clock: clock, audit: audit))
    let elections = ElectionStore(
      ElectionEnvironment(
        database: database, clock: clock, ceremonies: ceremonies, boards: boards, jobs: jobs, workers: workers, audit: audit,
        host: "vote.example"))
    people = PeopleServices(
      desk: SupportDesk(database: database, clock: clock, audit: audit),
      feedback: FeedbackBox(database: database, clock: clock, audit: audit), own: OwnElections(database: database, clock: clock),
      jobs: JobAdministration(database: database, queue: JobQueue(clock: clock), audit: audit) {},
      health: ServiceHealth(database: database, clock: clock, boards: boards),
      figures: BoardFigures(database: database, boards: boards),
      steps: StepCounter(database: database, clock: clock, isOn: true), checks: [DatabaseReadiness(database: database)],
      settings: [ShownSetting(name: "x", value: "<script>alert(1)</script>", isSet: true, help: "help")], version: "0.0",
      isPilot: true, clock: clock, chain: hasChain ? Self.chain(database, clock, audit) : nil)
    let environment = RouterEnvironment(
      authenticator: AccessAuthenticator(access: access),
      limiter: TokenBuckets(quotas: [.message: RateQuota(count: 8, window: 60)], clock: clock), metrics: metrics,
      report: { _, error in print(error) })
    router = PageRouter(
      people.pages(access: access, elections: elections, address: "https://vote.example"), environment: environment,
      files: NoFiles(), isPilot: true)
  }

  private static func chain(_ database: any Database, _ clock: TestClock, _ audit: AuditLog) -> ChainAdministration {
    let place = ChainPlace(
      network: "local", chain: 31337, address: [UInt8](repeating: 7, count: 20), explorer: "https://explorer.example")
    return ChainAdministration(
      place: place, settings: AnchorSettings(place: place, firstBlock: 1), account: "0xabc", database: database, clock: clock,
      audit: audit, wake: {})
  }

  /// A browser.
  struct Browser {
    let router: PageRouter
    var cookie = ""
    var token = ""

    func get(_ target: String) async -> (status: Int, text: String, to: String) { await ask("GET", target, "") }

    func send(_ path: String, _ fields: KeyValuePairs<String, String>) async -> (status: Int, text: String, to: String) {
      let body = ([("csrf", token)] + fields.map { ($0.key, $0.value) }).map {
        "\($0.0)=\(PercentEncoding.encode($0.1))"
      }.joined(separator: "&")
      return await ask("POST", path, body)
    }

    private func ask(_ method: String, _ target: String, _ body: String) async -> (status: Int, text: String, to: String) {
      let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
      let request = HTTPRequest(
        id: "r", method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "",
        headers: HTTPHeaders([
          ("Host", "vote.example"), ("Cookie", "comitia=\(cookie)"), ("Content-Type", "application/x-www-form-urlencoded"),
        ]), body: Array(body.utf8), remoteAddress: "127.0.0.1", isSecure: false)
      guard case .response(let response) = await router.respond(to: request) else { return (0, "", "") }
      var text = ""
      if case .bytes(let bytes) = response.body { text = String(decoding: bytes, as: UTF8.self) }
      return (response.status, text, response.headers["Location"] ?? "")
    }
  }

  var stranger: Browser { Browser(router: router) }

  /// A browser in which somebody has signed in.
  func browser(_ email: String) async throws -> Browser {
    let grant = try await access.signIn(name: email, password: Self.password, place: "here", client: "test")
    return Browser(router: router, cookie: grant.token ?? "", token: grant.antiForgery)
  }

  func owner() async throws -> Account {
    let owner = Registration(name: "Olga", surname: "Owner", email: "owner@example.org", voterID: nil, password: Self.password)
    return try await access.setUp(code: try await access.setupCode()?.code ?? "", owner: owner)
  }

  /// A registration that waits.
  func register(_ name: String, _ email: String) async throws -> String {
    try await access.register(
      Registration(name: name, surname: name, email: email, voterID: nil, password: Self.password))
    let found = try await access.accounts(AccountFilter(state: .pending), after: nil, limit: 100)
    return try need(found.first { $0.account.email == email }, email).account.id
  }

  func account(_ role: Role, _ email: String, by owner: Account) async throws -> Account {
    let caller = Caller(proof: .none, account: owner.id, role: .owner, permissions: Role.owner.permissions)
    let account = try await access.approve(try await register("Some", email), by: caller)
    return role == .voter ? account : try await access.change(account.id, AccountChange(role: role), by: caller)
  }
}
