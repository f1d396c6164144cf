import Elections
import ThresholdCryptography
import VotingService

/// The trustees of an election, and what is going on among them.
struct TrusteePage: Sendable {
  let organised: Organised
  let facts: ElectionFacts
  /// Of it what was refused, and by whom.
  let conduct: ElectionConduct
  let context: PageContext

  private var t: Texts { context.t }
  private var link: Link { organised.link.down("trustees") }
  private var state: TrusteeState { facts.trustees.state }
  /// Whether trustees may come and go.
  private var isGathering: Bool { organised.isDraft && [.gathering, .failed].contains(state.phase) && organised.mayChange }

  func document(_ pages: OrganisePages, _ filled: Filled?) -> Document {
    pages.document(t("organise.part.trustees"), .trustees, organised, context, modules: ["organise"]) {
      div(.class("col")) {
        if let filled { Field.faults(filled, t) }
        div(.class("col"), .id("live"), .data("live", organised.reference)) {
          Notice.done(
            context,
            among: [
              "organise.withdrawn", "organise.thresholdSet", "organise.ceremonyStarted", "organise.ceremonyAbandoned",
              "organise.absenceSet",
              "organise.handover.started", "organise.handover.retried", "organise.handover.cancelled",
            ])
          situation
          list
          TrusteeFaults.markup(conduct, needed: state.threshold, t)
        }
        if isGathering {
          div(.class("cols cols--two")) {
            invitation(filled ?? Filled())
            threshold(filled)
          }
        }
        if organised.isDraft, organised.mayChange { ceremony(filled) }
        if [.open, .paused].contains(state.phase), organised.mayChange || facts.handOver != nil {
          HandOverSection(organised: organised, facts: facts, context: context).html(filled)
        }
      }
    }
  }

  // MARK: What is going on

  private var situation: HTML {
    let round = facts.trustees.round
    let phase = state.isGivenUp ? "abandoned" : "\(state.phase.name)"
    return section(.class("sheet stack-s"), .aria("labelledby", "situation")) {
      h2(.id("situation")) { t("organise.phase.\(phase)") }
      paragraph { t("organise.phase.text.\(phase)", ["needed": state.threshold, "quorum": state.quorum]) }
      if organised.isDraft { paragraph(.class("small quiet")) { t("organise.quorum.text", ["count": state.quorum]) } }
      if let round, state.phase == .ceremony { paragraph { t("organise.round.\(Self.word(round))") } }
      if !facts.missing.isEmpty { paragraph { t("organise.waitingFor", ["names": facts.missing]) } }
      if let reason = state.reason, !state.isGivenUp { Notice.saying(t("organise.ceremonyFault", ["reason": reason]), .stop) }
    }
  }

  private static func word(_ round: CeremonyRound) -> String {
    switch round {
    case .commit: "commit"
    case .reveal: "reveal"
    case .share: "share"
    case .confirm, .finished, .failed: "confirm"
    }
  }

  private var list: HTML {
    section(.class("sheet"), .aria("labelledby", "list")) {
      headerTag {
        h2(.id("list")) { t("organise.part.trustees") }
        span(.class("small quiet")) {
          t("organise.trustees.needed", ["count": facts.trustees.trustees.count, "needed": state.threshold])
        }
      }
      if facts.trustees.trustees.isEmpty {
        div(.class("empty")) {
          paragraph { strong { t("organise.trustees.empty") } }
          paragraph(.class("quiet")) { t("organise.trustees.empty.text") }
        }
      } else {
        TrusteeRows.list(facts, t) { trustee in isGathering ? ways(trustee) : .empty }
        if !facts.dutyOrder.isEmpty { paragraph(.class("small quiet")) { t("organise.trustees.duty", ["names": facts.dutyNames]) } }
      }
    }
  }

