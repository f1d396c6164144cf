import Elections
import Verification

/// What the trustees of a verified election drew, for people: the orders, how ties were broken, and which ballots to look at.
struct DrawsText {
  private let facts: ElectionFacts
  /// How many ballots are drawn for an audit.
  private let sample: Int
  private let terminal: Terminal

  private static let label = 14

  init(_ facts: ElectionFacts, sample: Int, _ terminal: Terminal) {
    self.facts = facts
    self.sample = sample
    self.terminal = terminal
  }

  /// Says it.
  func say() {
    let draws = facts.draws
    terminal.say(terminal.styled("Drawn by the trustees", .bold))
    line("opening draw", "seed   \(draws.opening.seed.hex)")
    line("", "output \(draws.opening.output.hex)")
    line("closing draw", "seed   \(draws.closing.seed.hex)")
    line("", "output \(draws.closing.output.hex)")
    for order in draws.optionOrders { line("options shown", names(order.contest, order.options)) }
    line("duty order", draws.dutyOrder.map { "\($0)" }.joined(separator: ", "))
    for lot in draws.lots { line("lot in a tie", names(lot.contest, lot.options) + " (\(TextFormat.count(lot.votes)) each)") }
    let entries = draws.sample(sample).map { "\($0)" }.joined(separator: ", ")
    line(
      "to be audited", entries.isEmpty ? "no ballot" : "entries \(entries), of \(TextFormat.count(draws.counted, "counted ballot"))"
    )
  }

  private func names(_ contest: Int, _ options: [Int]) -> String {
    let contest = facts.manifest.contests[contest]
    return contest.title.description.printable + ": "
      + options.map { contest.options[$0].name.description.printable }.joined(separator: ", ")
  }

  private func line(_ name: String, _ text: String) {
    let start = "  " + name.padded(to: Self.label) + "  "
    let indent = start.count
    let wrapped = terminal.isInteractive ? String(text.wrapped(to: terminal.width, indent: indent).dropFirst(indent)) : text
    terminal.say(start + wrapped)
  }
}
