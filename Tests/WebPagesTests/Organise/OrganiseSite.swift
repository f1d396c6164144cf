import API
import Curve25519
import Database
import Elections
import Foundation
import HTTPServer
import ParallelWork
import Sealing
import TestBoards
import TestDatabases
import Testing
import VotingService

@testable import WebPages

/// The organiser's pages over a database of their own, asked as a browser asks.
struct OrganiseSite: Sendable {
  let services: OrganisePages.Services
  let router: PageRouter
  let clock: TestClock
  let database: any Database

  /// - Parameter mode: whether and how mails leave the service.
  static func run(
    _ kind: DatabaseKind = .sqlite, mails mode: MailMode = .none, _ body: (OrganiseSite) async throws -> Void
  ) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in try await body(OrganiseSite(test.database, mode)) }
  }

  static let address = "https://vote.example"

  private init(_ database: any Database, _ mode: MailMode) throws {
    self.database = database
    clock = TestClock()
    let metrics = MetricsRegistry()
    let pool = ThreadPool(width: 2)
    let workers = Workers(width: pool.width, submit: pool.submit)
    let key = Bytes32([UInt8](repeating: 7, count: 32).span)
    let audit = try AuditLog(origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: clock)
    let boards = Boards(database: database, clock: clock, sealing: MasterKey(key), workers: workers)
    let jobs = JobQueue(clock: clock)
    let ceremonies = Ceremonies(
      database: database, clock: clock, boards: boards, jobs: jobs, audit: audit, workers: workers, metrics: metrics)
    let environment = ElectionEnvironment(
      database: database, clock: clock, ceremonies: ceremonies, boards: boards, jobs: jobs, workers: workers, audit: audit,
      host: "vote.example")
    let elections = ElectionStore(environment)
    let rolls = RollStore(elections)
    services = OrganisePages.Services(
      elections: elections, rolls: rolls, life: LifeCycle(rolls), boards: boards, ceremonies: ceremonies,
      mails: MailStore(rolls: rolls, sealing: MasterKey(key), service: Self.address, mode: mode), address: Self.address)
    router = PageRouter(
      OrganisePages(services: services).pages + OutboxPages(mails: services.mails, address: Self.address).pages,
      environment: RouterEnvironment(
        authenticator: RoleOfHeader(), limiter: TokenBuckets(quotas: [:], clock: clock), metrics: metrics, report: { _, _ in }),
      files: NoFiles())
  }

  /// What a browser gets.
  struct Seen {
    let status: Int
    let location: String?
    let text: String

    /// The fields of the form that leads to an address, as a browser would send them without the button.
    func form(to action: String) -> [(String, String)] {
      guard let start = text.range(of: "action=\"\(action)\""),
        let end = text.range(of: "</form>", range: start.upperBound..<text.endIndex)
      else { return [] }
      return FieldReader.fields(String(text[start.upperBound..<end.lowerBound]))
    }
  }

  /// - Parameter address: from where.
  func get(_ path: String, as role: String = "administrator", from address: String = "127.0.0.1") async -> Seen {
    await ask("GET", path, nil, role, address)
  }

  func post(_ path: String, _ fields: [(String, String)], as role: String = "administrator") async -> Seen {
    let body = (fields + [("csrf", "token")]).map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
    return await ask("POST", path, (Array(body.utf8), "application/x-www-form-urlencoded"), role)
  }

  /// A form with one file.
  func post(_ path: String, file name: String, _ bytes: [UInt8], as role: String = "administrator") async -> Seen {
    let head =
      "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n"
      + "--b\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"x\"\r\n\r\n"
    return await ask(
      "POST", path, (Array(head.utf8) + bytes + Array("\r\n--b--\r\n".utf8), "multipart/form-data; boundary=b"), role)
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  private func ask(
    _ method: String, _ target: String, _ body: ([UInt8], String)?, _ role: String, _ address: String = "127.0.0.1"
  ) async -> Seen {
    let parts = target.split(separator: "?", maxSplits: 1).map { String($0) }
    var headers = HTTPHeaders([("Host", "vote.example"), ("Test-Role", role)])
    if let body { headers["Content-Type"] = body.1 }
    let request = HTTPRequest(
      id: "r", method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "", headers: headers, body: body?.0 ?? [],
      remoteAddress: address)
    guard case .response(let response) = await router.respond(to: request), case .bytes(let bytes) = response.body else {
      return Seen(status: 0, location: nil, text: "")
    }
    return Seen(status: response.status, location: response.headers["Location"], text: String(decoding: bytes, as: UTF8.self))
  }

  /// A draft made by the pages.
  func draft(_ template: String = "single", title: String = "Meeting") async throws -> String {
    let made = await post("/organise/new", [("title", title), ("template", template)])
    let location = try #require(made.location)
    return try #require(location.split(separator: "/").dropFirst().first.map { String($0) })
  }

  func election(_ reference: String) async throws -> Election {
    try await services.elections.election(reference, for: Organiser(account: "administrator", readsAll: true))
  }
}

/// Takes the word of a header field.
private struct RoleOfHeader: Authenticator {
  func hasCredentials(_ request: HTTPRequest) -> Bool { true }

  func caller(of request: HTTPRequest) async throws -> Caller {
    let name = request.headers["Test-Role"] ?? ""
    // Who is not named like a role is another administrator.
    let role = Role(rawValue: name) ?? .administrator
    return Caller(proof: .session(id: name, antiForgery: "token"), account: name, role: role, permissions: role.permissions)
  }
}

private struct NoFiles: HTTPHandler {
  func bodyLimit(method: String, path: String) -> Int { 0 }
  func respond(to request: HTTPRequest) async -> HTTPAnswer { .response(HTTPResponse(status: 404)) }
}

/// Reads the fields of our own forms.
enum FieldReader {
  static func fields(_ markup: String) -> [(String, String)] {
    var fields: [(String, String)] = []
    var select: (name: String, value: String)?
    for match in markup.matches(of: /<(input|textarea|select|option|\/select)\b([^>]*)>([^<]*)/) {
      let attributes = Dictionary(
        String(match.output.2).matches(of: /([a-z]+)(?:="([^"]*)")?/).map {
          (String($0.output.1), plain(String($0.output.2 ?? "")))
        },
        uniquingKeysWith: { first, _ in first })
      let name = attributes["name"] ?? ""
      switch match.output.1 {
      case "textarea": fields.append((name, plain(String(match.output.3))))
      case "select": select = (name, "")
      case "option":
        if attributes["selected"] != nil || select?.value.isEmpty == true { select?.value = attributes["value"] ?? "" }
      case "/select":
        if let select { fields.append(select) }
        select = nil
      default:
        let isBox = ["checkbox", "radio"].contains(attributes["type"] ?? "")
        if name != "csrf", !isBox || attributes["checked"] != nil { fields.append((name, attributes["value"] ?? "")) }
      }
    }
    return fields
  }

  private static func plain(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
      $0.replacingOccurrences(of: $1.0, with: $1.1)
    }
  }
}
