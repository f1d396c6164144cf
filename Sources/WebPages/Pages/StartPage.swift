import VotingService

/// Where the service introduces itself, and everybody finds their way on.
struct StartPage: Sendable {
  var pages: [Page] { [LanguageChoice.page, start] }

  private var start: Page {
    .shows("/") { context in
      let t = context.t
      return .page(
        Document(t("start.title"), Frame(context)) {
          Notice.done(context, among: ["signedOut"])
          div(.class("page-head")) {
            div {
              h1 { t("start.title") }
              paragraph { t("start.lead") }
            }
          }
          div(.class("cols cols--two")) {
            Self.way(t("start.vote"), t("start.vote.text"), nil)
            Self.way(t("start.see"), t("start.see.text"), (Link("/elections"), t("start.see.do")))
            if context.caller.may(.manageElections) {
              Self.way(t("start.organise"), t("start.organise.text"), (Link("/organise"), t("start.organise.do")))
            } else {
              Self.way(t("start.organise"), t("start.organise.text"), (Link("/sign-in"), t("start.signIn.do")))
            }
            Self.way(t("start.how"), t("start.how.text"), (Link("/how"), t("start.how.do")))
          }
        })
    }
  }

  private static func way(_ title: String, _ text: String, _ next: (Link, String)?) -> HTML {
    section(.class("sheet stack-s")) {
      h2 { title }
      paragraph(.class("quiet")) { text }
      if let next { paragraph { anchor(.href(next.0)) { next.1 } } }
    }
  }
}
