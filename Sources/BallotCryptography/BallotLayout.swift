import Curve25519

/// Where the bits of every contest stand in a ballot, and how its limits are expressed by them (`docs/spec/03-ballots.md`, 3.1).
public struct BallotLayout: Sendable {
  /// One contest's place.
  struct Contest: Sendable {
    let rules: ContestRules
    /// Bits of an option's value.
    let value: WeightedBits
    /// Index of the first value bit; option `o` has those from `firstBit + o · value.weights.count`.
    let firstBit: Int
    /// Weights of `maximum − minimum`, the first of which belongs to the residue.
    let slack: WeightedBits
    /// Index of the first slack bit.
    let firstSlackBit: Int
    /// Bits of the contest, values and slack.
    let bits: Range<Int>
    /// The linear form `lin`: for each bit of `bits` its signed weight; empty without limits.
    let form: [Int64]
    /// What the residue must be.
    let residue: Residue
  }

  /// What the residue of a contest must be.
  enum Residue: Sendable {
    /// The sum is not limited.
    case none
    /// Zero: the sum is fixed.
    case zero
    /// A bit.
    case bit
  }

  let contests: [Contest]
  /// Encrypted bits of a ballot, *N*.
  public let bits: Int
  /// Number of contests whose residue is a bit.
  let residueBits: Int
  /// The rules of every contest, as they are absorbed by proofs.
  let encoded: [UInt8]

  /// Most encrypted bits in a ballot: a phone is to encrypt them while its voter waits, and a log to hold them.
  public static let mostBits = 1024

  /// The layout of ballots with these contests; `nil` if there is none, more than 50, or more than `mostBits` bits.
  public init?(_ rules: [ContestRules]) {
    guard (1...50).contains(rules.count) else { return nil }
    var contests: [Contest] = []
    var next = 0
    var writer = ByteWriter()
    for (index, rule) in rules.enumerated() {
      let contest = Self.place(rule, at: next)
      next = contest.bits.upperBound
      guard next <= Self.mostBits else { return nil }
      contests.append(contest)
      writer.u16(UInt16(index))
      writer.u16(UInt16(rule.options))
      writer.u16(UInt16(rule.range))
      writer.u32(UInt32(rule.minimum))
      writer.u32(UInt32(rule.maximum))
    }
    self.contests = contests
    bits = next
    residueBits = contests.reduce(0) { count, contest in
      if case .bit = contest.residue { count + 1 } else { count }
    }
    encoded = writer.bytes
  }

  private static func place(_ rules: ContestRules, at first: Int) -> Contest {
    let value = WeightedBits(upTo: rules.range)
    let slack = WeightedBits(upTo: rules.hasLimits ? rules.maximum - rules.minimum : 0)
    let firstSlackBit = first + rules.options * value.weights.count
    let end = firstSlackBit + max(0, slack.weights.count - 1)
    var form: [Int64] = []
    if rules.hasLimits {
      for _ in 0..<rules.options { form += value.weights.map { Int64($0) } }
      form += slack.weights.dropFirst().map { -Int64($0) }
    }
    let residue: Residue = !rules.hasLimits ? .none : rules.maximum == rules.minimum ? .zero : .bit
    return Contest(
      rules: rules, value: value, firstBit: first, slack: slack, firstSlackBit: firstSlackBit, bits: first..<end,
      form: form, residue: residue)
  }

  /// The options of all contests, in order.
  public var optionCount: Int { contests.reduce(0) { $0 + $1.rules.options } }

  /// The values that the bits of a ballot stand for, a list of options for each contest.
  ///
  /// - Parameter bits: `self.bits` numbers, each 0 or 1.
  public func values(ofBits bits: [UInt64]) -> [[UInt64]] {
    contests.map { contest in
      (0..<contest.rules.options).map { option in
        let start = contest.firstBit + option * contest.value.weights.count
        return zip(contest.value.weights, bits[start...]).reduce(0) { $0 + UInt64($1.0) * $1.1 }
      }
    }
  }

  /// Splits what the voter chose into the ballot's bits. Constant time, but for the one question whether the choices keep the rules.
  ///
  /// - Parameter values: for each contest the value of each option.
  func split(_ values: [[UInt32]]) throws(BallotError) -> [UInt64] {
    guard values.count == contests.count else { throw .wrongNumberOfContests(expected: contests.count) }
    var bits: [UInt64] = []
    bits.reserveCapacity(self.bits)
    // Negative, as seen in the highest bit, once a rule is broken. Numbers stay below 2⁴⁰.
    var broken: UInt64 = 0
    for (index, contest) in contests.enumerated() {
      guard values[index].count == contest.rules.options else {
        throw .wrongNumberOfOptions(contest: index, expected: contest.rules.options)
      }
      var sum: UInt64 = 0
      for value in values[index] {
        bits += contest.value.split(UInt64(value))
        sum &+= UInt64(value)
        broken |= UInt64(contest.rules.range) &- UInt64(value)
      }
      let aboveMinimum = sum &- UInt64(contest.rules.minimum)
      broken |= aboveMinimum | (UInt64(contest.rules.maximum) &- sum)
      if contest.rules.hasLimits { bits += contest.slack.split(aboveMinimum).dropFirst() }
    }
    if broken >> 63 == 1, let error = brokenRule(values) { throw error }
    return bits
  }

  /// The first rule that choices break. Variable time: whoever breaks one is told which.
  private func brokenRule(_ values: [[UInt32]]) -> BallotError? {
    for (index, contest) in contests.enumerated() {
      let rules = contest.rules
      for (option, value) in values[index].enumerated() where value > rules.range {
        return .valueOutOfRange(contest: index, option: option, range: rules.range)
      }
      let sum = values[index].reduce(UInt64(0)) { $0 + UInt64($1) }
      if sum < rules.minimum { return .undervote(contest: index, minimum: rules.minimum) }
      if sum > rules.maximum { return .overvote(contest: index, maximum: rules.maximum) }
    }
    return nil
  }
}
