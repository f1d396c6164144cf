import API
import HTTPServer
import VotingService

/// The own account: who one is here, password, sessions, tokens for programs.
struct AccountPages: Sendable {
  let access: AccessService

  var pages: [Page] { [show, changePassword, endSession, endAll, createToken, revokeToken] }

  private var show: Page {
    .shows("/account", may: .permission(.ownAccount)) { context in .page(try await document(context)) }
  }

  // MARK: Password

  private var changePassword: Page {
    .does("/account/password", may: .permission(.ownAccount), limit: .login) { context in
      let (t, request) = (context.t, context.request)
      do {
        let grant = try await access.changePassword(
          from: context.form["present"], to: context.form["next"], place: NetworkAddress.limitKey(request.remoteAddress),
          by: context.caller)
        let cookie = grant.token.map { HTTPHeaders([("Set-Cookie", SessionCookie.setting($0, for: request))]) }
        return .redirect(Link("/account").with(["done": "password"]), headers: cookie ?? HTTPHeaders())
      } catch AccessError.wrongCredentials {
        return try await refused(context, "present", t("account.password.wrong"))
      } catch AccessError.throttled(let seconds) {
        return try await refused(context, "present", t("account.password.throttled", ["count": seconds]))
      } catch AccessError.invalid {
        return try await refused(context, "next", t("account.password.weak"))
      }
    }
  }

  private func refused(_ context: PageContext, _ field: String, _ text: String) async throws -> PageAnswer {
    .page(try await document(context, Filled(context.form, faults: [(field, text)])), status: 422)
  }

  // MARK: Sessions

  private var endSession: Page {
    .does("/account/sessions/{id}/end", may: .permission(.ownAccount)) { context in
      try await access.endSession(context.value("id"), of: try context.account())
      return .redirect(Link("/account").with(["done": "session"]))
    }
  }

  private var endAll: Page {
    .does("/account/sessions/end", may: .permission(.ownAccount)) { context in
      try await access.endAllSessions(of: try context.account(), by: context.caller)
      return .redirect(
        Link("/").with(["done": "signedOut"]), headers: HTTPHeaders([("Set-Cookie", SessionCookie.clearing(for: context.request))]))
    }
  }

  // MARK: Tokens

  /// Days that a token may live.
  private static let lifetimes = [7, 30, 90, 365]

  private var createToken: Page {
    .does("/account/tokens", may: .permission(.ownAccount)) { context in
      let (t, form) = (context.t, context.form)
      let name = form.trimmed("name")
      let scopes = Set(form.all("scope").compactMap { Permission(rawValue: $0) })
      guard let days = Int(form["days"]), Self.lifetimes.contains(days) else { throw Problem(.badRequest) }
      guard (1...100).contains(name.count) else { return try await refused(context, "name", t("account.token.nameless")) }
      guard !scopes.isEmpty else {
        return try await refused(context, "scope-\(Permission.ownAccount.rawValue)", t("account.token.nothing"))
      }
      do {
        let made = try await access.createToken(name: name, scopes: scopes, lifetime: UInt64(days) * 86_400_000, by: context.caller)
        return .page(try await document(context, Filled(), secret: made.token))
      } catch AccessError.tooMany {
        return try await refused(context, "name", t("account.token.tooMany"))
      }
    }
  }

  private var revokeToken: Page {
    .does("/account/tokens/{id}/revocation", may: .permission(.ownAccount)) { context in
      try await access.revokeToken(context.value("id"), by: context.caller)
      return .redirect(Link("/account").with(["done": "token"]))
    }
  }

  // MARK: The page

  private func document(_ context: PageContext, _ filled: Filled = Filled(), secret: String? = nil) async throws -> Document {
    let (t, id) = (context.t, try context.account())
    let account = try await access.account(id).account
    let sessions = try await access.sessions(of: id)
    let tokens = try await access.tokens(of: id)
    return Document(t("account.title"), Frame(context, .account)) {
      div(.class("page-head")) {
        div {
          h1 { t("account.title") }
          paragraph(.class("quiet")) { "\(account.name) \(account.surname)" }
        }
      }
      div(.class("col")) {
        Self.done(context)
        if let secret { Self.shown(secret, t) }
        Field.faults(filled, t)
        div(.class("cols cols--two")) {
          Self.data(account, context)
          Self.password(filled, context)
        }
        AccountParts.sessions(sessions, context)
        AccountParts.tokens(tokens, Self.lifetimes, filled, context)
      }
    }
  }

  private static func done(_ context: PageContext) -> HTML? {
    let word = context.query["done"]
    guard ["password", "session", "token"].contains(word) else { return nil }
    return Notice.saying(context.t("account.done.\(word)"), isNews: true)
  }

  private static func shown(_ secret: String, _ t: Texts) -> HTML {
    section(.class("sheet sheet--doc stack"), .role("status")) {
      h2 { t("account.token.made") }
      paragraph { t("account.token.once") }
      paragraph { codeTag(.class("cmd"), .id("secret")) { secret } }
    }
  }

  private static func data(_ account: Account, _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack")) {
      h2 { t("account.data") }
      dl(.class("dl")) {
        AccountSheet.fact(t("account.name"), .text("\(account.name) \(account.surname)"))
        AccountSheet.fact(t("account.email"), .text(account.email))
        if let voterID = account.voterID { AccountSheet.fact(t("account.voterId"), .text(voterID)) }
        AccountSheet.fact(t("account.role"), .text(t("account.role.\(account.role.rawValue)")))
        AccountSheet.fact(t("account.created"), TimeText.element(account.created, t.language))
      }
      paragraph(.class("small quiet")) { t("account.data.change") }
      SentForm.to(Link("/sign-out"), context) {
        div(.class("actions")) { button(.class("button"), .type("submit")) { t("account.signOut") } }
      }
    }
  }

  private static func password(_ filled: Filled, _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack")) {
      h2 { t("account.password") }
      SentForm.to(Link("/account/password"), context) {
        Field.line("present", t("account.password.present"), filled, kind: .password(isNew: false))
        Field.line("next", t("account.password.next"), filled, kind: .password(isNew: true), hint: t("account.password.hint"))
        div(.class("actions")) { button(.class("button"), .type("submit")) { t("account.password.do") } }
      }
      paragraph(.class("small quiet")) { t("account.password.ends") }
    }
  }
}
