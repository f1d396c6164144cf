import API
import VotingService

/// What can be counted of voting without knowing who voted what.
struct AnalyticsPages: Sendable {
  let elections: ElectionStore
  let figures: BoardFigures
  let steps: StepCounter

  private static let size = 100

  var pages: [Page] { [list, one] }

  // MARK: All elections

  private var list: Page {
    .shows("/administration/analytics", may: .permission(.readOperations)) { context in
      let t = context.t
      let found = try await figures.turnout(limit: Self.size)
      return .page(
        AdministrationSheet.document(context, .analytics, t("administration.analytics.title")) {
          section(.class("sheet stack")) {
            h2 { t("administration.analytics.turnout") }
            if found.isEmpty {
              div(.class("empty")) { paragraph(.class("small")) { t("administration.analytics.none") } }
            } else {
              Self.turnout(found, t)
            }
          }
          paragraph(.class("small quiet")) { t("administration.analytics.limit") }
        })
    }
  }

  private static func turnout(_ found: [BoardFigures.Turnout], _ t: Texts) -> HTML {
    table {
      caption(.class("vh")) { t("administration.analytics.turnout") }
      thead {
        tr {
          th(.scope("col")) { t("administration.analytics.election") }
          th(.scope("col"), .class("r")) { t("administration.analytics.voted") }
          th(.scope("col"), .class("r wide")) { t("administration.analytics.eligible") }
          th(.scope("col"), .class("r")) { t("administration.analytics.share") }
        }
      }
      tbody {
        for election in found {
          tr {
            th(.scope("row")) { anchor(.href(Link("/administration/analytics", election.election))) { election.title } }
            td(.class("r")) { NumberText.grouped(Int64(election.voters), t.language) }
            td(.class("r wide")) { NumberText.grouped(Int64(election.eligible), t.language) }
            td(.class("r")) { NumberText.percent(election.voters, of: election.eligible, t.language) ?? "–" }
          }
        }
      }
    }
  }

  // MARK: One election

  private var one: Page {
    .shows("/administration/analytics/{e}", may: .permission(.readOperations)) { context in
      let (t, reference) = (context.t, context.value("e"))
      let election = try await elections.election(reference, for: context.organiser())
      let hours = try await figures.votesByHour(of: reference)
      let steps = try await steps.figures(of: reference)
      return .page(
        AdministrationSheet.document(context, .analytics, election.manifest.title.description) {
          section(.class("sheet stack")) {
            h2 { t("administration.analytics.hours") }
            if hours.isEmpty {
              div(.class("empty")) { paragraph(.class("small")) { t("administration.analytics.hours.none") } }
            } else {
              Self.chart(hours, t)
              Self.hours(hours, t)
            }
          }
          Self.steps(steps, t)
        })
    }
  }

  /// Hours that a chart has at least, so that one bar is one hour of a day.
  static let fewestHours = 24

  /// Bars of an hour each, between the times of the first and the last; what they say stands in the table below.
  static func chart(_ hours: [(hour: UInt64, count: Int)], _ t: Texts) -> HTML {
    let shown = hours.suffix(168)
    let most = max(shown.map(\.count).max() ?? 1, 1)
    let slots = max(shown.count, fewestHours)
    let width = 640.0 / Double(slots)
    let end = (shown.last?.hour ?? 0) + hour
    return figure(.class("chart turnout")) {
      paragraph(.class("fine quiet")) { t("administration.analytics.top", ["count": most]) }
      svg(
        .class("turnout__curve"), .named("viewBox", "0 -4 640 208"), .named("preserveAspectRatio", "none"), .named("role", "img"),
        .aria("label", t("administration.analytics.most", ["count": most]))
      ) {
        for part in 0...4 {
          let y = String(50 * part)
          svgLine(
            .class(part == 4 ? "axis" : "grid"), .named("x1", "0"), .named("x2", "640"), .named("y1", y), .named("y2", y),
            .named("vector-effect", "non-scaling-stroke"))
        }
        for (index, hour) in shown.enumerated() where hour.count > 0 {
          let height = Double(hour.count) * 200 / Double(most)
          rect(
            .class("bar"), .named("x", number(Double(slots - shown.count + index) * width)), .named("y", number(200 - height)),
            .named("width", number(max(width - 1, 0.5))), .named("height", number(height)))
        }
      }
      div(.class("turnout__axis fine quiet")) {
        TimeText.short(end - UInt64(slots) * hour, t.language)
        TimeText.short(end, t.language)
      }
    }
  }

  /// Milliseconds.
  private static let hour: UInt64 = 3_600_000

  /// With one decimal.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func hours(_ hours: [(hour: UInt64, count: Int)], _ t: Texts) -> HTML {
    details {
      summary { t("administration.analytics.table") }
      table {
        caption(.class("vh")) { t("administration.analytics.hours") }
        thead {
          tr {
            th(.scope("col")) { t("administration.analytics.hour") }
            th(.scope("col"), .class("r")) { t("administration.analytics.ballots") }
          }
        }
        tbody {
          for hour in hours.suffix(168).reversed() where hour.count > 0 {
            tr {
              th(.scope("row")) { TimeText.element(hour.hour, t.language) }
              td(.class("r")) { NumberText.grouped(Int64(hour.count), t.language) }
            }
          }
        }
      }
    }
  }

  private static func steps(_ figures: StepFigures, _ t: Texts) -> HTML {
    let begun = figures.counts[.opened] ?? 0
    return section(.class("sheet stack")) {
      h2 { t("administration.analytics.steps") }
      if figures.counts.isEmpty {
        div(.class("empty")) { paragraph(.class("small")) { t("administration.analytics.steps.none") } }
      } else {
        table {
          caption(.class("vh")) { t("administration.analytics.steps") }
          thead {
            tr {
              th(.scope("col")) { t("administration.analytics.step") }
              th(.scope("col"), .class("r")) { t("administration.analytics.times") }
              th(.scope("col"), .class("r")) { t("administration.analytics.ofBegun") }
            }
          }
          tbody {
            for step in VotingStep.allCases {
              let count = figures.counts[step] ?? 0
              tr {
                th(.scope("row")) { t("administration.step.\(step.rawValue)") }
                td(.class("r")) { NumberText.grouped(Int64(count), t.language) }
                td(.class("r")) { NumberText.percent(UInt64(count), of: UInt64(begun), t.language) ?? "–" }
              }
            }
          }
        }
        if let minutes = figures.medianMinutes { paragraph { t("administration.analytics.median", ["count": minutes]) } }
      }
      paragraph(.class("fine quiet")) { t("administration.analytics.steps.limit") }
    }
  }
}
