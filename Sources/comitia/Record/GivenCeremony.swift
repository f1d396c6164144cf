import Curve25519
import Elections
import Sealing
import ThresholdCryptography
import VotingService

/// A key ceremony that failed, as somebody tells of it: judged anew by the messages alone (`docs/spec/07-verification.md`, 7.6).
struct GivenCeremony {
  private let failed: ElectionConduct.FailedCeremony

  init(_ failed: ElectionConduct.FailedCeremony) { self.failed = failed }

  /// What the messages prove; `nil` where nobody is blamed.
  ///
  /// - Parameter acting: the trustees of the record, by whose names keys are known.
  func judged(_ acting: ActingTrustees?) -> GivenEvidence.Judged? {
    guard let culprit = failed.culprit else { return nil }
    let key = failed.signingKeys.indices.contains(culprit - 1) ? failed.signingKeys[culprit - 1] : nil
    let known = key.flatMap { key in acting?.trustees.first { $0.signingKey == key }?.name.description }
    let fault = proved(of: culprit)
    return GivenEvidence.Judged(
      kind: "failed-ceremony", trustee: culprit, name: known ?? failed.name, proved: fault != nil, fault: failed.fault,
      key: key?.hex)
  }

  /// What is proved, if it is what is said. A message counts only for the threshold and the keys that its sender signed it for, so that none of these is
  /// the service's word.
  private func proved(of culprit: Int) -> CeremonyFault? {
    guard
      let configuration = try? CeremonyConfiguration(
        ceremony: failed.ceremony, threshold: failed.threshold, signingKeys: failed.signingKeys)
    else { return nil }
    var log = CeremonyLog<AES256GCM>(configuration)
    for message in failed.messages { _ = log.receive(message) }
    return log.failures.first { $0.culprit == culprit && $0.fault.word == failed.fault }?.fault
  }
}
