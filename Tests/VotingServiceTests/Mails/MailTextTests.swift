import Testing

@testable import VotingService

@Suite("Texts of mails")
struct MailTextTests {
  @Test("every language has every text, each with the same places, and every text is one")
  func catalogues() throws {
    let english = MailLanguage.english.texts
    for language in MailLanguage.allCases {
      #expect(Set(language.texts.keys) == Set(english.keys), "\(language)")
      for kind in MailKind.allCases {
        let text = try MailText(
          subject: language.text("\(kind.rawValue).subject"), body: language.text("\(kind.rawValue).text"), for: kind)
        #expect(text == language.preset(kind))
      }
      for (key, text) in language.texts {
        #expect(!text.isEmpty, "\(language) \(key)")
        #expect(Self.places(text) == Self.places(english[key] ?? ""), "\(language) \(key)")
      }
    }
  }

  private static func places(_ text: String) -> [String] {
    text.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }.sorted()
  }

  @Test("every key of the catalogue is used")
  func keys() {
    let kinds = MailKind.allCases.flatMap { ["\($0.rawValue).subject", "\($0.rawValue).text"] }
    let others =
      ["access.service", "access.authority", "access.voter", "opens.by-hand", "closes.by-hand", "sample.name", "time"]
      + ["anchor.there", "anchor.awaited", "anchor.coming", "network.polygon", "network.amoy", "network.local", "network.other"]
    #expect(Set(MailLanguage.english.texts.keys) == Set(kinds + others + (1...12).map { "month.\($0)" }))
  }

  @Test(
    "places that are not known, or do not belong there, are refused by name",
    arguments: [
      ("Vote", "{link} {nonsense}", "text"), ("Vote", "{link} {", "text"), ("Vote", "{link} {}", "text"),
      ("Vote", "{link} {link", "text"),
      ("Vote", "{link} {{name}}", "text"), ("Vote", "{link} {tracker}", "text"), ("Vote", "no way in", "text"),
      ("{link}", "{link}", "subject"),
      ("a\nb", "{link}", "subject"), ("", "{link}", "subject"), ("Vote", "", "text"), ("Vote", "{link}\u{1}", "text"),
      (String(repeating: "x", count: 201), "{link}", "subject"), ("Vote", "{link}" + String(repeating: "x", count: 10_000), "text"),
    ])
  func refusals(subject: String, body: String, path: String) {
    #expect {
      try MailText(subject: subject, body: body, for: .invitation)
    } throws: { error in
      if case ElectionError.invalid(path, _) = error { true } else { false }
    }
  }

  @Test("where an election is anchored is said in every language; where it is not, nothing, not even a gap")
  func anchored() throws {
    let place = ChainPlace(network: "polygon", chain: 137, address: [UInt8](repeating: 1, count: 20))
    let anchor = Anchor(
      transaction: .zero, block: 77, confirmations: 5, state: .confirmed, time: 1, root: .zero, leaves: 1, size: 9, gas: nil)
    for language in MailLanguage.allCases {
      let audit = "https://vote.example/elections/x/audit#anchors"
      let there = language.anchored(.result, place, anchor, audit: audit)
      #expect(there.contains("Polygon") && there.contains("77") && there.contains("0x0000") && there.contains(audit))
      let awaited = language.anchored(.result, place, nil, audit: audit)
      #expect(awaited.contains("Polygon") && awaited.contains(audit) && !awaited.contains("{") && !there.contains("{"))
      let elsewhere = ChainPlace(network: "chain 5", chain: 5, address: place.address)
      #expect(language.anchored(.result, elsewhere, nil, audit: audit).contains("5"))
      let text = language.preset(.result)
      let values: [MailPlace: String] = [.name: "Ada", .election: "E", .page: "https://vote.example/elections/x"]
      let without = try text.filled(values, for: .result).body
      #expect(without.hasSuffix("https://vote.example/elections/x") && !without.contains("\n\n\n"))
      #expect(try text.filled(values.merging([.anchor: there]) { $1 }, for: .result).body == without + "\n\n" + there)
      // Of a ballot, that it will be: before what is said last.
      let coming = language.anchored(.confirmation, place, nil, audit: audit)
      #expect(coming.contains("Polygon") && coming.contains(audit) && !coming.contains("{") && coming != awaited)
      let receipt = values.merging([.tracker: "W", .check: "https://vote.example/verify/x"]) { $1 }
      let confirmation = language.preset(.confirmation)
      let plain = try confirmation.filled(receipt, for: .confirmation).body
      #expect(!plain.contains("\n\n\n"))
      let anchored = try confirmation.filled(receipt.merging([.anchor: coming]) { $1 }, for: .confirmation).body
      #expect(anchored == plain.replacing("/verify/x\n\n", with: "/verify/x\n\n\(coming)\n\n"))
    }
  }

  @Test("places are filled, and what is filled in cannot break a line or be filled again")
  func filling() throws {
    let text = try MailText(subject: "{name}: {election}", body: "Hello {name}\n{link} } {service}{service}", for: .invitation)
    let filled = try text.filled(
      [.name: "A\r\nBcc: b {link}", .election: "E\u{0}", .link: "https://x/#s", .service: "S"], for: .invitation)
    #expect(filled.subject == "ABcc: b {link}: E")
    #expect(filled.body == "Hello ABcc: b {link}\nhttps://x/#s } SS")
  }

  @Test("the HTML says the same and holds nothing of anybody else's")
  func html() {
    let text = "Hello <script>alert('1')</script> & \"you\"\n\nGo to\nhttps://vote.example/vote/x#a\"onclick=b.\n\n{name}"
    let html = MailHTML.document(subject: "<b>", text: text, language: "de")
    #expect(html.contains("<title>&lt;b&gt;</title>") && html.contains("lang=\"de\""))
    #expect(html.contains("Hello &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;you&quot;"))
    #expect(html.contains("href=\"https://vote.example/vote/x#a&quot;onclick=b\">"))
    #expect(!html.contains("<script") && !html.contains("src=") && !html.contains("url("))
    #expect(
      MailHTML.document(subject: "", text: "see https://a/b, or (http://c).", language: "en").contains(
        "https://a/b</a>, or (http://c)."))
  }

  @Test("times are those of the language, in UTC")
  func times() {
    let time: UInt64 = 1_796_112_060_000
    #expect(MailLanguage.english.time(time) == "1 December 2026, 08:01 UTC")
    #expect(MailLanguage.german.time(time) == "1. Dezember 2026, 08:01 Uhr UTC")
    #expect(MailLanguage.french.time(time) == "1 décembre 2026 à 08:01 UTC")
    #expect(MailLanguage.spanish.time(time) == "1 de diciembre de 2026, 08:01 UTC")
  }
}
