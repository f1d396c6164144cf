import Elections
import VotingService

/// What is wrong with a field; without a name: with the whole form.
typealias Fault = (name: String, text: String)

/// Why something was not done, in words for the organiser.
enum FaultText {
  /// - Throws: the error, if it is no matter of a form.
  static func of(_ error: ElectionError, _ t: Texts) throws -> Fault {
    switch error {
    case .otherVersion: ("", t("organise.fault.otherVersion"))
    case .wrongState(_, let state): ("", t("organise.fault.state", ["state": t("organise.state.\(state.rawValue)")]))
    case .invalid(let path, let reason): (path, reason)
    case .replacement(let reason): ("reason", reason)
    case .notReady(let problems): ("", problems.map { $0.text }.joined(separator: "; "))
    case .renewalAwaited(let names): ("", t("organise.fault.renewal", ["names": names.joined(separator: ", ")]))
    case .notFound, .notOrganiser, .noSuch: throw error
    }
  }

  /// - Throws: the error, if it is no matter of a form.
  static func of(_ error: CeremonyError, _ t: Texts) throws -> Fault {
    switch error {
    case .badName: ("name", t("organise.fault.name"))
    case .nameTaken: ("name", t("organise.fault.nameTaken"))
    case .parameters: ("threshold", t("organise.fault.threshold"))
    case .begun: ("", t("organise.fault.begun"))
    case .opened: ("", t("organise.fault.opened"))
    case .notJoined(let numbers): ("", t("organise.fault.notJoined", ["count": numbers.count]))
    case .unknownTrustee, .unknownCeremony, .notMissing: ("", t("organise.fault.trusteesChanged"))
    case .wrongPhase, .noHandOver: ("", t("organise.fault.phase"))
    case .tooManyAbsent(let most): ("", t("organise.fault.tooManyAbsent", ["count": most]))
    case .unknownElection, .notTrustee, .replaced, .unknownInvitation, .badSignature, .otherKey, .keyTaken, .refused, .notCosigned,
      .unusable, .usedNonce, .otherSession, .renewalAwaited, .boardNotVerified, .damaged:
      throw error
    }
  }

  /// What a name or title lacks; `nil`: nothing.
  static func name(_ text: String, _ t: Texts) -> String? {
    if text.isEmpty { return t("organise.fault.empty") }
    if text.utf8.count > Text.longestName { return t("organise.fault.long", ["count": Text.longestName]) }
    return Text(text)?.isName == true ? nil : t("organise.fault.characters")
  }

  /// What a description lacks; `nil`: nothing.
  static func description(_ text: String, _ t: Texts) -> String? {
    if text.utf8.count > Text.longestDescription { return t("organise.fault.long", ["count": Text.longestDescription]) }
    return Text(text, lines: true) == nil ? t("organise.fault.characters") : nil
  }
}
