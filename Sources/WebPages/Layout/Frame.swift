import VotingService

/// What stands around a page: who reads it, and where they can go.
struct Frame: Sendable {
  let caller: Caller
  let antiForgery: String
  /// Address of this page: where a change of the language leads back to.
  let here: String
  /// The place that the page belongs to.
  var place: Place
  /// Whether a button asks how it went.
  var isPilot = false

  /// Entries of the navigation.
  enum Place: String, Sendable {
    case elections, accounts, desk, mine, account, none
  }

  init(_ context: PageContext, _ place: Place = .none) {
    caller = context.caller
    antiForgery = context.antiForgery
    // Without its query: what a stranger wrote into a link is not repeated.
    here = context.request.method == "GET" ? context.request.path : "/"
    self.place = place
    isPilot = context.isPilot
  }

  /// For pages about a request that went wrong.
  init(here: String, isPilot: Bool) {
    caller = .anonymous
    antiForgery = ""
    self.here = here
    place = .none
    self.isPilot = isPilot
  }

  private var entries: [(Place, String, Link)] {
    guard caller.account != nil else { return [(.elections, "nav.elections", Link("/elections"))] }
    var entries: [(Place, String, Link)] = []
    if caller.may(.readElections) { entries.append((.elections, "nav.elections", Link("/organise"))) }
    entries.append((.mine, "nav.mine", Link("/mine")))
    if caller.may(.readAccounts) { entries.append((.accounts, "nav.administration", Link("/administration"))) }
    entries.append((.account, "nav.account", Link("/account")))
    return entries
  }

  func top(_ t: Texts) -> HTML {
    headerTag(.class("top")) {
      div(.class("wrap")) {
        anchor(.class("brand"), .href(Link("/"))) {
          Icon.brand
          span { "Comitia" }
        }
        nav(.aria("label", t("nav.label"))) {
          for (place, key, link) in entries {
            if place == self.place {
              anchor(.href(link), .aria("current", "page")) { t(key) }
            } else {
              anchor(.href(link)) { t(key) }
            }
          }
          if caller.account == nil { anchor(.href(Link("/sign-in"))) { t("nav.signIn") } }
          languages(t)
        }
      }
    }
  }

  func foot(_ t: Texts) -> HTML {
    footer(.class("foot")) {
      div(.class("wrap")) {
        anchor(.href(Link("/how"))) { t("nav.how") }
        anchor(.href(Link("/check"))) { t("nav.check") }
        anchor(.href(Link("/help"))) { t("feedback.help") }
        paragraph { t("foot.line") }
      }
      if isPilot { anchor(.class("button button--small feedback"), .href(Link("/feedback"))) { t("feedback.say") } }
    }
  }

  private func languages(_ t: Texts) -> HTML {
    details(.class("menu")) {
      summary {
        Icon.named("globe")
        span(.class("vh")) { t("foot.language") }
        t.language.ownName
      }
      form(.method("post"), .action(Link("/language"))) {
        input(.type("hidden"), .name("then"), .value(here))
        ul {
          for language in Language.allCases {
            li {
              button(
                .type("submit"), .name("language"), .value(language.rawValue), .lang(language.rawValue),
                .aria("current", language == t.language ? "true" : "")
              ) { language.ownName }
            }
          }
        }
      }
    }
  }
}
