import Curve25519
import Elections
import ThresholdCryptography
import TrusteeAgent
import Verification

/// What a trustee's machine does, in plain words; `nil` for what is progress only.
enum TrusteeWords {
  static func text(_ event: TrusteeEvent) -> String? {
    switch event {
    case .phase(let phase, let reason): text(phase) + (reason.map { " (\($0.printable))" } ?? "")
    case .ceremonyBegins(let ceremony):
      "key ceremony \(ceremony.id.hex.prefix(8))… begins: \(ceremony.participants.count) trustees, any \(ceremony.threshold) of them "
        + "decrypt; you are number \(ceremony.number)"
    case .messagesSent(let count, _): "sent \(TextFormat.count(count, "message")) of the ceremony"
    case .ceremonyFails(let failures): "the ceremony has failed: " + failures.map(text).joined(separator: "; ")
    case .ceremonyComplete(_, let root, _):
      "the ceremony is complete, root \(root.hex.prefix(16))…; your share is kept in the key file"
    case .drillPassed: "fire drill passed: your share works"
    case .opened(let election): "the election is open, and is that of your ceremony; election id \(election.hex)"
    case .cosigned(let size): "cosigned the board of \(TextFormat.count(size)) entries"
    case .awaitsOthers(let quorum):
      "your key file was restored from a copy, so your machine cosigns what \(TextFormat.count(quorum, "other trustee")) have cosigned, "
        + "and waits for them; it neither approves a hand-over nor deals in one"
    case .decrypted(let size): "the board of \(TextFormat.count(size)) entries verifies; your part of its tally was sent"
    case .signed: "the result verifies; signed it together with others"
    case .signedMark: "signed the mark of the result on Solana together with others"
    case .recordVerified: "the record passes all checks; your share is wiped, and there is nothing left to do"
    case .aborted: "the election was aborted: there will be no result; your share is wiped"
    case .approvalDue(let list, let replaced): approvalDue(list, replaced)
    case .handOverBegins(let id): "hand-over \(id.hex.prefix(8))… begins"
    case .handOverConfirmed: "your new share is kept; it counts as soon as the board says so"
    case .handOverFails(let failure): "the hand-over has failed: " + text(failure)
    case .renewed(let number): "renewal \(number) is on the board: your new share counts, the old one is wiped"
    case .replaced(let number): "renewal \(number) is on the board: another is trustee in your place; your share is wiped"
    case .took(let work, let milliseconds): "\(work.name) took \(TextFormat.seconds(.milliseconds(Int64(milliseconds))))"
    case .mirroring, .verifying: nil
    }
  }

  /// A stable word for logs.
  static func name(_ event: TrusteeEvent) -> String {
    switch event {
    case .phase: "phase"
    case .ceremonyBegins: "ceremony-begins"
    case .messagesSent: "messages-sent"
    case .ceremonyFails: "ceremony-fails"
    case .ceremonyComplete: "ceremony-complete"
    case .drillPassed: "drill-passed"
    case .opened: "opened"
    case .cosigned: "cosigned"
    case .awaitsOthers: "awaits-others"
    case .decrypted: "decrypted"
    case .signed: "signed"
    case .signedMark: "signed-mark"
    case .recordVerified: "record-verified"
    case .aborted: "aborted"
    case .approvalDue: "approval-due"
    case .handOverBegins: "hand-over-begins"
    case .handOverConfirmed: "hand-over-confirmed"
    case .handOverFails: "hand-over-fails"
    case .renewed: "renewed"
    case .replaced: "replaced"
    case .took: "took"
    case .mirroring: "mirroring"
    case .verifying: "verifying"
    }
  }

  private static func text(_ phase: TrusteePhase) -> String {
    switch phase {
    case .gathering: "waiting until all trustees have joined"
    case .ceremony: "the key ceremony goes on"
    case .failed: "the key ceremony has failed, or was given up; the organiser must begin another"
    case .drill: "fire drill"
    case .ready: "ready; waiting for the election to open"
    case .open: "voting goes on"
    case .paused: "voting is paused"
    case .closing: "voting has ended; trustees cosign the board"
    case .decrypting: "the tally is decrypted"
    case .signing: "trustees verify the result and sign it together"
    case .marking: "the result is published; trustees sign its mark on Solana"
    case .tallied: "the result is published"
    case .aborted: "the election was aborted"
    }
  }

  private static func approvalDue(_ list: HandOverList, _ replaced: [Int]) -> String {
    let people = list.members.enumerated().map { index, member in
      let isNew = replaced.contains(index + 1) ? ", NEW" : ""
      return "\n  \(index + 1) \(member.name.description.printable)\(isNew), key \(member.signingKey.hex)"
    }
    return "the organiser wants the shares handed over to this list:" + people.joined()
      + "\nCompare names and keys with the people themselves. If the list is right: comitia trustee approve --list \(list.digest.hex)"
  }

