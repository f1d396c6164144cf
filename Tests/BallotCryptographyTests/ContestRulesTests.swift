import BallotCryptography
import Testing

/// The table of 3.1.
struct ContestRulesTests {
  private func allowed(_ kind: ContestKind, _ options: Int, _ range: Int, _ minimum: Int, _ maximum: Int) -> Bool {
    ContestRules(kind: kind, options: options, range: range, minimum: minimum, maximum: maximum) != nil
  }

  /// Every combination of small numbers, against the table read afresh.
  @Test func obeyTheTable() {
    for kind in ContestKind.allCases {
      for options in -1...5 {
        for range in -1...4 {
          for minimum in -1...5 {
            for maximum in -1...21 {
              let expected =
                switch kind {
                case .yesNo: options == 2 && range == 1 && [0, 1].contains(minimum) && maximum == 1
                case .single: options > 1 && range == 1 && [0, 1].contains(minimum) && maximum == 1
                case .approval:
                  options > 0 && range == 1 && minimum >= 0 && minimum <= maximum && maximum >= 1 && maximum <= options
                case .score:
                  options > 0 && range > 1 && [0, 1].contains(minimum) && maximum == options * range
                }
              if allowed(kind, options, range, minimum, maximum) != expected {
                Issue.record("\(kind) \(options) \(range) \(minimum) \(maximum): expected \(expected)")
              }
            }
          }
        }
      }
    }
  }

  @Test func bounds() {
    #expect(allowed(.approval, 250, 1, 0, 250))
    #expect(!allowed(.approval, 251, 1, 0, 251))
    #expect(allowed(.score, 1, 1000, 0, 1000))
    #expect(!allowed(.score, 1, 1001, 0, 1001))
    #expect(!allowed(.score, Int.max, 2, 0, 4))
    #expect(!allowed(.score, 2, Int.max, 0, 4))
    #expect(!allowed(.approval, 3, 1, Int.min, Int.max))
  }

  @Test func shorthands() throws {
    let yesNo = try #require(ContestRules.yesNo(blankAllowed: true))
    #expect(yesNo == ContestRules(kind: .yesNo, options: 2, range: 1, minimum: 0, maximum: 1))
    #expect(ContestRules.yesNo(blankAllowed: false)?.minimum == 1)
    #expect(ContestRules.single(options: 3, blankAllowed: false)?.minimum == 1)
    #expect(ContestRules.single(options: 1, blankAllowed: true) == nil)
    #expect(ContestRules.approval(options: 5, maximum: 2)?.minimum == 0)
    #expect(ContestRules.approval(options: 5, minimum: 3, maximum: 2) == nil)
    #expect(ContestRules.score(options: 3, range: 10, blankAllowed: true)?.maximum == 30)
    #expect(ContestRules.score(options: Int.max, range: Int.max, blankAllowed: true) == nil)
    #expect(ContestRules.score(options: 3, range: 1, blankAllowed: true) == nil)
  }
}
