import VotingService

/// All public elections: those in which voting goes on come first.
struct ElectionList: Sendable {
  let elections: [PublicElectionSummary]
  /// From 0.
  let page: Int
  let pages: Int

  func document(_ context: PageContext) -> Document {
    let t = context.t
    return Document(t("public.list.title"), Frame(context, .elections)) {
      div(.class("page-head")) {
        div {
          h1 { t("public.list.title") }
          paragraph(.class("quiet")) { t("public.list.lead") }
        }
      }
      if elections.isEmpty {
        div(.class("empty")) { paragraph { t("public.list.empty") } }
      } else {
        div(.class("sheet")) {
          ul(.class("rows rows--links")) {
            for election in elections { row(election, t) }
          }
        }
        NumberedPages.markup(page: page, of: pages, t) { Link("/elections").with(["page": String($0)]) }
      }
    }
  }

  private func row(_ election: PublicElectionSummary, _ t: Texts) -> HTML {
    let isDone = election.state == .tallied || election.state == .archived
    let base = Link("/elections", election.reference)
    return li {
      span {
        bold { anchor(.href(isDone ? base.down("result") : base)) { election.title } }
        small { when(election, t) }
      }
      PublicState(election.state).chip(t)
    }
  }

  private func when(_ election: PublicElectionSummary, _ t: Texts) -> HTML {
    if election.state == .aborted, let time = election.opened {
      return t.html("public.list.aborted", ["time": TimeText.short(time, t.language)])
    }
    if let time = election.tallied { return t.html("public.list.tallied", ["time": TimeText.short(time, t.language)]) }
    if let time = election.closed { return t.html("public.list.closed", ["time": TimeText.short(time, t.language)]) }
    if let time = election.opened { return t.html("public.list.opened", ["time": TimeText.short(time, t.language)]) }
    return t.html("public.list.created", ["time": TimeText.short(election.created, t.language)])
  }
}
