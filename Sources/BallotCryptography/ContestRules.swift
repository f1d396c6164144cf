/// How a contest is voted. The number is the one in the manifest.
public enum ContestKind: UInt8, Sendable, CaseIterable {
  /// Two options, at most one of them.
  case yesNo = 1
  /// At most one option.
  case single = 2
  /// Some options, each once.
  case approval = 3
  /// A number of points for each option.
  case score = 4
}

/// What a ballot may say in one contest (`docs/spec/03-ballots.md`, 3.1): each option a value in 0 … `range`, their sum in
/// `minimum` … `maximum`. A minimum of 0 means that a blank vote is allowed.
public struct ContestRules: Equatable, Sendable {
  /// How the contest is voted.
  public let kind: ContestKind
  /// Number of options.
  public let options: Int
  /// Largest value of an option.
  public let range: Int
  /// Smallest allowed sum of values.
  public let minimum: Int
  /// Largest allowed sum of values.
  public let maximum: Int

  /// Most options a contest may have.
  public static let mostOptions = 250
  /// Largest range of a score contest.
  public static let largestRange = 1000

  /// Rules as they stand in a manifest; `nil` when they break the table of 3.1.
  public init?(kind: ContestKind, options: Int, range: Int, minimum: Int, maximum: Int) {
    guard (1...Self.mostOptions).contains(options), (1...Self.largestRange).contains(range) else { return nil }
    let allowed =
      switch kind {
      case .yesNo: options == 2 && range == 1 && (0...1).contains(minimum) && maximum == 1
      case .single: options >= 2 && range == 1 && (0...1).contains(minimum) && maximum == 1
      case .approval: range == 1 && (1...options).contains(maximum) && (0...maximum).contains(minimum)
      case .score: range >= 2 && (0...1).contains(minimum) && maximum == options * range
      }
    guard allowed else { return nil }
    self.kind = kind
    self.options = options
    self.range = range
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Yes or no.
  public static func yesNo(blankAllowed: Bool) -> ContestRules? {
    ContestRules(kind: .yesNo, options: 2, range: 1, minimum: blankAllowed ? 0 : 1, maximum: 1)
  }

  /// One of several options.
  public static func single(options: Int, blankAllowed: Bool) -> ContestRules? {
    ContestRules(kind: .single, options: options, range: 1, minimum: blankAllowed ? 0 : 1, maximum: 1)
  }

  /// Between `minimum` and `maximum` of several options.
  public static func approval(options: Int, minimum: Int = 0, maximum: Int) -> ContestRules? {
    ContestRules(kind: .approval, options: options, range: 1, minimum: minimum, maximum: maximum)
  }

  /// Points from 0 to `range` for each option.
  public static func score(options: Int, range: Int, blankAllowed: Bool) -> ContestRules? {
    // The bound is checked before the product, which could overflow.
    guard (1...mostOptions).contains(options), (1...largestRange).contains(range) else { return nil }
    return ContestRules(
      kind: .score, options: options, range: range, minimum: blankAllowed ? 0 : 1, maximum: options * range)
  }

  /// Whether the sum of the values is limited at all.
  var hasLimits: Bool { minimum > 0 || maximum < options * range }
}

/// A number written as a sum of some of fixed weights 1, 2, 4, …, rest (3.1).
struct WeightedBits: Sendable {
  /// The weights; their sum is the largest number that can be written.
  let weights: [UInt32]
  /// How many of them are powers of two in sequence.
  private let powers: Int

  /// Weights for the numbers 0 … `largest`; none for `largest` = 0.
  init(upTo largest: Int) {
    var weights: [UInt32] = []
    var sum = 0
    while 2 * sum + 1 <= largest {
      weights.append(UInt32(sum + 1))
      sum = 2 * sum + 1
    }
    powers = weights.count
    if sum < largest { weights.append(UInt32(largest - sum)) }
    self.weights = weights
  }

  /// The bits, each 0 or 1, whose weighted sum is `value`. Constant time in `value`.
  ///
  /// - Precondition: `value` is at most the sum of the weights.
  func split(_ value: UInt64) -> [UInt64] {
    guard weights.count > powers, let rest = weights.last else {
      return (0..<powers).map { value >> UInt64($0) & 1 }
    }
    // 1 exactly when the powers alone do not reach `value`.
    let usesRest = ((1 << UInt64(powers)) &- 1 &- value) >> 63
    let low = value &- usesRest &* UInt64(rest)
    return (0..<powers).map { low >> UInt64($0) & 1 } + [usesRest]
  }
}
