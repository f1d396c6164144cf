import Curve25519
import Elections
import ThresholdCryptography

/// What a trustee's machine does, for people to follow. No secrets.
public enum TrusteeEvent: Equatable, Sendable {
  /// The service tells of another phase, with its reason.
  case phase(TrusteePhase, reason: String?)
  /// A ceremony begins, of these people: their fingerprints can be compared.
  case ceremonyBegins(TrusteeCeremony)
  /// Messages of the ceremony were sent; this many stand on its log.
  case messagesSent(Int, logSize: UInt64)
  /// The ceremony has failed, as far as this trustee can see.
  case ceremonyFails([CeremonyFailure])
  /// The ceremony is complete.
  case ceremonyComplete(size: UInt64, root: Bytes32, jointKey: Bytes32)
  /// The part of the fire drill was taken.
  case drillPassed
  /// The election is open, and is that of the ceremony.
  case opened(election: Bytes32)
  /// A checkpoint was cosigned.
  case cosigned(size: UInt64)
  /// The key file was restored from a copy: it cosigns what this many others have cosigned, and waits for them.
  case awaitsOthers(quorum: Int)
  /// Files of the board are fetched.
  case mirroring(done: UInt64, total: UInt64)
  /// The board is read or verified.
  case verifying(isProving: Bool, done: UInt64, total: UInt64)
  /// The tally of this board was decrypted, and the part was taken.
  case decrypted(size: UInt64)
  /// The result was verified, and signed together with others.
  case signed
  /// The record was verified, and the mark of its certificate on a public chain signed together with others.
  case signedMark
  /// The finished record passes all checks; the share is wiped.
  case recordVerified
  /// The election was aborted; the share is wiped.
  case aborted
  /// The organiser wants to hand the shares over to this list: the trustee's person has to look at it, and approve it or not.
  case approvalDue(HandOverList, replaced: [Int])
  /// A hand-over begins.
  case handOverBegins(id: Bytes32)
  /// This trustee has its new shares, and has said so.
  case handOverConfirmed(id: Bytes32)
  /// The hand-over has failed.
  case handOverFails(HandOverFailure)
  /// The board has the renewal of this number: the old share is wiped, the new one counts.
  case renewed(number: Int)
  /// The board has a renewal by which another has this trustee's place: all shares are wiped.
  case replaced(number: Int)
  /// From the first act to the last of a piece of work.
  case took(TrusteeWork, milliseconds: UInt64)
}
