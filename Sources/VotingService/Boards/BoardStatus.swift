import Curve25519
import Elections

extension BoardPhase {
  /// A stable word for it.
  public var code: String {
    switch self {
    case .voting: "voting"
    case .paused: "paused"
    case .closed: "closed"
    case .aborted: "aborted"
    }
  }
}

/// A board at a moment.
public struct BoardStatus: Sendable, Equatable {
  /// The election id: the leaf hash of entry 0.
  public let electionID: Bytes32
  /// Leaves of the log: entries, and pieces of long ones.
  public let size: UInt64
  /// Entries.
  public let entries: UInt64
  /// Root over them.
  public let root: Bytes32
  /// Time of the last entry, Unix milliseconds.
  public let lastTime: UInt64
  /// Where it is in its life.
  public let phase: BoardPhase
  /// Cast ballots; with re-voting more than voters.
  public let cast: UInt64
  /// Voters that have cast.
  public let voters: UInt64
  /// Challenged ballots.
  public let challenged: UInt64
  /// Replaced credentials.
  public let replaced: UInt64
  /// Where the renewal entries are, ascending.
  public let renewals: [UInt64]
  /// Whether it is read-only because entries that it once had are missing; what shows it.
  public let behind: BoardEvidence?
}

/// What shows that a board lacks entries, or has others than it once had.
public enum BoardEvidence: Sendable, Equatable {
  /// Its own key signed a checkpoint of this size, and it has fewer entries.
  case truncated(signed: UInt64)
  /// Its own key signed another root for this size: the log is convicted.
  case forked(size: UInt64)
  /// The service was started after a restore, and trustees have not yet said what they saw.
  case restored
}

/// What is known of a credential.
public struct CredentialStatus: Sendable, Equatable {
  /// On the roll and not replaced.
  public let eligible: Bool
  /// Ballots cast.
  public let casts: UInt64
  /// The smallest number that its next ballot may have.
  public let nextNumber: UInt64
  /// Challenges made.
  public let challenges: Int
}

/// Why something other than a ballot is not done with a board.
public enum BoardError: Error, Equatable, Sendable {
  /// There is no board of this election.
  case unknownElection
  /// There is one already.
  case alreadyOpen
  /// A step that does not follow from where the board is, such as resuming one that is not paused.
  case wrongPhase(BoardPhase)
  /// A credential to be replaced is not on the roll, was replaced before, or has cast; or the new one is on the roll. What is wrong.
  case replacement(String)
  /// The election's parts do not fit together.
  case parts(String)
  /// The board is read-only.
  case behind(BoardEvidence)
  /// Not a checkpoint or a cosignature that this log knows: what is wrong.
  case refused(String)
  /// The board has fewer entries than the size asked for.
  case beyondEnd(size: UInt64)
  /// The database cannot be reached: to be tried again later.
  case unavailable
  /// The database holds other entries than the board's root says. The operator's matter.
  case damaged(String)
}
