import Foundation
import HTTPServer

/// Times as the clocks of one zone show them: what organisers enter.
struct ZonedTime: Sendable {
  /// Of the IANA database, or UTC.
  let name: String
  private let zone: TimeZone

  /// The cookie that keeps an organiser's zone; `times` pages set it, and a module proposes the browser's.
  static let cookie = "zone"

  /// - Parameter name: of the IANA database, or UTC; `nil` for anything else.
  init?(_ name: String) {
    guard name == "UTC" || Self.names.contains(name), let zone = TimeZone(identifier: name) else { return nil }
    self.init(name, zone)
  }

  private init(_ name: String, _ zone: TimeZone) {
    self.name = name
    self.zone = zone
  }

  static let utc = ZonedTime("UTC", .gmt)

  /// All there are.
  static let names: [String] = TimeZone.knownTimeZoneIdentifiers.filter { $0 != "UTC" && $0 != "GMT" }.sorted()

  /// The zone that an organiser chose before; UTC if none.
  static func chosen(_ request: HTTPRequest) -> ZonedTime? {
    for field in request.headers.all("Cookie") {
      for pair in field.split(separator: ";") {
        let sides = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if sides.count == 2, sides[0] == cookie { return ZonedTime(sides[1].replacingOccurrences(of: "%2F", with: "/")) }
      }
    }
    return nil
  }

  /// Keeps the choice for a year. Names of zones have no character that a cookie may not have.
  func setting(_ request: HTTPRequest) -> String {
    "\(Self.cookie)=\(name); Path=/organise; Max-Age=31536000; SameSite=Lax" + (request.isSecure ? "; Secure" : "")
  }

  private var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    return calendar
  }

  /// As a field for local times has it, `2026-12-01T09:00`; empty for 0.
  func text(_ milliseconds: UInt64) -> String {
    guard milliseconds > 0 else { return "" }
    let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
    func digits(_ value: Int?, _ count: Int) -> String {
      let text = String(value ?? 0)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return
      "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))T\(digits(parts.hour, 2)):\(digits(parts.minute, 2))"
  }

  enum Reading: Equatable { case time(UInt64), malformed, skipped }

  /// Reads what a field for local times sends; empty: 0. Of an hour that the clocks show twice, the first is taken.
  func read(_ text: String) -> Reading {
    if text.isEmpty { return .time(0) }
    guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?/) else { return .malformed }
    let (year, month, day) = (Int(match.output.1), Int(match.output.2), Int(match.output.3))
    let (hour, minute) = (Int(match.output.4), Int(match.output.5))
    guard let year, let month, let day, let hour, let minute, (1971...9999).contains(year), (1...12).contains(month),
      (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute)
    else { return .malformed }
    let parts = DateComponents(year: year, month: month, day: day, hour: hour, minute: minute)
    guard let date = calendar.date(from: parts) else { return .malformed }
    let milliseconds = UInt64(date.timeIntervalSince1970) * 1000
    if self.text(milliseconds) == String(text.prefix(10)) + "T" + String(text.dropFirst(11).prefix(5)) {
      return .time(milliseconds)
    }
    // Of 30 February another day was made; of an hour that the clocks skip, another hour.
    let found = calendar.dateComponents([.day, .month], from: date)
    return found.day == day && found.month == month ? .skipped : .malformed
  }
}
