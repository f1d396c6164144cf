import API
import Elections
import VotingService

// An election's own page: where it stands, what comes next, who has voted, who keeps the key.
extension OrganisePages {
  var overview: Page {
    .shows("/organise/{e}", may: .permission(.readElections)) { context in
      let organised = try await organised(context)
      return .page(overview(organised, try await facts(organised, context), context))
    }
  }

  private func overview(_ organised: Organised, _ facts: ElectionFacts, _ context: PageContext) -> Document {
    let t = context.t
    return document(organised.title, .overview, organised, context, modules: ["organise"]) {
      div(.class("col"), .id("live"), .data("live", organised.reference)) {
        Notice.done(
          context,
          among: [
            "organise.created", "organise.cloned", "organise.opened", "organise.paused", "organise.resumed", "organise.closed",
            "organise.aborted", "organise.archived",
          ])
        if let overdue = organised.election.overdue { self.overdue(overdue, t) }
        if let evidence = facts.board?.behind { behind(evidence, t) }
        if let reason = organised.election.reason {
          Notice.saying(t("organise.reason.\(organised.election.state.rawValue)", ["reason": reason]), .wait)
        }
        LifeLine.of(organised, facts, t)
        if let next = NextStep.of(organised, facts, t) { card(next, organised, context) }
        div(.class("cols cols--two")) {
          if facts.board != nil { turnout(facts, t) } else { preparation(organised, facts, t) }
          trustees(organised, facts, t)
        }
        div(.class("cols cols--two")) {
          times(organised, facts, t)
          if organised.mayChange { otherActions(organised, context) }
        }
      }
    }
  }

  private func overdue(_ reason: String, _ t: Texts) -> HTML {
    div(.class("notice notice--stop")) {
      Icon.named("warning")
      div {
        paragraph { strong { t("organise.overdue") } }
        paragraph(.lang("en")) { reason }
      }
    }
  }

  private func behind(_ evidence: BoardEvidence, _ t: Texts) -> HTML {
    switch evidence {
    case .truncated, .forked: Notice.saying(t("organise.board.behind"), .stop)
    case .restored: Notice.saying(t("organise.board.restored"), .wait)
    }
  }

  private func card(_ next: NextStep, _ organised: Organised, _ context: PageContext) -> HTML {
    section(.class("sheet next stack"), .aria("labelledby", "next")) {
      div(.class("stack-s")) {
        paragraph(.class("small quiet")) { context.t("organise.next") }
        h2(.id("next")) { next.title }
        paragraph { next.text }
      }
      if organised.mayChange {
        div(.class("actions")) {
          if let link = next.link { anchor(.class("button button--primary"), .href(link)) { next.caption } }
          if organised.election.state == .paused {
            OrganiseForm.oneButton(
              context.t("organise.resume"), organised.link.down("resume"), context, kind: "button button--primary",
              fields: ["version": String(organised.election.version)])
          }
        }
      }
    }
  }

  private func turnout(_ facts: ElectionFacts, _ t: Texts) -> HTML {
    let voters = Int(facts.board?.voters ?? 0)
    let percent = NumberText.percent(UInt64(voters), of: UInt64(facts.roll.eligible), t.language)
    return section(.class("sheet stack"), .aria("labelledby", "turnout")) {
      headerTag { h2(.id("turnout")) { t("organise.turnout") } }
      dl(.class("facts facts--two")) {
        div {
          dt { t("organise.voted") }
          dd {
            NumberText.grouped(Int64(voters), t.language)
            small { " " + t("organise.of", ["count": facts.roll.eligible]) }
          }
        }
        div {
          dt { t("organise.share") }
          dd { percent ?? "–" }
        }
      }
      if let turnout = facts.turnout { turnout.drawing(t) }
      paragraph(.class("fine quiet")) { t("organise.turnout.secret") }
    }
  }

