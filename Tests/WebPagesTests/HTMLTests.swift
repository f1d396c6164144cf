import Testing

@testable import WebPages

@Suite("Markup")
struct HTMLTests {
  @Test(
    "whatever a person writes stays text",
    arguments: ["<script>alert(1)</script>", "\" onclick=\"x", "' x='", "&lt;", "a\0b\u{1}", "</title>"])
  func escaping(text: String) {
    let page = div(.title(text), .data("x", text)) { text }
    let inside = page.markup.dropFirst("<div title=\"".count)
    #expect(!inside.contains("<script") && !inside.contains("</title"))
    #expect(page.markup.filter { $0 == "\"" }.count == 4)
    #expect(page.markup.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    #expect(page.markup.filter { $0 == "<" }.count == 2)
  }

  @Test("text without anything to escape is left as it is")
  func plain() { #expect(HTML.text("Grüße, 日本").markup == "Grüße, 日本") }

  @Test("links to this service take parts as they are")
  func links() {
    #expect(Link("/elections", "a/b?c", "ü").text == "/elections/a%2Fb%3Fc/%C3%BC")
    #expect(Link("/x").with(["a": "1&2", "b": nil, "c": ""]).text == "/x?a=1%262&c=")
  }

  @Test(
    "what could lead elsewhere is no link of ours",
    arguments: [
      "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "x", "/a\r\nSet-Cookie: x",
      "/api/v1/health", "/ü",
    ])
  func strangers(path: String) { #expect(Link.own(path) == nil) }

  @Test("paths of ours are links", arguments: ["/", "/organise/abc?page=2&q=a%20b"])
  func own(path: String) { #expect(Link.own(path)?.text == path) }
}
