/// What trustees are waited for, and how long it took each of them.
public enum TrusteeLatency: String, Sendable, CaseIterable {
  /// From the invitation to joining.
  case joining
  /// From the beginning of the key ceremony to the trustee's confirmation.
  case ceremony
  /// From the end of the ceremony to the trustee's part in the fire drill, with its part in the opening draw (the beacon).
  case drill
  /// From the closing entry to the trustee's cosignature on the closing checkpoint.
  case cosignature
  /// From the moment at which trustees are asked to decrypt to the trustee's partial decryption, with its part in the closing draw.
  case decryption
  /// From the moment at which trustees are asked to sign to the trustee's first share of the signature.
  case signing

  /// The column that keeps it.
  var column: String {
    switch self {
    case .joining: "join_time"
    case .ceremony: "ceremony_time"
    case .drill: "drill_time"
    case .cosignature: "cosignature_time"
    case .decryption: "decryption_time"
    case .signing: "signing_time"
    }
  }
}

/// What trustees do, for the operator. No election and no trustee stands in it.
struct CeremonyMetrics: Sendable {
  private let latencies: Histogram
  private let refused: Counter
  private let failures: Counter
  private let tallies: Counter

  init(_ registry: MetricsRegistry) {
    latencies = registry.histogram(
      "comitia_trustee_seconds", help: "How long each phase took a trustee.",
      bounds: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 259_200, 604_800])
    refused = registry.counter("comitia_trustee_refusals_total", help: "What trustees sent and was refused, by what it was.")
    failures = registry.counter("comitia_ceremony_failures_total", help: "Key ceremonies that failed.")
    tallies = registry.counter("comitia_tallies_total", help: "Elections tallied.")
  }

  func took(_ latency: TrusteeLatency, milliseconds: UInt64) {
    latencies.observe(Double(milliseconds) / 1000, [("phase", latency.rawValue)])
  }
  func refuse(_ what: String) { refused.add(1, [("what", what)]) }
  func ceremonyFailed() { failures.add() }
  func tallied() { tallies.add() }
}
