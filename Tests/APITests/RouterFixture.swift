import Curve25519
import HTTPServer
import StrictJSON
import Synchronization
import VotingService

@testable import API

/// A clock that stands until it is turned.
final class TurnedClock: VotingService.Clock {
  private let time: Mutex<UInt64>

  init(_ time: UInt64 = 1_796_112_000_000) { self.time = Mutex(time) }

  func now() -> UInt64 { time.withLock { $0 } }
  func turn(_ milliseconds: UInt64) { time.withLock { $0 += milliseconds } }
  func turnBack(_ milliseconds: UInt64) { time.withLock { $0 -= milliseconds } }
}

/// Takes the word of a header field, so that the router alone is tested.
struct NamedCaller: Authenticator {
  func hasCredentials(_ request: HTTPRequest) -> Bool { request.headers["Test-Caller"] != nil }

  func caller(of request: HTTPRequest) async throws -> Caller {
    switch request.headers["Test-Caller"] {
    case "session": Caller(proof: .session(id: "s", antiForgery: "anti"), account: "a1", role: .voter, permissions: [.ownAccount])
    case "token": Caller(proof: .token(id: "t"), account: "a1", role: .voter, permissions: [.ownAccount])
    case "bad": throw Problem(.notAuthenticated)
    default: .anonymous
    }
  }
}

/// An error that nobody expects.
struct Unexpected: Error {
  let secret = "hunter2"
}

/// What was reported.
final class Reports: Sendable {
  private let list = Mutex<[String]>([])
  var ids: [String] { list.withLock { $0 } }
  func add(_ id: String, _ error: any Error) { list.withLock { $0.append(id) } }
}

struct Note: Sendable {
  let title: String
  let stars: Int?

  static let json = JSONCodec<Note>.object(
    "Note", .required("title", .text(1...20), \.title), .optional("stars", .integer(1...5), \.stars),
    make: { Note(title: $0, stars: $1) })
}

enum Fixture {
  static let id = Parameter<String>.path("id", .text(1...8, .identifier), "A note.")
  static let path = Parameter<String>.path("path", .text(1...80), "A file.")

  static let notes = RouteGroup(
    "Notes",
    [
      Route(
        "GET", "/notes", "listNotes", "Notes.", may: .anyone, parameters: Pagination.parameters,
        answer: .page("NotePage", of: Note.json)
      ) { context in
        let start = Int(try context.value(Pagination.after) ?? "0") ?? 0
        let end = min(start + (try context.value(Pagination.limit)), 120)
        return Page(items: (start..<end).map { Note(title: "n\($0)", stars: nil) }, next: end < 120 ? String(end) : nil)
      },
      Route(
        "POST", "/notes", "createNote", "A note.", may: .permission(.ownAccount), body: .json(Note.json, limit: 200),
        answer: .json(Note.json, status: 201)
      ) { _, note in note },
      Route("GET", "/notes/{id}", "getNote", "A note.", may: .anyone, parameters: [id.declaration], answer: .json(Note.json)) {
        context in
        Note(title: try context.value(id), stars: nil)
      },
      Route(
        "DELETE", "/notes/{id}", "deleteNote", "A note.", may: .permission(.manageAccounts), parameters: [id.declaration],
        answer: .none()
      ) {
        _ in
      },
      Route("GET", "/notes/mine/title", "getMine", "Mine.", may: .anyone, answer: .json(Note.json)) { _ in
        Note(title: "mine", stars: nil)
      },
      Route(
        "GET", "/notes/{id}/files/{path*}", "getFile", "A file.", may: .anyone, parameters: [id.declaration, path.declaration],
        answer: .json(Note.json)
      ) { context in Note(title: try context.value(path), stars: nil) },
      Route("GET", "/broken", "getBroken", "Fails.", may: .anyone, answer: .none()) { _ in throw Unexpected() },
      Route("PUT", "/login", "login", "Tries.", may: .anyone, limit: .login, body: .json(Note.json), answer: .none()) { _, _ in },
      Route("GET", "/trustee", "getTrustee", "Trustees.", may: .trustee, answer: .none()) { _ in },
    ])

  static func router(
    clock: TurnedClock = TurnedClock(), quotas: [RateClass: RateQuota] = [:], operatorToken: String? = nil,
    reports: Reports = Reports(),
    checks: [any ReadinessCheck] = [], more: [RouteGroup] = []
  ) -> Router {
    let metrics = MetricsRegistry()
    let environment = RouterEnvironment(
      authenticator: NamedCaller(), limiter: TokenBuckets(quotas: quotas, clock: clock), metrics: metrics,
      operatorTokenHash: operatorToken.map { SHA256.hash(Array($0.utf8)) }, report: reports.add)
    let service = ServiceRoutes(checks: checks, metrics: metrics, report: reports.add)
    return Router(service.groups(describing: [notes] + more), environment: environment)
  }
}

/// An answer as tests look at it.
struct Seen {
  let status: Int
  let headers: HTTPHeaders
  let body: [UInt8]
  var isCompressible = false

  var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
  /// The last part of a problem's type.
  var code: String? { json["type"]?.text?.split(separator: "/").last.map(String.init) }
  /// The paths of a problem's errors.
  var paths: [String] {
    guard case .list(let errors) = json["errors"] else { return [] }
    return errors.compactMap { $0["path"]?.text }
  }
}

extension Router {
  /// Sends a request; the target may have a query, a body is JSON unless the headers say otherwise.
  func send(
    _ method: String, _ target: String, _ body: String? = nil, headers: [(String, String)] = [], address: String = "127.0.0.1",
    isSecure: Bool = false, id: String = "r1"
  ) async -> Seen {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var fields = HTTPHeaders([("Host", "vote.example")] + headers.map { (name: $0.0, value: $0.1) })
    if body != nil, fields["Content-Type"] == nil { fields["Content-Type"] = "application/json" }
    let request = HTTPRequest(
      id: id, method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", headers: fields,
      body: Array((body ?? "").utf8), remoteAddress: address, isSecure: isSecure)
    guard case .response(let response) = await respond(to: request), case .bytes(let bytes) = response.body else {
      return Seen(status: 0, headers: HTTPHeaders(), body: [])
    }
    return Seen(status: response.status, headers: response.headers, body: bytes, isCompressible: response.isCompressible)
  }
}
