import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography

// Checks 9, 11 and 12: from the board to the result.
extension RecordVerifier {
  /// - Returns: tally and result, as far as they could be read.
  func verifyTally(
    _ board: VerifiedBoard, tally tallyBytes: [UInt8], result resultBytes: [UInt8], _ report: inout VerificationReport
  ) -> (tally: TallyRecord?, result: ElectionResult?) {
    let options = board.manifest.layout.optionCount
    let record: TallyRecord
    do throws(CodecError) {
      record = try TallyRecord(tallyBytes, options: options)
    } catch let error {
      report.fail(.encryptedTally, "tally: \(error.text)")
      return (nil, nil)
    }
    checkEncryptedTally(record, board, &report)
    let plaintexts = checkDecryption(record, board, &report)
    let result: ElectionResult
    do throws(CodecError) {
      result = try ElectionResult(resultBytes, options: options)
    } catch let error {
      report.fail(.result, "result: \(error.text)")
      return (record, nil)
    }
    if let plaintexts { checkResult(result, plaintexts, board, &report) }
    return (record, result)
  }

  private func checkEncryptedTally(_ record: TallyRecord, _ board: VerifiedBoard, _ report: inout VerificationReport) {
    if record.size != board.size || record.root != board.root {
      report.fail(.encryptedTally, "tally: of another board than that of the closing checkpoint")
    }
    for (index, pair) in zip(record.totals, board.tally.totals).enumerated() where pair.0 != pair.1 {
      report.fail(.encryptedTally, "option \(index + 1): its encrypted total is not the sum of the counted ballots")
    }
    report.pass(.encryptedTally, "\(board.tally.ballots) ballots, weight \(board.tally.weight)")
  }

  /// - Returns: total·G for every option.
  private func checkDecryption(
    _ record: TallyRecord, _ board: VerifiedBoard, _ report: inout VerificationReport
  ) -> [RistrettoPoint]? {
    let key = board.acting.keys.election
    let statement = DecryptionStatement(
      election: board.electionID, size: board.size, root: board.root, totals: record.totals)
    var last = 0
    for partial in record.partials {
      if partial.trustee <= last { report.fail(.decryption, "trustee \(partial.trustee): out of order or twice") }
      last = partial.trustee
      do throws(PartialDecryptionError) {
        try partial.verify(statement, key: key)
      } catch let error {
        let isOutdated = isOutdated(partial, statement, board)
        report.fail(
          .decryption, isOutdated ? "trustee \(partial.trustee): decrypted with a share from before a renewal" : error.text)
      }
      if !board.cosigners.contains(partial.trustee) {
        report.fail(.decryption, "trustee \(partial.trustee): decrypted without cosigning the closing checkpoint")
      }
    }
    if record.partials.count < key.threshold {
      report.fail(.decryption, "\(record.partials.count) partial decryptions where \(key.threshold) are needed")
    }
    report.pass(.decryption, "\(record.partials.count) partial decryptions, \(key.threshold) needed")
    return try? Combination.plaintexts(statement, record.partials, key: key)
  }

  private func checkResult(
    _ result: ElectionResult, _ plaintexts: [RistrettoPoint], _ board: VerifiedBoard, _ report: inout VerificationReport
  ) {
    let counts = board.counts
    if UInt64(result.cast) != counts.cast || UInt64(result.challenged) != counts.challenged
      || UInt64(result.replaced) != counts.replaced || UInt64(result.counted) != board.tally.ballots
      || result.countedWeight != board.tally.weight
    {
      report.fail(.result, "result: its counts are not those of the board")
    }
    var option = 0
    for contest in board.manifest.contests {
      for name in contest.options.map({ $0.name }) {
        let total = result.totals[option]
        let (most, _) = board.tally.weight.multipliedReportingOverflow(by: UInt64(contest.rules.range))
        if total > most || plaintexts[option] != .vartimeSum([Scalar(total)], [.generator]) {
          report.fail(.result, "option \(option + 1), \(name): the decrypted total is not \(total)")
        }
        option += 1
      }
    }
    report.pass(.result, "\(result.totals.count) totals")
  }
}
