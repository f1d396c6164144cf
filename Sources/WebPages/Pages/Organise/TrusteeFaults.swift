import VotingService

/// Trustees that sent what was refused, and what the organiser does about it.
enum TrusteeFaults {
  static func markup(_ conduct: ElectionConduct, needed: Int, _ t: Texts) -> HTML? {
    guard !conduct.refusals.isEmpty || !conduct.failures.isEmpty else { return nil }
    return section(.class("sheet stack"), .aria("labelledby", "refused")) {
      h2(.id("refused")) { t("organise.refused") }
      paragraph { t("organise.refused.text") }
      ConductFaults.markup(conduct, t)
      h3 { t("organise.refused.next") }
      ul(.class("rows")) {
        if !conduct.failures.isEmpty { li { t("organise.refused.do.ceremony") } }
        if conduct.refusals.contains(where: { ![.wrongShare, .formerTrustee].contains($0.reason) }) {
          li { t("organise.refused.do.program") }
        }
        if conduct.refusals.contains(where: { $0.reason == .formerTrustee }) { li { t("organise.refused.do.former") } }
        if conduct.refusals.contains(where: { $0.reason == .wrongShare || $0.reason == .usedNonce }) {
          li { t("organise.refused.do.key", ["needed": String(needed)]) }
        }
      }
    }
  }
}
