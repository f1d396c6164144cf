import Foundation
import Synchronization

/// Where the command speaks: results on standard output, errors and progress on standard error. Colours and bars only where a person reads.
final class Terminal: Sendable {
  /// How a word is set off, where there are colours. Colour never speaks alone.
  enum Style: String {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case bad = "31"
  }

  /// Whether standard output is a terminal.
  let isInteractive: Bool
  /// Whether standard error is one that can redraw a line.
  let showsBars: Bool
  private let hasColours: Bool
  /// Columns that text may take.
  let width: Int
  private let outputFailed = Atomic(false)

  /// The terminal of this process.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let isDumb = environment["TERM"] == "dumb"
    isInteractive = isatty(STDOUT_FILENO) == 1
    showsBars = isatty(STDERR_FILENO) == 1 && !isDumb
    hasColours = isInteractive && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
    width = Self.width(environment)
  }

  private static func width(_ environment: [String: String]) -> Int {
    var size = winsize()
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return min(max(Int(size.ws_col), 40), 120)
    }
    return min(max(environment["COLUMNS"].flatMap { Int($0) } ?? 80, 40), 120)
  }

  /// Writes a line to standard output.
  func say(_ line: String = "") { if !write(line + "\n", to: STDOUT_FILENO) { outputFailed.store(true, ordering: .relaxed) } }

  /// Writes to standard error as it is.
  func note(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Whether something said could not be written: standard output is a full disk, for example.
  var hasLostOutput: Bool { outputFailed.load(ordering: .relaxed) }

  /// Text in a style, where there are colours.
  func styled(_ text: String, _ styles: Style...) -> String {
    hasColours ? "\u{1b}[" + styles.map { $0.rawValue }.joined(separator: ";") + "m" + text + "\u{1b}[0m" : text
  }

  /// ✓ or ✗.
  func mark(_ isGood: Bool) -> String { isGood ? styled("✓", .good) : styled("✗", .bad, .bold) }

  private func write(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
