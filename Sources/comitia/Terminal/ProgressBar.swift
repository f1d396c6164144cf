/// How far a piece of work is: a bar with the time left on a terminal, a line now and then elsewhere.
struct ProgressBar {
  private let terminal: Terminal
  private let label: String
  /// Whether lines may be written where there is no terminal.
  private let writesLines: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant
  private var isDrawn = false

  /// Time between two lines where a bar cannot be drawn.
  private static let lineInterval: Duration = .seconds(10)
  private static let redrawInterval: Duration = .milliseconds(100)

  /// Starts the work.
  init(_ label: String, _ terminal: Terminal, writesLines: Bool) {
    self.label = label
    self.terminal = terminal
    self.writesLines = writesLines
    start = clock.now
    lastDrawn = start
  }

  /// Time since the start.
  var elapsed: Duration { start.duration(to: clock.now) }

  /// Shows that `done` of `total` is done.
  mutating func update(done: UInt64, total: UInt64) {
    let now = clock.now
    guard total > 1, lastDrawn.duration(to: now) >= (terminal.showsBars ? Self.redrawInterval : Self.lineInterval) else { return }
    lastDrawn = now
    let share = min(1, Double(done) / Double(total))
    if terminal.showsBars {
      terminal.note("\r\u{1b}[K" + Self.line(label, share: share, left: timeLeft(share), width: terminal.width))
      isDrawn = true
    } else if writesLines {
      terminal.say("  … \(label): \(Int(share * 100)) %" + (timeLeft(share).map { ", " + $0 } ?? ""))
    }
  }

  /// Takes the bar away.
  mutating func clear() {
    if isDrawn { terminal.note("\r\u{1b}[K") }
    isDrawn = false
  }

  /// In words, once there is something to go by.
  private func timeLeft(_ share: Double) -> String? {
    let passed = elapsed.seconds
    guard share > 0.02, passed > 0.5 else { return nil }
    return Duration.seconds(passed / share * (1 - share)).rounded + " left"
  }

  /// The bar as text.
  static func line(_ label: String, share: Double, left: String?, width: Int) -> String {
    let name = "  " + label.padded(to: 28).shortened(to: 28)
    let numbers = "\(Int(share * 100))".paddedLeft(to: 4) + " %  " + (left ?? "").padded(to: 12)
    let bar = max(4, min(40, width - name.displayWidth - numbers.displayWidth - 1))
    let full = Int((share * Double(bar)).rounded(.down))
    return name + String(repeating: "█", count: full) + String(repeating: "░", count: bar - full) + numbers
  }
}

extension Duration {
  /// As a number of seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

  /// To the second or minute: `8 s`, `3 min`.
  fileprivate var rounded: String {
    seconds < 100 ? "\(max(1, Int(seconds.rounded(.up)))) s" : "\(Int((seconds / 60).rounded(.up))) min"
  }
}
