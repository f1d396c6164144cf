import BallotCryptography
import Elections
import Foundation
import TestSupport
import Testing
import ThresholdCryptography
import Verification

/// What a verifier says of the draws (`docs/spec/07-verification.md`, 7.3).
struct DrawsAnswer: Decodable, Equatable {
  struct Source: Decodable, Equatable {
    let seed: String
    let output: String
  }
  struct Order: Decodable, Equatable {
    let contest: Int
    let options: [Int]
  }
  struct Lot: Decodable, Equatable {
    let contest: Int
    let votes: UInt64
    let options: [Int]
  }
  let opening: Source
  let closing: Source
  let optionOrders: [Order]
  let dutyOrder: [Int]
  let lots: [Lot]
  let sample: [UInt64]

  /// As the verifier says it.
  static func of(_ good: GoodRecord, sample: Int = 10) throws -> DrawsAnswer? {
    struct Answer: Decodable { let draws: DrawsAnswer? }
    let (report, facts) = try good.verified()
    return try JSONDecoder().decode(Answer.self, from: Data(report.json(facts, sample: sample))).draws
  }
}

@Suite("Draws of verified records")
struct VerifiedDrawsTests {
  private static func tied() throws -> GoodRecord {
    try #require(GoodRecord.all.first { $0.name == "orders of options drawn, and ties" })
  }

  @Test("are drawn from the outputs of the record")
  func drawn() throws {
    let good = try Self.tied()
    let totals = try good.make().totals
    let (report, facts) = try good.verified()
    let draws = try #require(facts).draws
    #expect(report.passed)
    let opening = Draw(value: draws.opening.output)
    let closing = Draw(value: draws.closing.output)
    #expect(draws.optionOrders.map { $0.contest } == [0, 3])
    #expect(
      draws.optionOrders.map { $0.options }
        == [5, 4].enumerated().map {
          opening.permutation(of: $1, purpose: .optionOrder(contest: [0, 3][$0]))
        })
    #expect(draws.dutyOrder == opening.permutation(of: 3, purpose: .dutyOrder).map { $0 + 1 })
    #expect(!draws.lots.isEmpty && draws.lots.allSatisfy { $0.contest != 1 && $0.options.count > 1 })
    for lot in draws.lots {
      let first = [0, 5, 7, 13][lot.contest]
      #expect(lot.options.allSatisfy { totals[first + $0] == lot.votes })
      let order = closing.permutation(of: [5, 2, 6, 4][lot.contest], purpose: .lotOrder(contest: lot.contest))
      #expect(lot.options == order.filter { lot.options.contains($0) })
    }
  }

  @Test("a sample has counted ballots alone, and a larger one has all of a smaller one")
  func samples() throws {
    let good = try Self.tied()
    let draws = try #require(try good.verified().facts).draws
    // Entries 4 and 6 are ballots that were replaced by later ones.
    let counted = ([1, 2, 3, 5] + Array(7...14)).map { UInt64($0) }
    #expect(draws.counted == 12 && draws.sample(12) == counted && draws.sample(100) == counted && draws.sample(0) == [])
    for size in 1..<12 {
      let sample = draws.sample(size)
      #expect(sample.count == size && sample == sample.sorted() && Set(sample).isSubset(of: draws.sample(size + 1)))
    }
    #expect(try DrawsAnswer.of(good)?.sample == draws.sample(10))
    #expect(try DrawsAnswer.of(good, sample: 3)?.sample == draws.sample(3))
  }
}
