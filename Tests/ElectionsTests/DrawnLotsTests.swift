import BallotCryptography
import Curve25519
import Testing
import ThresholdCryptography

@testable import Elections

@Suite("What is drawn")
struct DrawnLotsTests {
  private let lots = DrawnLots(.zero)

  /// With this output, contest 0 and 4 options (docs/spec/11-randomness.md, 11.6).
  @Test("options are shown as drawn where the manifest says so, and as listed before anything is drawn")
  func optionOrder() throws {
    let rules = ContestRules.single(options: 4, blankAllowed: true)
    let listed = try contest(rules)
    let drawn = try #require(Contest(title: listed.title, rules: listed.rules, options: listed.options, order: .drawn))
    let manifest = try manifest([drawn, listed, drawn])
    #expect(manifest.shownOptions(of: 0, draw: .zero) == [3, 0, 1, 2])
    #expect(manifest.shownOptions(of: 1, draw: .zero) == [0, 1, 2, 3])
    let third = Draw(value: .zero).permutation(of: 4, purpose: .optionOrder(contest: 2))
    #expect(manifest.shownOptions(of: 2, draw: .zero) == third)
    #expect(manifest.shownOptions(of: 0, draw: nil) == [0, 1, 2, 3])
  }

  @Test("trustees are numbered from 1 in the order of duty")
  func duty() { #expect(DutyOrder.trustees(7, draw: .zero) == [7, 5, 3, 4, 1, 6, 2]) }

  @Test("the lot decides between options with equally many votes, and nothing else")
  func ranking() throws {
    let contest = try contest(.approval(options: 6, maximum: 6))
    let order = Draw(value: .zero).permutation(of: 6, purpose: .lotOrder(contest: 3))
    let totals: [UInt64] = [5, 9, 5, 0, 5, 0]
    let ranked = lots.ranking(of: contest, number: 3, totals: totals)
    let tied = order.filter { totals[$0] == 5 }
    #expect(ranked == [1] + tied + order.filter { totals[$0] == 0 })
    #expect(lots.ties(of: contest, number: 3, totals: totals) == [DrawnLot(contest: 3, votes: 5, options: tied)])
    #expect(lots.ties(of: contest, number: 3, totals: [6, 5, 4, 3, 2, 1]).isEmpty)
    #expect(lots.ties(of: contest, number: 3, totals: [0, 0, 0, 0, 0, 0]).isEmpty)
    let all = lots.ties(of: contest, number: 3, totals: [2, 1, 2, 1, 2, 1])
    #expect(all.map { $0.votes } == [2, 1])
    #expect(all.map { $0.options } == [order.filter { $0 % 2 == 0 }, order.filter { $0 % 2 == 1 }])
  }

  @Test("a motion with equally many votes on both sides is not decided by lot")
  func motion() throws {
    let motion = try contest(.yesNo(blankAllowed: true))
    for number in 0..<4 {
      #expect(lots.ties(of: motion, number: number, totals: [7, 7]).isEmpty)
      #expect(lots.ranking(of: motion, number: number, totals: [7, 7]) == [0, 1])
    }
  }

  @Test("every contest has a lot of its own")
  func contests() throws {
    let contests = try (0..<3).map { try contest(.single(options: 2, blankAllowed: true), title: "Question \($0)") }
    let result = ElectionResult(cast: 4, counted: 4, countedWeight: 4, challenged: 0, replaced: 0, totals: [2, 2, 3, 1, 1, 1])
    let found = try DrawnLots(.zero).ties(manifest(contests), result)
    #expect(found.map { $0.contest } == [0, 2])
    for lot in found {
      #expect(lot.options == Draw(value: .zero).permutation(of: 2, purpose: .lotOrder(contest: lot.contest)))
    }
  }
}
