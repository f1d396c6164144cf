import API
import Elections
import VotingService

/// How an election is anchored on a public chain, as organisers choose it.
enum AnchoringForm {
  static let name = "anchoring"

  /// What a unit of gas is taken to cost where amounts are told; wei.
  private static let price: UInt64 = 30_000_000_000

  /// Anchoring where the service writes.
  static func anchoring(_ mode: ElectionAnchoring.Mode, at place: ChainPlace) -> ElectionAnchoring? {
    ElectionAnchoring(mode: mode, chain: place.chain, contract: place.address)
  }

  /// What is chosen now; nothing where it is not to be had here.
  static func word(_ anchoring: ElectionAnchoring?, _ place: ChainPlace?) -> String {
    guard let anchoring else { return "none" }
    return place?.isPlace(of: anchoring) == true ? anchoring.mode.word : ""
  }

  /// Whether there is a choice.
  private static func isShown(_ before: ElectionAnchoring?, _ place: ChainPlace?) -> Bool { before != nil || place != nil }

  /// What a form says.
  ///
  /// - Returns: outside `nil`: nothing that is possible here; inside: not anchored.
  static func read(_ form: Form, before: ElectionAnchoring?, _ place: ChainPlace?) -> ElectionAnchoring?? {
    guard isShown(before, place) else { return .some(nil) }
    if form[name] == "none" { return .some(nil) }
    guard let place, let mode = ElectionAnchoring.Mode(word: form[name]), let anchoring = anchoring(mode, at: place) else {
      return nil
    }
    return .some(anchoring)
  }

  static func sheet(_ before: ElectionAnchoring?, _ place: ChainPlace?, _ filled: Filled, _ t: Texts) -> HTML? {
    guard isShown(before, place) else { return nil }
    let modes = place == nil ? [] : ElectionAnchoring.Mode.allCases
    let isElsewhere = before.map { place?.isPlace(of: $0) != true } ?? false
    return div(.class("sheet stack")) {
      if isElsewhere { Notice.saying(t("organise.anchoring.other"), .wait) }
      OrganiseForm.cards(
        name, t("organise.anchoring"),
        modes.map {
          ($0.word, t("organise.anchoring.\($0.word)"), t("organise.anchoring.text.\($0.word)", ["amount": amount($0, t)]))
        }
          + [("none", t("organise.anchoring.none"), t("organise.anchoring.text.none"))], filled,
        hint: place.map { t("organise.anchoring.hint", ["network": ChainText.network($0, t)]) } ?? t("organise.anchoring.hint.none")
      )
      if !modes.isEmpty {
        paragraph(.class("fine quiet")) { t("organise.anchoring.price", ["price": AmountText.gwei(price, t.language)]) }
      }
    }
  }

  /// What an anchor costs, or a thousand ballots.
  private static func amount(_ mode: ElectionAnchoring.Mode, _ t: Texts) -> String {
    let gas =
      switch mode {
      case .checkpoint: ChainCosts.Gas.anchor
      case .batch: ChainCosts.Gas.fullBatch * 20
      case .each: ChainCosts.Gas.single * 1000
      }
    return AmountText.coins(UInt128(gas) * UInt128(price), t.language)
  }
}
