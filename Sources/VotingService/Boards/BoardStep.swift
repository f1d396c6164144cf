import Curve25519
import Elections

/// What the organiser, or the clock, does with a board. Goes through the same sequencer as ballots, so that all entries have one order.
public enum BoardStep: Sendable, Equatable {
  /// Voting stops for a while, for a reason that everyone can read.
  case pause(PublicReason)
  /// Voting goes on.
  case resume
  /// The election is given up; nothing follows.
  case abort(PublicReason)
  /// A lost credential, with which nothing was cast, is revoked; another one takes its place.
  case replacement(CredentialReplacement)
  /// Trustees' shares are others from now on, by the renewal of this number and hash.
  case renewal(RenewalEntry)
  /// Voting ends; nothing follows.
  case closing

  var kind: EntryKind {
    switch self {
    case .pause: .pause
    case .resume: .resume
    case .abort: .abort
    case .replacement: .replacement
    case .renewal: .renewal
    case .closing: .closing
    }
  }

  var body: [UInt8] {
    switch self {
    case .pause(let reason), .abort(let reason): reason.encoded
    case .replacement(let replacement): replacement.encoded
    case .renewal(let renewal): renewal.encoded
    case .resume, .closing: []
    }
  }
}
