import Foundation

/// The service's log: a JSON object a line on standard error. Whoever starts the service keeps and rotates it.
///
/// What is logged never holds secrets, contact data, what was voted, or who voted in which election.
final class JSONLog: Sendable {
  /// How much a line matters.
  enum Level: String, Sendable, CaseIterable, Comparable {
    case error, warning, info, debug

    static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// A value of a line.
  enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case number(Int64)

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .number(value) }
  }

  private let level: Level
  private let lock = NSLock()

  init(level: Level) { self.level = level }

  /// Writes a line.
  ///
  /// - Parameter event: a stable word, such as `request`.
  func write(_ level: Level, _ event: String, _ members: KeyValuePairs<String, Value> = [:]) {
    guard level <= self.level else { return }
    var line = #"{"time":""# + Self.time() + #"","level":""# + level.rawValue + #"","event":"# + Self.quoted(event)
    for (name, value) in members {
      line += "," + Self.quoted(name) + ":"
      switch value {
      case .text(let text): line += Self.quoted(text)
      case .number(let number): line += String(number)
      }
    }
    let bytes = Array((line + "}\n").utf8)
    // One call a line, so that lines of several threads are not mixed.
    lock.withLock { bytes.withUnsafeBytes { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) } }
  }

  /// UTC with milliseconds.
  private static func time() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var seconds = now.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let milliseconds = now.tv_nsec / 1_000_000
    let fraction = String(1000 + milliseconds).dropFirst()
    return
      "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)Z"
  }

  private static func quoted(_ text: String) -> String {
    // Most texts have nothing to escape, and there are eight in the line of a request.
    if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }) { return "\"\(text)\"" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
