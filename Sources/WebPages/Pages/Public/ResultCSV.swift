import BallotCryptography
import DelimitedText

/// The result as comma-separated values (RFC 4180): one row an option, and one for blank ballots where the totals tell them.
enum ResultCSV {
  private static let head = [
    "question number", "question", "option number", "option", "votes", "percent", "outcome", "place by lot",
  ]

  static func bytes(_ outcome: Outcome) -> [UInt8] {
    // With a byte order mark, for spreadsheets take the text for an older encoding otherwise.
    var text = "\u{feff}" + line(head)
    for (number, contest) in outcome.contests.enumerated() {
      let leaders = Set(contest.leaders)
      let word = contest.isTie ? "tied for most" : "most"
      for option in contest.totals.indices {
        text += line([
          String(number + 1), contest.contest.title.description, String(option + 1),
          contest.contest.options[option].name.description,
          String(contest.totals[option]), contest.isScore ? "" : percent(contest.totals[option], contest.weight),
          leaders.contains(option) ? word : "", place(option, contest),
        ])
      }
      if let blank = contest.blank {
        text += line([
          String(number + 1), contest.contest.title.description, "", "(blank)", String(blank), percent(blank, contest.weight), "",
          "",
        ])
      }
    }
    return Array(text.utf8)
  }

  /// Which place an option has among those with equally many votes; empty where no lot was needed.
  private static func place(_ option: Int, _ contest: ContestOutcome) -> String {
    let places = contest.lots.compactMap { $0.options.firstIndex(of: option) }
    return places.first.map { String($0 + 1) } ?? ""
  }

  /// With a point in every language: for programs.
  private static func percent(_ part: UInt64, _ whole: UInt64) -> String {
    NumberText.percent(part, of: whole, .english).map { String($0.dropLast()) } ?? ""
  }

  private static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

  /// Quoted. What a spreadsheet could take for a formula gets an apostrophe before it, also behind blanks.
  static func cell(_ text: String) -> String {
    "\"\(SpreadsheetText.guarded(text).replacing("\"", with: "\"\""))\""
  }
}
