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
    /// `wrong-share`: of the joint signature; `failed-ceremony`; `refused`: what the service says it has refused.
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

  /// What of it the record bears out: its trustees' keys, and what they were to sign.
  ///
  /// - Parameter acting: the trustees that the verified record has at its closing checkpoint.
  func judge(_ folder: RecordFolder, _ acting: ActingTrustees?) -> [Judged] {
    let file = folder.read(Array("certificate".utf8)) ?? []
    let judged = shares.map { share in
      let name = acting.flatMap { $0.trustees.indices.contains(share.trustee - 1) ? $0.trustees[share.trustee - 1].name : nil }
      let isProved =
        if let acting, let message = Self.message(share, file, acting) { share.isConclusive(acting, message: message) } else {
          false
        }
      return Judged(kind: "wrong-share", trustee: share.trustee, name: name?.description, proved: isProved)
    }
    let said = refused.map {
      Judged(kind: "refused", trustee: $0.trustee, name: $0.name, proved: false, fault: $0.reason, phase: $0.phase)
    }
    return judged + ceremonies.compactMap { GivenCeremony($0).judged(acting) } + said
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
