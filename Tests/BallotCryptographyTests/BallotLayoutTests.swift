import Curve25519
import Testing

@testable import BallotCryptography

/// Where bits stand, and which choices are refused.
struct BallotLayoutTests {
  /// Bits, linear forms and residues are those of the specification, for every small contest and the samples.
  @Test func followsTheSpecification() throws {
    for rules in try smallContests().map({ [$0] }) + sampleLayouts() {
      let layout = try #require(BallotLayout(rules))
      let spec = SpecLayout(rules)
      #expect(layout.bits == spec.bits)
      #expect(layout.encoded == spec.encoded)
      #expect(layout.optionCount == rules.reduce(0) { $0 + $1.options })
      #expect(layout.residueBits == spec.contests.count { $0.residueIsBit })
      for (contest, expected) in zip(layout.contests, spec.contests) {
        #expect(contest.bits == expected.bits)
        #expect(contest.firstSlackBit == expected.bits.lowerBound + expected.valueBits)
        #expect((contest.residue == .bit) == expected.residueIsBit)
        #expect((contest.residue == .zero) == expected.residueIsZero)
      }
    }
  }

  @Test func isBounded() throws {
    let one = try #require(ContestRules.approval(options: 1, maximum: 1))
    #expect(BallotLayout([]) == nil)
    #expect(BallotLayout(Array(repeating: one, count: 50))?.bits == 50)
    #expect(BallotLayout(Array(repeating: one, count: 51)) == nil)
    let quarter = try #require(ContestRules.approval(options: 250, maximum: 250))
    let rest = try #require(ContestRules.approval(options: 24, maximum: 24))
    let most = [quarter, quarter, quarter, quarter, rest]
    #expect(BallotLayout(most)?.bits == 1024)
    #expect(BallotLayout(most + [one]) == nil)
    // Twenty contests of forty options, with limits.
    let forty = try #require(ContestRules.approval(options: 40, minimum: 1, maximum: 3))
    #expect(BallotLayout(Array(repeating: forty, count: 20))?.bits == 820)
    // 250 options that are limited need slack bits besides.
    let limited = try #require(ContestRules.approval(options: 250, maximum: 64))
    #expect(BallotLayout([limited])?.bits == 256)
    let tooMuch = try #require(ContestRules.approval(options: 250, maximum: 127))
    #expect(BallotLayout([tooMuch])?.bits == 256)
    let more = try #require(ContestRules.approval(options: 250, maximum: 128))
    #expect(BallotLayout([more])?.bits == 257)
    let score = try #require(ContestRules.score(options: 102, range: 1000, blankAllowed: true))
    #expect(BallotLayout([score])?.bits == 1020)
    let wide = try #require(ContestRules.score(options: 103, range: 1000, blankAllowed: true))
    #expect(BallotLayout([wide]) == nil)
  }

  /// All valid choices become bits that stand for them and leave a residue that is allowed; all others are refused for the right reason.
  @Test func splitsExactlyWhatTheRulesAllow() throws {
    for rules in try smallContests() {
      let layout = try #require(BallotLayout([rules]))
      let spec = SpecLayout([rules]).contests[0]
      for values in tuples(rules.options, 0...UInt32(rules.range) + 1) {
        let sum = Int(values.reduce(0, +))
        let beyond = values.firstIndex { $0 > rules.range }
        let expected: BallotError? =
          if let beyond {
            .valueOutOfRange(contest: 0, option: beyond, range: rules.range)
          } else if sum < rules.minimum {
            .undervote(contest: 0, minimum: rules.minimum)
          } else if sum > rules.maximum {
            .overvote(contest: 0, maximum: rules.maximum)
          } else {
            nil
          }
        do throws(BallotError) {
          let bits = try layout.split([values])
          #expect(expected == nil)
          #expect(layout.values(ofBits: bits) == [values.map { UInt64($0) }])
          #expect(bits.count == layout.bits && bits.allSatisfy { $0 <= 1 })
          let residue = spec.lin(bits.map { small(Int($0)) }) - small(rules.minimum)
          if spec.residueIsBit { #expect(residue == .zero || residue == .one) }
          if spec.residueIsZero { #expect(residue == .zero) }
        } catch {
          #expect(error == expected)
        }
      }
    }
  }

  @Test func countsOfContestsAndOptionsMustFit() throws {
    let election = try TestElection(sampleLayouts()[9])
    let valid: [[UInt32]] = [[1, 0, 1], [0, 1], [1, 0, 0, 1], [10, 3], [1, 1, 1, 1, 0], [0, 5], [0, 0, 1, 0]]
    #expect(throws: Never.self) { try election.layout.split(valid) }
    #expect(throws: BallotError.wrongNumberOfContests(expected: 7)) { try election.layout.split([]) }
    #expect(throws: BallotError.wrongNumberOfContests(expected: 7)) { try election.layout.split(valid + [[1]]) }
    for contest in valid.indices {
      var more = valid
      more[contest].append(0)
      let error = BallotError.wrongNumberOfOptions(contest: contest, expected: valid[contest].count)
      #expect(throws: error) { try election.layout.split(more) }
      var fewer = valid
      fewer[contest].removeLast()
      #expect(throws: error) { try election.layout.split(fewer) }
    }
    var large = valid
    large[5][1] = .max
    #expect(throws: BallotError.valueOutOfRange(contest: 5, option: 1, range: 5)) { try election.layout.split(large) }
  }
}

/// Every contest of at most four options; scores of at most two.
func smallContests() throws -> [ContestRules] {
  var rules: [ContestRules?] = []
  for blank in [false, true] {
    rules.append(.yesNo(blankAllowed: blank))
    for options in 2...5 { rules.append(.single(options: options, blankAllowed: blank)) }
    for range in [2, 3, 5, 10] {
      for options in 1...2 { rules.append(.score(options: options, range: range, blankAllowed: blank)) }
    }
  }
  for options in 1...4 {
    for maximum in 1...options {
      for minimum in 0...maximum { rules.append(.approval(options: options, minimum: minimum, maximum: maximum)) }
    }
  }
  return try rules.map { try #require($0) }
}

/// All lists of `count` numbers of a range.
func tuples(_ count: Int, _ range: ClosedRange<UInt32>) -> [[UInt32]] {
  (0..<count).reduce([[]]) { lists, _ in lists.flatMap { list in range.map { list + [$0] } } }
}
