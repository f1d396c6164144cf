import BallotCryptography
import Curve25519
import Elections
import Verification

/// What of submissions takes long to verify: on a worker thread, many together.
enum SubmissionProofs {
  /// Why each is refused before its proof is looked at: not signed by the credential that it bears; or an opened ballot that is not what its
  /// opening says. `nil` if it is not refused.
  static func unauthentic(_ submissions: [Submission], _ context: BallotContext) -> [CastRefusal?] {
    var refusals = [CastRefusal?](repeating: nil, count: submissions.count)
    var batch = SignatureBatch(context)
    var added: [Int] = []
    for (index, submission) in submissions.enumerated() {
      switch submission.content {
      case .ballot(let cast, _):
        do throws(BallotDefect) {
          try batch.add(cast)
          added.append(index)
        } catch let defect {
          refusals[index] = defect.refusal
        }
      case .challenge(let challenge): if !challenge.isSigned { refusals[index] = .badSignature }
      case .opened(let opened, _):
        if !opened.isValid(context) {
          refusals[index] = .badProof("the ballot is not what its opening says, or its signature does not hold")
        }
      }
    }
    for invalid in batch.invalidBallots() { refusals[added[invalid]] = .badSignature }
    return refusals
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

extension BallotDefect {
  /// Why a ballot is refused whose signature cannot be looked at.
  fileprivate var refusal: CastRefusal {
    switch self {
    case .foreignElection: .foreignElection
    case .wrongNumberOfBits: .malformed(text)
    case .malformed, .wrongSum, .invalidProof: .badSignature
    }
  }
}
