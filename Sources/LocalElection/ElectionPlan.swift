import Curve25519
import Elections

/// A ballot in plain, as an input file has it.
public struct PlainBallot: Equatable, Sendable {
  /// For each contest the value of each option.
  public let values: [[UInt32]]
  /// The voter's weight, at least 1.
  public let weight: UInt32

  /// A ballot.
  public init(values: [[UInt32]], weight: UInt32 = 1) {
    self.values = values
    self.weight = weight
  }
}

/// An election to be held within one process.
public struct ElectionPlan: Sendable {
  /// What is voted on.
  public var manifest: Manifest
  /// Names of the trustees, distinct.
  public var trustees: [Text]
  /// How many of them are required.
  public var threshold: Int
  /// Numbers of the trustees that decrypt; all when empty.
  public var decrypting: [Int] = []
  /// One for each voter, in the order they are cast.
  public var ballots: [PlainBallot]

  /// An election.
  public init(manifest: Manifest, trustees: [Text], threshold: Int, ballots: [PlainBallot]) {
    self.manifest = manifest
    self.trustees = trustees
    self.threshold = threshold
    self.ballots = ballots
  }

  /// The plain count, weights included: what the verified result must equal.
  public var plainTotals: [UInt64] {
    var totals = [UInt64](repeating: 0, count: manifest.layout.optionCount)
    for ballot in ballots {
      for (option, value) in ballot.values.joined().enumerated() {
        totals[option] += UInt64(value) * UInt64(ballot.weight)
      }
    }
    return totals
  }
}

/// What an election within one process is doing.
public enum ElectionPhase: String, Sendable, CaseIterable {
  case keyCeremony = "key ceremony"
  case roll = "credentials and roll"
  case casting = "encrypting and casting"
  case closing = "closing and cosigning"
  case boardVerification = "trustees verify the board"
  case decryption = "decryption"
}

/// How far a phase is.
public struct ElectionProgress: Sendable {
  /// The phase.
  public let phase: ElectionPhase
  /// Ballots, voters or entries done.
  public let done: UInt64
  /// Of how many; a phase is over when `done` equals it.
  public let total: UInt64
}
