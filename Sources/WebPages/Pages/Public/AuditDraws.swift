import Elections
import VotingService

/// What the trustees drew, and what follows from it: orders, and ballots for an audit.
struct AuditDraws: Sendable {
  let shown: PublicElection
  let board: PublicBoard
  let audit: PublicAudit

  /// Ballots that a page lists at most.
  static let most = 1000

  func markup(_ t: Texts) -> HTML {
    section(.class("sheet stack"), .id("draws"), .aria("labelledby", "draws-title")) {
      headerTag {
        h2(.id("draws-title")) { t("audit.draws") }
      }
      paragraph { t("audit.draws.text", ["threshold": String(board.roster.threshold), "count": board.roster.trustees.count]) }
      dl(.class("dl")) {
        dt { t("audit.draws.opening") }
        dd(.class("hash")) { board.opening.draw.output.hexadecimal }
        for (number, contest) in board.manifest.contests.enumerated() where contest.order == .drawn {
          dt { t("audit.draws.options", ["title": contest.title.description]) }
          dd { shown.shownOptions(of: number).map { contest.options[$0].name.description }.joined(separator: " · ") }
        }
        dt { t("audit.draws.duty") }
        dd { audit.dutyOrder.map { board.names[$0 - 1] }.joined(separator: " · ") }
        dt { t("audit.draws.closing") }
        if let closing = audit.closingDraw {
          dd(.class("hash")) { closing.hexadecimal }
        } else {
          dd { t("audit.draws.notYet") }
        }
      }
      if let sample = audit.sample { ballots(sample, t) }
      paragraph(.class("fine quiet")) { t("audit.draws.check") }
    }
  }

  private func ballots(_ sample: AuditSample, _ t: Texts) -> HTML {
    let reference = shown.election.reference
    return div(.class("stack"), .id("sample")) {
      h3 { t("audit.sample") }
      paragraph { t("audit.sample.text", ["count": sample.ballots.count, "all": String(sample.counted)]) }
      form(.method("get"), .action(Link("/elections", reference, "audit").at("sample")), .class("fields")) {
        div(.class("field")) {
          label(.for("sample-size")) { t("audit.sample.size") }
          input(
            .type("number"), .id("sample-size"), .name("sample"), .minimum("0"), .maximum(String(Self.most)),
            .value(String(sample.ballots.count)), .inputmode("numeric"))
        }
        button(.class("button"), .type("submit")) { t("audit.sample.draw") }
      }
      if !sample.ballots.isEmpty { list(sample, t) }
      if sample.counted > Self.most { paragraph(.class("fine quiet")) { t("audit.sample.more", ["most": Self.most]) } }
    }
  }

  private func list(_ sample: AuditSample, _ t: Texts) -> HTML {
    let reference = shown.election.reference
    return div(.class("scroll"), .tabindex(0), .role("region"), .aria("label", t("audit.sample"))) {
      table {
        caption { t("audit.sample.caption") }
        thead {
          tr {
            th(.scope("col")) { t("audit.number") }
            th(.scope("col")) { t("audit.sample.tracker") }
            th(.scope("col")) { t("audit.sample.proof") }
          }
        }
        tbody {
          for ballot in sample.ballots {
            let tracker = ballot.tracker.hexadecimal
            tr {
              th(.scope("row")) { NumberText.grouped(Int64(ballot.entry), t.language) }
              td(.class("hash")) { anchor(.href(Link("/verify", reference).at(tracker))) { tracker } }
              td {
                anchor(.href(Link("/api/v1/elections", reference, "ballots", tracker))) {
                  t("audit.sample.receipt")
                  span(.class("vh")) { ": \(NumberText.grouped(Int64(ballot.entry), t.language))" }
                }
              }
            }
          }
        }
      }
    }
  }
}
