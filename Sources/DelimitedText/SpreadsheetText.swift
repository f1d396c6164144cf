/// Text in files that people open in spreadsheets, which calculate what looks like a formula: then it could fetch addresses and send away what other
/// cells hold.
public enum SpreadsheetText {
  /// What formulas begin with, also behind blanks; the wide forms are taken for the others where Chinese and Japanese are written.
  private static let beginnings = Set("=+-@|%\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".unicodeScalars)

  /// The text, with an apostrophe before it where a spreadsheet might calculate it. `plain` takes it away.
  public static func guarded(_ text: String) -> String { needsApostrophe(text[...]) ? "'" + text : text }

  /// The text that `guarded` was given.
  public static func plain(_ text: String) -> String {
    text.utf8.first == UInt8(ascii: "'") && needsApostrophe(text.dropFirst()) ? String(text.dropFirst()) : text
  }

  /// Formulas, and what would be taken for a guarded one when it is read again.
  private static func needsApostrophe(_ text: Substring) -> Bool {
    let scalars = text.unicodeScalars.drop { $0 == "'" }
    guard let first = scalars.first else { return false }
    if first.value < 0x20 { return true }
    return scalars.first { !$0.properties.isWhitespace && $0.value >= 0x20 }.map { beginnings.contains($0) } ?? false
  }
}
