import BallotCryptography
import Curve25519
import ThresholdCryptography

/// Options of one contest that have equally many votes, in the order that the lot gave them (`docs/spec/11-randomness.md`, 11.5).
public struct DrawnLot: Equatable, Sendable {
  /// The contest, counted from 0.
  public let contest: Int
  /// The votes or points that each of them has; at least 1.
  public let votes: UInt64
  /// Positions in the manifest; whoever stands before another one wins the tie against it.
  public let options: [Int]
}

/// What follows from the closing draw, once the votes are counted.
public struct DrawnLots: Sendable {
  private let draw: Draw

  /// - Parameter output: that of the closing draw.
  public init(_ output: Bytes32) { draw = Draw(value: output) }

  /// The options of a contest from the most votes to the fewest. Those that have equally many stand in the order of the lot; in a yes-no contest in
  /// that of the manifest, for there a tie is an answer.
  ///
  /// - Parameters:
  ///   - number: the contest's, counted from 0.
  ///   - totals: of its options.
  public func ranking(of contest: Contest, number: Int, totals: [UInt64]) -> [Int] {
    var order = Array(totals.indices)
    if contest.rules.kind != .yesNo { order = draw.permutation(of: totals.count, purpose: .lotOrder(contest: number)) }
    var place = Array(repeating: 0, count: order.count)
    for (position, option) in order.enumerated() { place[option] = position }
    return order.sorted { totals[$0] == totals[$1] ? place[$0] < place[$1] : totals[$0] > totals[$1] }
  }

  /// All ties of a contest, most votes first; none in a yes-no contest, and none among options that nobody chose.
  public func ties(of contest: Contest, number: Int, totals: [UInt64]) -> [DrawnLot] {
    guard contest.rules.kind != .yesNo else { return [] }
    var lots: [DrawnLot] = []
    var group: [Int] = []
    for option in ranking(of: contest, number: number, totals: totals) {
      if let first = group.first, totals[first] != totals[option] {
        if group.count > 1 { lots.append(DrawnLot(contest: number, votes: totals[first], options: group)) }
        group = []
      }
      if totals[option] > 0 { group.append(option) }
    }
    if let first = group.first, group.count > 1 { lots.append(DrawnLot(contest: number, votes: totals[first], options: group)) }
    return lots
  }

  /// The ties of all contests, in their order.
  public func ties(_ manifest: Manifest, _ result: ElectionResult) -> [DrawnLot] {
    let totals = result.byContest(manifest)
    return manifest.contests.indices.flatMap { ties(of: manifest.contests[$0], number: $0, totals: totals[$0]) }
  }

  /// Which of the counted ballots are to be audited: their positions among them, ascending.
  ///
  /// - Precondition: 0 ≤ `size` ≤ `counted`.
  public func audited(_ size: Int, of counted: Int) -> [Int] { draw.sample(of: size, outOf: counted, purpose: .auditSample) }
}

/// In which order trustees are asked first (`docs/spec/11-randomness.md`, 11.5).
public enum DutyOrder {
  /// The numbers of all trustees.
  ///
  /// - Parameter output: that of the opening draw.
  public static func trustees(_ number: Int, draw output: Bytes32) -> [Int] {
    Draw(value: output).permutation(of: number, purpose: .dutyOrder).map { $0 + 1 }
  }
}
