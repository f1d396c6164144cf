import Testing

@testable import Elections

/// What is text (2.4): well-formed UTF-8 without control characters, line separators and characters that reorder text.
struct TextTests {
  /// Every sequence of one and two bytes, against the standard library's judgement of UTF-8.
  @Test func everyShortSequence() {
    for first in 0...UInt8.max {
      expectJudgedRight([first])
      for second in 0...UInt8.max { expectJudgedRight([first, second]) }
    }
  }

  /// Every lead byte with continuation bytes at the edges of what is allowed.
  @Test func edgesOfLongSequences() {
    let edges: [UInt8] = [0x00, 0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]
    for first in UInt8(0xc0)...UInt8.max {
      for second in edges {
        for third in edges {
          expectJudgedRight([first, second, third])
          for fourth in edges { expectJudgedRight([first, second, third, fourth]) }
        }
      }
    }
  }

  @Test func everyScalarButControlsAndWhatReordersText() {
    for value in UInt32(0)...0x10_ffff where value % 7 == 0 || value < 0x3000 || value >= 0xd700 && value <= 0xe100 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isControl = scalar.properties.generalCategory == .control
      let misleads = 0x2028...0x202e ~= value || 0x2066...0x2069 ~= value
      let text = Text(String(scalar))
      if (text == nil) != (isControl || misleads) {
        Issue.record("U+\(String(value, radix: 16)): \(text == nil ? "refused" : "allowed")")
      }
      if let text, text.description != String(scalar) { Issue.record("U+\(String(value, radix: 16)) is altered") }
    }
  }

  @Test(
    arguments: [
      [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
      [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], [0xf4, 0x90, 0x80, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0x80], [0xbf], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0x41, 0xcc], [0xc3, 0x28],
    ] as [[UInt8]])
  func malformedIsRefused(bytes: [UInt8]) {
    #expect(Text(utf8: bytes) == nil)
    #expect(Text(utf8: bytes, lines: true) == nil)
    #expect(Text(utf8: Array("Yes ".utf8) + bytes + Array(" no".utf8)) == nil)
  }

  @Test func lineFeedsWhereLinesAreAllowed() {
    #expect(Text("a\nb") == nil)
    #expect(Text("a\nb", lines: true)?.utf8 == [0x61, 0x0a, 0x62])
    for other in ["\r", "\t", "\0", "\u{7f}", "\u{1b}", "\u{85}", "\u{9b}"] {
      #expect(Text("a\(other)b", lines: true) == nil)
      #expect(Text("a\(other)b") == nil)
    }
    #expect(Text("") == .empty)
  }

  /// Byte for byte: two spellings of one letter are two texts.
  @Test func comparesBytes() throws {
    #expect(try text("é") != text("e\u{301}"))
    #expect(try text("Ja").description == "Ja")
  }

  private func expectJudgedRight(_ bytes: [UInt8]) {
    let string = String(validating: bytes, as: UTF8.self)
    let expected = string.map { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } } ?? false
    if (Text(utf8: bytes) != nil) != expected { Issue.record("\(bytes): expected \(expected)") }
  }
}
