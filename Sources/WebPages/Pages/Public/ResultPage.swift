import Elections
import VotingService

/// The result: for each question a chart and a table, then what makes it certain and what to take away.
struct ResultPage: Sendable {
  let shown: PublicElection
  let outcome: Outcome
  /// Which questions stand on which page.
  let pages: [Range<Int>]
  let page: Int
  /// As the trustees signed it; `nil` while they have not.
  var signed: CertifiedResult?

  private var base: Link { Link("/elections", shown.election.reference) }
  private var interface: Link { Link("/api/v1/elections", shown.election.reference) }

  func document(_ context: PageContext) -> Document {
    let t = context.t
    return Document(t("result.title", ["title": shown.manifest.title.description]), Frame(context, .elections)) {
      ElectionHead.markup(shown, .result, t)
      BarChart.hatching
      div(.class("col")) {
        facts(t)
        for number in pages[page] { contest(number, t) }
        NumberedPages.markup(page: page, of: pages.count, t) { base.down("result").with(["page": String($0)]) }
        paragraph(.class("small quiet")) { t("result.noRule") }
        if let board = shown.board { certificate(board, t) }
      }
    }
  }

  private func facts(_ t: Texts) -> HTML {
    let result = outcome.result
    let roll = shown.board.map { UInt64($0.opening.rollCount) } ?? 0
    return dl(.class("facts")) {
      div {
        dt { t("result.counted") }
        dd {
          NumberText.grouped(Int64(result.counted), t.language)
          if outcome.isWeighted { small { " " + t("result.weight", ["count": result.countedWeight]) } }
        }
      }
      div {
        dt { t("result.turnout") }
        dd {
          NumberText.percent(UInt64(result.counted), of: roll, t.language) ?? "–"
          small { " " + t("result.ofRoll", ["roll": roll]) }
        }
      }
      div {
        dt { t("result.closed") }
        dd(.class("fact--time")) { shown.election.closed.map { TimeText.short($0, t.language) } }
      }
      div {
        dt { t("result.published") }
        dd(.class("fact--time")) { shown.election.tallied.map { TimeText.short($0, t.language) } }
      }
    }
  }

  private func contest(_ number: Int, _ t: Texts) -> HTML {
    let contest = outcome.contests[number]
    let id = "q\(number + 1)"
    return section(.class("sheet sheet--doc"), .aria("labelledby", id)) {
      headerTag {
        h2(.id(id)) { contest.contest.title.description }
        paragraph(.class("small quiet")) { ContestText.rule(contest.contest.rules, t) }
      }
      div(.class("stack")) {
        paragraph(.class("lead")) {
          if contest.isTie {
            Chip.labelled(t("result.aTie"), .wait)
            " "
          }
          contest.says(t)
        }
        lot(contest, t)
        BarChart.markup(contest, t)
        ContestTable.markup(contest, isWeighted: outcome.isWeighted, t)
        notes(contest, t)
      }
    }
  }

  /// How the trustees' lot has put options in order that have equally many votes.
  private func lot(_ contest: ContestOutcome, _ t: Texts) -> HTML? {
    guard !contest.decisiveLots.isEmpty else { return nil }
    return div(.class("stack-s")) {
      for sentence in contest.lotSays(t) { paragraph { sentence } }
      paragraph(.class("small")) { anchor(.href(base.down("audit").at("draws"))) { t("public.draw.how") } }
    }
  }

  private func notes(_ contest: ContestOutcome, _ t: Texts) -> HTML? {
    if let unused = contest.unused, contest.weight > 0 {
      return paragraph(.class("fine quiet")) { t("result.unused", ["count": unused]) }
    }
    return contest.isScore ? paragraph(.class("fine quiet")) { t("result.pointsNote") } : nil
  }

