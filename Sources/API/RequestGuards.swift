import Curve25519
import HTTPServer
import StrictJSON
import VotingService

/// The checks that every request passes before its handler.
package struct RequestGuards: Sendable {
  /// The header field of the anti-forgery token.
  static let antiForgeryField = "X-Comitia-CSRF"

  let environment: RouterEnvironment

  package init(environment: RouterEnvironment) { self.environment = environment }

  /// Counts a request against its address, before anything is computed for it.
  package func countAddress(
    _ request: HTTPRequest, _ access: RouteAccess?, _ limit: RouteLimit, _ limits: inout HTTPHeaders
  ) async throws(Problem) {
    let rateClass: RateClass =
      switch limit {
      case .login: .login
      case .cast: .cast
      case .message: .message
      default: environment.authenticator.hasCredentials(request) || access == .trustee ? .address : .anonymous
      }
    try await count(rateClass, NetworkAddress.limitKey(request.remoteAddress), &limits)
  }

  /// Counts a request against who asks.
  package func countCaller(_ caller: Caller, _ limits: inout HTTPHeaders) async throws(Problem) {
    switch caller.proof {
    case .none, .trustee: return
    case .session: try await count(.session, caller.account ?? "", &limits)
    case .token(let id): try await count(.token, id, &limits)
    }
  }

  private func count(_ rateClass: RateClass, _ key: String, _ limits: inout HTTPHeaders) async throws(Problem) {
    let decision = await environment.limiter.take(rateClass, key: key)
    limits["RateLimit-Policy"] = "\"\(rateClass.rawValue)\";q=\(decision.quota.count);w=\(decision.quota.window)"
    limits["RateLimit"] = "\"\(rateClass.rawValue)\";r=\(decision.remaining);t=\(decision.reset)"
    guard let seconds = decision.retryAfter else { return }
    throw Problem(
      .tooManyRequests, detail: "Try again in \(seconds) seconds.", headers: HTTPHeaders([("Retry-After", String(seconds))]))
  }

  /// Who asks.
  package func authenticate(_ request: HTTPRequest, _ access: RouteAccess) async throws -> Caller {
    switch access {
    case .anyone, .permission: return try await environment.authenticator.caller(of: request)
    case .trustee:
      guard let trustees = environment.trustees else { throw Problem(.notFound) }
      return try await trustees.caller(of: request)
    case .operatorOnly: return .anonymous
    }
  }

  /// Whether who asks may use the route.
  package func authorise(_ request: HTTPRequest, _ caller: Caller, _ access: RouteAccess) throws(Problem) {
    switch access {
    case .anyone: return
    case .trustee:
      guard case .trustee = caller.proof else { throw Self.notAuthenticated }
    case .operatorOnly: try authoriseOperator(request)
    case .permission(let permission):
      guard caller.account != nil else { throw Self.notAuthenticated }
      guard caller.may(permission) else { throw Problem(.forbidden, detail: "The permission “\(permission.rawValue)” is needed.") }
    }
  }

  private static let notAuthenticated = Problem(
    .notAuthenticated, headers: HTTPHeaders([("WWW-Authenticate", "Bearer realm=\"comitia\"")]))

  /// A configured token opens from everywhere; without one, only this machine's programs, and not through a proxy.
  private func authoriseOperator(_ request: HTTPRequest) throws(Problem) {
    if let hash = environment.operatorTokenHash {
      guard let token = BearerToken.of(request), SHA256.hash(Array(token.utf8)) == hash else { throw Self.notAuthenticated }
    } else if !NetworkAddress.isLoopback(request.remoteAddress) || Self.isForwarded(request) {
      throw Problem(.forbidden, detail: "Only for programs on the service's own machine.")
    }
  }

  /// A proxy on this machine that nobody told us of would make everybody a program of this machine.
  private static func isForwarded(_ request: HTTPRequest) -> Bool {
    ["Forwarded", "X-Forwarded-For", "Via"].contains { request.headers[$0] != nil }
  }

  /// Refuses what a page of another site made a browser send. Browsers tell where a request comes from; where a session gives the permission, its
  /// anti-forgery token is needed besides. Routes for everybody must not do anything that only the session's owner may.
  ///
  /// - Parameter given: the anti-forgery token, from a header field or a form.
  package func refuseForgery(
    _ request: HTTPRequest, _ caller: Caller, _ access: RouteAccess, given: String?
  ) throws(Problem) {
    if case .token = caller.proof { return }
    if case .trustee = caller.proof { return }
    if let site = request.headers["Sec-Fetch-Site"], site != "same-origin", site != "none" { throw Problem(.forgery) }
    if let origin = request.headers["Origin"], !isOwn(origin, request) { throw Problem(.forgery) }
    guard case .permission = access, case .session(_, let antiForgery) = caller.proof else { return }
    guard let given, Self.isEqual(given, antiForgery) else {
      throw Problem(.forgery, detail: "The field \(Self.antiForgeryField) must be the token that GET /api/v1/session gives.")
    }
  }

  private func isOwn(_ origin: String, _ request: HTTPRequest) -> Bool {
    guard let host = request.headers["Host"] else { return false }
    return origin.lowercased() == "\(request.isSecure ? "https" : "http")://\(host.lowercased())"
  }

  /// By hashes, so that time says nothing of where they differ.
  private static func isEqual(_ a: String, _ b: String) -> Bool { SHA256.hash(Array(a.utf8)) == SHA256.hash(Array(b.utf8)) }
}

/// The field `Authorization: Bearer …` (RFC 6750).
enum BearerToken {
  /// The token; `nil` when there is none.
  static func of(_ request: HTTPRequest) -> String? {
    guard let field = request.headers["Authorization"], field.utf8.count > 7, field.prefix(7).lowercased() == "bearer " else {
      return nil
    }
    return field.dropFirst(7).trimmed
  }
}
