import Curve25519
import Database
import HTTPServer
import Sealing
import StrictJSON
import TestDatabases
import VotingService

@testable import API

/// A service with accounts over a database of its own, asked as a client asks it.
struct AccessFixture: Sendable {
  let access: AccessService
  let router: Router
  let clock: TurnedClock
  let hasher: PasswordHasher
  let audit: AuditLog
  let database: any Database
  let reports: Reports

  static let password = "correct horse battery"

  static func run(
    _ kind: DatabaseKind, _ settings: AccessSettings = AccessSettings(), cost: PasswordHasher.Cost = .least,
    _ body: (AccessFixture) async throws -> Void
  ) async throws {
    try await withDatabase(kind, Schema.migrations) { test in
      let clock = TurnedClock()
      let metrics = MetricsRegistry()
      let reports = Reports()
      let hasher = PasswordHasher(cost: cost)
      let key = Ed25519.PrivateKey(seed: Bytes32([UInt8](repeating: 7, count: 32).span))
      let audit = try AuditLog(origin: "vote.example/audit-log", privateKey: key, clock: clock)
      let access = AccessService(
        database: test.database, clock: clock, hasher: hasher, audit: audit, settings: settings, metrics: metrics)
      let environment = RouterEnvironment(
        authenticator: AccessAuthenticator(access: access),
        limiter: TokenBuckets(quotas: [.login: RateQuota(count: 100_000, window: 60)], clock: clock),
        idempotency: IdempotencyKeys(database: test.database, clock: clock), metrics: metrics, report: reports.add)
      let groups = [AccountRoutes(access: access).group, SessionRoutes(access: access).group, AuditRoutes(access: access).group]
      let service = ServiceRoutes(checks: [], metrics: metrics, report: reports.add)
      let router = Router(service.groups(describing: groups), environment: environment)
      try await body(
        AccessFixture(
          access: access, router: router, clock: clock, hasher: hasher, audit: audit, database: test.database, reports: reports))
    }
  }

  func registration(_ email: String, voterID: String? = nil, password: String = password) -> Registration {
    Registration(name: "Ada", surname: "Lovelace", email: email, voterID: voterID, password: password)
  }

  /// The first owner.
  func owner() async throws -> Account {
    let code = try await access.setupCode()
    return try await access.setUp(code: code?.code ?? "", owner: registration("owner@example.org"))
  }

  /// An account of any role, by the way that accounts go.
  func account(_ role: Role, _ email: String, voterID: String? = nil, by owner: Account) async throws -> Account {
    let caller = Self.caller(owner)
    try await access.register(registration(email, voterID: voterID))
    let waiting = try await access.accounts(AccountFilter(state: .pending), after: nil, limit: 100)
    let id = waiting.first { $0.account.email == email }?.account.id ?? ""
    let account = try await access.approve(id, by: caller)
    return role == .voter ? account : try await access.change(id, AccountChange(role: role), by: caller)
  }

  static func caller(_ account: Account) -> Caller {
    Caller(
      proof: .session(id: "none", antiForgery: "none"), account: account.id, role: account.role,
      permissions: account.role.permissions)
  }

  func signIn(_ name: String, _ password: String = password, cookie: String? = nil, address: String = "127.0.0.1") async -> (
    Seen, SignedIn
  ) {
    let body: JSONValue = ["name": .text(name), "password": .text(password)]
    let answer = await router.send(
      "POST", "/api/v1/session", String(decoding: body.bytes, as: UTF8.self),
      headers: cookie.map { [("Cookie", "comitia=\($0)")] } ?? [],
      address: address)
    return (answer, SignedIn(router: router, token: answer.cookie ?? "", antiForgery: answer.json["csrf"]?.text ?? ""))
  }

  /// The lines of the audit log, parsed.
  func auditActions() async throws -> [String] {
    try await access.auditEntries(before: nil, limit: 200).reversed().compactMap { try JSONParser.parse($0.bytes)["action"]?.text }
  }
}

/// A browser that has signed in.
struct SignedIn {
  let router: Router
  let token: String
  let antiForgery: String

  func send(_ method: String, _ target: String, _ body: JSONValue? = nil, headers: [(String, String)] = []) async -> Seen {
    await router.send(
      method, "/api/v1" + target, body.map { String(decoding: $0.bytes, as: UTF8.self) },
      headers: [("Cookie", "comitia=\(token)"), ("X-Comitia-CSRF", antiForgery)] + headers)
  }
}

extension Seen {
  /// The token that the answer sets as cookie.
  var cookie: String? {
    guard let field = headers["Set-Cookie"] else { return nil }
    return field.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last.map(String.init)
  }

  /// The body without what is new in each answer.
  var withoutID: String {
    guard case .object(let members) = json else { return String(decoding: body, as: UTF8.self) }
    return String(decoding: JSONValue.object(members.filter { $0.name != "instance" }).bytes, as: UTF8.self)
  }
}
