import API
import HTTPServer
import VotingService

/// Signing in and out.
struct SessionPages: Sendable {
  let access: AccessService
  /// Whether one may sign in over connections that are not encrypted from other machines too.
  let allowsPlainHTTP: Bool
  /// Whether whoever has forgotten a password can have a link mailed.
  var sendsMails = false

  var pages: [Page] { [show, signIn, signOut] }

  private var show: Page {
    .shows("/sign-in") { context in
      if context.caller.account != nil { return .redirect(Self.next(context.query["then"])) }
      return .page(document(context, Filled(context.query)))
    }
  }

  private var signIn: Page {
    .does("/sign-in", limit: .login) { context in
      let request = context.request
      guard request.isSecure || allowsPlainHTTP || NetworkAddress.isLoopback(request.remoteAddress) else {
        return refused(context, context.t("signIn.insecure"))
      }
      do {
        let grant = try await access.signIn(
          name: context.form.trimmed("name"), password: context.form["password"],
          place: NetworkAddress.limitKey(request.remoteAddress),
          client: request.headers["User-Agent"] ?? "", former: context.caller)
        let cookie = grant.token.map { HTTPHeaders([("Set-Cookie", SessionCookie.setting($0, for: request))]) }
        return .redirect(Self.next(context.form["then"]), headers: cookie ?? HTTPHeaders())
      } catch AccessError.wrongCredentials {
        return refused(context, context.t("signIn.wrong"))
      } catch AccessError.notActive(.suspended) {
        return refused(context, context.t("signIn.suspended"))
      } catch AccessError.notActive {
        return refused(context, context.t("signIn.pending"))
      } catch AccessError.throttled(let seconds) {
        return refused(context, context.t("signIn.throttled", ["count": seconds]))
      }
    }
  }

  private var signOut: Page {
    .does("/sign-out", may: .permission(.ownAccount)) { context in
      guard case .session(let id, _) = context.caller.proof else { throw Problem(.notAuthenticated) }
      try await access.endSession(id, of: try context.account())
      return .redirect(
        Link("/").with(["done": "signedOut"]), headers: HTTPHeaders([("Set-Cookie", SessionCookie.clearing(for: context.request))]))
    }
  }

  /// Where one wanted to go; the start page for what could lead elsewhere.
  private static func next(_ path: String) -> Link { Link.own(path) ?? Link("/") }

  private func refused(_ context: PageContext, _ text: String) -> PageAnswer {
    .page(document(context, Filled(context.form, faults: [("name", text)])), status: 422)
  }

  private func document(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("signIn.title"), Frame(context)) {
      div(.class("page-head")) { h1 { t("signIn.title") } }
      div(.class("sheet sheet--narrow stack")) {
        Notice.done(context, among: ["registered", "passwordReset", "passwordMail", "setUp"])
        Field.faults(filled, t)
        SentForm.to(Link("/sign-in"), context) {
          input(.type("hidden"), .name("then"), .value(filled.values["then"]))
          Field.line("name", t("signIn.name"), filled, autocomplete: "username")
          Field.line("password", t("signIn.password"), filled, kind: .password(isNew: false))
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("signIn.do") } }
        }
        if sendsMails {
          paragraph(.class("small")) { anchor(.href(Link("/password/forgotten"))) { t("signIn.forgotten.mail") } }
        } else {
          paragraph(.class("small quiet")) { t("signIn.forgotten") }
        }
        paragraph(.class("small")) { anchor(.href(Link("/register"))) { t("signIn.register") } }
      }
    }
  }
}
