import BallotCryptography
import Curve25519

/// Where the bits of a ballot stand, written from `docs/spec/03-ballots.md`, 3.1, and not from the sources: what a forger needs.
public struct SpecLayout {
  public struct Contest {
    public let rules: ContestRules
    /// `weights(R)`.
    let values: [Int]
    /// `weights(max − min)`, none without limits.
    let slack: [Int]
    /// The bits of the contest.
    public let bits: Range<Int>
    /// Whether the sum is limited.
    public let isLimited: Bool

    /// What is left to the slack.
    var spare: Int { rules.maximum - rules.minimum }

    /// lin: the signed weight of each of the contest's bits.
    var form: [Scalar] {
      (0..<rules.options).flatMap { _ in values.map { Scalar(small: $0) } } + slack.dropFirst().map { Scalar(small: -$0) }
    }
  }

  public let contests: [Contest]

  public init(_ rules: [ContestRules]) {
    var contests: [Contest] = []
    var next = 0
    for rule in rules {
      let values = Self.weights(rule.range)
      let isLimited = rule.minimum != 0 || rule.maximum != rule.options * rule.range
      let slack = isLimited ? Self.weights(rule.maximum - rule.minimum) : []
      let count = rule.options * values.count + max(0, slack.count - 1)
      contests.append(Contest(rules: rule, values: values, slack: slack, bits: next..<next + count, isLimited: isLimited))
      next += count
    }
    self.contests = contests
  }

  /// *N*.
  public var bits: Int { contests.last?.bits.upperBound ?? 0 }

  /// What proofs absorb.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    for (index, contest) in contests.enumerated() {
      writer.u16(UInt16(index))
      writer.u16(UInt16(contest.rules.options))
      writer.u16(UInt16(contest.rules.range))
      writer.u32(UInt32(contest.rules.minimum))
      writer.u32(UInt32(contest.rules.maximum))
    }
    return writer.bytes
  }

  static func weights(_ number: Int) -> [Int] {
    guard number >= 1 else { return [] }
    var weights: [Int] = []
    while 2 << weights.count - 1 <= number { weights.append(1 << weights.count) }
    let rest = number - weights.reduce(0, +)
    return rest == 0 ? weights : weights + [rest]
  }

  /// Bits whose weighted sum is `value`, the largest weight first; a value that is too large leaves all bits set, one below zero none.
  static func split(_ value: Int, _ weights: [Int]) -> [Int] {
    var rest = value
    var bits = [Int](repeating: 0, count: weights.count)
    for index in weights.indices.sorted(by: { weights[$0] > weights[$1] }) where weights[index] <= rest {
      bits[index] = 1
      rest -= weights[index]
    }
    return bits
  }

  /// The bits of a ballot that gives these values, as well as an honest encryptor could make them, whether they keep the rules or not.
  public func bits(of values: [[Int]]) -> [Scalar] {
    zip(contests, values).flatMap { contest, values in
      let valueBits = values.flatMap { Self.split($0, contest.values) }
      let slackBits = Self.split(values.reduce(0, +) - contest.rules.minimum, contest.slack).dropFirst()
      return (valueBits + slackBits).map { Scalar(small: $0) }
    }
  }

  /// Values that keep all rules and give as little as possible.
  public var smallestValues: [[Int]] {
    contests.map { contest in
      var rest = contest.rules.minimum
      return (0..<contest.rules.options).map { _ in
        let value = min(rest, contest.rules.range)
        rest -= value
        return value
      }
    }
  }
}
