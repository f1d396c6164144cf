/// Bars for the options of a question: solid for those that have most, hatched for the others, values printed. The drawing is one picture for
/// ears; the table below says the same.
enum BarChart {
  /// With more options the chart shows the first ones.
  static let most = 20

  /// The hatching, once a page.
  static let hatching = svg(.class("chart hatching"), .named("width", "0"), .named("height", "0"), .aria("hidden", "true")) {
    defs {
      pattern(
        .id("hatch"), .named("width", "5"), .named("height", "5"), .named("patternUnits", "userSpaceOnUse"),
        .named("patternTransform", "rotate(45)")
      ) { svgPath(.class("engrave"), .named("d", "M0 0V5")) }
    }
  }

  static func markup(_ outcome: ContestOutcome, _ t: Texts) -> HTML {
    let leaders = Set(outcome.leaders)
    let shown = outcome.ranked.prefix(most)
    return figure(.class("chart")) {
      div(.class("measures"), .role("img"), .aria("label", label(outcome, t))) {
        for option in shown { row(outcome, option, isLeader: leaders.contains(option), t) }
      }
      if outcome.totals.count > most {
        figcaption(.class("fine quiet")) { t("result.chartFirst", ["count": most, "all": outcome.totals.count]) }
      }
    }
  }

  private static func label(_ outcome: ContestOutcome, _ t: Texts) -> String {
    t("result.chart", ["says": outcome.says(t)])
  }

  private static func row(_ outcome: ContestOutcome, _ option: Int, isLeader: Bool, _ t: Texts) -> HTML {
    let length = outcome.length(option)
    let width = "\(length / 10).\(length % 10)%"
    return div(.class(isLeader ? "measure measure--most" : "measure")) {
      span(.class("measure__name")) { outcome.contest.options[option].name.description }
      svg(.class("measure__bar"), .named("width", "100%")) {
        if isLeader {
          rect(.class("bar"), .named("width", width), .named("height", "100%"))
        } else {
          rect(.named("fill", "url(#hatch)"), .named("width", width), .named("height", "100%"))
        }
        rect(.class("edge"), .named("width", width), .named("height", "100%"))
      }
      span(.class("measure__value")) {
        strong { NumberText.grouped(Int64(clamping: outcome.totals[option]), t.language) }
        if let share = outcome.share(option, t) { " · " + share }
      }
    }
  }
}
