import Curve25519
import ThresholdCryptography

/// Why a trustee stops taking part in an election, until a person has looked.
public enum TrusteeAgentError: Error, Equatable, Sendable {
  /// The opening entry is not that of the trustee's own ceremony, or not what the state says: which part differs.
  case foreignOpening(String)
  /// The opening entry names this trustee as absent, though the service took its part of the fire drill.
  case wronglyAbsent
  /// The state tells of another log than the one that was joined.
  case otherLog(expected: String, found: String)
  /// The state tells of another election id than the one that was opened.
  case otherElection(expected: Bytes32, found: Bytes32)
  /// The state tells of trustees or a threshold that make no ceremony, or leave this trustee out: what is wrong.
  case unusableTrustees(String)
  /// Trustees, numbers or threshold of a ceremony have changed while it runs.
  case ceremonyChanged(Bytes32)
  /// A ceremony that was left behind, or belongs to another election, is asked for again.
  case ceremonyRepeated(Bytes32)
  /// A new ceremony is asked for when the election is open.
  case ceremonyAfterOpening
  /// The ceremony's log does not begin with what was read of it before.
  case ceremonyLogRewritten(size: UInt64)
  /// The ceremony's log goes on after its last confirmation.
  case ceremonyLogGoesOn
  /// Messages of the ceremony are signed by this trustee and do not follow from its key file: the file is an older copy, or another machine uses the key.
  case spokenElsewhere
  /// The service took messages and does not show them.
  case messagesSuppressed(Int)
  /// A later phase is asked for, but the ceremony is not complete on its log.
  case ceremonyIncomplete
  /// The ceremony is complete, but this trustee has no share: it was restored from an old copy, or confirmed elsewhere.
  case noShare
  /// A checkpoint that does not verify: why, and the request it came with.
  case badCheckpoint(String, shown: [UInt8])
  /// Two checkpoints of which one does not continue the other: why, the one this trustee cosigned, and what was shown.
  case forked(String, held: [UInt8], shown: [UInt8])
  /// The board is smaller than a checkpoint that this trustee cosigned. It has been shown to the service.
  case boardBehind(held: [UInt8])
  /// A board other than the one whose tally this trustee has decrypted.
  case closingChanged(held: [UInt8], shown: [UInt8])
  /// The board does not pass a check: its number and what it found.
  case boardNotVerified(check: Int, String)
  /// Decryption is asked for in an election that was aborted.
  case decryptionAfterAbort
  /// The finished record does not pass a check: its number and what it found.
  case recordNotVerified(check: Int, String)
  /// The service wants something else signed than the mark of the certificate, or a mark that is too dear: what is wrong, and what it wants.
  case foreignMark(String, message: [UInt8])
  /// The list of new trustees cannot follow on the present ones: why.
  case unusableList(String)
  /// List or dealers of a hand-over have changed while it runs.
  case handOverChanged(Bytes32)
  /// A renewal that does not hold, or is not on the board: its number, and why.
  case badRenewal(number: Int, String)
  /// The state could not be kept: nothing was said.
  case notKept(String)

  /// What proves it, by a name for the file: to be kept and shown to others.
  public var evidence: [(name: String, bytes: [UInt8])] {
    switch self {
    case .forked(_, let held, let shown), .closingChanged(let held, let shown): [("held", held), ("shown", shown)]
    case .badCheckpoint(_, let shown): [("shown", shown)]
    case .boardBehind(let held): [("held", held)]
    case .foreignMark(_, let message): [("mark", message)]
    default: []
    }
  }
}

extension CeremonyParameterError {
  /// What is wrong, in plain words.
  var text: String {
    switch self {
    case .trusteesOutOfRange(let count): "\(count) trustees are not 1 to 50"
    case .thresholdOutOfRange(let threshold): "a threshold of \(threshold) is not more than half of the trustees, or more than all"
    case .repeatedSigningKey(let first, let second): "trustees \(first) and \(second) have the same key"
    case .unknownTrustee(let number): "there is no trustee \(number)"
    case .foreignSigningKey(let trustee): "the key of trustee \(trustee) is another one"
    }
  }
}
