import Curve25519
import Elections
import Verification

/// Verifies a whole record, from one request.
public enum RecordCall {
  /// (given u8 0 or 1, election id b32 if given, checkpoints u8 × blob, receipts u8 × blob) → the report as JSON (`docs/spec/07-verification.md`, 7.3)
  ///
  /// Answered with the error `notARecord`, whose field is the missing file, when the record has not all its files.
  public static func verify<Source: RecordSource>(
    _ request: [UInt8], source: Source, progress: @escaping (VerificationProgress) -> Void
  ) -> [UInt8] {
    do throws(BoothError) {
      let expectations = try reading { () throws(CodecError) in
        var reader = ByteReader(request)
        let read = try reader.expectations()
        try reader.finish()
        return read
      }
      let verifier = RecordVerifier(
        source: source, expectations: expectations, runner: SequentialRunner(), progress: progress)
      do throws(UnreadableRecord) {
        let (report, facts) = try verifier.verify()
        return [0] + report.json(facts)
      } catch let error {
        guard case .missing(let path) = error else { throw BoothError("notARecord") }
        return missing(path)
      }
    } catch let error {
      return error.encoded
    }
  }

  /// `BoothError("notARecord")` with a path for its field.
  private static func missing(_ path: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(1)
    writer.counted(FieldName("notARecord").ascii)
    writer.counted(path)
    for _ in 0..<3 { writer.u32(.max) }
    return writer.bytes
  }
}

extension ByteReader {
  fileprivate mutating func expectations() throws(CodecError) -> Expectations {
    var expectations = Expectations()
    if try bool("election id given") { expectations.electionID = try b32("election id") }
    for _ in 0..<(try u8("number of checkpoints")) { expectations.checkpoints.append(try blob("checkpoint")) }
    for _ in 0..<(try u8("number of receipts")) { expectations.receipts.append(try blob("receipt")) }
    return expectations
  }
}
