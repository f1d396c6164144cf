import Curve25519
import Elections
import ThresholdCryptography

/// What the trustees of a verified record drew, and what follows from it (`docs/spec/11-randomness.md`, 11.5).
public struct VerifiedDraws: Sendable {
  /// Seed and output of one draw.
  public struct Source: Sendable {
    /// What was announced.
    public let seed: Bytes32
    /// What the trustees made of it.
    public let output: Bytes32
  }

  /// How many ballots are drawn for an audit where nobody says how many.
  public static let usualSample = 10

  /// From it the orders follow.
  public let opening: Source
  /// From it lots and sample follow.
  public let closing: Source
  /// The order of the options of every contest in which it was drawn, positions in the manifest; contests are counted from 0.
  public let optionOrders: [(contest: Int, options: [Int])]
  /// In which order trustees are asked first: their numbers.
  public let dutyOrder: [Int]
  /// How ties were broken, if there are any.
  public let lots: [DrawnLot]
  /// How many ballots count.
  public let counted: Int
  /// For each place on the roll the entry of the ballot that counts, plus 1.
  private let places: [UInt64]

  /// - Precondition: all checks have passed.
  init(board: VerifiedBoard, result: ElectionResult, closing output: BeaconOutput) {
    let opening = board.frame.opening
    guard let seed = board.frame.openingSeed else { preconditionFailure("check 14 has passed") }
    self.opening = Source(seed: seed.value, output: opening.draw.output)
    let closing = DrawSeed.closing(election: board.electionID, size: board.size, root: board.root)
    self.closing = Source(seed: closing.value, output: output.value)
    let manifest = board.manifest
    optionOrders = manifest.contests.indices.filter { manifest.contests[$0].order == .drawn }.map {
      ($0, manifest.shownOptions(of: $0, draw: opening.draw.output))
    }
    dutyOrder = DutyOrder.trustees(board.roster.trustees.count, draw: opening.draw.output)
    lots = DrawnLots(output.value).ties(manifest, result)
    places = board.survey.lastCast
    counted = places.count { $0 != 0 }
  }

  /// The entries of the ballots drawn for an audit, ascending. A larger sample has all of a smaller one.
  ///
  /// - Parameter size: how many; all where there are fewer.
  public func sample(_ size: Int) -> [UInt64] {
    let entries = places.filter { $0 != 0 }.map { $0 - 1 }.sorted()
    return DrawnLots(closing.output).audited(min(size, entries.count), of: entries.count).map { entries[$0] }
  }
}
