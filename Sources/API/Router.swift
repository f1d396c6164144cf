import Database
import HTTPServer
import StrictJSON
import VotingService

/// Finds out who asks by cookie or bearer token.
public protocol Authenticator: Sendable {
  /// Whether the request shows credentials of any kind, true or false.
  func hasCredentials(_ request: HTTPRequest) -> Bool
  /// Who asks; anonymous without credentials, or with a session that is over.
  ///
  /// - Throws: a problem with status 401 for a bearer token that is not valid.
  func caller(of request: HTTPRequest) async throws -> Caller
}

/// Finds out which trustee signed a request.
public protocol TrusteeAuthenticator: Sendable {
  /// - Throws: a problem with status 401 when it is not signed, or too old.
  func caller(of request: HTTPRequest) async throws -> Caller
}

/// What the router needs of the outside.
public struct RouterEnvironment: Sendable {
  public var authenticator: any Authenticator
  /// `nil`: there are no routes for trustees.
  public var trustees: (any TrusteeAuthenticator)?
  public var limiter: any RateLimiter
  /// `nil`: idempotency keys are not heeded.
  public var idempotency: IdempotencyKeys?
  public var metrics: MetricsRegistry
  /// SHA-256 of the bearer token that opens routes for the operator, besides loopback; `nil`: loopback only.
  public var operatorTokenHash: [UInt8]?
  /// Takes the cause of answers with status 500: request id, error.
  public var report: @Sendable (_ id: String, _ error: any Error) -> Void

  public init(
    authenticator: any Authenticator, trustees: (any TrusteeAuthenticator)? = nil, limiter: any RateLimiter,
    idempotency: IdempotencyKeys? = nil, metrics: MetricsRegistry, operatorTokenHash: [UInt8]? = nil,
    report: @escaping @Sendable (_ id: String, _ error: any Error) -> Void
  ) {
    self.authenticator = authenticator
    self.trustees = trustees
    self.limiter = limiter
    self.idempotency = idempotency
    self.metrics = metrics
    self.operatorTokenHash = operatorTokenHash
    self.report = report
  }
}

/// Answers requests by the table of routes. Each passes, in this order: rate limit, authentication, permission, forgery check, parameters, body, handler.
public struct Router: HTTPHandler {
  /// Of bodies to addresses that do not exist: enough to answer 404 instead of 413.
  private static let strangerBodyLimit = 64 * 1024

  private let table: RouteTable
  private let environment: RouterEnvironment
  private let guards: RequestGuards
  private let fallback: (any HTTPHandler)?
  private let requests: Counter
  private let durations: Histogram

  /// - Parameter fallback: what answers for paths outside `/api/`, such as pages; `nil`: 404.
  public init(_ groups: [RouteGroup], environment: RouterEnvironment, fallback: (any HTTPHandler)? = nil) {
    table = RouteTable(groups)
    self.environment = environment
    guards = RequestGuards(environment: environment)
    self.fallback = fallback
    requests = environment.metrics.counter("comitia_http_requests_total", help: "Requests answered, by route, method and status.")
    durations = environment.metrics.histogram(
      "comitia_http_request_seconds", help: "Time from a request's arrival to its answer, by route.")
  }

  public func bodyLimit(method: String, path: String) -> Int {
    guard let match = table.match(path) else {
      return isOurs(path) ? Self.strangerBodyLimit : fallback?.bodyLimit(method: method, path: path) ?? Self.strangerBodyLimit
    }
    return match.byMethod[method].map { max($0.body.limit(at: match.values), 1024) } ?? Self.strangerBodyLimit
  }

  /// Where a permission is needed nothing long is read of whoever shows no credentials: there is only 401 to be said.
  public func bodyLimit(method: String, path: String, hasCredentials: Bool) -> Int {
    let limit = bodyLimit(method: method, path: path)
    guard !hasCredentials, limit > Self.strangerBodyLimit, case .permission? = table.match(path)?.byMethod[method]?.access else {
      return limit
    }
    return Self.strangerBodyLimit
  }

  public func respond(to request: HTTPRequest) async -> HTTPAnswer {
    let start = ContinuousClock.now
    let match = table.match(request.path)
    if match == nil, let fallback, !isOurs(request.path) {
      let answer = await fallback.respond(to: request)
      guard case .response(var response) = answer else { return answer }
      // Pages bring fields of their own; refusals need none but ours.
      if response.status >= 400 {
        SecurityHeaders.add(to: &response, request)
      } else {
        SecurityHeaders.addTransport(to: &response, request)
      }
      return .response(response)
    }
    let answer = await answer(request, match)
    let route = match?.byMethod.values.first?.pattern.text ?? "none"
    guard case .response(var response) = answer else {
      requests.add(1, [("route", route), ("method", Self.known(request.method)), ("status", "101")])
      return answer
    }
    SecurityHeaders.add(to: &response, request)
    requests.add(1, [("route", route), ("method", Self.known(request.method)), ("status", String(response.status))])
    durations.observe((ContinuousClock.now - start) / .seconds(1), [("route", route)])
    return .response(response)
  }

