import StrictJSON
import Testing

@Suite struct JSONCodecTests {
  private struct Contest: Sendable, Equatable {
    let title: String
    let seats: Int
    let note: String?
    let isOpen: Bool
    let choices: [String]

    static let json = JSONCodec<Contest>.object(
      "Contest", .required("title", .text(1...10), \.title), .required("seats", .integer(1...9), \.seats),
      .optional("note", .text(1...5), \.note), .defaulted("open", .boolean, true, \.isOpen),
      .required("choices", .list(of: .text(1...3), maximum: 2), \.choices),
      make: { Contest(title: $0, seats: $1, note: $2, isOpen: $3, choices: $4) })
  }

  private func faults(_ text: String) throws -> [String] {
    let json = try JSONParser.parse(Array(text.utf8))
    do {
      _ = try Contest.json.decode(json)
      return []
    } catch { return error.faults.map { $0.path } }
  }

  @Test func readsAndWrites() throws {
    let contest = Contest(title: "Chair", seats: 2, note: nil, isOpen: true, choices: ["a", "b"])
    #expect(try Contest.json.decode(Contest.json.encode(contest)) == contest)
    let json = try JSONParser.parse(Array(#"{"title":"Chair","seats":2,"choices":["a","b"]}"#.utf8))
    #expect(try Contest.json.decode(json) == contest)
  }

  @Test func namesAllThatIsWrong() throws {
    #expect(try faults(#"{}"#) == ["title", "seats", "choices"])
    #expect(
      try faults(#"{"title":"","seats":10,"note":null,"open":1,"choices":["a","bbbb"],"x":1}"#)
        == ["x", "title", "seats", "note", "open", "choices[1]"])
    #expect(try faults(#"{"title":"a","seats":1,"choices":["a","b","c"]}"#) == ["choices"])
    #expect(try faults("[]") == [""])
  }

  @Test func describesItself() {
    let schema = Contest.json.schema.definitions["Contest"]
    #expect(schema?["required"] == ["title", "seats", "choices"])
    #expect(schema?["additionalProperties"] == false)
    #expect(schema?["properties"]?["seats"] == ["type": "integer", "minimum": 1, "maximum": 9])
    #expect(Contest.json.schema.value == ["$ref": "#/components/schemas/Contest"])
  }

  @Test(arguments: [
    ("a", true), ("a b", true), ("é", true), ("", false), (" a", false), ("a ", false), ("a\u{a0}", false), ("a\nb", false),
    ("a\u{0}", false),
    ("a\u{85}b", false), ("a\u{2028}b", false), ("\u{feff}a", false), ("a\u{2029}", false),
  ])
  func lines(_ text: String, _ isLine: Bool) throws { #expect(JSONTextRule.line.accepts(text) == isLine) }

  @Test func rulesSayWhatTheirPatternsSay() throws {
    let rules: [JSONTextRule] = [.line, .lines, .secret, .identifier, .hexadecimal]
    let scalars = (Array(0...0x2ff) + [0x1680, 0x180e] + Array(0x1ff8...0x2070) + [0x3000, 0xfffd, 0x1f600, 0x10ffff]).compactMap {
      Unicode.Scalar($0)
    }
    for rule in rules {
      let pattern = try Regex(rule.pattern).matchingSemantics(.unicodeScalar)
      for scalar in scalars {
        for text in ["\(scalar)", "a\(scalar)b", "a\(scalar)", "\(scalar)f"] {
          #expect(rule.accepts(text) == (text.wholeMatch(of: pattern) != nil), "\(rule.pattern) and \(scalar.value)")
        }
      }
      #expect(rule.accepts("") == ("".wholeMatch(of: pattern) != nil))
    }
  }

  @Test(arguments: [0, 1, 951_782_400_000, 951_868_800_000, 1_796_112_000_123, 4_102_444_799_999, 253_402_300_799_999] as [UInt64])
  func timesThereAndBack(_ time: UInt64) { #expect(JSONTime.parse(JSONTime.text(time)) == time) }

  @Test func times() {
    #expect(JSONTime.text(951_782_400_000) == "2000-02-29T00:00:00.000Z")
    #expect(JSONTime.parse("2026-12-01T08:00:00Z") == 1_796_112_000_000)
    for text in [
      "2026-02-29T00:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01 08:00:00Z", "2026-12-01T08:00:00+00:00", "1969-12-31T23:59:59Z",
      "",
      "2026-00-01T00:00:00Z", "2026-12-00T00:00:00Z", "2026-12-01T08:60:00.000Z",
    ] { #expect(JSONTime.parse(text) == nil) }
  }

  @Test func hexadecimalBytes() throws {
    let codec = JSONCodec<[UInt8]>.hexadecimal(bytes: 2)
    #expect(try codec.decode("0aff") == [0x0a, 0xff])
    #expect(codec.encode([0x0a, 0xff]) == "0aff")
    #expect(throws: JSONFaults.self) { try codec.decode("0AFF") }
    #expect(throws: JSONFaults.self) { try codec.decode("0af") }
  }
}