  private func preparation(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "prepared")) {
      headerTag { h2(.id("prepared")) { t("organise.prepared") } }
      dl(.class("facts facts--two")) {
        div {
          dt { t("organise.part.questions") }
          dd { NumberText.grouped(Int64(organised.manifest.contests.count), t.language) }
        }
        div {
          dt { t("organise.part.voters") }
          dd {
            NumberText.grouped(Int64(facts.roll.eligible), t.language)
            small { t("organise.withCredential", ["count": facts.roll.credentials]) }
          }
        }
      }
      paragraph { anchor(.href(organised.link.down("ballot"))) { t("organise.preview.do") } }
    }
  }

  private func trustees(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> HTML {
    section(.class("sheet"), .aria("labelledby", "trustees")) {
      headerTag {
        h2(.id("trustees")) { anchor(.href(organised.link.down("trustees"))) { t("organise.part.trustees") } }
        span(.class("small quiet")) {
          t("organise.trustees.needed", ["count": facts.trustees.trustees.count, "needed": facts.trustees.state.threshold])
        }
      }
      if facts.trustees.trustees.isEmpty {
        div(.class("empty")) { paragraph(.class("small")) { t("organise.trustees.empty") } }
      } else {
        TrusteeRows.list(facts, t)
      }
    }
  }

  private func times(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> HTML {
    let election = organised.election
    func time(_ time: UInt64) -> HTML { time == 0 ? .text(t("organise.byHand")) : TimeText.element(time, t.language) }
    return section(.class("sheet stack"), .aria("labelledby", "times")) {
      headerTag { h2(.id("times")) { t("organise.part.times") } }
      dl(.class("dl")) {
        dt { t("organise.opens") }
        dd { election.opened.map { TimeText.element($0, t.language) } ?? time(election.manifest.opens) }
        dt { t("organise.closes") }
        dd { election.closed.map { TimeText.element($0, t.language) } ?? time(election.manifest.closes) }
        if let tallied = election.tallied {
          dt { t("organise.counted") }
          dd { TimeText.element(tallied, t.language) }
        }
        if let board = facts.board {
          dt { t("organise.board") }
          dd {
            anchor(.href(Link("/elections", election.reference))) {
              t(
                "organise.board.entries",
                ["count": Int(board.entries), "signed": facts.cosigned.values.count { $0 == board.size }])
            }
          }
          dt { t("organise.tests") }
          dd { t("organise.tests.count", ["count": Int(board.challenged)]) }
        }
      }
    }
  }

  /// All that can be done besides the next step.
  private func otherActions(_ organised: Organised, _ context: PageContext) -> HTML {
    let t = context.t
    let state = organised.election.state
    let ways = ConfirmedAction.allCases.filter { $0.isPossible(in: state) }
    return section(.class("sheet stack"), .aria("labelledby", "actions")) {
      headerTag { h2(.id("actions")) { t("organise.actions") } }
      ul(.class("rows rows--links")) {
        for way in ways {
          li {
            span {
              bold { anchor(.href(organised.link.down(way.rawValue))) { t("organise.\(way.rawValue)") } }
              small { t("organise.brief.\(way.rawValue)") }
            }
          }
        }
      }
      div(.class("actions")) {
        if state == .tallied {
          OrganiseForm.oneButton(
            t("organise.archive"), organised.link.down("archive"), context,
            fields: ["version": String(organised.election.version)])
        }
        OrganiseForm.oneButton(t("organise.clone"), organised.link.down("clone"), context)
      }
      paragraph(.class("fine quiet")) { t("organise.clone.text") }
    }
  }
}

/// The life of an election in dots.
enum LifeLine {
  private enum Stage: String, CaseIterable { case defined, roll, keys, voting, closed, counted }

  static func of(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> HTML {
    let done = Self.done(organised, facts)
    let isOver = organised.election.state == .aborted
    let now = isOver ? nil : Stage.allCases.first { !done.contains($0) }
    return section(.class("sheet"), .aria("labelledby", "life")) {
      h2(.class("vh"), .id("life")) { t("organise.life") }
      ol(.class("life life--row life--compact")) {
        for stage in Stage.allCases { item(stage, done.contains(stage), stage == now, t) }
      }
      if let now {
        paragraph(.class("life__now only-narrow"), .aria("hidden", "true")) { strong { t("organise.life.\(now.rawValue)") } }
      }
    }
  }

  private static func item(_ stage: Stage, _ isDone: Bool, _ isNow: Bool, _ t: Texts) -> HTML {
    let state = isDone ? "done" : isNow ? "now" : "todo"
    return li(.data("state", state), .aria("current", isNow ? "step" : "")) {
      span(.class("dot")) { if isDone { Icon.named("tick") } }
      span(.class("life__t")) { bold { t("organise.life.\(stage.rawValue)") } }
    }
  }

  private static func done(_ organised: Organised, _ facts: ElectionFacts) -> Set<Stage> {
    var done: Set<Stage> = [.defined]
    if organised.election.opened != nil { return opened(organised.election.state) }
    if facts.roll.eligible > 0, facts.roll.credentials == facts.roll.eligible { done.insert(.roll) }
    if facts.trustees.state.phase == .ready { done.insert(.keys) }
    return done
  }

  private static func opened(_ state: ElectionState) -> Set<Stage> {
    switch state {
    case .closed: [.defined, .roll, .keys, .voting, .closed]
    case .tallied, .archived: Set(Stage.allCases)
    case .draft, .active, .paused, .aborted: [.defined, .roll, .keys]
    }
  }
}
