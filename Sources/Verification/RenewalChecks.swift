import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

// Renewals: who the trustees are at which size of the board (6.12). Part of checks 3 and 5.
extension RecordVerifier {
  /// Reads the file of a renewal entry, and takes it over if it holds; else check 3 fails, and later renewals, which follow on it, are not looked at.
  func readRenewal(
    _ entry: BoardEntry?, _ index: UInt64, _ frame: BoardFrame, _ survey: inout BoardSurvey, _ report: inout VerificationReport
  ) throws(UnreadableRecord) {
    guard let entry, entry.kind == .renewal, let renewal = survey.takeRenewal(entry, index, &report) else { return }
    let path = RenewalEntry.path(Int(renewal.number))
    guard let bytes = source.read(path) else { throw .missing(path: path) }
    try requireCheckpoint(ofRenewal: Int(renewal.number))
    let name = String(decoding: path, as: UTF8.self)
    guard survey.roster.current.renewal == Int(renewal.number) - 1 else { return }
    guard Bytes32(SHA256.hash(bytes).span) == renewal.hash else {
      return report.fail(.jointKey, "\(name): its hash is not the one in entry \(index)")
    }
    let file: Renewal
    do throws(CodecError) { file = try Renewal(bytes) } catch { return report.fail(.jointKey, "\(name): \(error.text)") }
    do throws(RenewalError) {
      try survey.roster.renew(file, at: index, election: frame.context.election, logKey: frame.opening.logKey)
    } catch { report.fail(.jointKey, "\(name): \(error.text)") }
  }

  /// The cosignatures on a checkpoint by a key that was a trustee's before a renewal: who, and which.
  func outdatedCosigner(_ frame: BoardFrame, _ survey: BoardSurvey) -> String? {
    let size = frame.checkpoint.checkpoint.size
    let current = survey.roster.acting(at: size)
    for term in survey.roster.terms where term.size <= size && term.acting != current {
      guard let policy = try? LogPolicy(opening: frame.opening, acting: term.acting) else { continue }
      for (place, key) in policy.witnesses.enumerated() where term.acting.signingKeys[place] != current.signingKeys[place] {
        guard frame.checkpoint.note.signatures.contains(where: { $0.keyName == key.name && $0.keyID == key.keyID }) else {
          continue
        }
        return "cosigned with the key of \(term.acting.trustees[place].name), who was trustee \(place + 1) before a renewal"
      }
    }
    return nil
  }

  /// Of a partial decryption that does not hold, whether it comes from the share that its trustee had before a renewal.
  func isOutdated(_ partial: PartialDecryption, _ statement: DecryptionStatement, _ board: VerifiedBoard) -> Bool {
    board.survey.roster.terms.contains { term in
      term.acting != board.acting && (try? partial.verify(statement, key: term.acting.keys.election)) != nil
    }
  }
}

extension BoardSurvey {
  /// Numbers of renewals (check 5).
  ///
  /// - Returns: the entry, if it is the next one.
  mutating func takeRenewal(_ entry: BoardEntry, _ index: UInt64, _ report: inout VerificationReport) -> RenewalEntry? {
    guard entry.body.count == RenewalEntry.length, !areRenewalsBroken else { return nil }
    let renewal = try? RenewalEntry(entry.body)
    guard let renewal, Int(renewal.number) == renewals + 1 else {
      areRenewalsBroken = true
      report.fail(.board, "entry \(index): not renewal \(renewals + 1)")
      return nil
    }
    renewalTimes.append(entry.time)
    return renewal
  }
}

extension RenewalError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .outOfTurn: "it does not follow on the last renewal"
    case .wrongNumber: "not as many trustees as before"
    case .name(let trustee): "trustee \(trustee): a name that occurs twice, or that changed while the trustee stayed"
    case .signingKey(let trustee): "trustee \(trustee): a signing key that was used before, or is used twice"
    case .keys(let trustee): "trustee \(trustee): its transport or draw key cannot be used"
    case .dealers: "its dealers are not as many different trustees as the threshold"
    case .deal(let error): error.text
    case .dealSignature(let dealer): "trustee \(dealer): has not signed that it hands over"
    case .confirmation(let trustee): "trustee \(trustee): has not confirmed that it has its new shares"
    }
  }
}

extension HandOverDealError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .unknownDealer(let dealer): "trustee \(dealer): is no dealer"
    case .otherTerms(let dealer): "trustee \(dealer): dealt to other trustees than these"
    case .wrongDegree(let dealer): "trustee \(dealer): another number of commitments than the threshold"
    case .wrongConstant(let dealer, _): "trustee \(dealer): dealt something else than its own part of the key"
    case .badProof(let dealer): "trustee \(dealer): the proof of its ephemeral key does not hold"
    }
  }
}