  private func ways(_ trustee: TrusteeOverview.Trustee) -> HTML {
    let own = link.down(String(trustee.number))
    return details {
      summary { t("organise.trustee.change", ["name": trustee.name]) }
      div(.class("stack-s")) {
        paragraph(.class("small quiet")) { t("organise.trustee.change.text") }
        div(.class("actions")) {
          OrganiseForm.oneButton(t("organise.inviteAgain"), own.down("again"), context, kind: "button button--small")
          OrganiseForm.oneButton(
            t("organise.withdraw"), own.down("withdraw"), context, kind: "button button--small button--stop",
            fields: ["name": trustee.name])
        }
      }
    }
  }

  // MARK: Forms

  private func invitation(_ filled: Filled) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "invite")) {
      h2(.id("invite")) { t("organise.invite") }
      SentForm.to(link, context, name: "form") {
        Field.line("name", t("organise.trusteeName"), filled, hint: t("organise.trusteeName.hint"))
        div(.class("actions")) {
          button(.class("button button--primary"), .type("submit")) { t("organise.invite.do") }
        }
      }
    }
  }

  private func threshold(_ filled: Filled?) -> HTML {
    let count = facts.trustees.trustees.count
    let values = Form([
      "threshold": String(state.threshold), "quorum": organised.election.definition.quorum.map { String($0) } ?? "",
    ])
    let isSent = filled?.values.has("threshold") == true
    let shown = isSent ? filled ?? Filled(values) : Filled(values, faults: filled?.faults.filter { $0.name == "threshold" } ?? [])
    return section(.class("sheet stack"), .aria("labelledby", "needed")) {
      h2(.id("needed")) { t("organise.threshold") }
      paragraph(.class("small")) { t("organise.threshold.text") }
      if !facts.fitsThreshold, count > 0 {
        Notice.saying(t("organise.threshold.unfit", ["count": count, "least": count / 2 + 1]), .wait)
      }
      SentForm.to(link.down("threshold"), context, name: "form") {
        organised.version
        Field.line("threshold", t("organise.thresholdField"), shown, kind: .number(1...50))
        Field.line(
          "quorum", t("organise.quorumField"), shown, kind: .number(1...50), hint: t("organise.quorumField.hint"),
          isRequired: false)
        div(.class("actions")) { button(.class("button"), .type("submit")) { t("organise.save") } }
      }
    }
  }

  /// What must be typed to give a key ceremony up.
  static let abandonment = "ABANDON"

  private func ceremony(_ filled: Filled?) -> HTML? {
    let count = facts.trustees.trustees.count
    let allJoined = count > 0 && facts.trustees.trustees.allSatisfy { $0.joined != nil }
    switch state.phase {
    case .gathering where allJoined && facts.fitsThreshold, .failed where allJoined && facts.fitsThreshold:
      return section(.class("sheet next stack")) {
        div(.class("stack-s")) {
          h2 { t("organise.ceremony") }
          paragraph { t("organise.ceremony.text") }
        }
        div(.class("actions")) {
          OrganiseForm.oneButton(t("organise.ceremony.do"), link.down("ceremony"), context, kind: "button button--primary")
        }
      }
    case .ceremony, .drill, .ready:
      return group {
        if state.phase != .ceremony { absence }
        details(.class("sheet")) {
          summary { t("organise.restart") }
          div(.class("stack")) {
            paragraph { t("organise.restart.text") }
            OrganiseForm.oneButton(
              t("organise.restart"), link.down("ceremony"), context, kind: "button button--stop", fields: ["do": "restart"])
          }
        }
        details(.class("sheet"), .open(filled?.fault("confirm") != nil)) {
          summary { t("organise.abandon") }
          div(.class("stack")) {
            paragraph { t("organise.abandon.text") }
            SentForm.to(link.down("abandon"), context, name: "form") {
              OrganiseForm.confirmation(Self.abandonment, filled ?? Filled(), t)
              div(.class("actions")) { button(.class("button button--stop"), .type("submit")) { t("organise.abandon.do") } }
            }
          }
        }
      }
    default: return nil
    }
  }

  /// Trustees who have missed the fire drill may be left out, if enough others can count.
  private var absence: HTML? {
    let late = facts.trustees.trustees.filter { !$0.passed }
    guard !late.isEmpty else { return nil }
    return section(.class("sheet stack")) {
      h2 { t("organise.absence") }
      paragraph { t("organise.absence.text") }
      SentForm.to(link.down("absence"), context) {
        fieldset(.class("field")) {
          legend { t("organise.absence.who") }
          div(.class("choices")) {
            for trustee in late {
              label(.class("choice")) {
                input(.type("checkbox"), .name("absent"), .value(trustee.name), .checked(trustee.isAbsent))
                span { bold { trustee.name } }
              }
            }
          }
        }
        div(.class("actions")) { button(.class("button"), .type("submit")) { t("organise.absence.do") } }
      }
    }
  }

  // MARK: Invitation

  static func invitation(
    _ name: String, _ secret: String, _ organised: Organised, _ context: PageContext, _ pages: OrganisePages
  ) -> Document {
    let t = context.t
    return pages.document(t("organise.invited", ["name": name]), .trustees, organised, context, modules: ["organise"]) {
      section(.class("sheet stack")) {
        Notice.saying(t("organise.invited.once"), .wait, isNews: true)
        codeTag(.class("cmd"), .id("invitation"), .data("copy", t("organise.copy"))) { secret }
        paragraph { t("organise.invited.how") }
        paragraph(.class("small quiet")) { t("organise.invited.who") }
        div(.class("actions")) {
          anchor(.class("button button--primary"), .href(organised.link.down("trustees"))) { t("organise.invited.done") }
        }
      }
    }
  }
}

