import Curve25519
import Elections
import ThresholdCryptography
import TrusteeAgent
import Verification

// What happens and what it came to, as the page reads it. `reason`s and details are for people; codes are for the page, which has the words.
extension ByteWriter {
  /// `kind u8 ‖ …`, in the order of `TrusteeEvent`.
  mutating func event(_ event: TrusteeEvent) {
    switch event {
    case .phase(let phase, let reason):
      kinds(0, phase.rawValue)
      counted(Array((reason ?? "").utf8))
    case .ceremonyBegins(let ceremony):
      kinds(1, UInt8(ceremony.number), UInt8(ceremony.threshold))
      participants(ceremony)
    case .messagesSent(let count, let size):
      kinds(2, UInt8(truncatingIfNeeded: count))
      u64(size)
    case .ceremonyFails(let failures):
      kinds(3, UInt8(truncatingIfNeeded: failures.count))
      for failure in failures { kinds(UInt8(failure.culprit ?? 0), failure.fault.number, failure.fault.witness) }
    case .ceremonyComplete(let size, let root, let jointKey):
      kinds(4)
      u64(size)
      b32(root)
      b32(jointKey)
    case .drillPassed: kinds(5)
    case .opened(let election):
      kinds(6)
      b32(election)
    case .cosigned(let size):
      kinds(7)
      u64(size)
    case .mirroring(let done, let total):
      kinds(8)
      u64(done)
      u64(total)
    case .verifying(let isProving, let done, let total):
      kinds(9, isProving ? 1 : 0)
      u64(done)
      u64(total)
    case .decrypted(let size):
      kinds(10)
      u64(size)
    case .recordVerified: kinds(11)
    case .aborted: kinds(12)
    case .signed: kinds(14)
    case .awaitsOthers(let quorum): kinds(15, UInt8(quorum))
    case .approvalDue(let list, let replaced):
      kinds(16)
      b32(list.digest)
      u8(UInt8(list.members.count))
      for (index, member) in list.members.enumerated() {
        counted(member.name.utf8)
        b32(member.signingKey)
        bool(replaced.contains(index + 1))
      }
    case .handOverBegins: kinds(17)
    case .handOverConfirmed: kinds(18)
    case .handOverFails(let failure):
      kinds(19, UInt8(failure.culprit.number), failure.culprit.isNew ? 1 : 0, failure.fault.isProof ? 1 : 0)
    case .renewed: kinds(20)
    case .replaced: kinds(21)
    case .signedMark: kinds(22)
    case .took(let work, let milliseconds):
      kinds(13, work.rawValue)
      u64(milliseconds)
    }
  }

  mutating func step(_ step: TrusteeStep) {
    switch step {
    case .waiting: kinds(0)
    case .backupDue: kinds(1)
    case .ended: kinds(2)
    }
  }

  mutating func fault(_ fault: TrusteeFault) {
    switch fault {
    case .connection(let error):
      let (kind, status, reason): (UInt8, Int, String) =
        switch error {
        case .unavailable(let reason): (0, 0, reason)
        case .refused(let status, let reason): (1, status, reason)
        case .malformed(let reason): (2, 0, reason)
        }
      kinds(3, kind)
      u16(UInt16(truncatingIfNeeded: status))
      raw(Array(reason.utf8))
    case .alarm(let error):
      kinds(4)
      let (code, detail, check) = error.parts
      counted(code)
      counted(Array(detail.utf8.prefix(1000)))
      u8(UInt8(truncatingIfNeeded: check))
      let evidence = error.evidence
      u8(UInt8(evidence.count))
      for (name, bytes) in evidence {
        counted(Array(name.utf8))
        u32(UInt32(bytes.count))
        raw(bytes)
      }
    }
  }

  /// Names and keys, `u8 count × (name counted ‖ key b32)`.
  mutating func participants(_ ceremony: TrusteeCeremony) {
    u8(UInt8(ceremony.participants.count))
    for participant in ceremony.participants {
      counted(participant.name.utf8)
      b32(participant.signingKey)
    }
  }

  mutating func kinds(_ values: UInt8...) { for value in values { u8(value) } }
}

extension HandOverParty {
  fileprivate var number: Int {
    switch self {
    case .old(let number), .new(let number): number
    }
  }

  fileprivate var isNew: Bool { if case .new = self { true } else { false } }
}

extension CeremonyFault {
  fileprivate var number: UInt8 {
    switch self {
    case .malformedMessage: 0
    case .equivocation: 1
    case .commitMismatch: 2
    case .identityTransport: 3
    case .identityConstant: 4
    case .badProof: 5
    case .badShare: 6
    case .unfoundedComplaint: 7
    case .contradiction: 8
    case .disagreement: 9
    case .identityJointKey: 10
    case .badDrawKey: 11
    }
  }

  fileprivate var witness: UInt8 { if case .disagreement(let trustee) = self { UInt8(trustee) } else { 0 } }
}

extension TrusteeAgentError {
  /// A word for the page, what it is about, and the number of a check.
  fileprivate var parts: (code: [UInt8], detail: String, check: Int) {
    let (code, detail, check): (StaticString, String, Int) =
      switch self {
      case .foreignOpening(let part): ("foreignOpening", part, 0)
      case .wronglyAbsent: ("wronglyAbsent", "", 0)
      case .otherLog(_, let found): ("otherLog", found, 0)
      case .otherElection(_, let found): ("otherElection", found.hex, 0)
      case .unusableTrustees(let reason): ("unusableTrustees", reason, 0)
      case .ceremonyChanged: ("ceremonyChanged", "", 0)
      case .ceremonyRepeated: ("ceremonyRepeated", "", 0)
      case .ceremonyAfterOpening: ("ceremonyAfterOpening", "", 0)
      case .ceremonyLogRewritten: ("ceremonyLogRewritten", "", 0)
      case .ceremonyLogGoesOn: ("ceremonyLogGoesOn", "", 0)
      case .spokenElsewhere: ("spokenElsewhere", "", 0)
      case .messagesSuppressed: ("messagesSuppressed", "", 0)
      case .ceremonyIncomplete: ("ceremonyIncomplete", "", 0)
      case .noShare: ("noShare", "", 0)
      case .badCheckpoint(let reason, _): ("badCheckpoint", reason, 0)
      case .forked(let reason, _, _): ("forked", reason, 0)
      case .boardBehind: ("boardBehind", "", 0)
      case .closingChanged: ("closingChanged", "", 0)
      case .boardNotVerified(let check, let detail): ("boardNotVerified", detail, check)
      case .decryptionAfterAbort: ("decryptionAfterAbort", "", 0)
      case .recordNotVerified(let check, let detail): ("recordNotVerified", detail, check)
      case .foreignMark(let reason, _): ("foreignMark", reason, 0)
      case .unusableList(let reason): ("unusableList", reason, 0)
      case .handOverChanged: ("handOverChanged", "", 0)
      case .badRenewal(let number, let reason): ("badRenewal", reason, number)
      case .notKept(let reason): ("notKept", reason, 0)
      }
    return (FieldName(code).ascii, detail, check)
  }
}
