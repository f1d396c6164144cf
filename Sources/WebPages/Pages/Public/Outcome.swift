import BallotCryptography
import Curve25519
import Elections

/// The result of an election, question by question, as far as the record says it. Nothing here elects: an election has no rule for seats or
/// majorities, so it is told who has most votes, and whether that is a tie.
struct Outcome: Sendable {
  let manifest: Manifest
  let result: ElectionResult
  let contests: [ContestOutcome]

  /// - Parameter draw: the output of the closing draw; without it options with equally many votes stay in the order of the ballot.
  /// - Precondition: the result has as many totals as the manifest has options.
  init(manifest: Manifest, result: ElectionResult, draw: Bytes32? = nil) {
    self.manifest = manifest
    self.result = result
    let lots = draw.map { DrawnLots($0) }
    contests = zip(manifest.contests, result.byContest(manifest)).enumerated().map { number, counted in
      let (contest, totals) = counted
      var outcome = ContestOutcome(contest: contest, totals: totals, weight: result.countedWeight)
      if let lots {
        outcome.ranked = lots.ranking(of: contest, number: number, totals: totals)
        outcome.lots = lots.ties(of: contest, number: number, totals: totals)
      }
      return outcome
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
  /// Options from the most votes to the fewest; those that have equally many in the order of the lot.
  fileprivate(set) var ranked: [Int]
  /// The ties that a lot has put in order, most votes first.
  fileprivate(set) var lots: [DrawnLot] = []

  init(contest: Contest, totals: [UInt64], weight: UInt64) {
    self.contest = contest
    self.totals = totals
    self.weight = weight
    ranked = totals.indices.sorted { totals[$0] == totals[$1] ? $0 < $1 : totals[$0] > totals[$1] }
  }

  var isScore: Bool { contest.rules.kind == .score }
  private var sum: UInt64 { totals.reduce(0, +) }
  var most: UInt64 { totals.max() ?? 0 }

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

  /// The option that comes first by lot among those that have most; `nil` where no lot was needed.
  var firstByLot: Int? { lots.first.flatMap { $0.votes == most ? $0.options.first : nil } }

  /// The ties that cut through a place that counts: the first and, with several answers, the last of as many as may be marked.
  var decisiveLots: [DrawnLot] {
    let places = contest.rules.kind == .approval ? [1, contest.rules.maximum] : [1]
    return lots.filter { lot in
      guard let start = ranked.firstIndex(of: lot.options[0]) else { return false }
      return places.contains { start < $0 && $0 < start + lot.options.count }
    }
  }

  /// What the lot decided, a sentence a tie that counts.
  func lotSays(_ t: Texts) -> [String] {
    decisiveLots.map { lot in
      t(
        isScore ? "result.lotPoints" : "result.lot",
        [
          "votes": NumberText.grouped(Int64(clamping: lot.votes), t.language),
          "names": lot.options.map { contest.options[$0].name.description }.joined(separator: ", "),
        ])
    }
  }

  /// The outcome in one sentence.
  func says(_ t: Texts) -> String {
    let leaders = leaders
    guard let first = leaders.first else { return t(isScore ? "result.noPoints" : "result.noVotes") }
    if isTie { return t(isScore ? "result.tiePoints" : "result.tie", ["count": leaders.count]) }
    return t(isScore ? "result.leadsPoints" : "result.leads", ["name": contest.options[first].name.description])
  }
}
