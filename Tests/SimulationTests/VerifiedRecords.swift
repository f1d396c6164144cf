import Curve25519
import TrusteeAgent

@testable import Verification

/// What machines of one world have had verified. Verification is a function of files and expectations alone, and most of an election's
/// time: whoever asks about the same bytes again is answered from memory.
final class VerifiedRecords {
  private struct Question: Hashable {
    let files: [String: [UInt8]]
    let election: Bytes32?
    let checkpoints: [[UInt8]]
    let awaitsCertificate: Bool
  }

  private var boards: [Question: (report: VerificationReport, board: VerifiedBoard?)] = [:]
  private var records: [Question: VerificationReport] = [:]

  private func question(_ verifier: RecordVerifier<SimulatedMirror, SequentialRunner>) -> Question {
    Question(
      files: verifier.source.machine.disk.files, election: verifier.expectations.electionID,
      checkpoints: verifier.expectations.checkpoints, awaitsCertificate: verifier.awaitsCertificate)
  }

  func board(
    _ verifier: RecordVerifier<SimulatedMirror, SequentialRunner>
  ) throws(UnreadableRecord) -> (report: VerificationReport, board: VerifiedBoard?) {
    let question = question(verifier)
    if let known = boards[question] { return known }
    let outcome = try verifier.verifyBoard()
    boards[question] = outcome
    return outcome
  }

  func record(_ verifier: RecordVerifier<SimulatedMirror, SequentialRunner>) throws(UnreadableRecord) -> VerificationReport {
    let question = question(verifier)
    if let known = records[question] { return known }
    let report = try verifier.verify().report
    records[question] = report
    return report
  }

  /// Whether some machine has found the complete record good that consists of these files.
  func hasPassed(_ files: [String: [UInt8]]) -> Bool {
    records.contains { question, report in
      report.passed && !question.awaitsCertificate && question.files.allSatisfy { files[$0.key] == $0.value }
    }
  }
}
