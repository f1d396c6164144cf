import Curve25519
import Elections

/// How far an election has come, as its verified record proves it: what the contracts `ElectionManager` and `VoterRegistry` are to say of it
/// (`docs/spec/12-anchors.md`, 12.4 and 12.5).
public struct ElectionCourse: Equatable, Sendable {
  /// How an election is over.
  public enum End: Equatable, Sendable {
    /// SHA-256 of the file `certificate`, the two halves of its signature, and the joint public key (10.1) that it verifies with.
    case published(certificate: Bytes32, signatureR: Bytes32, signatureS: Bytes32, key: Bytes32)
    /// SHA-256 of the reason that the abort entry gives, without its length.
    case aborted(reason: Bytes32)
  }

  /// The election id.
  public let election: Bytes32
  /// Of the manifest.
  public let title: Text
  /// SHA-256 of the file `manifest`.
  public let manifest: Bytes32
  /// `rollRoot` of the opening entry (6.4).
  public let rollRoot: Bytes32
  /// Voters on the roll, `rollCount` of the opening entry.
  public let rollSize: UInt64
  /// Size and root of the closing checkpoint; `nil`: voting goes on, or the election was aborted.
  public let closing: Closing?
  /// `nil`: there is no result yet.
  public let end: End?

  /// The closing checkpoint.
  public struct Closing: Equatable, Sendable {
    /// Leaves of the board.
    public let size: UInt64
    /// Their root.
    public let root: Bytes32
  }

  /// Of a board that was verified.
  init(_ frame: BoardFrame, isClosed: Bool, end: End? = nil) {
    election = frame.context.election
    title = frame.manifest.title
    manifest = frame.opening.manifestHash
    rollRoot = frame.opening.rollRoot
    rollSize = UInt64(frame.opening.rollCount)
    let checkpoint = frame.checkpoint.checkpoint
    closing = isClosed ? Closing(size: checkpoint.size, root: checkpoint.root) : nil
    self.end = end
  }
}

extension RecordVerifier {
  /// Verifies the record as far as the election has come: all of it where its end is there; as the trustees do before they decrypt (checks 1 to 8 and 14) where the board has
  /// ended and the result is awaited; as a board so far (7.4) while voting goes on, or as long as the last checkpoint is not witnessed.
  ///
  /// - Precondition: a verifier of whole records.
  /// - Returns: the report, and what the record proves; `nil` where a check failed.
  /// - Throws: `UnreadableRecord` when a file is missing.
  public func verifyCourse() throws(UnreadableRecord) -> (report: VerificationReport, course: ElectionCourse?) {
    precondition(!isSoFar && !awaitsCertificate, "a verifier of whole records")
    let names: [StaticString] = ["tally", "result", "draw-closing", "certificate"]
    let there = names.count { (try? file($0)) != nil }
    let last = lastKind()
    if last == .abort || there == names.count { return try courseOfWhole() }
    if last == .closing {
      let (report, board) = try verifyBoard()
      if let board, report.firstFailure == nil { return (report, ElectionCourse(board.frame, isClosed: true)) }
    } else if there > 0 {
      return try courseOfWhole()
    }
    let soFar = RecordVerifier(source: source, expectations: expectations, isSoFar: true, runner: runner, progress: progress)
    let found = try soFar.verifyWhole()
    guard found.report.passed, let frame = found.frame else { return (found.report, nil) }
    return (found.report, ElectionCourse(frame, isClosed: false))
  }

  private func courseOfWhole() throws(UnreadableRecord) -> (report: VerificationReport, course: ElectionCourse?) {
    let found = try verifyWhole()
    guard found.report.passed, let frame = found.frame else { return (found.report, nil) }
    if let reason = found.report.aborted {
      let hash = Bytes32(SHA256.hash(reason.text.utf8).span)
      return (found.report, ElectionCourse(frame, isClosed: false, end: .aborted(reason: hash)))
    }
    guard found.facts != nil, let file = found.end.certificate, let signature = try? ResultCertificate.read(file).signature,
      let r = Bytes32(Array(signature.prefix(32))), let s = Bytes32(Array(signature.suffix(32)))
    else { return (found.report, nil) }
    let key = frame.roster.roster.jointKey(.signing).torsionFree.encoded
    let certificate = Bytes32(SHA256.hash(file).span)
    let end = ElectionCourse.End.published(certificate: certificate, signatureR: r, signatureS: s, key: key)
    return (found.report, ElectionCourse(frame, isClosed: true, end: end))
  }
}
