import VotingService

/// What stands around the pages of administrators: heading, tabs, what was done.
struct AdministrationSheet {
  /// A part of the administration, and who may see it.
  enum Part: String, CaseIterable {
    case overview, accounts, desk, feedback, audit, analytics, jobs, chain, health, settings

    var permission: Permission {
      switch self {
      case .overview, .accounts: .readAccounts
      case .desk: .answerQuestions
      case .feedback: .readFeedback
      case .audit: .readAuditLog
      case .jobs, .chain, .health, .settings, .analytics: .readOperations
      }
    }

    var link: Link {
      switch self {
      case .overview: Link("/administration")
      case .accounts: Link("/administration/accounts")
      case .desk: Link("/administration/desk")
      case .feedback: Link("/administration/feedback")
      case .audit: Link("/administration/audit-log")
      case .analytics: Link("/administration/analytics")
      case .jobs: Link("/administration/jobs")
      case .chain: Link("/administration/chain")
      case .health: Link("/administration/health")
      case .settings: Link("/administration/settings")
      }
    }
  }

  /// A page of the administration.
  static func document(
    _ context: PageContext, _ part: Part, _ title: String, modules: [String] = [], @HTMLBuilder content: () -> HTML
  ) -> Document {
    let t = context.t
    let inside = content()
    return Document(title, Frame(context, .accounts), modules: modules) {
      div(.class("page-head")) {
        div {
          paragraph(.class("over")) { t("administration.over") }
          h1 { title }
        }
      }
      tabs(context, part)
      div(.class("col")) {
        done(context)
        inside
      }
    }
  }

  private static func tabs(_ context: PageContext, _ current: Part) -> HTML {
    let t = context.t
    return nav(.class("tabs"), .aria("label", t("administration.over"))) {
      ul {
        for part in Part.allCases where context.caller.may(part.permission) {
          li {
            if part == current {
              anchor(.href(part.link), .aria("current", "page")) { t("administration.part.\(part.rawValue)") }
            } else {
              anchor(.href(part.link)) { t("administration.part.\(part.rawValue)") }
            }
          }
        }
      }
    }
  }

  private static let words = [
    "approved", "rejected", "changed", "suspended", "restored", "deleted", "retried", "notFailed", "answered", "closed", "reopened",
    "severity", "chain.retry", "chain.anchor", "chain.reconcile", "chain.repair",
  ]

  /// What an earlier form has done.
  private static func done(_ context: PageContext) -> HTML? {
    let word = context.query["done"]
    return words.contains(word) ? Notice.saying(context.t("administration.done.\(word)"), isNews: true) : nil
  }
}

/// Where a list goes on.
struct ListPager {
  static let size = 50

  /// Which page a query asks for, from 0.
  static func page(_ context: PageContext) -> Int { min(max((Int(context.query["page"]) ?? 1) - 1, 0), 1_000_000) }

  /// Links to the pages before and after, and where one is.
  ///
  /// - Parameter link: of a page, by its number from 1.
  static func links(_ context: PageContext, total: Int, _ link: (String) -> Link) -> HTML? {
    let (page, t) = (page(context), context.t)
    guard total > size || page > 0 else { return nil }
    let first = page * size + 1
    let last = min(first + size - 1, max(total, first))
    return Pager.markup(
      t("administration.pages"),
      before: page > 0 ? Pager.Way(link: link(String(page)), caption: t("administration.previous")) : nil,
      here: t("administration.range", ["first": first, "last": last, "count": total]),
      after: (page + 1) * size < total ? Pager.Way(link: link(String(page + 2)), caption: t("administration.next")) : nil)
  }
}
