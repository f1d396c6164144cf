import Foundation

/// Times for people. Pages are made without knowing where a reader is: they say UTC, and `times.mjs` says the reader's own time where scripts run.
enum TimeText {
  /// A time with its element.
  ///
  /// - Parameter milliseconds: Unix time.
  static func element(_ milliseconds: UInt64, _ language: Language) -> HTML {
    timeTag(.datetime(machine(milliseconds)), .data("local", "")) { words(milliseconds, language) }
  }

  /// A short time with its element: `20 Nov 2026, 18:00 UTC`.
  static func short(_ milliseconds: UInt64, _ language: Language) -> HTML {
    timeTag(.datetime(machine(milliseconds)), .data("local", "short")) { shortWords(milliseconds, language) }
  }

  /// `20 Nov 2026, 18:00 UTC`.
  static func shortWords(_ milliseconds: UInt64, _ language: Language) -> String {
    let locale = Locale(identifier: language == .english ? "en_GB" : language.rawValue)
    let style = Date.FormatStyle(date: .abbreviated, time: .shortened, locale: locale, timeZone: .gmt)
    return style.format(date(milliseconds)) + " UTC"
  }

  /// `Friday 20 November 2026, 18:00 UTC`.
  static func words(_ milliseconds: UInt64, _ language: Language) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: language.rawValue)
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat =
      language == .english
      ? "EEEE d MMMM yyyy, HH:mm"
      : DateFormatter.dateFormat(
        fromTemplate: "EEEE d MMMM yyyy HH:mm", options: 0, locale: formatter.locale) ?? "d.M.yyyy HH:mm"
    return formatter.string(from: date(milliseconds)) + " UTC"
  }

  /// A day of UTC, where nothing more is known.
  static func day(_ milliseconds: UInt64, _ language: Language) -> HTML {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: language.rawValue)
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.setLocalizedDateFormatFromTemplate("d MMMM yyyy")
    return timeTag(.datetime(String(machine(milliseconds).prefix(10)))) { formatter.string(from: date(milliseconds)) }
  }

  /// As `datetime` wants it (HTML, 2.3.5).
  static func machine(_ milliseconds: UInt64) -> String { date(milliseconds).ISO8601Format() }

  private static func date(_ milliseconds: UInt64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
