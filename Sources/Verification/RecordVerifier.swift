import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

/// Runs the numbered checks on a record (`docs/spec/07-verification.md`).
///
/// The board is read bundle by bundle, twice: once for its structure, once for its proofs. Memory does not grow with the number of ballots. Each
/// reading must give the root of the checkpoint, so that files that change meanwhile are noticed.
public struct RecordVerifier<Source: RecordSource, Runner: WorkRunner> {
  let source: Source
  let runner: Runner
  let expectations: Expectations
  let progress: ((VerificationProgress) -> Void)?
  /// Whether the board is verified as far as it is, while voting goes on or the result is awaited (`docs/spec/07-verification.md`, 7.4).
  let isSoFar: Bool
  /// Whether the trustees are still to sign the result: then check 13 is left out.
  let awaitsCertificate: Bool
  /// Ciphertexts held at a time; smaller in tests.
  var ciphertextCapacity = CiphertextIndex.capacity
  /// Ballots verified together.
  var batchSize = BallotWork.size

  /// A verifier of the record that `source` reads.
  ///
  /// - Parameters:
  ///   - expectations: what is known from outside the record.
  ///   - isSoFar: whether to verify the board as far as it is: without a closing entry, enough cosignatures, tally and result.
  ///   - awaitsCertificate: whether to verify a record that lacks `certificate`, as trustees do before they sign.
  ///   - runner: does the proofs side by side.
  ///   - progress: told now and then how far the work is.
  public init(
    source: Source, expectations: Expectations = Expectations(), isSoFar: Bool = false, awaitsCertificate: Bool = false,
    runner: Runner,
    progress: ((VerificationProgress) -> Void)? = nil
  ) {
    self.source = source
    self.runner = runner
    self.expectations = expectations
    self.isSoFar = isSoFar
    self.awaitsCertificate = awaitsCertificate
    self.progress = progress
  }

  /// Runs every check.
  ///
  /// - Throws: `UnreadableRecord` when a file is missing.
  public func verify() throws(UnreadableRecord) -> (report: VerificationReport, facts: ElectionFacts?) {
    let whole = try verifyWhole()
    return (whole.report, whole.facts)
  }

  /// The same with what was read; no frame where the board could not be read so far.
  func verifyWhole() throws(UnreadableRecord) -> (
    report: VerificationReport, facts: ElectionFacts?, frame: BoardFrame?, end: RecordEnd
  ) {
    var report = newReport
    let end = try readEnd()
    guard var run = try open(&report) else { return (report, nil, nil, end) }
    try checkBallots(&run.pass, &report)
    let facts = try conclude(run, end: end, &report)
    return (report, facts, run.frame, end)
  }

  /// A report with nothing in it yet.
  var newReport: VerificationReport {
    VerificationReport(selfConsistentOnly: expectations.isEmpty, isSoFar: isSoFar, awaitsCertificate: awaitsCertificate)
  }

  /// Checks 9 to 15, when the work of a board is done.
  func conclude(
    _ run: BoardRun<Source>, end: RecordEnd, _ report: inout VerificationReport
  ) throws(UnreadableRecord) -> ElectionFacts? {
    guard let outcome = outcome(of: run, &report), !isSoFar else { return nil }
    checkAnchors(run, end: end, &report)
    guard case .closed(let board) = outcome else {
      if let name = end.names.first { report.fail(.encryptedTally, "\(name): an aborted election must never have one") }
      if !expectations.certificates.isEmpty { report.fail(.certificate, "the certificate given: this election was aborted") }
      return nil
    }
    guard let tallyBytes = end.tally else { throw .missing(path: Self.path("tally")) }
    guard let resultBytes = end.result else { throw .missing(path: Self.path("result")) }
    guard let drawBytes = end.draw else { throw .missing(path: Self.path("draw-closing")) }
    let verified = verifyTally(board, tally: tallyBytes, result: resultBytes, &report)
    let output = verified.tally.flatMap {
      checkClosingDraw(drawBytes, board, decrypting: $0.partials.map { $0.trustee }, &report)
    }
    if !awaitsCertificate {
      guard let certificate = end.certificate else { throw .missing(path: Self.path("certificate")) }
      checkCertificate(certificate, board, end, &report)
    }
    guard let result = verified.result, let output, report.passed else { return nil }
    let decrypting = verified.tally?.partials.map { $0.trustee } ?? []
    return ElectionFacts(board: board, result: result, closingDraw: output, decrypting: decrypting)
  }

