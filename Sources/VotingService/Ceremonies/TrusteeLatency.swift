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

/// A draw of the trustees, whose output is known when as many parts as the threshold are there: they come with what trustees send anyway.
public enum TrusteeDraw: String, Sendable, CaseIterable {
  case opening, closing

  /// What its parts come with.
  public var phase: TrusteeLatency { self == .opening ? .drill : .decryption }

  /// How long it took from the moment at which trustees were asked until the output was known.
  ///
  /// - Parameter times: of the trustees that sent a part, in milliseconds.
  /// - Returns: milliseconds; `nil`: not known yet.
  public static func time(_ times: some Sequence<UInt64>, threshold: Int) -> UInt64? {
    let times = times.sorted()
    return times.indices.contains(threshold - 1) ? times[threshold - 1] : nil
  }
}

/// What trustees do, for the operator. No election and no trustee stands in it.
struct CeremonyMetrics: Sendable {
  private let latencies: Histogram
  private let draws: Histogram
  private let refused: Counter
  private let failures: Counter
  private let tallies: Counter
  private let marks: Counter

  init(_ registry: MetricsRegistry) {
    let bounds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 259_200, 604_800]
    latencies = registry.histogram("comitia_trustee_seconds", help: "How long each phase took a trustee.", bounds: bounds)
    draws = registry.histogram(
      "comitia_draw_seconds", help: "How long it took until the output of the trustees' beacon was known.", bounds: bounds)
    refused = registry.counter("comitia_trustee_refusals_total", help: "What trustees sent and was refused, by what it was.")
    failures = registry.counter("comitia_ceremony_failures_total", help: "Key ceremonies that failed.")
    tallies = registry.counter("comitia_tallies_total", help: "Elections tallied.")
    marks = registry.counter("comitia_marks_total", help: "What happened to marks of results on Solana.")
  }

  func took(_ latency: TrusteeLatency, milliseconds: UInt64) {
    latencies.observe(Double(milliseconds) / 1000, [("phase", latency.rawValue)])
  }
  func drew(_ draw: TrusteeDraw, milliseconds: UInt64) { draws.observe(Double(milliseconds) / 1000, [("draw", draw.rawValue)]) }
  func refuse(_ what: String) { refused.add(1, [("what", what)]) }
  func ceremonyFailed() { failures.add() }
  func tallied() { tallies.add() }
  func mark(_ event: MarkEvent) { marks.add(1, [("event", event.rawValue)]) }
}
