import Elections
import VotingService

/// What each trustee and witness did, and what of it was refused.
struct AuditConduct {
  let reference: String
  let board: PublicBoard
  let conduct: ElectionConduct

  func markup(_ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "conduct")) {
      h2(.id("conduct")) { t("audit.conduct") }
      paragraph {
        t("audit.conduct.lead", ["threshold": String(board.roster.threshold), "count": board.roster.trustees.count])
      }
      if let fork = conduct.fork { Notice.saying(said(fork, t), .stop) }
      table(t)
      ConductFaults.markup(conduct, t)
      witnesses(t)
      paragraph(.class("small")) {
        anchor(.href(Link("/api/v1/elections", reference, "conduct")), .download("conduct-\(reference).json")) {
          t("audit.conduct.file")
        }
      }
      paragraph(.class("fine quiet")) { t("audit.conduct.check") }
    }
  }

  private func said(_ fork: ElectionConduct.Fork, _ t: Texts) -> String {
    let size = NumberText.grouped(Int64(clamping: fork.size), t.language)
    guard let here = fork.boardRoot else { return t("audit.conduct.lost", ["size": size, "there": fork.root.hexadecimal]) }
    return t("audit.conduct.fork", ["size": size, "there": fork.root.hexadecimal, "here": here.hexadecimal])
  }

  private func table(_ t: Texts) -> HTML {
    div(.class("scroll"), .tabindex(0), .role("region"), .aria("label", t("audit.conduct.caption"))) {
      WebPages.table {
        caption { t("audit.conduct.caption") }
        thead {
          tr {
            th(.scope("col")) { t("audit.trustee") }
            for phase in ConductPhase.regular { th(.scope("col")) { t("audit.conduct.part.\(phase.rawValue)") } }
          }
        }
        tbody {
          for trustee in conduct.trustees {
            tr {
              th(.scope("row")) { trustee.name }
              for phase in ConductPhase.regular { td { chip(trustee.standings[phase] ?? .later, t) } }
            }
          }
        }
      }
    }
  }

  private func chip(_ standing: ElectionConduct.Standing, _ t: Texts) -> HTML {
    let kind: Chip.Kind =
      switch standing {
      case .done: .ok
      case .awaited, .absent: .wait
      case .refused: .stop
      case .later, .none, .joined: .plain
      }
    return Chip.labelled(t("audit.conduct.is.\(standing.rawValue)"), kind)
  }

  private func witnesses(_ t: Texts) -> HTML {
    group {
      h3 { t("audit.conduct.witnesses") }
      if conduct.witnesses.isEmpty {
        paragraph(.class("small quiet")) { t("audit.conduct.witnesses.none") }
      } else {
        ul(.class("rows")) {
          for witness in conduct.witnesses {
            li {
              span {
                bold { witness.name }
                small {
                  t.html(
                    "audit.cosignatures.signed",
                    [
                      "size": HTML.text(NumberText.grouped(Int64(clamping: witness.size), t.language)),
                      "time": TimeText.short(witness.time, t.language),
                    ])
                }
              }
              Chip.labelled(
                t(witness.agrees ? "audit.conduct.witness.agrees" : "audit.conduct.witness.other"), witness.agrees ? .ok : .stop)
            }
          }
        }
      }
    }
  }
}

/// What was refused, by name.
enum ConductFaults {
  static func markup(_ conduct: ElectionConduct, _ t: Texts) -> HTML {
    group {
      h3 { t("audit.conduct.refused") }
      if conduct.refusals.isEmpty && conduct.failures.isEmpty {
        paragraph(.class("small quiet")) { t("audit.conduct.refused.none") }
      } else {
        ul(.class("rows")) {
          for failure in conduct.failures { failed(failure, t) }
          for refusal in conduct.refusals { refused(refusal, t) }
        }
      }
    }
  }

  private static func failed(_ failure: ElectionConduct.FailedCeremony, _ t: Texts) -> HTML {
    li {
      span {
        bold { failure.name ?? t("audit.conduct.nobody") }
        small {
          t("audit.conduct.fault.\(failure.fault)") + " · " + t("audit.conduct.ceremony") + " "
          TimeText.short(failure.started, t.language)
        }
      }
      Chip.labelled(t("audit.conduct.part.ceremony"), .stop)
    }
  }

  private static func refused(_ refusal: TrusteeRefusal, _ t: Texts) -> HTML {
    li {
      span {
        bold { refusal.name }
        small {
          t("audit.conduct.reason.\(refusal.reason.rawValue)") + " · "
          if refusal.count > 1 { t("audit.conduct.times", ["count": refusal.count]) + " · " }
          TimeText.short(refusal.first, t.language)
          if refusal.isProved { " · " + t("audit.conduct.proved") }
        }
      }
      Chip.labelled(t("audit.conduct.part.\(refusal.phase.rawValue)"), .stop)
    }
  }
}
