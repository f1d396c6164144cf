import BallotCryptography
import Elections
import VotingService

/// An election for everybody: what is asked, until when, how many have voted, who holds the keys.
struct ElectionPage: Sendable {
  let shown: PublicElection
  /// Of an election that is being tallied.
  let progress: TallyProgress?
  /// Where the board is anchored; `nil`: on no public chain.
  var place: ChainPlace?

  /// With more options in all, only the questions lead on, so that the page stays small.
  private static let mostLinkedOptions = 120

  func document(_ context: PageContext) -> Document {
    let t = context.t
    let isLive = [.soon, .open, .paused, .ending, .counting].contains(shown.state)
    return Document(shown.manifest.title.description, Frame(context, .elections), modules: isLive ? ["turnout"] : []) {
      ElectionHead.markup(shown, .election, t)
      div(.class("col"), .id("live"), .data("election", shown.election.reference), .data("state", shown.state.rawValue)) {
        ElectionHead.news(shown, t)
        if shown.state == .tallied {
          div(.class("notice")) {
            Icon.named("tick")
            div {
              paragraph { t("public.news.tallied") }
              div(.class("actions")) {
                anchor(.class("button button--primary"), .href(ElectionHead.link(shown, .result))) { t("public.toResult") }
              }
            }
          }
        }
        if let progress, let board = shown.board { TallyProgressView.markup(progress, board, t) }
        times(t)
        if let board = shown.board, shown.state != .soon || board.status.cast > 0 {
          Turnout(shown, board).markup(t, isLive: shown.state == .open || shown.state == .paused)
        }
      }
      if !shown.manifest.description.utf8.isEmpty {
        section(.class("sheet stack-s apart")) { Prose.paragraphs(shown.manifest.description.description) }
      }
      div(.class("cols cols--side apart")) {
        div(.class("col")) { questions(t) }
        div(.class("col")) {
          if shown.state == .open { vote(t) }
          voters(t)
          keys(t)
          chain(t)
        }
      }
    }
  }

  private func times(_ t: Texts) -> HTML {
    let manifest = shown.manifest
    let hasBegun = shown.board != nil && shown.state != .soon
    return dl(.class("facts")) {
      fact(
        t(hasBegun ? "public.fact.opens" : "public.fact.willOpen"),
        shown.election.opened.map { max($0, manifest.opens) } ?? manifest.opens, t("public.fact.byHand"), t)
      fact(
        t(shown.election.closed == nil ? "public.fact.closes" : "result.closed"), shown.election.closed ?? manifest.closes,
        t("public.fact.byHand"), t)
      div {
        dt { t("public.fact.voters") }
        dd { shown.board.map { NumberText.grouped(Int64($0.opening.rollCount), t.language) } ?? "–" }
      }
      div {
        dt { t("public.fact.questions") }
        dd { NumberText.grouped(Int64(manifest.contests.count), t.language) }
      }
    }
  }

  private func fact(_ name: String, _ time: UInt64, _ none: String, _ t: Texts) -> HTML {
    div {
      dt { name }
      dd(.class("fact--time")) { time == 0 ? HTML.text(none) : TimeText.short(time, t.language) }
    }
  }

  private func questions(_ t: Texts) -> HTML {
    let contests = shown.manifest.contests
    let linksOptions = contests.reduce(0) { $0 + $1.options.count } <= Self.mostLinkedOptions
    let base = Link("/elections", shown.election.reference, "options")
    return group {
      for (number, contest) in contests.enumerated() {
        section(.class("sheet sheet--doc stack-s"), .aria("labelledby", "q\(number + 1)")) {
          h2(.id("q\(number + 1)")) { contest.title.description }
          Prose.paragraphs(contest.description.description)
          paragraph(.class("small quiet")) { ContestText.rule(contest.rules, t) }
          OrderNote.markup(shown, contest, t)
          let order = shown.shownOptions(of: number)
          if linksOptions {
            ul(.class("rows rows--links")) {
              for index in order {
                li {
                  let option = contest.options[index]
                  span {
                    bold { anchor(.href(base.down(String(number + 1), String(index + 1)))) { option.name.description } }
                    if option.picture != nil { small { t("public.option.hasPicture") } }
                  }
                  Icon.named("onward")
                }
              }
            }
          } else {
            paragraph(.class("small")) { order.map { contest.options[$0].name.description }.joined(separator: " · ") }
            paragraph {
              anchor(.href(base.down(String(number + 1)))) { t("public.contest.all", ["count": contest.options.count]) }
            }
          }
        }
      }
    }
  }

  private func vote(_ t: Texts) -> HTML {
    section(.class("sheet stack-s"), .aria("labelledby", "vote")) {
      h2(.id("vote")) { t("public.vote") }
      paragraph(.class("small")) { t("public.vote.text") }
    }
  }

