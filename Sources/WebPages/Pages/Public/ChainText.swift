import API
import Curve25519
import Elections
import VotingService

/// Places on a public chain, for people. Links lead to an explorer where the service has one; no page asks it for anything.
enum ChainText {
  private static let known = ["polygon", "amoy", "local"]

  /// `Polygon`, `a test chain`, `chain 5`.
  static func network(_ place: ChainPlace, _ t: Texts) -> String {
    known.contains(place.network) ? t("chain.network.\(place.network)") : t("chain.network.other", ["chain": String(place.chain)])
  }

  /// A transaction by the beginning and end of its hash.
  static func transaction(_ hash: Bytes32, _ place: ChainPlace) -> HTML {
    let text = hash.hexadecimal
    return linked("0x\(text.prefix(8))…\(text.suffix(6))", place.page(ofTransaction: hash))
  }

  static func block(_ number: UInt64, _ place: ChainPlace, _ t: Texts) -> HTML {
    linked(NumberText.grouped(Int64(clamping: number), t.language), place.page(ofBlock: number))
  }

  static func contract(_ place: ChainPlace) -> HTML { linked(place.contract, place.pageOfContract) }

  private static func linked(_ text: String, _ address: String?) -> HTML {
    guard let link = address.flatMap({ Link.explorer($0) }) else { return .text(text) }
    return anchor(.href(link)) { text }
  }
}
