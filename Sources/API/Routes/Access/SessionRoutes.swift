import HTTPServer
import StrictJSON
import VotingService

/// Signing in and out, the own password, the own sessions and tokens.
public struct SessionRoutes: Sendable {
  private let access: AccessService
  private let allowsPlainHTTP: Bool
  private static let id = Parameter<String>.path("id", AccessFields.reference, "The session or token.")
  private static let cookie = [(name: "Set-Cookie", description: "The session.")]

  /// - Parameter allowsPlainHTTP: whether one may sign in over connections that are not encrypted from other machines too.
  public init(access: AccessService, allowsPlainHTTP: Bool = false) {
    self.access = access
    self.allowsPlainHTTP = allowsPlainHTTP
  }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup(
      "Sessions",
      [signIn, current, signOut, list, endOne, endAll, changePassword, listTokens, createToken, revokeToken])
  }

  private var signIn: Route {
    Route(
      "POST", "/session", "signIn", "Signs in by e-mail address or voter id. The session is new, whatever cookie was sent.",
      may: .anyone,
      limit: .login, body: .json(SignIn.json),
      answer: .json(SessionView.json, statuses: [(201, "Signed in.")], headers: Self.cookie),
      problems: [.wrongCredentials, .accountPending, .accountSuspended, .throttled, .insecureConnection]
    ) { context, input in
      let request = context.request
      guard request.isSecure || allowsPlainHTTP || NetworkAddress.isLoopback(request.remoteAddress) else {
        throw Problem(.insecureConnection, detail: "Use https.")
      }
      let grant = try await access.signIn(
        name: input.name, password: input.password, place: NetworkAddress.limitKey(request.remoteAddress),
        client: request.headers["User-Agent"] ?? "", former: context.caller)
      return Self.reply(grant, request, status: 201)
    }
  }

  private static func reply(_ grant: SessionGrant, _ request: HTTPRequest, status: Int = 200) -> Reply<SessionView> {
    let view = SessionView(
      account: AccountView(grant.account, withContact: true),
      permissions: grant.account.role.permissions.sorted { $0.rawValue < $1.rawValue }, antiForgery: grant.antiForgery,
      ends: grant.information.ends)
    let headers = grant.token.map { HTTPHeaders([("Set-Cookie", SessionCookie.setting($0, for: request))]) }
    return Reply(view, status: status, headers: headers ?? HTTPHeaders())
  }

  /// The session that asks; tokens have none.
  private static func session(_ context: Context) throws(Problem) -> String {
    guard case .session(let id, _) = context.caller.proof else {
      throw Problem(.forbidden, detail: "This needs a session; a token has none.")
    }
    return id
  }

  private var current: Route {
    Route(
      "GET", "/session", "getSession", "The session, its account and its anti-forgery token. Now and then the cookie is renewed.",
      may: .permission(.ownAccount), answer: .json(SessionView.json, statuses: [(200, "The session.")], headers: Self.cookie)
    ) { context in Self.reply(try await access.renew(session: try Self.session(context)), context.request) }
  }

  private var signOut: Route {
    Route(
      "DELETE", "/session", "signOut", "Signs out.", may: .permission(.ownAccount),
      answer: .none("Signed out.", headers: Self.cookie)
    ) { context in
      try await access.endSession(try Self.session(context), of: try context.account())
      return HTTPHeaders([("Set-Cookie", SessionCookie.clearing(for: context.request))])
    }
  }

  private struct Sessions: Sendable {
    let items: [SessionItem]
    static let json = JSONCodec<Sessions>.object(
      "SessionList", .required("items", .list(of: SessionItem.json, maximum: 100), \.items), make: { Sessions(items: $0) })
  }

  private var list: Route {
    Route(
      "GET", "/sessions", "listSessions", "The own sessions, latest used first.", may: .permission(.ownAccount),
      answer: .json(Sessions.json)
    ) { context in
      let sessions = try await access.sessions(of: try context.account())
      return Sessions(
        items: sessions.map { session in
          if case .session(let id, _) = context.caller.proof { return SessionItem(session, isThis: id == session.id) }
          return SessionItem(session, isThis: false)
        })
    }
  }

  private var endOne: Route {
    Route(
      "DELETE", "/sessions/{id}", "endSession", "Ends one of the own sessions.", may: .permission(.ownAccount),
      parameters: [Self.id.declaration], answer: .none()
    ) { context in try await access.endSession(try context.value(Self.id), of: try context.account()) }
  }

  private var endAll: Route {
    Route(
      "DELETE", "/sessions", "endSessions", "Signs out everywhere.", may: .permission(.ownAccount),
      answer: .none("Signed out.", headers: Self.cookie)
    ) { context in
      try await access.endAllSessions(of: try context.account(), by: context.caller)
      return HTTPHeaders([("Set-Cookie", SessionCookie.clearing(for: context.request))])
    }
  }

  private var changePassword: Route {
    Route(
      "PUT", "/session/password", "changePassword", "Changes the own password. All other sessions end.",
      may: .permission(.ownAccount),
      limit: .login, body: .json(PasswordChange.json),
      answer: .json(SessionView.json, statuses: [(200, "Changed.")], headers: Self.cookie),
      problems: [.wrongCredentials, .throttled]
    ) { context, input in
      _ = try Self.session(context)
      let grant = try await access.changePassword(
        from: input.present, to: input.next, place: NetworkAddress.limitKey(context.request.remoteAddress), by: context.caller)
      return Self.reply(grant, context.request)
    }
  }

  private struct Tokens: Sendable {
    let items: [TokenView]
    static let json = JSONCodec<Tokens>.object(
      "TokenList", .required("items", .list(of: TokenView.json, maximum: 100), \.items), make: { Tokens(items: $0) })
  }

  private var listTokens: Route {
    Route(
      "GET", "/tokens", "listTokens", "The own tokens for programs.", may: .permission(.ownAccount), answer: .json(Tokens.json)
    ) { context in Tokens(items: try await access.tokens(of: try context.account()).map { TokenView($0) }) }
  }

  private var createToken: Route {
    Route(
      "POST", "/tokens", "createToken", "A token for a program; the secret is shown only now.", may: .permission(.ownAccount),
      idempotencyKey: true, body: .json(TokenInput.json), answer: .json(TokenView.json, status: 201),
      problems: [.tooManyScopes, .tooMany]
    ) { context, input in
      let made = try await access.createToken(
        name: input.name, scopes: Set(input.scopes), expires: input.expires, by: context.caller)
      return TokenView(made.information, secret: made.token)
    }
  }

  private var revokeToken: Route {
    Route(
      "DELETE", "/tokens/{id}", "revokeToken", "Revokes one of the own tokens.", may: .permission(.ownAccount),
      parameters: [Self.id.declaration], answer: .none()
    ) { context in try await access.revokeToken(try context.value(Self.id), by: context.caller) }
  }
}
