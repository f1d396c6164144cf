import Foundation

/// Numbers, times and sizes as people read them.
enum TextFormat {
  /// `12,345`
  static func count(_ number: UInt64) -> String {
    var digits = String(number)
    var grouped = ""
    while digits.count > 3 {
      grouped = "," + digits.suffix(3) + grouped
      digits.removeLast(3)
    }
    return digits + grouped
  }

  /// `1 ballot`, `2 ballots`
  static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
    count(UInt64(max(0, number))) + " " + (number == 1 ? singular : plural ?? singular + "s")
  }

  /// `0.02 s`
  static func seconds(_ duration: Duration) -> String { String(format: "%.2f s", duration.seconds) }

  /// `41.7 %`
  static func percent(_ part: UInt64, of whole: Double) -> String {
    whole == 0 ? "–" : String(format: "%.1f %%", Double(part) / whole * 100)
  }

  /// `2026-12-01 08:00:00 UTC`, of Unix milliseconds.
  static func time(_ milliseconds: UInt64) -> String {
    isoTime(milliseconds).replacingOccurrences(of: "T", with: " ").replacingOccurrences(of: "Z", with: " UTC")
  }

  /// `2026-12-01T08:00:00Z`
  static func isoTime(_ milliseconds: UInt64) -> String {
    // A forged record may give any time; years beyond 9999 have no such form.
    let seconds = min(Double(milliseconds) / 1000, 253_402_300_799)
    return Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
  }

  /// A word for the shell, quoted if need be.
  static func shellWord(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2e, 0x2f, 0x2d, 0x5f, 0x2c, 0x3d, 0x3a, 0x40, 0x2b: true
        default: byte >= 0x80
        }
      }
    return isPlain ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
