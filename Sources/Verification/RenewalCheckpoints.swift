import Elections
import TransparencyLog

/// The file of a checkpoint that is said to have brought a renewal into force (6.12).
struct RenewalCheckpoint {
  /// Of the renewal.
  let number: Int
  /// What stands in it, or why it cannot be read.
  let signed: Result<SignedCheckpoint, LogError>

  var name: String { String(decoding: RenewalEntry.checkpointPath(number), as: UTF8.self) }
  var size: UInt64? { try? signed.get().checkpoint.size }
}

// Renewals come into force by the trustees before them (6.12). Part of check 5.
extension RecordVerifier {
  /// The files that are there, up to the first that is not: their roots must be known before the board is read.
  func readRenewalCheckpoints() -> [RenewalCheckpoint] {
    var files: [RenewalCheckpoint] = []
    while files.count < RenewalEntry.most, let bytes = source.read(RenewalEntry.checkpointPath(files.count + 1)) {
      let signed: Result<SignedCheckpoint, LogError>
      do throws(LogError) { signed = .success(try SignedCheckpoint(parsing: bytes)) } catch { signed = .failure(error) }
      files.append(RenewalCheckpoint(number: files.count + 1, signed: signed))
    }
    return files
  }

  /// The file may be missing only where nothing is decrypted: as long as the board is open, and of an aborted election.
  func requireCheckpoint(ofRenewal number: Int) throws(UnreadableRecord) {
    let path = RenewalEntry.checkpointPath(number)
    if source.read(path) == nil, !isSoFar, !endsInAbort() { throw .missing(path: path) }
  }

  /// Those of the renewals that hold.
  func checkRenewalCheckpoints(
    _ files: [RenewalCheckpoint], _ frame: BoardFrame, _ survey: BoardSurvey, roots: LogReplay, _ report: inout VerificationReport
  ) {
    let terms = survey.roster.terms
    for (file, (before, after)) in zip(files, zip(terms, terms.dropFirst())) {
      do throws(LogError) {
        let signed = try file.signed.get()
        let policy = try LogPolicy(opening: frame.opening, before: before.acting)
        let verified = try policy.verify(signed)
        if verified.checkpoint.size < after.size {
          report.fail(.board, "\(file.name): it does not contain the renewal")
        } else if verified.checkpoint.size > roots.size {
          report.fail(.board, "\(file.name): its size exceeds that of the log")
        } else if roots.root(at: verified.checkpoint.size) != verified.checkpoint.root {
          report.fail(.board, "\(file.name): forked: its root is not that of the entries")
        }
        try verified.requireQuorum()
        if !policy.isExact(signed.note, verified) {
          report.fail(.board, "\(file.name): signature lines out of order, or by others than log and former trustees")
        }
      } catch { report.fail(.board, "\(file.name): \(error.text)") }
    }
  }
}

extension LogPolicy {
  /// Whether a note has just the lines of the log and of these cosigners, in one order, so that no byte of the file can change unseen.
  func isExact(_ note: SignedNote, _ verified: VerifiedCheckpoint) -> Bool {
    let expected = [logKey] + verified.cosigners.map { witnesses[$0.witness] }
    return note.signatures.count == expected.count
      && zip(note.signatures, expected).allSatisfy { $0.keyName == $1.name && $0.keyID == $1.keyID }
  }
}
