import Curve25519
import Elections
import Verification

/// Verifies a whole record, from one request.
public enum RecordCall {
  /// (so far u8 0 or 1, given u8 0 or 1, election id b32 if given, checkpoints u8 × blob, receipts u8 × blob) → the report as JSON
  /// (`docs/spec/07-verification.md`, 7.3)
  ///
  /// Answered with the error `notARecord`, whose field is the missing file, when the record has not all its files.
  public static func verify<Source: RecordSource>(
    _ request: [UInt8], source: Source, progress: @escaping (VerificationProgress) -> Void
  ) -> [UInt8] {
    do throws(BoothError) {
      let given = try reading { () throws(CodecError) in try GivenForRecord(request) }
      let verifier = RecordVerifier(
        source: source, expectations: given.expectations, isSoFar: given.isSoFar, runner: SequentialRunner(), progress: progress)
      do throws(UnreadableRecord) {
        let (report, facts) = try verifier.verify()
        return [0] + report.json(facts)
      } catch let error {
        throw BoothError(error)
      }
    } catch let error {
      return error.encoded
    }
  }
}

/// What a request says of the record to be verified.
struct GivenForRecord {
  let isSoFar: Bool
  var expectations = Expectations()

  init(_ request: [UInt8]) throws(CodecError) {
    var reader = ByteReader(request)
    isSoFar = try reader.bool("so far")
    if try reader.bool("election id given") { expectations.electionID = try reader.b32("election id") }
    for _ in 0..<(try reader.u8("number of checkpoints")) { expectations.checkpoints.append(try reader.blob("checkpoint")) }
    for _ in 0..<(try reader.u8("number of receipts")) { expectations.receipts.append(try reader.blob("receipt")) }
    try reader.finish()
  }
}

extension BoothError {
  /// A record without a file that it must have.
  init(_ error: UnreadableRecord) {
    self.init("notARecord")
    if case .missing(let path) = error { file = path }
  }
}
