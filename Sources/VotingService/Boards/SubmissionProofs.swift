import BallotCryptography
import Curve25519
import Elections
import Verification

/// What of submissions takes long to verify: on a worker thread, many together.
enum SubmissionProofs {
  /// Why each is refused before its proof is looked at: not signed by the credential that it bears; or an opened ballot that is not what its
  /// opening says. `nil` if it is not refused.
  static func unauthentic(_ submissions: [Submission], _ context: BallotContext) -> [CastRefusal?] {
    submissions.map { submission in
      switch submission.content {
      case .ballot(let cast, _):
        let isSigned = cast.signature.isValid(
          election: context.election, credential: submission.credential, intent: .cast, hash: submission.ballotHash)
        return isSigned ? nil : .badSignature
      case .challenge(let challenge): return challenge.isSigned ? nil : .badSignature
      case .opened(let opened, _):
        return opened.isValid(context) ? nil : .badProof("the ballot is not what its opening says, or its signature does not hold")
      }
    }
  }

  /// What is wrong with the proof of each, `nil` if nothing is.
  static func defects(_ submissions: [Submission], _ context: BallotContext) -> [String?] {
    var defects = [String?](repeating: nil, count: submissions.count)
    var batch = BallotBatch(context, signatures: false)
    var added: [Int] = []
    for (index, submission) in submissions.enumerated() {
      guard case .ballot(let cast, _) = submission.content else { continue }
      do throws(BallotDefect) {
        try batch.add(cast)
        added.append(index)
      } catch let defect {
        defects[index] = defect.text
      }
    }
    for invalid in batch.invalidBallots() { defects[added[invalid]] = BallotDefect.invalidProof.text }
    return defects
  }
}
