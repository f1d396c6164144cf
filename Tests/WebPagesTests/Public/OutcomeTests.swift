import BallotCryptography
import Elections
import Foundation
import TestSupport
import Testing
import ThresholdCryptography

@testable import WebPages

@Suite("Results in words and numbers")
struct OutcomeTests {
  private func contest(_ rules: ContestRules?, _ totals: [UInt64], weight: UInt64) throws -> ContestOutcome {
    let options = try totals.indices.map { ContestOption(name: try text("Option \($0 + 1)")) }
    let contest = try need(Contest(title: text("Q"), rules: need(rules, "rules"), options: options), "contest")
    return ContestOutcome(contest: contest, totals: totals, weight: weight)
  }

  private func single(_ totals: [UInt64], weight: UInt64 = 10) throws -> ContestOutcome {
    try contest(.single(options: totals.count, blankAllowed: true), totals, weight: weight)
  }

  private let t = Texts(.english)

  @Test("who has most is told, and never that somebody is elected")
  func most() throws {
    let outcome = try single([2, 5, 1])
    #expect(outcome.ranked == [1, 0, 2] && outcome.leaders == [1] && !outcome.isTie && outcome.blank == 2)
    #expect(outcome.says(t) == "“Option 2” has the most votes.")
    #expect(outcome.share(1, t) == "50.0%" && outcome.length(1) == 1000 && outcome.length(0) == 400)
    for language in Language.allCases {
      #expect(!ContestTable.markup(outcome, isWeighted: false, Texts(language)).markup.lowercased().contains("elected"))
    }
  }

  @Test("ties are told as ties")
  func ties() throws {
    let outcome = try single([4, 1, 4])
    #expect(outcome.isTie && outcome.leaders == [0, 2] && outcome.ranked == [0, 2, 1])
    #expect(outcome.says(t) == "2 options have equally many votes, and none has more.")
    let table = ContestTable.markup(outcome, isWeighted: false, t).markup
    #expect(table.components(separatedBy: "Tied").count == 3 && !table.contains("Most votes"))
  }

  @Test("an election in which nobody voted has no shares and nobody ahead")
  func empty() throws {
    let outcome = try single([0, 0], weight: 0)
    #expect(outcome.leaders.isEmpty && !outcome.isTie && outcome.share(0, t) == nil && outcome.length(0) == 0)
    #expect(outcome.says(t) == "No option has a vote." && outcome.blank == 0)
    #expect(BarChart.markup(outcome, t).markup.contains("width=\"0.0%\""))
    #expect(ContestTable.markup(outcome, isWeighted: false, t).markup.contains("–"))
  }

  @Test("what was not marked is told as far as the totals tell it")
  func unused() throws {
    let approval = try contest(.approval(options: 3, maximum: 2), [5, 5, 1], weight: 10)
    #expect(approval.blank == nil && approval.unused == 9)
    let score = try contest(.score(options: 2, range: 10, blankAllowed: true), [55, 20], weight: 8)
    #expect(score.blank == nil && score.unused == nil)
    #expect(score.average(0, .english) == "6.88" && score.average(1, .german) == "2,50" && score.isScore)
    #expect(score.says(t) == "“Option 1” has the most points.")
  }

  @Test("the bars of those ahead are solid, the others hatched, and the drawing has a text")
  func bars() throws {
    let chart = BarChart.markup(try single([1, 3]), t).markup
    #expect(chart.components(separatedBy: "class=\"bar\"").count == 2)
    #expect(chart.components(separatedBy: "url(#hatch)").count == 2)
    #expect(chart.contains("role=\"img\"") && chart.contains("aria-label=\"Bar chart. “Option 2” has the most votes."))
    let many = try contest(.single(options: 250, blankAllowed: true), [UInt64](repeating: 1, count: 250), weight: 250)
    #expect(BarChart.markup(many, t).markup.contains("first 20 of 250"))
  }

