import BallotCryptography
import Curve25519
import Elections

/// A verification whose batches of ballots are verified elsewhere: by other instances of a browser's module, side by side.
///
/// Ask for batches and give their outcomes in any order; `finish` when there is none left and each has been given. The report is then that of `RecordVerifier`.
public struct StepwiseVerification<Source: RecordSource> {
  private let verifier: RecordVerifier<Source, SequentialRunner>
  private var report: VerificationReport
  private let end: RecordEnd
  /// `nil` when the board could not be read so far that its ballots could be verified.
  private var run: BoardRun<Source>?
  /// Batches whose outcomes have not been given.
  private var outstanding = 0

  /// Runs checks 1 to 5 and reads the board once.
  ///
  /// - Parameters:
  ///   - batchSize: ballots in a batch, but for those that come with the last bundle.
  ///   - progress: told now and then how far the work is.
  /// - Throws: `UnreadableRecord` when a file is missing.
  public init(
    source: Source, expectations: Expectations, isSoFar: Bool, batchSize: Int,
    progress: @escaping (VerificationProgress) -> Void
  ) throws(UnreadableRecord) {
    var verifier = RecordVerifier(
      source: source, expectations: expectations, isSoFar: isSoFar, runner: SequentialRunner(), progress: progress)
    verifier.batchSize = batchSize
    self.verifier = verifier
    end = try verifier.readEnd()
    report = verifier.newReport
    run = try verifier.open(&report)
  }

  /// The next batch, for `BallotWork`; `nil` after the last.
  public mutating func nextBatch() throws(UnreadableRecord) -> [UInt8]? {
    guard var run else { return nil }
    let work = try verifier.nextWork(&run.pass, &report)
    self.run = run
    guard let work else { return nil }
    outstanding += 1
    return work.encoded(run.frame.manifest)
  }

  /// Takes the outcome of a batch.
  ///
  /// - Throws: `CodecError` when it is none of this election, or of no batch.
  public mutating func add(_ outcome: [UInt8]) throws(CodecError) {
    guard outstanding > 0, let layout = run?.frame.context.layout else { throw .outOfRange(field: FieldName("outcome")) }
    run?.pass.add(try BallotOutcome(outcome, layout: layout), &report)
    outstanding -= 1
  }

  /// The report, when every batch is done. A batch that is not fails check 6.
  ///
  /// - Throws: `UnreadableRecord` when a file is missing.
  public mutating func finish() throws(UnreadableRecord) -> (report: VerificationReport, facts: ElectionFacts?) {
    guard let run else { return (report, nil) }
    guard outstanding == 0, run.pass.isHandedOut else {
      report.fail(.ballots, "not all ballots were verified")
      return (report, nil)
    }
    let facts = try verifier.conclude(run, end: end, &report)
    return (report, facts)
  }
}