  private func certificate(_ board: PublicBoard, _ t: Texts) -> HTML {
    section(.class("cert"), .aria("labelledby", "certificate")) {
      div(.class("cert__in")) {
        div(.class("cert__head")) {
          div {
            paragraph(.class("small quiet")) { shown.manifest.title.description }
            h2(.id("certificate")) { t("result.certificate") }
            paragraph(.class("cert__says")) {
              t("result.certificate.says", ["threshold": String(board.roster.threshold), "count": board.roster.trustees.count])
            }
          }
          ElectionHead.rosette(board)
        }
        dl(.class("dl")) {
          dt { t("result.trustees") }
          dd { board.names.joined(separator: " · ") }
          dt { t("result.board") }
          dd { t("result.board.text", ["entries": board.status.entries, "quorum": String(board.opening.quorum)]) }
          dt { t("result.electionID") }
          dd(.class("hash")) { board.status.electionID.hexadecimal }
          if let signed {
            dt { t("result.signature.key") }
            dd(.class("hash")) { signed.jointKey.hexadecimal }
            dt { t("result.signature") }
            dd(.class("hash")) { signed.signatureText }
          } else {
            dt { t("result.signature") }
            dd { t("result.signature.awaited") }
          }
        }
        div(.class("actions apart")) {
          anchor(.class("button button--primary"), .href(Link("/verify", shown.election.reference))) { t("result.verify") }
          if signed != nil {
            anchor(.class("button"), .href(base.down("certificate.pdf"))) {
              Icon.named("download")
              t("result.pdf")
            }
            anchor(
              .class("button button--plain"), .href(interface.down("certificate")),
              .download("certificate-\(shown.election.reference).json")
            ) {
              t("result.signed")
            }
          }
          anchor(.class("button button--plain"), .href(base.down("result.csv"))) { t("result.csv") }
          anchor(
            .class("button button--plain"), .href(interface.down("results")), .download("result-\(shown.election.reference).json")
          ) {
            t("result.json")
          }
        }
      }
    }
  }
}

/// The numbers of a question.
enum ContestTable {
  static func markup(_ outcome: ContestOutcome, isWeighted: Bool, _ t: Texts) -> HTML {
    let leaders = Set(outcome.leaders)
    return table {
      caption { explanation(outcome, isWeighted, t) }
      thead {
        tr {
          th(.scope("col")) { t("result.option") }
          th(.scope("col"), .class("r")) { t(outcome.isScore ? "result.points" : "result.votes") }
          th(.scope("col"), .class("r")) { t(outcome.isScore ? "result.averageHead" : "result.share") }
          th(.scope("col"), .class("out wide")) { t("result.outcome") }
        }
      }
      tbody {
        for option in outcome.ranked { row(outcome, option, leaders, t) }
        if let blank = outcome.blank, outcome.contest.rules.minimum == 0 || blank > 0 {
          tr {
            th(.scope("row"), .class("quiet")) { t("result.blank") }
            td(.class("r")) { NumberText.grouped(Int64(clamping: blank), t.language) }
            td(.class("r")) { NumberText.percent(blank, of: outcome.weight, t.language) ?? "–" }
            td(.class("out wide")) {}
          }
        }
      }
    }
  }

  private static func explanation(_ outcome: ContestOutcome, _ isWeighted: Bool, _ t: Texts) -> String {
    if outcome.isScore { return t("result.caption.score", ["count": outcome.weight]) }
    if isWeighted { return t("result.caption.weighted", ["count": outcome.weight]) }
    return t(
      outcome.contest.rules.kind == .approval ? "result.caption.approval" : "result.caption.single", ["count": outcome.weight])
  }

  private static func row(_ outcome: ContestOutcome, _ option: Int, _ leaders: Set<Int>, _ t: Texts) -> HTML {
    tr {
      th(.scope("row")) { outcome.contest.options[option].name.description }
      td(.class("r")) { NumberText.grouped(Int64(clamping: outcome.totals[option]), t.language) }
      td(.class("r")) {
        (outcome.isScore
          ? outcome.average(option, t.language) : NumberText.percent(outcome.totals[option], of: outcome.weight, t.language))
          ?? "–"
      }
      td(.class("out wide")) {
        if leaders.contains(option) { word(outcome, t) }
        if outcome.firstByLot == option {
          " "
          Chip.labelled(t("result.byLot"), .ok)
        }
      }
    }
  }

  private static func word(_ outcome: ContestOutcome, _ t: Texts) -> HTML {
    if outcome.isTie { return Chip.labelled(t("result.tied"), .wait) }
    return Chip.labelled(t(outcome.isScore ? "result.mostPoints" : "result.mostVotes"), .ok)
  }
}

/// Where there is no result: why, and what comes.
struct NoResultPage: Sendable {
  let shown: PublicElection
  let progress: TallyProgress?

  func document(_ context: PageContext) -> Document {
    let t = context.t
    let isLive = shown.state != .draft && shown.state != .aborted
    return Document(
      t("result.title", ["title": shown.manifest.title.description]), Frame(context, .elections), modules: isLive ? ["turnout"] : []
    ) {
      ElectionHead.markup(shown, .result, t)
      div(.class("col"), .id("live"), .data("election", shown.election.reference), .data("state", shown.state.rawValue)) {
        ElectionHead.news(shown, t)
        if let progress, let board = shown.board { TallyProgressView.markup(progress, board, t) }
        div(.class("empty")) { paragraph { t("result.none.\(reason)") } }
      }
    }
  }

  private var reason: String {
    switch shown.state {
    case .aborted: "aborted"
    case .counting: "counting"
    case .draft, .soon, .open, .paused, .ending, .tallied: "open"
    }
  }
}
