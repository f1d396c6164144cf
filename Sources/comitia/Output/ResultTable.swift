import BallotCryptography
import Elections

/// The result of an election as tables, one a contest.
struct ResultTable {
  private let terminal: Terminal
  private let manifest: Manifest
  private let result: ElectionResult

  private static let longestBar = 24

  init(_ manifest: Manifest, _ result: ElectionResult, _ terminal: Terminal) {
    self.manifest = manifest
    self.result = result
    self.terminal = terminal
  }

  /// Says the tables.
  func say() {
    for (contest, totals) in zip(manifest.contests, result.byContest(manifest)) {
      for line in lines(contest, totals) { terminal.say(line) }
    }
  }

  private func lines(_ contest: Contest, _ totals: [UInt64]) -> [String] {
    let voters = TextFormat.count(Int(result.counted), "ballot")
    let weight = result.countedWeight == UInt64(result.counted) ? "" : ", total weight \(TextFormat.count(result.countedWeight))"
    let heading = [
      "", terminal.styled(contest.title.description.printable, .bold), "  \(contest.rules.text); \(voters) counted\(weight)", "",
    ]
    // A record that was not verified may claim any weight: no product of whole numbers here.
    let whole = Double(result.countedWeight) * Double(contest.rules.range)
    let numbers = totals.map { TextFormat.count($0) }
    let numberWidth = max(numbers.map { $0.count }.max() ?? 0, contest.rules.unit.count)
    let names = contest.options.map { $0.name.description.printable }
    let nameWidth = min(names.map { $0.displayWidth }.max() ?? 0, max(12, terminal.width - numberWidth - 30))
    let title = "  " + String(repeating: " ", count: nameWidth) + "  " + contest.rules.unit.paddedLeft(to: numberWidth)
    var lines = heading + [terminal.styled(title + "    share", .faint)]
    for index in names.indices {
      let name = names[index].shortened(to: nameWidth).padded(to: nameWidth)
      let share = TextFormat.percent(totals[index], of: whole).paddedLeft(to: 7)
      let line = "  \(name)  \(numbers[index].paddedLeft(to: numberWidth))  \(share)"
      lines.append((line + "  " + tail(index, totals, room: terminal.width - line.displayWidth - 2)).trimmingEnd())
    }
    return lines
  }

  /// A bar for eyes, and the words for whoever has most.
  private func tail(_ index: Int, _ totals: [UInt64], room: Int) -> String {
    let most = totals.max() ?? 0
    let isFirst = most > 0 && totals[index] == most
    let words = !isFirst ? "" : totals.count { $0 == most } > 1 ? "most, tied" : "most"
    guard terminal.isInteractive else { return words }
    let length = min(Self.longestBar, room - 12)
    guard length >= 6, most > 0 else { return terminal.styled(words, .good) }
    let bar = Self.bar(totals[index], of: most, length: length)
    return isFirst ? terminal.styled(bar, .good) + " " + terminal.styled(words, .bold, .good) : bar
  }

  /// A bar in eighths of a column.
  static func bar(_ value: UInt64, of most: UInt64, length: Int) -> String {
    let eighths = Int((Double(value) / Double(most) * Double(length) * 8).rounded())
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }
}

extension ContestRules {
  /// What a ballot may say, in a few words.
  var text: String {
    let blank = minimum == 0 ? "" : ", blank not allowed"
    switch kind {
    case .yesNo: return "yes or no" + blank
    case .single: return "one of \(options)" + blank
    case .approval:
      if minimum == maximum { return "approve \(maximum) of \(options)" }
      return minimum > 1 ? "approve \(minimum) to \(maximum) of \(options)" : "approve up to \(maximum) of \(options)" + blank
    case .score: return "score each of \(options) from 0 to \(range)" + blank
    }
  }

  /// What is counted.
  fileprivate var unit: String { kind == .score ? "points" : "votes" }
}

extension String {
  fileprivate func trimmingEnd() -> String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
