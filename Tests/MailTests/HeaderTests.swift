import Testing

@testable import Mail

@Suite("Headers of messages")
struct HeaderTests {
  @Test("plain text stays as it is, and is folded at spaces")
  func plain() {
    #expect(HeaderField.text("Subject", "Election of the chair") == "Subject: Election of the chair\r\n")
    let long = Array(repeating: "twelve-chars", count: 12).joined(separator: " ")
    let lines = HeaderField.text("Subject", long).split(separator: "\r\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.utf8.count <= 76 })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" twelve") })
  }

  /// The names of RFC 2047, section 8, in UTF-8.
  @Test(
    "other letters become encoded words",
    arguments: [
      ("Keld Jørn Simonsen", "=?UTF-8?Q?Keld_J=C3=B8rn_Simonsen?="), ("Olle Järnefors", "=?UTF-8?Q?Olle_J=C3=A4rnefors?="),
      ("Patrik Fältström", "=?UTF-8?Q?Patrik_F=C3=A4ltstr=C3=B6m?="), ("André Pirard", "=?UTF-8?Q?Andr=C3=A9_Pirard?="),
      ("(a_b)é", "=?UTF-8?Q?=28a=5Fb=29=C3=A9?="), ("نتيجة", "=?UTF-8?B?2YbYqtmK2KzYqQ==?="),
      ("=?UTF-8?Q?a?=", "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fa=3F=3D?="),
      ("two  spaces", "=?UTF-8?Q?two__spaces?="),
    ])
  func words(text: String, expected: String) {
    #expect(HeaderField.text("Subject", text) == "Subject: \(expected)\r\n")
  }

  @Test("encoded words are short and hold whole characters", arguments: ["é", "ن", "😀", "a😀"])
  func splits(piece: String) {
    let words = HeaderField.encodedWords(of: String(repeating: piece, count: 60))
    #expect(words.count > 1 && words.allSatisfy { $0.utf8.count <= 75 })
    let decoded = words.map { Decoder.word($0) }
    #expect(decoded.joined() == String(repeating: piece, count: 60))
  }

  @Test("no text ends a field", arguments: ["a\r\nBcc: all@example.org", "a\nb", "a\rb", "\0", "\u{2028}x", "a\r\n\r\nbody"])
  func injection(text: String) throws {
    let address = try #require(MailAddress("a@example.org"))
    for field in [HeaderField.text("Subject", text), HeaderField.mailbox("To", Mailbox(name: text, address: address))] {
      let bytes = Array(field.utf8)
      #expect(bytes.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a })
      let unfolded = field.replacing("\r\n ", with: " ")
      #expect(unfolded.hasSuffix("\r\n") && !unfolded.dropLast(1).contains("\r\n") && !unfolded.dropLast(1).contains("\n"))
    }
  }

  @Test("names stand before addresses")
  func mailboxes() throws {
    let address = try #require(MailAddress("ada@example.org"))
    func field(_ name: String) -> String { HeaderField.mailbox("To", Mailbox(name: name, address: address)) }
    #expect(field("") == "To: ada@example.org\r\n")
    #expect(field("Ada Lovelace") == "To: Ada Lovelace <ada@example.org>\r\n")
    #expect(field("Lovelace, \"Ada\"") == "To: \"Lovelace, \\\"Ada\\\"\" <ada@example.org>\r\n")
    #expect(field("Zoë") == "To: =?UTF-8?Q?Zo=C3=AB?= <ada@example.org>\r\n")
  }

  @Test(
    "what is no address is refused",
    arguments: [
      "", "a", "@b", "a@", "a@b\r\nRCPT TO:<c@d>", "a b@c.de", "<a@b.de>", "a@b.de>", "a..b@c.de", ".a@b.de", "a@b..de", "a@-b.de",
      "a@b_c.de",
      "ä@b.de", "a@ü.de", "\"a\"@b.de", "a@b.de,c@d.de", String(repeating: "a", count: 65) + "@b.de", "a@b.de\0",
    ])
  func noAddresses(text: String) { #expect(MailAddress(text) == nil) }

  @Test("addresses are taken as they are", arguments: ["a@b.de", "a+b@localhost", "o'neil.x@sub-domain.example.org", "#!$@x.y"])
  func addresses(text: String) { #expect(MailAddress(text)?.text == text) }

  @Test("mailboxes are read with and without a name")
  func reading() throws {
    #expect(Mailbox("a@b.de")?.name == "")
    #expect(Mailbox("Wahlamt Köln <a@b.de>")?.name == "Wahlamt Köln")
    #expect(Mailbox("\"Office, elections\" <a@b.de>")?.name == "Office, elections")
    #expect(Mailbox("X <a@b>, Y <c@d>")?.address.text == "c@d")
    for text in ["", "X <>", "X <a>", "X\n<a@b>", "X \\<a@b>", "<a@b"] { #expect(Mailbox(text) == nil, "\(text)") }
  }
}

/// Reads one encoded word, by the rules of RFC 2047 and not by ours.
enum Decoder {
  static func word(_ word: String) -> String {
    let parts = word.split(separator: "?", maxSplits: 3)
    let text = parts[3].dropLast(2)
    return String(decoding: parts[2] == "Q" ? quoted(text.replacing("_", with: " ")) : base64(text), as: UTF8.self)
  }

  static func quoted<Text: StringProtocol>(_ text: Text) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "=") {
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static func base64<Text: StringProtocol>(_ text: Text) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let digits = text.utf8.compactMap { alphabet.firstIndex(of: $0) }
    var bits = digits.flatMap { digit in (0..<6).map { digit >> (5 - $0) & 1 } }
    bits.removeLast(bits.count % 8)
    return stride(from: 0, to: bits.count, by: 8).map { start in bits[start..<start + 8].reduce(0) { $0 << 1 | UInt8($1) } }
  }
}