  private func voters(_ t: Texts) -> HTML {
    let manifest = shown.manifest
    return section(.class("sheet stack-s"), .aria("labelledby", "voters")) {
      h2(.id("voters")) { t("public.voters") }
      paragraph(.class("small")) { strong { t("public.issuer.\(manifest.issuer.word)") } }
      paragraph(.class("small")) { t("public.issuerMeans.\(manifest.issuer.word)") }
      paragraph(.class("small")) { t(manifest.revoting == .lastCounts ? "public.revoting.last" : "public.revoting.refused") }
      if let opening = shown.board?.opening, opening.rollWeight != UInt64(opening.rollCount) {
        paragraph(.class("small")) { t("public.weights", ["voters": opening.rollCount, "weight": opening.rollWeight]) }
      }
    }
  }

  private func keys(_ t: Texts) -> HTML? {
    guard let board = shown.board else { return nil }
    let (roster, names) = (board.roster, board.names)
    return section(.class("sheet stack-s"), .aria("labelledby", "keys")) {
      h2(.id("keys")) { t("public.keys") }
      paragraph(.class("small")) {
        t("public.keys.text", ["count": roster.trustees.count, "threshold": String(roster.threshold)])
      }
      ul(.class("rows")) {
        for name in names { li { span { bold { name } } } }
      }
      paragraph(.class("small")) { anchor(.href(Link("/how"))) { t("public.keys.more") } }
    }
  }

  private func chain(_ t: Texts) -> HTML? {
    guard let mode = shown.manifest.anchoring?.mode, let place else { return nil }
    return section(.class("sheet stack-s"), .aria("labelledby", "chain")) {
      h2(.id("chain")) { t("public.chain") }
      paragraph(.class("small")) { t("public.chain.text", ["network": ChainText.network(place, t)]) }
      paragraph(.class("small")) { t("audit.anchors.mode.\(mode.word)") }
      if shown.board != nil {
        paragraph(.class("small")) { anchor(.href(ElectionHead.link(shown, .audit).at("anchors"))) { t("public.chain.more") } }
      }
    }
  }
}

/// How far the trustees are, between closing and result.
enum TallyProgressView {
  static func markup(_ progress: TallyProgress, _ board: PublicBoard, _ t: Texts) -> HTML {
    let isSigned = progress.cosigned.count >= progress.quorum
    let done = min(progress.cosigned.count, progress.quorum) + min(progress.decrypted.count, progress.threshold)
    let all = progress.quorum + progress.threshold
    return section(.class("sheet sheet--doc stack"), .aria("labelledby", "counting")) {
      h2(.id("counting")) { t("public.counting") }
      paragraph { t(isSigned ? "public.counting.opening" : "public.counting.signing") }
      progressBar(t("public.counting"), done, all)
      paragraph(.class("status")) {
        t(
          "public.counting.far",
          [
            "signed": String(progress.cosigned.count), "quorum": String(progress.quorum),
            "opened": String(progress.decrypted.count), "threshold": String(progress.threshold),
          ])
      }
      ul(.class("rows")) {
        for (index, name) in board.names.enumerated() {
          li {
            span { bold { name } }
            chip(index + 1, progress, t)
          }
        }
      }
    }
  }

  private static func progressBar(_ name: String, _ done: Int, _ all: Int) -> HTML {
    progress(.aria("label", name), .value(String(done)), .maximum(String(all)))
  }

  private static func chip(_ number: Int, _ progress: TallyProgress, _ t: Texts) -> HTML {
    if progress.decrypted.contains(number) { return Chip.labelled(t("public.counting.opened"), .ok) }
    if progress.cosigned.contains(number) { return Chip.labelled(t("public.counting.signed"), .ok) }
    return Chip.labelled(t("public.counting.awaited"), .wait)
  }
}

/// What a question allows, in words.
enum ContestText {
  static func rule(_ rules: ContestRules, _ t: Texts) -> String {
    let rule: String
    switch rules.kind {
    case .yesNo, .single: rule = t("public.rule.single", ["count": rules.options])
    case .approval:
      rule =
        rules.minimum > 1
        ? t("public.rule.between", ["minimum": String(rules.minimum), "count": rules.maximum])
        : t("public.rule.approval", ["count": rules.maximum])
    case .score: rule = t("public.rule.score", ["range": rules.range])
    }
    return rule + " " + t(rules.minimum == 0 ? "public.rule.blank" : "public.rule.noBlank")
  }
}

extension CredentialIssuer {
  /// As keys of texts have it.
  var word: String {
    switch self {
    case .service: "service"
    case .authority: "authority"
    case .voter: "voter"
    }
  }
}