  /// Runs checks 1 to 8, and 14 for the opening draw, and recomputes the encrypted tally: what each trustee does before it decrypts.
  ///
  /// There is no `VerifiedBoard` of a board that has an abort entry, so that nothing of an aborted election can be decrypted by mistake;
  /// `report.aborted` tells why it was given up.
  ///
  /// - Returns: the outcomes, and the board unless it is aborted or could not be read far enough.
  /// - Throws: `UnreadableRecord` when a file is missing.
  public func verifyBoard() throws(UnreadableRecord) -> (report: VerificationReport, board: VerifiedBoard?) {
    var report = newReport
    guard var run = try open(&report) else { return (report, nil) }
    try checkBallots(&run.pass, &report)
    // What is verified only so far must never be decrypted.
    guard case .closed(let board) = outcome(of: run, &report), !isSoFar else { return (report, nil) }
    return (report, board)
  }

  /// How a board that could be read ends.
  private enum BoardOutcome {
    case closed(VerifiedBoard)
    case aborted
  }

  /// Whether the last entry is an abort entry, as far as can be told before anything is verified: only then the files at a record's end may be missing.
  func endsInAbort() -> Bool { lastKind() == .abort }

  /// The kind of the last entry, as far as can be told before anything is verified.
  func lastKind() -> EntryKind? {
    guard let bytes = try? file("checkpoint"), let signed = try? SignedCheckpoint(parsing: bytes) else { return nil }
    let size = signed.checkpoint.size
    guard size > 0 else { return nil }
    let width = UInt64(LogLimits.tileWidth)
    let number = (size - 1) / width
    let path = TilePath(.entries, index: number, width: Int(size - number * width))
    guard let bundle = source.read(path.bytes), let entries = try? EntryBundle.decode(bundle, count: path.width) else {
      return nil
    }
    return entries.last?.first.flatMap { EntryKind(rawValue: $0) }
  }

  /// Everything before the proofs of ballots: checks 1 to 5, and the first reading of the board.
  func open(_ report: inout VerificationReport) throws(UnreadableRecord) -> BoardRun<Source>? {
    let manifestBytes = try file("manifest")
    let trusteesBytes = try file("trustees")
    let drawBytes = try file("draw-opening")
    let rollBytes = try file("roll")
    let checkpointBytes = try file("checkpoint")

    guard let checkpoint = readCheckpoint(checkpointBytes, &report),
      let opening = try readOpening(size: checkpoint.checkpoint.size, &report),
      let manifest = checkManifest(manifestBytes, opening, &report)
    else { return nil }
    let roster = checkTrustees(trusteesBytes, opening.entry, &report)
    let jointKey = roster.flatMap { checkJointKey($0, opening.entry, &report) }
    let seed = jointKey == nil ? nil : roster.flatMap { checkOpeningDraw(drawBytes, $0, opening.entry, &report) }
    guard let roll = checkRoll(rollBytes, opening.entry, manifest, &report), let roster, let jointKey,
      let amended = try? AmendedRoster(roster)
    else { return nil }

    let context = BallotContext(election: opening.electionID, jointKey: jointKey, layout: manifest.layout)
    let frame = BoardFrame(
      opening: opening.entry, manifest: manifest, roster: amended, roll: roll, context: context, checkpoint: checkpoint,
      openingSeed: seed)
    guard let survey = try checkBoard(frame, &report) else { return nil }
    let cosigners = checkSignatures(frame, survey, &report)
    if survey.roster.current.renewal > 0 { report.add(.jointKey, "; renewals of shares: \(survey.roster.current.renewal)") }
    guard let reader = try? BoardReader(source, size: checkpoint.checkpoint.size) else { return nil }
    let pass = ProofPass(reader, frame, survey, size: batchSize)
    return BoardRun(frame: frame, cosigners: cosigners, pass: pass)
  }

  private func outcome(of run: BoardRun<Source>, _ report: inout VerificationReport) -> BoardOutcome? {
    guard let tally = concludeBallots(run.pass, run.frame, &report) else { return nil }
    if run.pass.survey.isAborted { return .aborted }
    return .closed(VerifiedBoard(frame: run.frame, cosigners: run.cosigners, survey: run.pass.survey, tally: tally))
  }