/// Trustees, a line each: how far, and when they were heard of.
enum TrusteeRows {
  static func list(
    _ facts: ElectionFacts, _ t: Texts, ways: (TrusteeOverview.Trustee) -> HTML = { _ in .empty }
  ) -> HTML {
    ul(.class("rows")) {
      for trustee in facts.trustees.trustees {
        li {
          div {
            bold { trustee.name }
            small {
              t("organise.trustee.number", ["number": trustee.number]) + " · "
              seen(trustee, t)
              if let size = facts.cosigned[trustee.number] {
                " · " + t("organise.trustee.cosigned", ["count": Int(size)])
              }
            }
            ways(trustee)
          }
          chip(trustee, facts, t)
        }
      }
    }
  }

  private static func seen(_ trustee: TrusteeOverview.Trustee, _ t: Texts) -> HTML {
    guard trustee.joined != nil else {
      return group {
        t("organise.trustee.invited") + " "
        time(trustee.invited, t)
      }
    }
    guard let seen = trustee.seen else { return .text(t("organise.trustee.unseen")) }
    return group {
      t("organise.trustee.seen") + " "
      time(seen, t)
    }
  }

  /// Without the day of the week.
  private static func time(_ time: UInt64, _ t: Texts) -> HTML {
    timeTag(.datetime(TimeText.machine(time)), .data("local", "short")) { TimeText.words(time, t.language) }
  }

  private static func chip(_ trustee: TrusteeOverview.Trustee, _ facts: ElectionFacts, _ t: Texts) -> HTML {
    let isAwaited = facts.trustees.missing.contains(trustee.number)
    func word(_ word: String, _ kind: Chip.Kind) -> HTML { Chip.labelled(t("organise.trustee.is.\(word)"), kind) }
    switch facts.trustees.state.phase {
    case .gathering, .failed: return trustee.joined == nil ? word("notJoined", .wait) : word("joined", .ok)
    case .ceremony: return isAwaited ? word("awaited", .wait) : word("done", .ok)
    case .drill, .ready:
      return trustee.passed ? word("ready", .ok) : trustee.isAbsent ? word("absent", .plain) : word("drill", .wait)
    case .open, .paused: return trustee.passed ? word("ready", .ok) : word("absent", .plain)
    case .closing: return isAwaited ? word("cosigning", .wait) : word("cosigned", .ok)
    case .decrypting: return isAwaited ? word("decrypting", .wait) : word("counted", .ok)
    case .signing: return isAwaited ? word("signing", .wait) : word("signed", .ok)
    case .marking, .tallied: return trustee.latencies[.decryption] == nil ? word("notNeeded", .plain) : word("counted", .ok)
    case .aborted: return word("released", .plain)
    }
  }
}
