import Curve25519

/// Why a ballot, a challenge or an opened ballot is not taken. Nothing of it is on the board, except where `unavailable` says that this is not known.
///
/// In all cases the same bytes may be sent again without harm.
public enum CastRefusal: Error, Equatable, Sendable {
  /// There is no board of this election.
  case unknownElection
  /// The bytes are no ballot: which field is wrong, and why. The booth is to make the ballot anew.
  case malformed(String)
  /// More bytes than a ballot of this election has.
  case tooLong(limit: Int)
  /// Made for another election. The booth is to be loaded anew.
  case foreignElection
  /// The credential is not on the roll, or has been replaced.
  case notEligible
  /// Casting needs a login in this election (issuer *authority*).
  case loginNeeded
  /// Another account has cast with this credential, or this account with another credential.
  case otherAccount
  /// The credential has cast a ballot, and the manifest allows one only.
  case alreadyVoted(entry: UInt64)
  /// The ballot's number is not above that of the credential's last ballot. The booth is to make the ballot anew with this number or a higher one.
  case numberTooLow(next: UInt64)
  /// A ballot with one of its ciphertexts is on the board. The booth is to make the ballot anew.
  case repeatedCiphertext
  /// The ballot was challenged: it is never to be cast.
  case ballotChallenged
  /// The ballot was cast: it is never to be opened.
  case ballotCast
  /// The credential has made as many challenges as it may.
  case tooManyChallenges
  /// The opened ballot was not challenged by this credential before.
  case notChallenged
  /// The opening of the ballot has been published.
  case alreadyOpened
  /// Voting has not begun. Unix milliseconds.
  case notOpen(opens: UInt64)
  /// Voting is paused.
  case paused
  /// Voting has ended.
  case closed
  /// The election was aborted.
  case aborted
  /// The signature is not the credential's.
  case badSignature
  /// The signature holds, and the ballot's proof, or the opening, does not: what is wrong.
  case badProof(String)
  /// The credential has sent bad proofs; or another of its ballots is being looked at. Seconds to wait.
  case throttled(seconds: Int)
  /// More ballots wait than the service can hold. Seconds to wait.
  case busy(seconds: Int)
  /// The board is read-only: it lacks entries that it once had, as after a restore from an old backup. The operator has to bring them back.
  case behind
  /// The database cannot be reached or did not answer in time. Whether the ballot is on the board is not known until the same bytes are sent again. Seconds to wait.
  case unavailable(seconds: Int)
}

extension CastRefusal {
  /// A stable word for the reason.
  public var code: String {
    switch self {
    case .unknownElection: "unknown-election"
    case .malformed: "malformed-ballot"
    case .tooLong: "ballot-too-long"
    case .foreignElection: "foreign-election"
    case .notEligible: "not-eligible"
    case .loginNeeded: "login-needed"
    case .otherAccount: "other-account"
    case .alreadyVoted: "already-voted"
    case .numberTooLow: "number-too-low"
    case .repeatedCiphertext: "repeated-ciphertext"
    case .ballotChallenged: "ballot-challenged"
    case .ballotCast: "ballot-cast"
    case .tooManyChallenges: "too-many-challenges"
    case .notChallenged: "not-challenged"
    case .alreadyOpened: "already-opened"
    case .notOpen: "not-open"
    case .paused: "voting-paused"
    case .closed: "voting-closed"
    case .aborted: "election-aborted"
    case .badSignature: "bad-signature"
    case .badProof: "bad-proof"
    case .throttled: "credential-throttled"
    case .busy: "busy"
    case .behind: "board-behind"
    case .unavailable: "unavailable"
    }
  }
}
