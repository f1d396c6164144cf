import StrictJSON
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-0.5", "12", "1e3", "\"\"", "[]", "{}", "[1,[2,{\"a\":null}]]",
    "{\"a\":1,\"b\":\"x\\u00e9\\ud83d\\ude00\"}",
  ])
  func readsWhatItWrites(_ text: String) throws {
    let value = try JSONParser.parse(Array(text.utf8))
    #expect(try JSONParser.parse(value.bytes) == value)
  }

  @Test func readsEscapes() throws {
    #expect(try JSONParser.parse(Array(#""\"\\\/\b\f\n\r\té😀""#.utf8)) == .text("\"\\/\u{8}\u{c}\n\r\té😀"))
  }

  @Test(arguments: [
    "", " ", "nul", "01", "-", "1.", "1e", "+1", ".5", "1e999", "\"", "\"\u{1}\"", #""\x""#, #""\ud800""#, #""\udc00""#,
    #""\ud800A""#,
    #""\u12""#, "[1,]", "[1 2]", "[", "{", "{\"a\"}", "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", #"{"a":1,"a":2}"#, "1 2", "[]]",
    "\u{feff}1", "NaN", "'a'", "// a\n1",
  ])
  func refuses(_ text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(text.utf8)) }
  }

  @Test func refusesBytesThatAreNotUTF8() {
    for bytes: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]] {
      #expect(throws: JSONSyntaxError(offset: 0, reason: "text that is not UTF-8")) {
        try JSONParser.parse([0x22] + bytes + [0x22])
      }
    }
  }

  @Test func refusesWhatIsNestedTooDeep() throws {
    let deep = { (count: Int) in Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8) }
    _ = try JSONParser.parse(deep(JSONParser.maximumDepth))
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(deep(JSONParser.maximumDepth + 1)) }
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(String(repeating: "[", count: 1_000_000).utf8)) }
  }

  @Test func keepsWholeNumbersExactly() throws {
    #expect(try JSONParser.parse(Array("9223372036854775807".utf8)) == .integer(.max))
    #expect(try JSONParser.parse(Array("9223372036854775808".utf8)).integer == nil)
    #expect(try JSONParser.parse(Array("1.0".utf8)).integer == 1)
    #expect(try JSONParser.parse(Array("1.5".utf8)).integer == nil)
  }
}