  @Test(
    "no cell of the CSV is a formula, and every cell keeps its text",
    arguments: [
      ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), ("  =1", "\"'  =1\""),
      ("\t=1", "\"'\t=1\""), ("＝1", "\"'＝1\""), ("\tx", "\"'\tx\""), ("a\"b,c\nd", "\"a\"\"b,c\nd\""), ("", "\"\""),
      ("x=1", "\"x=1\""),
    ])
  func csv(text: String, cell: String) { #expect(ResultCSV.cell(text) == cell) }

  @Test("the CSV has a row an option and one for blank ballots")
  func rows() throws {
    let fixture = try PublicFixture()
    let text = String(decoding: ResultCSV.bytes(fixture.outcome([4, 4, 1])), as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.count == 6 && lines[5].isEmpty && lines[1].hasSuffix("\"4\",\"40.0\",\"tied for most\",\"\""))
    #expect(lines[1].contains("\"'=Option 1") && lines[4].hasSuffix("\"(blank)\",\"1\",\"10.0\",\"\",\"\""))
  }

  @Test("where options tie, the lot that the trustees drew is told, with who comes first")
  func lots() throws {
    let fixture = try PublicFixture()
    let order = Draw(value: PublicFixture.hash).permutation(of: 3, purpose: .lotOrder(contest: 0)).filter { $0 < 2 }
    let outcome = fixture.outcome([4, 4, 1], draw: PublicFixture.hash)
    #expect(outcome.contests[0].ranked == order + [2] && outcome.contests[0].firstByLot == order[0])
    #expect(outcome.contests[0].lotSays(t).count == 1)
    let markup = ResultPage(shown: try fixture.shown(.tallied), outcome: outcome, pages: outcome.pages(), page: 0)
      .document(PublicFixture.context()).markup(t)
    #expect(markup.contains("By lot, drawn by the trustees, options with 4 votes each") && markup.contains("audit#draws"))
    #expect(markup.components(separatedBy: "First by lot").count == 2)
    let lines = String(decoding: ResultCSV.bytes(outcome), as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines[0].hasSuffix("\"place by lot\"") && lines[3].hasSuffix("\"\",\"\""))
    for (place, option) in order.enumerated() { #expect(lines[1 + option].hasSuffix("\"tied for most\",\"\(place + 1)\"")) }
    for clear in [[4, 3, 1], [0, 0, 0], [5, 2, 2]] as [[UInt64]] {
      let clear = fixture.outcome(clear, draw: PublicFixture.hash).contests[0]
      #expect(clear.lotSays(t).isEmpty && clear.firstByLot == nil)
    }
  }

  @Test("with several answers a tie counts that cuts through the last place, too; in a motion no lot is drawn")
  func places() throws {
    func outcome(_ rules: ContestRules?, _ totals: [UInt64]) throws -> ContestOutcome {
      let contest = try contest(rules, totals, weight: 10).contest
      return try PublicFixture(contests: [contest]).outcome(totals, draw: PublicFixture.hash).contests[0]
    }
    let board = ContestRules.approval(options: 5, maximum: 3)
    #expect(try outcome(board, [9, 7, 5, 5, 5]).decisiveLots.map { $0.votes } == [5])
    #expect(try outcome(board, [9, 7, 7, 5, 5]).decisiveLots.isEmpty)
    #expect(try outcome(board, [7, 7, 5, 5, 1]).decisiveLots.map { $0.votes } == [7, 5])
    let motion = try outcome(.yesNo(blankAllowed: true), [5, 5])
    #expect(motion.isTie && motion.lots.isEmpty && motion.ranked == [0, 1] && motion.firstByLot == nil)
  }

  @Test("a certificate in every language", arguments: Language.allCases)
  func certificate(language: Language) throws {
    let fixture = try PublicFixture()
    let shown = try fixture.shown(.tallied)
    let certificate = Certificate(
      shown: shown, board: try #require(shown.board), outcome: fixture.outcome([4, 4, 1]), audit: fixture.audit(),
      signed: try fixture.signed([4, 4, 1]), address: "https://vote.example", t: Texts(language))
    let bytes = try certificate.bytes()
    #expect(bytes.starts(with: Array("%PDF".utf8)) && bytes.count > 5000)
    #expect(try certificate.bytes() == bytes)
  }
}
