import Curve25519
import Verification

/// Verifies a record in steps, so that others can verify batches of its ballots meanwhile: `begin`, then `next` and `add` in any order until `next` gives
/// nothing more and every batch was added, then `finish`. Whoever calls it adds only what `BoothCall.verifyBatch` answered to a batch of the same record:
/// of an outcome made up, the report would be worth nothing.
public struct RecordSteps<Source: RecordSource> {
  private var verification: StepwiseVerification<Source>?

  public init() {}

  /// (as `RecordCall.verify`) → nothing. Reads the board once: all checks but the proofs of ballots and what follows from them.
  public mutating func begin(
    _ request: [UInt8], source: Source, progress: @escaping (VerificationProgress) -> Void
  ) -> [UInt8] {
    answering { (steps) throws(BoothError) in
      let given = try reading { () throws(CodecError) in try GivenForRecord(request) }
      steps.verification = try reading { () throws(UnreadableRecord) in
        try StepwiseVerification(
          source: source, expectations: given.expectations, isSoFar: given.isSoFar, batchSize: RecordSteps<Source>.batchSize,
          progress: progress)
      }
      return []
    }
  }

  /// () → a batch for `BoothCall.verifyBatch`; nothing after the last
  public mutating func next() -> [UInt8] {
    answering { (steps) throws(BoothError) in
      guard steps.verification != nil else { throw BoothError("unknownCall") }
      return try reading { () throws(UnreadableRecord) in try steps.verification?.nextBatch() ?? [] }
    }
  }

  /// (what `BoothCall.verifyBatch` answered) → nothing
  public mutating func add(_ outcome: [UInt8]) -> [UInt8] {
    answering { (steps) throws(BoothError) in
      guard steps.verification != nil else { throw BoothError("unknownCall") }
      try reading { () throws(CodecError) in try steps.verification?.add(outcome) }
      return []
    }
  }

  /// () → the report as JSON
  public mutating func finish() -> [UInt8] {
    answering { (steps) throws(BoothError) in
      guard var verification = steps.verification else { throw BoothError("unknownCall") }
      steps.verification = nil
      let (report, facts) = try reading { () throws(UnreadableRecord) in try verification.finish() }
      return report.json(facts)
    }
  }

  /// Fewer than where cores share memory: batches are copied, and people watch.
  private static var batchSize: Int { 256 }

  private mutating func answering(_ step: (inout RecordSteps) throws(BoothError) -> [UInt8]) -> [UInt8] {
    do throws(BoothError) {
      return [0] + (try step(&self))
    } catch let error {
      verification = nil
      return error.encoded
    }
  }
}

/// Verifies a batch that `RecordSteps.next` gave.
enum BatchCall {
  static func verify(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let work = try reading { () throws(CodecError) in try BallotWork(try request.raw(request.remaining, "batch")) }
    var answer = ByteWriter.answer()
    answer.raw(work.run().encoded)
    return answer
  }
}

/// Runs a step that reads a record, giving its errors as those of the booth.
private func reading<Value>(_ step: () throws(UnreadableRecord) -> Value) throws(BoothError) -> Value {
  do throws(UnreadableRecord) {
    return try step()
  } catch let error {
    throw BoothError(error)
  }
}
