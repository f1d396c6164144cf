import VotingService

/// Title, state and ways around the pages of one election.
enum ElectionHead {
  enum Tab: String, CaseIterable { case election, result, audit }

  static func markup(_ shown: PublicElection, _ tab: Tab, _ t: Texts, lead: String? = nil) -> HTML {
    group {
      div(.class("page-head")) {
        div {
          paragraph(.class("over")) { t("public.over.\(tab.rawValue)") }
          h1 { shown.manifest.title.description }
          if let lead { paragraph(.class("quiet")) { lead } }
          paragraph(.id("state")) { shown.state.chip(t) }
        }
        if let board = shown.board { rosette(board) }
      }
      nav(.class("tabs"), .aria("label", t("public.tabs"))) {
        ul {
          for each in Tab.allCases {
            li {
              if each == tab {
                anchor(.href(link(shown, each)), .aria("current", "page")) { t("public.tab.\(each.rawValue)") }
              } else {
                anchor(.href(link(shown, each))) { t("public.tab.\(each.rawValue)") }
              }
            }
          }
        }
      }
    }
  }

  /// An ornament that makes two elections look different.
  static func rosette(_ board: PublicBoard) -> HTML {
    svg(.class("rosette"), .named("viewBox", Rosette.viewBox), .aria("hidden", "true")) {
      svgPath(.named("d", Rosette.path(of: board.status.electionID.bytes)))
    }
  }

  static func link(_ shown: PublicElection, _ tab: Tab) -> Link {
    let base = Link("/elections", shown.election.reference)
    return tab == .election ? base : base.down(tab.rawValue)
  }

  /// What everybody should know before anything else: paused, given up, read-only, not public.
  static func news(_ shown: PublicElection, _ t: Texts) -> HTML {
    let reason = shown.election.reason ?? ""
    return group {
      switch shown.state {
      case .draft: Notice.saying(t("public.news.draft"), .wait)
      case .soon: Notice.saying(t("public.news.soon"), .wait)
      case .paused: Notice.saying(t("public.news.paused", ["reason": reason]), .wait)
      case .ending: Notice.saying(t("public.news.ending"), .wait)
      case .aborted: Notice.saying(t("public.news.aborted", ["reason": reason]), .stop)
      case .open, .counting, .tallied: HTML.empty
      }
      if shown.board?.status.behind != nil, shown.state != .tallied { Notice.saying(t("public.news.behind"), .stop) }
    }
  }
}

/// The pages of a list that has numbers.
enum NumberedPages {
  /// - Parameter link: of a page, from 1.
  static func markup(page: Int, of pages: Int, _ t: Texts, _ link: (Int) -> Link) -> HTML? {
    guard pages > 1 else { return nil }
    return Pager.markup(
      t("public.pager"), before: page > 0 ? Pager.Way(link: link(page), caption: t("public.pager.before")) : nil,
      here: t("public.pager.here", ["page": page + 1, "pages": pages]),
      after: page + 1 < pages ? Pager.Way(link: link(page + 2), caption: t("public.pager.after")) : nil)
  }
}
