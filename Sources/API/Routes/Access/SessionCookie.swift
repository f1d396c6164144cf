import HTTPServer
import VotingService

/// The cookie of a session. Over TLS its name makes browsers refuse it from other hosts and from plain connections (RFC 6265bis, 4.1.3).
package enum SessionCookie {
  static let field = "Cookie"

  private static func name(_ request: HTTPRequest) -> String { request.isSecure ? "__Host-comitia" : "comitia" }

  /// The token that a request shows; `nil` when it shows none, or several, of which one may have been planted.
  static func token(of request: HTTPRequest) -> String? {
    let values = values(request, named: [name(request)])
    return values.count == 1 ? values[0] : nil
  }

  /// Whether a request shows any, be it one for another kind of connection.
  static func isShown(in request: HTTPRequest) -> Bool { !values(request, named: names).isEmpty }

  private static let names = ["__Host-comitia", "comitia"]

  private static func values(_ request: HTTPRequest, named names: [String]) -> [String] {
    request.headers.all(field).flatMap { $0.split(separator: ";") }.compactMap { pair -> String? in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 && names.contains(parts[0].trimmed) ? parts[1].trimmed : nil
    }
  }

  /// `Set-Cookie` with a token; it lives as long as the browser's session does, and the service ends it anyway.
  package static func setting(_ token: String, for request: HTTPRequest) -> String {
    "\(name(request))=\(token); \(attributes(request))"
  }

  /// `Set-Cookie` that takes the cookie away.
  package static func clearing(for request: HTTPRequest) -> String { "\(name(request))=; Max-Age=0; \(attributes(request))" }

  private static func attributes(_ request: HTTPRequest) -> String {
    "Path=/; HttpOnly; SameSite=Lax" + (request.isSecure ? "; Secure" : "")
  }
}

/// Who asks, by the cookie of a session or by a bearer token.
public struct AccessAuthenticator: Authenticator {
  private let access: AccessService

  public init(access: AccessService) { self.access = access }

  public func hasCredentials(_ request: HTTPRequest) -> Bool {
    request.headers["Authorization"] != nil || SessionCookie.isShown(in: request)
  }

  public func caller(of request: HTTPRequest) async throws -> Caller {
    if request.headers["Authorization"] != nil {
      // Two answers to who asks are none.
      guard !SessionCookie.isShown(in: request), request.headers[RequestGuards.antiForgeryField] == nil else {
        throw Problem(.notAuthenticated, detail: "Show a token or a session, not both.")
      }
      guard let token = BearerToken.of(request), let caller = try await access.caller(token: token) else {
        throw Problem(
          .notAuthenticated, detail: "The token is not valid.",
          headers: HTTPHeaders([("WWW-Authenticate", "Bearer realm=\"comitia\", error=\"invalid_token\"")]))
      }
      return caller
    }
    guard let token = SessionCookie.token(of: request) else { return .anonymous }
    return try await access.caller(session: token) ?? .anonymous
  }
}
