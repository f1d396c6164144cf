import VotingService

/// Lists of the own account: where one is signed in, and which programs may act.
enum AccountParts {
  static func sessions(_ sessions: [SessionInformation], _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack"), .aria("labelledby", "sessions")) {
      headerTag {
        h2(.id("sessions")) { t("account.sessions") }
        span(.class("small quiet")) { t("account.sessions.count", ["count": sessions.count]) }
      }
      ul(.class("rows")) { for session in sessions { row(session, context) } }
      SentForm.to(Link("/account/sessions/end"), context) {
        div(.class("actions")) { button(.class("button button--stop"), .type("submit")) { t("account.sessions.endAll") } }
      }
    }
  }

  private static func row(_ session: SessionInformation, _ context: PageContext) -> HTML {
    let t = context.t
    let isThis = if case .session(let id, _) = context.caller.proof { id == session.id } else { false }
    return li {
      span {
        bold { session.client.isEmpty ? t("account.session.unknown") : browser(session.client) }
        small { t.html("account.session.used", ["time": TimeText.element(session.used, t.language)]) }
      }
      if isThis {
        Chip.labelled(t("account.session.this"), .ok)
      } else {
        SentForm.to(Link("/account/sessions", session.id, "end"), context) {
          button(.class("button button--small"), .type("submit")) { t("account.session.end") }
        }
      }
    }
  }

  /// The part of what a browser calls itself that people know; the whole where there is none.
  static func browser(_ client: String) -> String {
    let systems = [
      ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
      ("Linux", "Linux"),
    ]
    let browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
    let system = systems.first { client.contains($0.0) }?.1
    guard let browser = browsers.first(where: { client.contains($0.0) })?.1 else { return client }
    return system.map { "\(browser) · \($0)" } ?? browser
  }

  static func tokens(_ tokens: [AccessToken], _ lifetimes: [Int], _ filled: Filled, _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack"), .aria("labelledby", "tokens")) {
      headerTag { h2(.id("tokens")) { t("account.tokens") } }
      paragraph(.class("small quiet")) { t("account.tokens.text") }
      if !tokens.isEmpty { ul(.class("rows")) { for token in tokens { row(token, context) } } }
      details(.open(!filled.faults.isEmpty && filled.values.has("days"))) {
        summary { t("account.token.new") }
        SentForm.to(Link("/account/tokens"), context) {
          Field.line("name", t("account.token.name"), filled, hint: t("account.token.name.hint"))
          scopes(filled, context)
          Field.choice(
            "days", t("account.token.days"), lifetimes.map { (value: String($0), text: t("account.token.day", ["count": $0])) },
            filled)
          div(.class("actions")) { button(.class("button"), .type("submit")) { t("account.token.do") } }
        }
      }
    }
  }

  private static func scopes(_ filled: Filled, _ context: PageContext) -> HTML {
    let t = context.t
    let chosen = Set(filled.values.all("scope"))
    return fieldset(.class("field")) {
      legend { t("account.token.scopes") }
      div(.class("choices")) {
        for permission in Permission.allCases where context.caller.may(permission) {
          let word = permission.rawValue
          label(.class("choice")) {
            input(.type("checkbox"), .id("scope-\(word)"), .name("scope"), .value(word), .checked(chosen.contains(word)))
            span { bold { t("account.permission.\(word)") } }
          }
        }
      }
    }
  }

  private static func row(_ token: AccessToken, _ context: PageContext) -> HTML {
    let t = context.t
    return li {
      span {
        bold { token.name }
        small { token.scopes.map { t("account.permission.\($0.rawValue)") }.sorted().joined(separator: " · ") }
        small {
          t.html("account.token.ends", ["time": TimeText.element(token.expires, t.language)])
          if let used = token.used { t.html("account.token.used", ["time": TimeText.element(used, t.language)]) }
        }
      }
      SentForm.to(Link("/account/tokens", token.id, "revocation"), context) {
        button(.class("button button--small button--stop"), .type("submit")) { t("account.token.revoke") }
      }
    }
  }
}
