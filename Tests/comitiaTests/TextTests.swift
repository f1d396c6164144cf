import Testing

@testable import comitia

@Suite("Text on a terminal")
struct TextTests {
  @Test(
    "widths are those of a terminal",
    arguments: [("", 0), ("Yıldız", 6), ("e\u{301}", 1), ("日本", 4), ("🗳", 2), ("✓ █", 3), ("—", 1)] as [(String, Int)])
  func width(text: String, expected: Int) { #expect(text.displayWidth == expected) }

  @Test("text is broken between words, longer words within")
  func wrapping() {
    #expect("one two three four five".wrapped(to: 16) == "one two three\nfour five")
    #expect("one two".wrapped(to: 24, indent: 4) == "    one two")
    #expect(String(repeating: "x", count: 40).wrapped(to: 16) == "xxxxxxxxxxxxxxxx\nxxxxxxxxxxxxxxxx\nxxxxxxxx")
    #expect("日本日本日本日本日本".wrapped(to: 16).split(separator: "\n").count == 2)
    #expect("a\n\nb".wrapped(to: 20) == "a\n\nb")
  }

  @Test(
    "what could deceive the reader of a terminal is replaced",
    arguments: ["\u{1b}[2J", "\u{9b}31m", "a\nb", "\u{202e}evil", "\u{7f}", "\u{2066}x"])
  func printable(text: String) {
    #expect(text.printable.contains("\u{FFFD}"))
    #expect(!text.printable.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
  }

  @Test("harmless text stays", arguments: ["Elif Yıldız", "日本 🗳", "a “b” — c", ""])
  func unchanged(text: String) { #expect(text.printable == text) }

  @Test("numbers and times")
  func formats() {
    #expect(TextFormat.count(0) == "0")
    #expect(TextFormat.count(999) == "999")
    #expect(TextFormat.count(1000) == "1,000")
    #expect(TextFormat.count(1_234_567) == "1,234,567")
    #expect(TextFormat.count(1, "ballot") == "1 ballot")
    #expect(TextFormat.count(2, "ballot") == "2 ballots")
    #expect(TextFormat.percent(1, of: 3) == "33.3 %")
    #expect(TextFormat.percent(0, of: 0) == "–")
    #expect(TextFormat.time(1_795_226_797_474) == "2026-11-21 02:06:37 UTC")
    #expect(TextFormat.isoTime(.max) == "9999-12-31T23:59:59Z")
  }

  @Test(
    "words for the shell",
    arguments: [("record", "record"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$(x)", "'$(x)'"), ("é/x", "é/x")])
  func shellWords(word: String, expected: String) { #expect(TextFormat.shellWord(word) == expected) }

  @Test("bars fill with the share and keep to the width", arguments: [40, 80, 120])
  func bars(width: Int) {
    for share in [0, 0.01, 0.5, 0.999, 1] {
      let line = ProgressBar.line("encrypting and casting", share: share, left: "99 min left", width: width)
      #expect(line.displayWidth <= max(width, 56))
    }
    #expect(!ProgressBar.line("x", share: 0, left: nil, width: 80).contains("█"))
    #expect(!ProgressBar.line("x", share: 1, left: nil, width: 80).contains("░"))
  }

  @Test("a result's bar is drawn in eighths")
  func resultBars() {
    #expect(ResultTable.bar(0, of: 8, length: 10) == "")
    #expect(ResultTable.bar(8, of: 8, length: 10) == String(repeating: "█", count: 10))
    #expect(ResultTable.bar(1, of: 16, length: 10) == "▋")
  }
}
