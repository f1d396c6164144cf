import API
import Elections
import VotingService

// What an organiser comes to: the own elections, and what needs doing.
extension OrganisePages {
  /// Elections of a page.
  private static let most = 100
  /// Elections of which the page says what comes next: each of them is asked for.
  private static let mostNext = 20

  var dashboard: Page {
    .shows("/organise", may: .permission(.readElections)) { context in
      let organiser = try context.organiser()
      let before = UInt64(context.query["before"])
      let mine = try await services.elections.organised(by: organiser, before: before, limit: Self.most + 1)
      let others = try await services.elections.organised(by: organiser, others: true, limit: Self.most)
      var next: [String: NextStep] = [:]
      for summary in mine.filter({ $0.state.needsSomebody }).prefix(Self.mostNext) {
        next[summary.reference] = try? await nextStep(summary.reference, context)
      }
      return .page(document(mine, others, next, context))
    }
  }

  private func nextStep(_ reference: String, _ context: PageContext) async throws -> NextStep? {
    let election = try await services.elections.election(reference, for: try context.organiser())
    let organised = Organised(election: election, mayChange: true, mayChangeRoll: true)
    return NextStep.of(organised, try await facts(organised, context), context.t)
  }

  private func document(
    _ mine: [ElectionSummary], _ others: [ElectionSummary], _ next: [String: NextStep], _ context: PageContext
  ) -> Document {
    let t = context.t
    let mayCreate = context.caller.may(.manageElections)
    return Document(t("organise.title"), Frame(context, .elections)) {
      div(.class("page-head")) {
        div {
          h1 { t("organise.title") }
          if mayCreate, !mine.isEmpty {
            paragraph { anchor(.class("button button--primary"), .href(Link("/organise/new"))) { t("organise.new") } }
          }
        }
      }
      div(.class("col")) {
        Notice.done(context, among: ["organise.deleted"])
        if mine.isEmpty {
          div(.class("sheet")) {
            div(.class("empty")) {
              h2 { t("organise.empty") }
              paragraph(.class("quiet")) { mayCreate ? t("organise.empty.text") : t("organise.empty.reader") }
              if mayCreate {
                div(.class("actions")) {
                  anchor(.class("button button--primary"), .href(Link("/organise/new"))) { t("organise.empty.do") }
                }
              }
            }
          }
        }
        for group in StateGroup.allCases {
          let elections = mine.prefix(Self.most).filter { group.states.contains($0.state) }
          if !elections.isEmpty { list(t("organise.group.\(group.rawValue)"), elections, next, t) }
        }
        if mine.count > Self.most {
          let last = String(mine[Self.most - 1].created)
          paragraph { anchor(.href(Link("/organise").with(["before": last]))) { t("organise.older") } }
        }
        if !others.isEmpty { list(t("organise.others"), others, [:], t) }
      }
    }
  }

  private func list(
    _ title: String, _ elections: [ElectionSummary], _ next: [String: NextStep], _ t: Texts
  ) -> HTML {
    section(.class("sheet")) {
      headerTag { h2 { title } }
      ul(.class("rows rows--links")) {
        for election in elections {
          li {
            span {
              bold { anchor(.href(Link("/organise", election.reference))) { election.title } }
              small {
                if let next = next[election.reference] {
                  t("organise.nextStep", ["step": next.title])
                } else {
                  t("organise.made") + " "
                  TimeText.element(election.created, t.language)
                }
              }
            }
            StateChip.of(election.state, t)
          }
        }
      }
    }
  }
}

/// States that stand together in a list.
private enum StateGroup: String, CaseIterable {
  case draft, open, counting, done, past

  var states: [ElectionState] {
    switch self {
    case .draft: [.draft]
    case .open: [.active, .paused]
    case .counting: [.closed]
    case .done: [.tallied]
    case .past: [.archived, .aborted]
    }
  }
}

extension ElectionState {
  /// Whether something remains to be done.
  fileprivate var needsSomebody: Bool { self != .archived && self != .aborted }
}