  private static func text(_ failure: HandOverFailure) -> String {
    let who =
      switch failure.culprit {
      case .old(let number): "trustee \(number)"
      case .new(let number): "the new trustee \(number)"
      }
    let what =
      switch failure.fault {
      case .malformedMessage: "\(who) signed what is no message"
      case .equivocation: "\(who) said two different things"
      case .unusableKeys: "\(who) brought keys that cannot be used"
      case .copiedDrawKey: "\(who) brought a draw key that another has brought"
      case .badDeal(let error): error.text
      case .badShare: "\(who) sent a share that does not fit"
      case .otherTerms: "\(who) dealt on other terms than are here"
      case .unfoundedComplaint: "\(who) complained without reason"
      case .otherDeal: "\(who) complained about another deal than is here"
      case .contradiction: "\(who) both confirmed and complained"
      case .otherConfirmation: "\(who) confirms something else than was dealt here"
      }
    return failure.fault.isProof ? what : what + "; it is at fault, or the service, which may have shown it another log"
  }

  private static func text(_ failure: CeremonyFailure) -> String {
    let who = failure.culprit.map { "trustee \($0)" } ?? "nobody in particular"
    return switch failure.fault {
    case .malformedMessage: "\(who) signed what is no message"
    case .equivocation: "\(who) said two different things"
    case .commitMismatch: "\(who) revealed something else than it had committed to"
    case .identityTransport, .identityConstant, .badDrawKey: "\(who) used an empty key"
    case .badProof: "\(who) did not prove its commitments"
    case .badShare: "\(who) sent a share that does not fit"
    case .unfoundedComplaint: "\(who) complained without reason"
    case .contradiction: "\(who) both confirmed and complained"
    case .disagreement(let trustee):
      "trustee \(trustee) confirms other commitments, or seals a share for another key, than are here"
    case .identityJointKey: "the joint key is empty"
    }
  }

  static func text(_ error: TrusteeConnectionError) -> String {
    switch error {
    case .unavailable(let reason): "the service cannot be reached: \(reason.printable)"
    case .refused(let status, let reason): "the service refuses (\(status)): \(reason.printable)"
    case .malformed(let what): "the service answers what it must not: \(what.printable)"
    }
  }

  /// What is wrong, and what to do.
  static func text(_ error: TrusteeAgentError) -> String {
    let call = "Do nothing more for this election before you have spoken with the organiser and the other trustees."
    switch error {
    case .foreignOpening(let part): return "The election that was opened is not the one of your ceremony: \(part) differs. \(call)"
    case .wronglyAbsent: return "The election was opened as if you had missed the fire drill, though your part was taken. \(call)"
    case .otherLog(let expected, let found):
      return "The service speaks of the log \(found.printable); you have joined \(expected.printable). \(call)"
    case .otherElection(let expected, let found):
      return "The service speaks of election \(found.hex); the one you accepted is \(expected.hex). \(call)"
    case .unusableTrustees(let reason): return "The list of trustees cannot be used: \(reason.printable). Tell the organiser."
    case .ceremonyChanged:
      return "The list of trustees was changed while their ceremony runs. The organiser must begin a new ceremony."
    case .ceremonyRepeated: return "A ceremony that was over, or is another election's, is asked for again. \(call)"
    case .ceremonyAfterOpening: return "A new key ceremony is asked for in an election that is open. \(call)"
    case .ceremonyLogRewritten(let size):
      return "The first \(size) messages of the ceremony are not those that were there, or are not shown as they were. \(call)"
    case .ceremonyLogGoesOn: return "The ceremony's log goes on after its end. \(call)"
    case .spokenElsewhere:
      return
        "The ceremony has messages signed with your key that were not made from this key file. If the file was restored from a copy, the organiser must begin a new "
        + "ceremony; otherwise somebody uses your key: speak with the organiser and the other trustees."
    case .messagesSuppressed(let count):
      return "The service took \(count) of your messages and does not show them. Tell the organiser."
    case .ceremonyIncomplete: return "The service goes on although the ceremony is not complete in your eyes. \(call)"
    case .noShare:
      return
        "There is no share of the key in your key file. If the file was restored from a copy, take a newer one; otherwise you cannot decrypt."
    case .badCheckpoint(let reason, _):
      return "The board is shown under a signature that does not hold: \(reason.printable). \(call)"
    case .forked(let reason, _, _):
      return "The board is not a continuation of the one you cosigned: \(reason.printable). This is evidence of two boards. \(call)"
    case .boardBehind:
      return
        "The board is shorter than the one you cosigned: entries are lost or hidden. The service was shown your checkpoint. \(call)"
    case .closingChanged: return "The board has changed after you decrypted its tally. \(call)"
    case .boardNotVerified(let check, let detail):
      return "The board fails check \(check): \(detail.printable). Nothing was decrypted. \(call)"
    case .decryptionAfterAbort: return "A tally is asked for in an election that was aborted. \(call)"
    case .recordNotVerified(let check, let detail): return "The published record fails check \(check): \(detail.printable). \(call)"
    case .foreignMark(let reason, _):
      return
        "The service asks for a signature on something else than the mark of this result on Solana: \(reason.printable). Nothing was signed. \(call)"
    case .unusableList(let reason): return "The list of new trustees cannot be used: \(reason.printable). Tell the organiser."
    case .handOverChanged: return "The list was changed while shares are handed over to it. \(call)"
    case .badRenewal(let number, let reason):
      return "Renewal \(number) of the trustees' shares does not hold: \(reason.printable). Your share is kept. \(call)"
    case .notKept(let reason):
      return "Your key file cannot be written, so nothing was said: \(reason.printable). Make room on the disk."
    }
  }
}
