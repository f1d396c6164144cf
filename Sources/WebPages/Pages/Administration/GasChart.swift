import VotingService

/// The price of gas over time: a curve for eyes, a table of days for everybody. Made here, without a script.
struct GasChart: Sendable {
  /// Ascending by time, not empty.
  let prices: [ChainOverview.Price]
  /// Unix milliseconds: the ends of the axis.
  let from: UInt64
  let to: UInt64

  private static let width = 1000
  private static let height = 200
  private static let day: UInt64 = 86_400_000

  /// A day of UTC.
  struct Day: Equatable, Sendable {
    let start: UInt64
    let least: UInt64
    let median: UInt64
    let most: UInt64
  }

  init?(_ prices: [ChainOverview.Price]) {
    guard let first = prices.first, let last = prices.last else { return nil }
    self.prices = prices
    from = first.time
    to = max(last.time, first.time + 1)
  }

  static func median(_ prices: [UInt64]) -> UInt64 {
    let sorted = prices.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  /// The newest first.
  var days: [Day] {
    Dictionary(grouping: prices) { $0.time / Self.day }.sorted { $0.key > $1.key }.map { day, prices in
      let values = prices.map(\.wei)
      return Day(start: day * Self.day, least: values.min() ?? 0, median: Self.median(values), most: values.max() ?? 0)
    }
  }

  /// The three hours of a day in which gas was cheapest on average, by the hour at which they begin; `nil` before two days are known.
  var cheapestHours: Int? {
    guard to - from >= 2 * Self.day else { return nil }
    var sums = [(sum: UInt128, count: UInt128)](repeating: (0, 0), count: 24)
    for price in prices {
      let hour = Int(price.time / 3_600_000 % 24)
      sums[hour] = (sums[hour].sum + UInt128(price.wei), sums[hour].count + 1)
    }
    let windows = (0..<24).compactMap { start -> (start: Int, average: UInt128)? in
      let hours = (0..<3).map { sums[(start + $0) % 24] }
      guard hours.allSatisfy({ $0.count > 0 }) else { return nil }
      return (start, hours.reduce(0) { $0 + $1.sum / $1.count })
    }
    return windows.min { $0.average < $1.average }?.start
  }

  /// The top of the axis: a round number of gwei not below the dearest.
  var top: UInt64 {
    let most = max(prices.map(\.wei).max() ?? 1, 1)
    var step: UInt64 = 1
    while true {
      for factor: UInt64 in [1, 2, 5] where step * factor >= most { return step * factor }
      guard step < UInt64.max / 50 else { return most }
      step *= 10
    }
  }

  func points() -> [(x: Int, y: Int)] {
    // One price alone is a line, too.
    let shown = prices.count == 1 ? prices + [.init(time: to, wei: prices[0].wei)] : prices
    return shown.map { price in
      let x = UInt128(price.time - from) * UInt128(Self.width) / UInt128(to - from)
      let y = UInt128(price.wei) * UInt128(Self.height) / UInt128(top)
      return (Int(x), Self.height - Int(y))
    }
  }

  func markup(_ t: Texts) -> HTML {
    let values = prices.map(\.wei)
    let (least, most) = (values.min() ?? 0, values.max() ?? 0)
    let label = t(
      "administration.chain.prices.label",
      [
        "least": AmountText.gweiNumber(least, t.language), "most": AmountText.gweiNumber(most, t.language),
        "median": AmountText.gweiNumber(Self.median(values), t.language),
      ])
    return group {
      figure(.class("chart turnout")) {
        paragraph(.class("fine quiet")) { t("administration.chain.prices.top", ["price": AmountText.gwei(top, t.language)]) }
        curve(label)
        div(.class("turnout__axis fine quiet")) {
          TimeText.short(from, t.language)
          TimeText.short(to, t.language)
        }
      }
      table {
        caption { t("administration.chain.prices.table") }
        thead {
          tr {
            th(.scope("col")) { t("administration.chain.prices.day") }
            for column in ["least", "median", "most"] {
              th(.scope("col"), .class("r")) { t("administration.chain.prices.\(column)") }
            }
          }
        }
        tbody {
          for day in days {
            tr {
              th(.scope("row")) { TimeText.day(day.start, t.language) }
              for price in [day.least, day.median, day.most] { td(.class("r")) { AmountText.gweiNumber(price, t.language) } }
            }
          }
        }
      }
    }
  }

  private func curve(_ label: String) -> HTML {
    let points = points()
    let line = points.map { "\($0.x) \($0.y)" }.joined(separator: "L")
    return svg(
      .class("turnout__curve"), .role("img"), .aria("label", label), .named("viewBox", "0 -4 \(Self.width) \(Self.height + 8)"),
      .named("preserveAspectRatio", "none")
    ) {
      for part in 0...4 {
        let y = String(Self.height * part / 4)
        svgLine(
          .class(part == 4 ? "axis" : "grid"), .named("x1", "0"), .named("x2", String(Self.width)), .named("y1", y),
          .named("y2", y), .named("vector-effect", "non-scaling-stroke"))
      }
      svgPath(.class("area"), .named("d", "M\(line)V\(Self.height)H\(points.first?.x ?? 0)Z"))
      svgPath(.class("curve"), .named("d", "M\(line)"), .named("vector-effect", "non-scaling-stroke"))
    }
  }
}
