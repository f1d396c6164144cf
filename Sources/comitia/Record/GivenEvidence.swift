import API
import Elections
import RecordFiles
import TransparencyLog
import Verification

/// What the caller says shows that somebody did not keep to the protocol: a checkpoint that the log signed, or what a service answers to
/// `/elections/{e}/conduct`.
struct GivenEvidence {
  /// A wrong share of the joint signature, and whether the record bears it out.
  struct Judged: Encodable {
    let kind = "wrong-share"
    let trustee: Int
    let name: String?
    let proved: Bool
  }

  /// Checkpoints to be compared with the board.
  private(set) var checkpoints: [[UInt8]] = []
  private var shares: [WrongShare] = []

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
  }

  /// What of it the record bears out: its trustees' keys, and what they were to sign.
  ///
  /// - Parameter acting: the trustees that the verified record has at its closing checkpoint.
  func judge(_ folder: RecordFolder, _ acting: ActingTrustees?) -> [Judged] {
    guard !shares.isEmpty else { return [] }
    let message = folder.read(Array("certificate".utf8)).flatMap { try? ResultCertificate.read($0) }?.certificate.message
    return shares.map { share in
      let name = acting.flatMap { $0.trustees.indices.contains(share.trustee - 1) ? $0.trustees[share.trustee - 1].name : nil }
      let isProved = if let acting, let message { share.isConclusive(acting, message: message) } else { false }
      return Judged(trustee: share.trustee, name: name?.description, proved: isProved)
    }
  }
}
