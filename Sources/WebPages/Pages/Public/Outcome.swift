import BallotCryptography
import Elections

/// The result of an election, question by question, as far as the record says it. Nothing here elects: an election has no rule for seats or
/// majorities, so it is told who has most votes, and whether that is a tie.
struct Outcome: Sendable {
  let manifest: Manifest
  let result: ElectionResult
  let contests: [ContestOutcome]

  /// - Precondition: the result has as many totals as the manifest has options.
  init(manifest: Manifest, result: ElectionResult) {
    self.manifest = manifest
    self.result = result
    contests = zip(manifest.contests, result.byContest(manifest)).map { contest, totals in
      ContestOutcome(contest: contest, totals: totals, weight: result.countedWeight)
    }
  }

  /// Whether some ballots weigh more than others.
  var isWeighted: Bool { result.countedWeight != UInt64(result.counted) }

  /// Options that a page shows at most, unless one question alone has more.
  private static let mostOptions = 100

  /// Which questions stand on which page.
  func pages() -> [Range<Int>] {
    var pages: [Range<Int>] = []
    var (start, options) = (0, 0)
    for (number, contest) in contests.enumerated() {
      if number > start, options + contest.totals.count > Self.mostOptions {
        pages.append(start..<number)
        (start, options) = (number, 0)
      }
      options += contest.totals.count
    }
    return pages + [start..<contests.count]
  }
}

/// The result of one question.
struct ContestOutcome: Sendable {
  let contest: Contest
  /// Of each option, in the order of the ballot: votes, or points.
  let totals: [UInt64]
  /// What was counted: ballots, or their weight.
  let weight: UInt64

  var isScore: Bool { contest.rules.kind == .score }
  private var sum: UInt64 { totals.reduce(0, +) }
  var most: UInt64 { totals.max() ?? 0 }

  /// Options from the most votes to the fewest; those that have equally many in the order of the ballot.
  var ranked: [Int] { totals.indices.sorted { totals[$0] == totals[$1] ? $0 < $1 : totals[$0] > totals[$1] } }

  /// Those that have the most votes: several in a tie, none when nobody voted.
  var leaders: [Int] { most == 0 ? [] : totals.indices.filter { totals[$0] == most } }

  var isTie: Bool { leaders.count > 1 }

  /// Ballots that chose nothing here, where the totals tell it: with at most one answer.
  var blank: UInt64? {
    guard contest.rules.kind == .single || contest.rules.kind == .yesNo, sum <= weight else { return nil }
    return weight - sum
  }

  /// Answers that could have been given beside those that were, with several answers.
  var unused: UInt64? {
    guard contest.rules.kind == .approval else { return nil }
    let possible = UInt64(contest.rules.maximum) * weight
    return possible >= sum ? possible - sum : nil
  }

  /// Points for each ballot, with two decimals.
  func average(_ option: Int, _ language: Language) -> String? {
    guard weight > 0 else { return nil }
    let hundredths = (totals[option] * 100 + weight / 2) / weight
    let rest = hundredths % 100
    return "\(hundredths / 100)\(language == .english ? "." : ",")\(rest < 10 ? "0" : "")\(rest)"
  }

  /// What stands beside the number: the share of the ballots, or the points for each.
  func share(_ option: Int, _ t: Texts) -> String? {
    if isScore { return average(option, t.language).map { t("result.average", ["points": $0]) } }
    return NumberText.percent(totals[option], of: weight, t.language)
  }

  /// Length of a bar, in thousandths of the longest.
  func length(_ option: Int) -> Int { most == 0 ? 0 : Int((totals[option] * 1000 + most / 2) / most) }

  /// The outcome in one sentence.
  func says(_ t: Texts) -> String {
    let leaders = leaders
    guard let first = leaders.first else { return t(isScore ? "result.noPoints" : "result.noVotes") }
    if isTie { return t(isScore ? "result.tiePoints" : "result.tie", ["count": leaders.count]) }
    return t(isScore ? "result.leadsPoints" : "result.leads", ["name": contest.options[first].name.description])
  }
}
