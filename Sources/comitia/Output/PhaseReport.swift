import LocalElection

/// Shows what an election is doing, and keeps how long each phase took.
final class PhaseReport {
  /// Phases that are over, in order.
  private(set) var times: [(phase: ElectionPhase, duration: Duration)] = []
  private let terminal: Terminal
  private let isSilent: Bool
  private var current: (phase: ElectionPhase, bar: ProgressBar)?

  /// - Parameter isSilent: whether standard output is kept for something else.
  init(_ terminal: Terminal, isSilent: Bool) {
    self.terminal = terminal
    self.isSilent = isSilent
  }

  /// Takes a report of the election.
  func report(_ progress: ElectionProgress) {
    if current?.phase != progress.phase {
      finish()
      current = (progress.phase, ProgressBar(progress.phase.rawValue, terminal, writesLines: !isSilent))
    }
    current?.bar.update(done: progress.done, total: progress.total)
  }

  /// Ends the present phase.
  func finish() {
    guard let (phase, bar) = current else { return }
    abandon()
    times.append((phase, bar.elapsed))
    guard !isSilent else { return }
    terminal.say("  \(terminal.mark(true)) \(phase.rawValue.padded(to: 28))\(TextFormat.seconds(bar.elapsed).paddedLeft(to: 10))")
  }

  /// Takes away what is half drawn.
  func abandon() {
    current?.bar.clear()
    current = nil
  }
}
