import BallotCryptography
import Curve25519

/// Where bits stand and what they weigh, written from 3.1 of the specification alone.
struct SpecLayout {
  struct Contest {
    let index, options, range, minimum, maximum: Int
    /// The ballot's bits that belong to it, values and then slack.
    let bits: Range<Int>
    /// Of those, how many are value bits.
    let valueBits: Int

    var hasLimits: Bool { minimum != 0 || maximum != options * range }
    /// *L*.
    var slack: Int { maximum - minimum }
    /// Whether the residue is a bit value.
    var residueIsBit: Bool { hasLimits && slack >= 1 }
    /// Whether the residue must be zero.
    var residueIsZero: Bool { hasLimits && slack == 0 }

    /// *lin* of scalars, one for each bit of the ballot.
    func lin(_ v: [Scalar]) -> Scalar {
      var sum = Scalar.zero
      for (weight, index) in signedWeights { sum += small(weight) * v[index] }
      return sum
    }

    /// *lin* of points.
    func lin(_ v: [RistrettoPoint]) -> RistrettoPoint {
      var sum = RistrettoPoint.identity
      for (weight, index) in signedWeights { sum += small(weight) * v[index] }
      return sum
    }

    private var signedWeights: [(weight: Int, index: Int)] {
      let values = (0..<options).flatMap { _ in SpecLayout.weights(range) }
      let slacks = SpecLayout.weights(slack).dropFirst().map { -$0 }
      return Array(zip(values + slacks, bits))
    }
  }

  let contests: [Contest]
  /// *N*.
  let bits: Int

  init(_ rules: [ContestRules]) {
    var contests: [Contest] = []
    var next = 0
    for (index, rule) in rules.enumerated() {
      let values = rule.options * Self.weights(rule.range).count
      let limited = rule.minimum != 0 || rule.maximum != rule.options * rule.range
      let slacks = limited ? max(0, Self.weights(rule.maximum - rule.minimum).count - 1) : 0
      contests.append(
        Contest(
          index: index, options: rule.options, range: rule.range, minimum: rule.minimum, maximum: rule.maximum,
          bits: next..<next + values + slacks, valueBits: values))
      next += values + slacks
    }
    self.contests = contests
    bits = next
  }

  /// `weights(v)`: the powers of two while their sum stays within v, and what is then missing.
  static func weights(_ v: Int) -> [Int] {
    var k = 0
    while (1 << (k + 1)) - 1 <= v { k += 1 }
    let rest = v - ((1 << k) - 1)
    return (0..<k).map { 1 << $0 } + (rest == 0 ? [] : [rest])
  }

  /// `layout`, as the proof absorbs it.
  var encoded: [UInt8] {
    contests.flatMap { contest in
      bigEndian(contest.index, 2) + bigEndian(contest.options, 2) + bigEndian(contest.range, 2)
        + bigEndian(contest.minimum, 4) + bigEndian(contest.maximum, 4)
    }
  }

  /// The bits of every valid choice of values, found by trying: the first slack bits, in binary order, that leave a residue of 0 or 1.
  func bits(of values: [[Int]]) -> [Int]? {
    var all: [Int] = []
    for (contest, chosen) in zip(contests, values) {
      let weights = Self.weights(contest.range)
      var bits: [Int] = []
      for value in chosen {
        guard let split = Self.subset(of: weights, sum: value) else { return nil }
        bits += split
      }
      let sum = chosen.reduce(0, +)
      guard (contest.minimum...contest.maximum).contains(sum) else { return nil }
      if contest.hasLimits {
        let slacks = Self.weights(contest.slack)
        guard contest.slack == 0 || Self.subset(of: slacks, sum: sum - contest.minimum) != nil else { return nil }
        bits += Self.subset(of: slacks, sum: sum - contest.minimum).map { Array($0.dropFirst()) } ?? []
      }
      all += bits
    }
    return all
  }

  /// 0 or 1 for each weight, so that they sum up; the rest is used only where the powers of two do not suffice.
  private static func subset(of weights: [Int], sum: Int) -> [Int]? {
    for choice in 0..<(1 << weights.count) {
      let bits = weights.indices.map { choice >> $0 & 1 }
      if zip(bits, weights).reduce(0, { $0 + $1.0 * $1.1 }) == sum { return bits }
    }
    return nil
  }
}

/// A small number of either sign as a scalar.
func small(_ value: Int) -> Scalar { value < 0 ? -Scalar(UInt64(-value)) : Scalar(UInt64(value)) }

func bigEndian(_ value: Int, _ bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
}
