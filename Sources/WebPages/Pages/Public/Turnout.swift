import VotingService

/// How many have voted, as a number and as a curve from the opening to the end. `turnout.mjs` keeps the number up to date, and asks for this
/// part of the page again; without scripts the page can be loaded again.
struct Turnout: Sendable {
  let history: BoardHistory
  /// Voters on the roll.
  let roll: UInt64
  /// Unix milliseconds: the ends of the curve's axis, and how far time has come.
  let from: UInt64
  let to: UInt64
  let now: UInt64

  init(_ shown: PublicElection, _ board: PublicBoard) {
    history = board.history
    roll = UInt64(board.opening.rollCount)
    let opened = shown.election.opened ?? shown.now
    from = max(opened, min(board.manifest.opens, history.firstCast ?? board.manifest.opens))
    let end = shown.election.closed ?? max(shown.now, history.lastCast ?? 0)
    now = max(end, from + 1)
    to = shown.election.closed == nil && board.manifest.closes > now ? board.manifest.closes : now
  }

  private static let width = 1000
  private static let height = 200
  /// Steps of the curve.
  private static let steps = 96

  var voters: UInt64 { UInt64(history.firstCasts.count) }

  /// The top of the curve's axis, in percent of the roll.
  var top: UInt64 {
    let scales: [UInt64] = [1, 5, 10, 25, 50, 75, 100]
    return scales.first { $0 * roll >= voters * 100 } ?? 100
  }

  /// Points of the curve, in the drawing's coordinates.
  func points() -> [(x: Int, y: Int)] {
    let span = max(now - from, 1)
    let whole = max(to - from, 1)
    return (0...Self.steps).map { step in
      // Times fit into 43 bits, so nothing overflows.
      let elapsed = span * UInt64(step) / UInt64(Self.steps)
      let count = UInt64(history.voters(at: from + elapsed))
      let share = roll == 0 ? 0 : min(count * 100 * UInt64(Self.height) / (roll * top), UInt64(Self.height))
      return (Int(elapsed * UInt64(Self.width) / whole), Self.height - Int(share))
    }
  }

  func markup(_ t: Texts, isLive: Bool) -> HTML {
    let percent = NumberText.percent(voters, of: roll, t.language) ?? "–"
    return section(.class("sheet stack"), .id("turnout"), .aria("labelledby", "turnout-title")) {
      headerTag {
        h2(.id("turnout-title")) { t("public.turnout") }
        if isLive { span(.class("chip chip--ok chip--live"), .data("live-mark", ""), .hidden()) { t("public.turnout.live") } }
      }
      paragraph(.class("turnout__count")) {
        t.html(
          "public.turnout.count",
          [
            "voters": outputTag(.data("voters", String(voters))) { NumberText.grouped(Int64(voters), t.language) },
            "roll": span(.data("roll", String(roll))) { NumberText.grouped(Int64(roll), t.language) },
            "percent": outputTag(.data("percent", "")) { percent },
          ])
      }
      drawing(t)
      if isLive { paragraph(.class("fine quiet"), .data("reload-hint", "")) { t("public.turnout.reload") } }
    }
  }

  /// The curve with the ends of its axes.
  func drawing(_ t: Texts) -> HTML {
    let percent = NumberText.percent(voters, of: roll, t.language) ?? "–"
    return figure(.class("chart turnout")) {
      paragraph(.class("fine quiet")) { t("public.turnout.top", ["percent": String(top)]) }
      curve(t("public.turnout.drawing", ["voters": voters, "roll": roll, "percent": percent]))
      div(.class("turnout__axis fine quiet")) {
        TimeText.short(from, t.language)
        TimeText.short(to, t.language)
      }
    }
  }

  private func curve(_ label: String) -> HTML {
    let points = points()
    let line = points.map { "\($0.x) \($0.y)" }.joined(separator: "L")
    let last = points.last?.x ?? 0
    return svg(
      .class("turnout__curve"), .role("img"), .aria("label", label), .named("viewBox", "0 -4 \(Self.width) \(Self.height + 8)"),
      .named("preserveAspectRatio", "none")
    ) {
      for part in 0...4 {
        let y = String(Self.height * part / 4)
        svgLine(
          .class(part == 4 ? "axis" : "grid"), .named("x1", "0"), .named("x2", String(Self.width)), .named("y1", y),
          .named("y2", y),
          .named("vector-effect", "non-scaling-stroke"))
      }
      svgPath(.class("area"), .named("d", "M\(line)V\(Self.height)H0Z"))
      svgPath(.class("curve"), .named("d", "M\(line)"), .named("vector-effect", "non-scaling-stroke"))
      if last < Self.width {
        svgLine(
          .class("mark-line"), .named("x1", String(last)), .named("x2", String(last)), .named("y1", "0"),
          .named("y2", String(Self.height)), .named("vector-effect", "non-scaling-stroke"))
      }
    }
  }
}