  /// A file that every record has.
  func file(_ path: StaticString) throws(UnreadableRecord) -> [UInt8] {
    let path = Self.path(path)
    guard let bytes = source.read(path) else { throw .missing(path: path) }
    return bytes
  }

  private static func path(_ path: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: path.utf8Start, count: path.utf8CodeUnitCount))
  }
}

/// A board whose ballots are being verified.
struct BoardRun<Source: RecordSource> {
  let frame: BoardFrame
  let cosigners: [Int]
  var pass: ProofPass<Source>
}

/// What checks 1 to 4 found, for those that follow.
struct BoardFrame {
  let opening: OpeningEntry
  let manifest: Manifest
  /// Before any renewal.
  let roster: AmendedRoster
  let roll: Roll
  let context: BallotContext
  let checkpoint: SignedCheckpoint
  /// Of the opening draw; `nil` if its file is malformed.
  let openingSeed: DrawSeed?
}

/// A board that was read to its end, and what a trustee or a verifier recomputed from it.
public struct VerifiedBoard {
  let frame: BoardFrame
  /// Trustees that cosigned the closing checkpoint, numbered from 1.
  let cosigners: [Int]
  let survey: BoardSurvey
  /// The encrypted tally of the counted ballots.
  public let tally: EncryptedTally

  /// The election id.
  public var electionID: Bytes32 { frame.context.election }
  /// The definition of the election.
  public var manifest: Manifest { frame.manifest }
  /// The trustees as the opening entry fixed them.
  public var roster: TrusteeRoster { frame.roster.roster }
  /// Those that act at its end.
  public var acting: ActingTrustees { survey.roster.acting(at: size) }
  /// Entries of the board.
  public var size: UInt64 { frame.checkpoint.checkpoint.size }
  /// Its root.
  public var root: Bytes32 { frame.checkpoint.checkpoint.root }
  /// Total weight × largest range: no total exceeds it.
  public var largestTotal: UInt64 { frame.opening.rollWeight * frame.manifest.largestRange }
  /// Cast ballots, challenges and replaced credentials on the board.
  public var counts: (cast: UInt64, challenged: UInt64, replaced: UInt64) {
    (survey.cast, survey.challengeCount, UInt64(survey.roll.added.count))
  }
}

/// What a verified record says, for people.
public struct ElectionFacts: Sendable {
  /// The election id.
  public let electionID: Bytes32
  /// The definition of the election.
  public let manifest: Manifest
  /// The result.
  public let result: ElectionResult
  /// Voters on the roll.
  public let voters: Int
  /// Trustees, and how many of them are required.
  public let trustees: (number: Int, threshold: Int)
  /// The trustees at the closing checkpoint.
  public let acting: ActingTrustees
  /// Trustees that cosigned the closing checkpoint.
  public let cosigners: Int
  /// Names of the trustees that missed the fire drill before the opening.
  public let absent: [Text]
  /// What the record shows of each trustee, ascending.
  public let conduct: [TrusteeConduct]
  /// By which what was refused of trustees is judged.
  public let judge: RefusalJudge
  /// When the first and the last ballot were cast, Unix milliseconds.
  public let castTimes: ClosedRange<UInt64>?
  /// What the trustees drew, and what follows from it.
  public let draws: VerifiedDraws

  /// - Precondition: all checks have passed.
  init(board: VerifiedBoard, result: ElectionResult, closingDraw: BeaconOutput, decrypting: [Int]) {
    conduct = Self.conduct(board, decrypting: decrypting)
    judge = RefusalJudge(board)
    draws = VerifiedDraws(board: board, result: result, closing: closingDraw)
    electionID = board.electionID
    manifest = board.manifest
    self.result = result
    voters = board.frame.roll.count
    trustees = (board.roster.trustees.count, board.roster.threshold)
    acting = board.acting
    cosigners = board.cosigners.count
    absent = board.frame.opening.absent.map { board.roster.trustees[$0 - 1].name }
    if let first = board.survey.firstCastTime, let last = board.survey.lastCastTime, first <= last {
      castTimes = first...last
    } else {
      castTimes = nil
    }
  }
}
