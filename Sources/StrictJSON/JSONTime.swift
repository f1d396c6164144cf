/// Unix milliseconds as ISO 8601 in UTC: `2026-12-01T08:00:00.000Z`.
public enum JSONTime {
  /// The text of a time; years from 1970 to 9999.
  public static func text(_ milliseconds: UInt64) -> String {
    let days = Int(milliseconds / 86_400_000)
    let rest = Int(milliseconds % 86_400_000)
    let date = date(days: days)
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(padded(rest / 3_600_000, 2)):"
      + "\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
  }

  /// The time that a text in exactly this form names; the milliseconds may be left out. `nil` for anything else, such as February 30.
  public static func parse(_ text: String) -> UInt64? {
    var bytes = Array(text.utf8)
    if bytes.count == 20 { bytes.replaceSubrange(19..<20, with: Array(".000Z".utf8)) }
    guard bytes.count == 24 else { return nil }
    for (position, separator) in zip([4, 7, 10, 13, 16, 19, 23], "--T::.Z".utf8) where bytes[position] != separator { return nil }
    let parts = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19, 20..<23].map { number(bytes[$0]) }
    guard let year = parts[0], let month = parts[1], let day = parts[2], let hour = parts[3], let minute = parts[4],
      let second = parts[5],
      let millisecond = parts[6], year >= 1970, 1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second < 60
    else { return nil }
    let days = days(year: year, month: month, day: day)
    guard date(days: days).day == day else { return nil }
    return UInt64(((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + UInt64(millisecond)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    digits.reduce(0) { value, digit in
      guard let value, (0x30...0x39).contains(digit) else { return nil }
      return value * 10 + Int(digit - 0x30)
    }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Days since 1970-01-01 of a date in the Gregorian calendar; years are counted from March, so that the leap day comes last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let days = days + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

extension JSONCodec where Value == UInt64 {
  /// A time: Unix milliseconds within the program, ISO 8601 in UTC outside.
  public static var time: JSONCodec {
    JSONCodec(
      schema: JSONSchema(["type": "string", "format": "date-time", "examples": ["2026-12-01T08:00:00.000Z"]]),
      read: { json, path, faults in
        guard let text = json.text, let time = JSONTime.parse(text) else {
          faults.append(JSONFault(path, "a time such as 2026-12-01T08:00:00.000Z is needed"))
          return nil
        }
        return time
      }, write: { .text(JSONTime.text($0)) })
  }
}
