import Elections

/// What boards count, for operators. No election, credential or account stands in it.
struct BoardMetrics: Sendable {
  private let accepted: Counter
  private let repeated: Counter
  private let refused: Counter
  private let batches: Histogram
  private let groups: Histogram
  private let verification: Histogram
  private let commit: Histogram
  private let cosignatures: Histogram
  private let waiting: Gauge
  private let entries: Gauge

  init(_ registry: MetricsRegistry) {
    let sizes: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    accepted = registry.counter("comitia_board_accepted_total", help: "Entries that voters brought about, by what they are.")
    repeated = registry.counter("comitia_board_repeated_total", help: "Answers to bytes that were on the board already.")
    refused = registry.counter("comitia_board_refused_total", help: "Ballots, challenges and openings refused, by reason.")
    batches = registry.histogram("comitia_board_batch_size", help: "Submissions verified together.", bounds: sizes)
    groups = registry.histogram("comitia_board_group_size", help: "Entries committed together.", bounds: sizes)
    verification = registry.histogram("comitia_board_verification_seconds", help: "Time that verifying a batch took.")
    commit = registry.histogram("comitia_board_commit_seconds", help: "Time that committing a group took.")
    cosignatures = registry.histogram(
      "comitia_cosignature_seconds",
      help: "While voting goes on: from a checkpoint to a trustee's cosignature, and to that which completes the quorum.",
      bounds: [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 300, 900, 3600])
    waiting = registry.gauge("comitia_board_waiting", help: "Submissions that wait to be verified.")
    entries = registry.gauge("comitia_board_entries", help: "Entries of the boards in memory.")
  }

  func accepted(_ kind: EntryKind) { accepted.add(1, [("kind", "\(kind)")]) }
  func answeredAgain() { repeated.add() }
  func refused(_ refusal: CastRefusal) { refused.add(1, [("reason", refusal.code)]) }

  func verified(_ count: Int, _ duration: Duration) {
    batches.observe(Double(count))
    verification.observe(duration / .seconds(1))
  }

  func committed(_ count: Int, _ duration: Duration) {
    groups.observe(Double(count))
    commit.observe(duration / .seconds(1))
  }

  /// - Parameters:
  ///   - trustees: so many have cosigned it just now.
  ///   - isWitnessed: whether that made it the quorum.
  func cosigned(_ trustees: Int, isWitnessed: Bool, milliseconds: UInt64) {
    let seconds = Double(milliseconds) / 1000
    for _ in 0..<trustees { cosignatures.observe(seconds, [("until", "trustee")]) }
    if isWitnessed { cosignatures.observe(seconds, [("until", "quorum")]) }
  }

  func waiting(_ change: Int) { waiting.add(Double(change)) }
  func entries(_ added: Int) { entries.add(Double(added)) }
}
