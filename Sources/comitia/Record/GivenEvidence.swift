import API
import Elections
import RecordFiles
import SolanaTransactions
import ThresholdCryptography
import TransparencyLog
import Verification
import VotingService

/// What the caller says shows that somebody did not keep to the protocol: a checkpoint that the log signed, or what a service answers to
/// `/elections/{e}/conduct`.
struct GivenEvidence {
  /// What somebody is said to have done, and whether it is proved. What is `nil` is left out.
  struct Judged: Encodable, Equatable {
    /// `wrong-share`: of the joint signature; `failed-ceremony`; `refused`: what else the service says it has refused.
    let kind: String
    /// The number at that time.
    let trustee: Int
    let name: String?
    let proved: Bool
    /// Of a key ceremony, or of what was refused: what was wrong; a stable word.
    var fault: String?
    /// Of what was refused: what it was sent for; a stable word.
    var phase: String?
    /// The culprit's signing key, hexadecimal.
    var key: String?
  }

  /// Checkpoints to be compared with the board.
  private(set) var checkpoints: [[UInt8]] = []
  private var shares: [WrongShare] = []
  private var refused: [ConductDocument.Refused] = []
  private var ceremonies: [ElectionConduct.FailedCeremony] = []

  /// Reads a file.
  ///
  /// - Throws: `CommandFailure` where it is no evidence that is known.
  mutating func add(_ path: String) throws(CommandFailure) {
    let bytes = try InputFile.read(path)
    if (try? SignedCheckpoint(parsing: bytes)) != nil {
      checkpoints.append(bytes)
      return
    }
    guard let found = ConductDocument.evidence(bytes) else {
      throw CommandFailure(
        "\(path.printable) is no evidence: give a signed checkpoint, or what the service answers to /api/v1/elections/…/conduct")
    }
    if let checkpoint = found.checkpoint { checkpoints.append(checkpoint) }
    shares += found.shares
    refused += found.refused
    ceremonies += found.ceremonies
  }

  /// What of it the record bears out: its trustees' keys, and what they were to decrypt and to sign.
  ///
  /// - Parameter facts: of the verified record; `nil` where there is no result.
  func judge(_ folder: RecordFolder, _ facts: ElectionFacts?) -> [Judged] {
    let acting = facts?.acting
    let file = folder.read(Array("certificate".utf8)) ?? []
    let judged = shares.map { share in
      let name = acting.flatMap { $0.trustees.indices.contains(share.trustee - 1) ? $0.trustees[share.trustee - 1].name : nil }
      let isProved =
        if let acting, let message = Self.message(share, file, acting) { share.isConclusive(acting, message: message) } else {
          false
        }
      return Judged(kind: "wrong-share", trustee: share.trustee, name: name?.description, proved: isProved)
    }
    let said = refused.map { refusal in
      let culprit = facts.flatMap { Self.culprit(refusal, $0, file) }
      return Judged(
        kind: "refused", trustee: refusal.trustee, name: culprit ?? refusal.name, proved: culprit != nil, fault: refusal.reason,
        phase: refusal.phase)
    }
    return judged + ceremonies.compactMap { GivenCeremony($0).judged(acting) } + said
  }

  /// The name in the record of the trustee that has done what it is said to have done; `nil` unless that is proved.
  private static func culprit(_ refused: ConductDocument.Refused, _ facts: ElectionFacts, _ file: [UInt8]) -> String? {
    let phase = ConductPhase(rawValue: refused.phase)
    switch RefusalReason(rawValue: refused.reason) {
    case .formerTrustee:
      if let share = refused.share, let message = message(share, file, facts.acting) {
        let isProved =
          share.trustee == refused.trustee && phase == (share.mark == nil ? .signature : .mark)
          && share.isOutdated(facts.judge.roster, message: message)
        return isProved ? facts.acting.trustees[share.trustee - 1].name.description : nil
      }
      guard let request = refused.request, let act = phase.flatMap({ act($0) }) else { return nil }
      return named(facts.judge.formerTrustee(request, act), refused)
    case .wrongPart where phase == .decryption:
      return named(refused.request.flatMap { facts.judge.senderOfWrongPart($0) }, refused)
    default: return nil
    }
  }

  private static func act(_ phase: ConductPhase) -> RefusalJudge.Act? {
    switch phase {
    case .decryption: .decryption
    case .signature: .signature
    case .mark: .mark
    default: nil
    }
  }

  private static func named(_ culprit: RefusalJudge.Culprit?, _ refused: ConductDocument.Refused) -> String? {
    culprit?.number == refused.trustee ? culprit?.name.description : nil
  }

  /// What a share was for: the certificate of the record, or its mark.
  private static func message(_ share: WrongShare, _ file: [UInt8], _ acting: ActingTrustees) -> [UInt8]? {
    guard let certificate = try? ResultCertificate.read(file).certificate else { return nil }
    guard let mark = share.mark else { return certificate.message }
    let key = JointSigningKey(acting.keys.signing).publicKey
    do throws(ResultAnchorFault) {
      try ResultAnchor.check(mark, election: certificate.election, certificate: file, jointKey: key)
      return mark
    } catch { return nil }
  }
}
