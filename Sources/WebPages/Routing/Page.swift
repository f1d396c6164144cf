import API
import HTTPServer
import VotingService

/// A page, or what a form does: a method and a path, who may, and what answers.
public struct Page: Sendable {
  let method: String
  let pattern: RoutePattern
  let access: RouteAccess
  let limit: RouteLimit
  /// Bytes that a body may have.
  let bodyLimit: Int
  let run: @Sendable (PageContext) async throws -> PageAnswer

  /// A page that shows something.
  ///
  /// - Parameter path: by `RoutePattern`.
  static func shows(
    _ path: String, may access: RouteAccess = .anyone, run: @escaping @Sendable (PageContext) async throws -> PageAnswer
  ) -> Page { Page(method: "GET", pattern: RoutePattern(path), access: access, limit: .general, bodyLimit: 0, run: run) }

  /// What a form does. It leads on to a page (`.redirect`), or shows its own again with what was wrong.
  static func does(
    _ path: String, may access: RouteAccess = .anyone, limit: RouteLimit = .general, bodyLimit: Int = 256 << 10,
    run: @escaping @Sendable (PageContext) async throws -> PageAnswer
  ) -> Page { Page(method: "POST", pattern: RoutePattern(path), access: access, limit: limit, bodyLimit: bodyLimit, run: run) }
}

/// What a page answers.
enum PageAnswer: Sendable {
  case page(Document, status: Int = 200, headers: HTTPHeaders = HTTPHeaders())
  /// `303 See Other`: what was sent is not sent again when the page is loaded again.
  case redirect(Link, headers: HTTPHeaders = HTTPHeaders())
  /// Something that is no page, such as a file.
  case response(HTTPResponse)

  /// A page as usual.
  static func page(_ document: Document) -> PageAnswer { .page(document, status: 200) }
}

/// All that a page learns of a request.
struct PageContext: Sendable {
  let request: HTTPRequest
  /// Who asks; has what the page demands.
  let caller: Caller
  /// The texts, in the reader's language.
  let t: Texts
  /// Behind `?`.
  let query: Form
  /// The body of a form; empty for others.
  let form: Form
  /// Parts of the path, by name.
  fileprivate let values: [String: String]
  /// Whether every page asks how it went.
  let isPilot: Bool

  init(
    request: HTTPRequest, caller: Caller, t: Texts, query: Form, form: Form, values: [String: String], isPilot: Bool = false
  ) {
    self.request = request
    self.caller = caller
    self.t = t
    self.query = query
    self.form = form
    self.values = values
    self.isPilot = isPilot
  }

  /// A parameter of the path.
  ///
  /// - Precondition: the pattern has it.
  func value(_ name: String) -> String {
    guard let value = values[name] else { preconditionFailure("the path has no \(name)") }
    return value
  }

  /// The account that asks, on a page that demands a permission.
  func account() throws(Problem) -> String {
    guard let account = caller.account else { throw Problem(.notAuthenticated) }
    return account
  }

  /// Who asks, as far as it matters to elections, on a page that demands a permission.
  func organiser() throws(Problem) -> Organiser {
    guard let organiser = caller.organiser else { throw Problem(.notAuthenticated) }
    return organiser
  }

  /// Who asks, where everybody may; `nil` for those who see what everybody sees.
  var reader: Organiser? { caller.may(.readElections) ? caller.organiser : nil }

  /// What a form must carry so that no other site can send it in this person's name; empty without a session.
  var antiForgery: String {
    if case .session(_, let token) = caller.proof { return token }
    return ""
  }

  /// Where to go after signing in: back here, if this can be asked for again.
  var here: String { request.path + (request.query.isEmpty ? "" : "?" + request.query) }
}
