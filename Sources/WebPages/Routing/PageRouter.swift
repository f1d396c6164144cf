import API
import Database
import HTTPServer
import VotingService

/// Answers with pages; what is none of them goes on to files. Each request passes the same guards as one of the interface for programs: rate limit,
/// authentication, permission, forgery check.
public struct PageRouter: HTTPHandler {
  /// Names the token in forms, like the header field of programs.
  static let antiForgeryName = "csrf"

  private let guards: RequestGuards
  private let environment: RouterEnvironment
  private let files: any HTTPHandler
  private let isPilot: Bool
  private var table = PathTable<Page>()

  /// - Parameters:
  ///   - files: what answers where there is no page.
  ///   - isPilot: whether every page asks how it went.
  public init(_ pages: [Page], environment: RouterEnvironment, files: any HTTPHandler, isPilot: Bool = false) {
    self.environment = environment
    self.files = files
    self.isPilot = isPilot
    guards = RequestGuards(environment: environment)
    for page in pages { table.insert(page, page.method, page.pattern) }
  }

  public func bodyLimit(method: String, path: String) -> Int {
    guard let match = table.match(path) else { return files.bodyLimit(method: method, path: path) }
    return match.byMethod[method]?.bodyLimit ?? 0
  }

  public func respond(to request: HTTPRequest) async -> HTTPAnswer {
    let t = Texts(LanguageChoice.language(of: request))
    guard let match = table.match(request.path) else { return file(await files.respond(to: request), request, t) }
    var limits = HTTPHeaders()
    var response: HTTPResponse
    do {
      response = Self.response(try await answer(request, match, t, &limits), t)
    } catch let error as any ProblemConvertible {
      response = refusal(error.problem, request, t)
    } catch {
      environment.report(request.id, error)
      let isAway = if case .unavailable? = error as? DatabaseError { true } else { false }
      response = refusal(isAway ? .unavailable("", retryAfter: 2) : Problem(.internalError), request, t)
    }
    for field in limits.fields { response.headers[field.name] = field.value }
    return .response(response)
  }

  /// A file; where there is none, a page that says so to whoever wanted a page.
  private func file(_ answer: HTTPAnswer, _ request: HTTPRequest, _ t: Texts) -> HTTPAnswer {
    guard case .response(let response) = answer, response.status == 404, request.headers["Accept"]?.contains("text/html") == true
    else {
      return answer
    }
    return .response(refusal(Problem(.notFound), request, t))
  }

  private func answer(
    _ request: HTTPRequest, _ match: PathTable<Page>.Match, _ t: Texts, _ limits: inout HTTPHeaders
  ) async throws -> PageAnswer {
    let page = match.byMethod[request.method == "HEAD" ? "GET" : request.method]
    try await guards.countAddress(request, page?.access, page?.limit ?? .general, &limits)
    if request.method == "OPTIONS" { return .response(HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", match.allowed)]))) }
    guard let page else { throw Problem(.methodNotAllowed, headers: HTTPHeaders([("Allow", match.allowed)])) }
    let caller = try await guards.authenticate(request, page.access)
    // Tokens are for programs.
    if case .token = caller.proof { throw Problem(.notAuthenticated) }
    try await guards.countCaller(caller, &limits)
    try guards.authorise(request, caller, page.access)
    let form = try Self.form(request)
    if page.method != "GET" {
      try guards.refuseForgery(
        request, caller, page.access, given: form.has(Self.antiForgeryName) ? form[Self.antiForgeryName] : nil)
    }
    guard let query = Form(encoded: request.query) else { throw Problem(.badRequest) }
    guard !match.values.contains(where: { $0.utf8.contains(0) }) else { throw Problem(.notFound) }
    let values = Dictionary(uniqueKeysWithValues: zip(page.pattern.parameters, match.values))
    return try await page.run(
      PageContext(request: request, caller: caller, t: t, query: query, form: form, values: values, isPilot: isPilot))
  }

  private static func form(_ request: HTTPRequest) throws(Problem) -> Form {
    guard !request.body.isEmpty else { return Form() }
    let type = request.headers["Content-Type"] ?? ""
    if let parts = MultipartForm(type: type, body: request.body) { return parts.form }
    guard type.lowercased().hasPrefix("application/x-www-form-urlencoded"),
      let text = String(validating: request.body, as: UTF8.self), let form = Form(encoded: text)
    else { throw Problem(.unsupportedMediaType) }
    return form
  }

  private static func response(_ answer: PageAnswer, _ t: Texts) -> HTTPResponse {
    switch answer {
    case .response(let response): return response
    case .redirect(let link, let headers):
      var response = HTTPResponse(status: 303, headers: headers)
      response.headers["Location"] = link.text
      return PageHeaders.added(to: response)
    case .page(let document, let status, let headers):
      var response = HTTPResponse(status: status, headers: headers, body: .bytes(Array(document.markup(t).utf8)))
      response.headers["Content-Type"] = "text/html; charset=utf-8"
      response.headers["Content-Language"] = t.language.rawValue
      return PageHeaders.added(to: response)
    }
  }

  /// What went wrong, as a page. Who has not signed in is asked to, and comes back.
  private func refusal(_ problem: Problem, _ request: HTTPRequest, _ t: Texts) -> HTTPResponse {
    if problem.kind == .notAuthenticated {
      let back = request.method == "GET" ? request.path + (request.query.isEmpty ? "" : "?" + request.query) : nil
      return Self.response(.redirect(Link("/sign-in").with(["then": back])), t)
    }
    return Self.response(
      .page(ErrorPage.document(problem, request, t, isPilot: isPilot), status: problem.status, headers: problem.headers), t)
  }
}
