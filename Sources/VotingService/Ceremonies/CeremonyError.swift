import Elections
import TrusteeCoordination

/// Why something that a trustee, or the organiser with trustees, asks for is not done. Nothing has changed then.
public enum CeremonyError: Error, Equatable, Sendable {
  /// There is no such election.
  case unknownElection
  /// There is no trustee of this number.
  case unknownTrustee(Int)
  /// The key is not that of a trustee of this election.
  case notTrustee
  /// Another has the place of the trustee that was called so: its share and key are of no more use.
  case replaced(name: String)
  /// No invitation has this token: never given, withdrawn, or replaced by another.
  case unknownInvitation
  /// The signature does not show that the sender holds the key.
  case badSignature
  /// Another key has joined by this invitation.
  case otherKey
  /// The key is another trustee's of this election.
  case keyTaken
  /// Another trustee of this election has this name.
  case nameTaken
  /// A name that cannot stand on the record.
  case badName
  /// Threshold, quorum and number of trustees do not fit together: what is needed.
  case parameters(String)
  /// A key ceremony has begun with these trustees: they stay as they are until it fails, or is begun again.
  case begun
  /// The board is open: trustees and their key stay as they are.
  case opened
  /// These trustees have not joined.
  case notJoined([Int])
  /// There is no such ceremony of this election.
  case unknownCeremony
  /// Bytes that are refused: what is wrong with them.
  case refused(String)
  /// What a trustee sent for the joint signature is of no use now: too late, or used before. It shows no fault.
  case unusable
  /// A commitment whose nonce was used before: the trustee would be asked for two shares with one nonce, which give its secret away.
  case usedNonce
  /// A share for a session that there is not.
  case otherSession
  /// No hand-over goes on, or another list is wanted.
  case noHandOver
  /// A renewal is not in force: too few of the trustees before it have cosigned what shows it.
  case renewalAwaited
  /// Not in this phase.
  case wrongPhase(TrusteePhase)
  /// The trustee has not cosigned the closing checkpoint.
  case notCosigned
  /// There is no trustee of this name who has missed the fire drill.
  case notMissing(name: String)
  /// More trustees are absent than the threshold allows.
  case tooManyAbsent(most: Int)
  /// The board does not pass a check: nothing is decrypted. The operator's matter.
  case boardNotVerified(check: Int, String)
  /// What is stored does not fit together. The operator's matter.
  case damaged(String)
}

extension CeremonyError {
  /// The same, as the service says it.
  init(_ error: CoordinationError) {
    self =
      switch error {
      case .refused(let reason): .refused(reason)
      case .boardNotVerified(let check, let detail): .boardNotVerified(check: check, detail)
      case .damaged(let detail): .damaged(detail)
      }
  }
}
