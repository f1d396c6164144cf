import API
import Elections
import TrackerWords
import VotingService

/// The voter's own page: the elections that concern one, those that need one's vote first. That one voted, never what.
struct MinePage: Sendable {
  let own: OwnElections

  var pages: [Page] {
    [
      .shows("/mine", may: .permission(.vote)) { context in
        .page(Self.document(context, try await own.list(of: try context.account())))
      }
    ]
  }

  static func document(_ context: PageContext, _ elections: [OwnElection]) -> Document {
    let t = context.t
    return Document(t("account.mine.title"), Frame(context, .mine)) {
      div(.class("page-head")) {
        div {
          h1 { t("account.mine.title") }
          paragraph(.class("quiet")) { t("account.mine.lead") }
        }
      }
      div(.class("col")) {
        if elections.isEmpty {
          div(.class("empty")) {
            paragraph(.class("small")) {
              strong { t("account.mine.none") }
              " "
              span(.class("quiet")) { t("account.mine.none.text") }
            }
          }
        }
        for election in elections { sheet(election, t) }
        paragraph(.class("small quiet")) { t("account.mine.limit") }
      }
    }
  }

  private static func sheet(_ own: OwnElection, _ t: Texts) -> HTML {
    let election = own.election
    return section(.class("sheet stack")) {
      headerTag {
        h2 {
          if election.state == .draft {
            election.manifest.title.description
          } else {
            anchor(.href(Link("/elections", election.reference))) { election.manifest.title.description }
          }
        }
        chip(own.standing, t)
      }
      times(own, t)
      advice(own, t)
      if !own.votes.isEmpty { votes(own, t) }
    }
  }

  private static func chip(_ standing: OwnElection.Standing, _ t: Texts) -> HTML {
    switch standing {
    case .needsVote: Chip.labelled(t("account.mine.needsVote"), .wait)
    case .needsCredential: Chip.labelled(t("account.mine.needsCredential"), .wait)
    case .voted: Chip.labelled(t("account.mine.voted"), .ok)
    case .paused: Chip.labelled(t("account.mine.paused"), .wait)
    case .ahead: Chip.labelled(t("account.mine.ahead"), .plain)
    case .counting: Chip.labelled(t("account.mine.counting"), .plain)
    case .result: Chip.labelled(t("account.mine.result"), .ok)
    case .aborted: Chip.labelled(t("account.mine.aborted"), .stop)
    }
  }

  private static func times(_ own: OwnElection, _ t: Texts) -> HTML? {
    let manifest = own.election.manifest
    switch own.standing {
    case .needsVote, .voted, .paused:
      guard manifest.closes > 0 else { return paragraph(.class("small")) { t("account.mine.closesByHand") } }
      return paragraph(.class("small")) { t.html("account.mine.closes", ["time": TimeText.element(manifest.closes, t.language)]) }
    case .ahead, .needsCredential:
      guard manifest.opens > 0 else { return paragraph(.class("small")) { t("account.mine.opensByHand") } }
      return paragraph(.class("small")) { t.html("account.mine.opens", ["time": TimeText.element(manifest.opens, t.language)]) }
    case .counting, .result, .aborted: return nil
    }
  }

  /// What to do next.
  private static func advice(_ own: OwnElection, _ t: Texts) -> HTML? {
    let reference = own.election.reference
    let isDevices = own.election.manifest.issuer == .voter
    switch own.standing {
    case .needsVote:
      return group {
        paragraph {
          switch own.election.manifest.issuer {
          case .service: t("account.mine.link.service")
          case .authority: t("account.mine.link.authority")
          case .voter: own.voter.credential == nil ? t("account.mine.link.missed") : t("account.mine.link.voter")
          }
        }
        if isDevices { lost(own, reference, t) }
      }
    case .needsCredential:
      return group {
        paragraph { t("account.mine.credential.text") }
        div(.class("actions")) {
          anchor(.class("button button--primary"), .href(Link("/credential", reference))) { t("account.mine.credential.do") }
        }
      }
    case .ahead where isDevices:
      return group {
        paragraph(.class("small")) { t("account.mine.credential.ready") }
        lost(own, reference, t)
      }
    case .voted:
      return paragraph(.class("small")) {
        own.election.manifest.revoting == .lastCounts ? t("account.mine.again") : t("account.mine.once")
      }
    case .result:
      return paragraph { anchor(.href(Link("/elections", reference))) { t("account.mine.result.do") } }
    default: return nil
    }
  }

  private static func lost(_ own: OwnElection, _ reference: String, _ t: Texts) -> HTML {
    own.voter.awaitsReplacement
      ? Notice.saying(t("account.mine.credential.waits"), .wait)
      : paragraph(.class("small")) { anchor(.href(Link("/credential", reference))) { t("account.mine.credential.lost") } }
  }

  private static func votes(_ own: OwnElection, _ t: Texts) -> HTML {
    details {
      summary { t("account.mine.votes", ["count": own.votes.count]) }
      div(.class("stack")) {
        paragraph(.class("small quiet")) { t("account.mine.votes.text") }
        for (index, vote) in own.votes.enumerated().reversed() {
          div(.class("stack-s")) {
            paragraph(.class("small")) {
              t.html("account.mine.vote.cast", ["time": TimeText.element(vote.time, t.language)])
              " "
              if own.votes.count > 1 {
                index == own.votes.count - 1 ? t("account.mine.vote.counts") : t("account.mine.vote.replaced")
              }
            }
            ol(.class("tracker")) { for word in TrackerWords.words(of: vote.tracker.bytes) { li { word } } }
          }
        }
      }
    }
  }
}