  private func isOurs(_ path: String) -> Bool { path.hasPrefix("/api/") || path == "/api" }

  /// Methods that clients make up are not to fill the metrics.
  private static func known(_ method: String) -> String {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) ? method : "other"
  }

  /// Everything that goes wrong becomes a problem here.
  private func answer(_ request: HTTPRequest, _ match: PathTable<Route>.Match?) async -> HTTPAnswer {
    var limits = HTTPHeaders()
    do {
      let answer = try await served(request, match, &limits)
      return Self.adding(limits, to: answer)
    } catch let error as any ProblemConvertible {
      return Self.adding(limits, to: .response(error.problem.response(instance: request.id)))
    } catch let error as DatabaseError {
      environment.report(request.id, error)
      return Self.adding(limits, to: .response(Self.problem(error).response(instance: request.id)))
    } catch {
      environment.report(request.id, error)
      return Self.adding(limits, to: .response(Problem(.internalError).response(instance: request.id)))
    }
  }

  private static func adding(_ fields: HTTPHeaders, to answer: HTTPAnswer) -> HTTPAnswer {
    guard case .response(var response) = answer else { return answer }
    for field in fields.fields { response.headers[field.name] = field.value }
    return .response(response)
  }

  private static func problem(_ error: DatabaseError) -> Problem {
    switch error {
    case .unavailable, .contention: .unavailable("The database does not answer. Try again.", retryAfter: 2)
    case .unknownOutcome: .unavailable("The connection to the database was lost; look whether it was done.", retryAfter: 2)
    default: Problem(.internalError)
    }
  }

  private func served(_ request: HTTPRequest, _ match: PathTable<Route>.Match?, _ limits: inout HTTPHeaders) async throws
    -> HTTPAnswer
  {
    let method = request.method == "HEAD" ? "GET" : request.method
    let route = match?.byMethod[method]
    try await guards.countAddress(request, route?.access, route?.limit ?? .general, &limits)
    guard let match else { throw Problem(.notFound) }
    if method == "OPTIONS" { return .response(HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", match.allowed)]))) }
    guard let route else { throw Problem(.methodNotAllowed, headers: HTTPHeaders([("Allow", match.allowed)])) }
    let caller = try await guards.authenticate(request, route.access)
    try await guards.countCaller(caller, &limits)
    try guards.authorise(request, caller, route.access)
    if route.isUnsafe {
      try guards.refuseForgery(request, caller, route.access, given: request.headers[RequestGuards.antiForgeryField])
    }
    let values = try ParameterReader.values(of: route, path: match.values, query: request.query)
    try checkBody(request, route)
    return try await run(route, Context(request: request, caller: caller, values: values))
  }

  private func checkBody(_ request: HTTPRequest, _ route: Route) throws(Problem) {
    guard let mediaType = route.body.mediaType else {
      guard request.body.isEmpty else { throw Problem(.badRequest, detail: "This request has no body.") }
      return
    }
    guard let given = request.headers["Content-Type"], given == mediaType || Self.mediaType(given) == mediaType else {
      throw Problem(.unsupportedMediaType, detail: "\(mediaType) is needed.")
    }
    guard request.body.count <= route.body.limit else { throw Problem(.tooLarge, detail: "At most \(route.body.limit) bytes.") }
  }

  /// Without parameters.
  private static func mediaType(_ field: String) -> String? { field.split(separator: ";").first.map { $0.trimmed.lowercased() } }

  /// Runs the handler, once for each idempotency key.
  private func run(_ route: Route, _ context: Context) async throws -> HTTPAnswer {
    guard route.takesIdempotencyKey, let store = environment.idempotency,
      let key = try IdempotencyHeader.request(context)
    else { return try await route.run(context) }
    switch try await store.begin(key) {
    case .running: throw Problem(.keyInUse, headers: HTTPHeaders([("Retry-After", "1")]))
    case .otherRequest: throw Problem(.keyReused)
    case .done(let bytes): return .response(try StoredAnswer.response(bytes))
    case .new: break
    }
    let answer: HTTPAnswer
    do {
      answer = try await route.run(context)
    } catch DatabaseError.unknownOutcome {
      // It may have been done: the key stays taken until nobody can be at it any more.
      throw DatabaseError.unknownOutcome
    } catch {
      try await store.abandon(key)
      throw error
    }
    if case .response(let response) = answer, let bytes = StoredAnswer.bytes(response) {
      try await store.finish(key, answer: bytes)
    }
    return answer
  }
}

extension StringProtocol {
  /// Without spaces and tabulators at its ends.
  var trimmed: String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
