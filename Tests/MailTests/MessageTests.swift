import Testing

@testable import Mail

@Suite("Messages")
struct MessageTests {
  /// RFC 2045, 6.7 says: `=`, what is not printable, and space at the end of lines are encoded; lines are at most 76 long.
  @Test(
    "quoted-printable",
    arguments: [
      ("Now's the time", "Now's the time"), ("a=b", "a=3Db"), ("ends in space ", "ends in space=20"), ("tab\t\nx", "tab=09\r\nx"),
      ("é", "=C3=A9"),
      ("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd"), ("", ""), ("\u{c}", "=0C"), ("a\0b", "ab"), ("\n\n", "\r\n\r\n"),
      (String(repeating: "x", count: 76), String(repeating: "x", count: 76)),
      (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx"),
    ])
  func quotedPrintable(text: String, expected: String) { #expect(QuotedPrintable.encode(text) == expected) }

  @Test("long lines of any letters come back as they were", arguments: ["é", "x", "x ", "=", "😀", "a\t"])
  func roundTrip(piece: String) {
    let text = String(repeating: piece, count: 200) + "end"
    let encoded = QuotedPrintable.encode(text)
    #expect(encoded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    #expect(String(decoding: Decoder.quoted(encoded.replacing("=\r\n", with: "")), as: UTF8.self) == text)
  }

  private func message(subject: String = "Wahl", text: String = "Hallo", id: String = "abc") throws -> MailMessage {
    MailMessage(
      from: try #require(Mailbox("Wahlamt <office@vote.example.org>")), to: try #require(Mailbox("ada@example.org")),
      replyTo: try #require(Mailbox("help@example.org")), subject: subject, text: text, html: "<p>\(text)</p>", id: id,
      date: 1_796_112_000)
  }

  @Test("a whole message")
  func whole() throws {
    let lines = [
      "From: Wahlamt <office@vote.example.org>", "To: ada@example.org", "Reply-To: help@example.org",
      "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
      "Date: Tue, 01 Dec 2026 08:00:00 +0000".replacing("01 Dec", with: "1 Dec"), "Message-ID: <abc@vote.example.org>",
      "MIME-Version: 1.0",
      "Auto-Submitted: auto-generated", "Content-Type: multipart/alternative; boundary=\"=_comitia_alternative\"", "",
      "--=_comitia_alternative",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "", "Sch=C3=B6n",
      "--=_comitia_alternative",
      "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "", "<p>Sch=C3=B6n</p>",
      "--=_comitia_alternative--", "",
    ]
    #expect(
      String(decoding: try message(subject: "Grüße", text: "Schön").encoded, as: UTF8.self) == lines.joined(separator: "\r\n"))
  }

  @Test("no text makes another part or header")
  func injection() throws {
    let evil = "x\r\n--=_comitia_alternative--\r\nBcc: all@example.org\r\n.\r\nMAIL FROM:<a@b>"
    let encoded = String(decoding: try message(subject: evil, text: evil, id: "a\r\nBcc: b").encoded, as: UTF8.self)
    #expect(encoded.split(separator: "\r\n").filter { $0.hasPrefix("--=_comitia") }.count == 3)
    let header = encoded.prefix(upTo: try #require(encoded.firstRange(of: "\r\n\r\n")).lowerBound)
    #expect(!header.split(separator: "\r\n").contains { $0.hasPrefix("Bcc") })
    #expect(header.contains("<aBccb@vote.example.org>"))
  }

  @Test(
    "dates",
    arguments: [
      (UInt64(0), "Thu, 1 Jan 1970 00:00:00 +0000"), (951_827_696, "Tue, 29 Feb 2000 12:34:56 +0000"),
      (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"),
    ])
  func dates(seconds: UInt64, expected: String) { #expect(MailDate.text(seconds) == expected) }

  @Test("refusals of recipient and content are for good, all else is tried again")
  func outcomes() {
    func outcome(_ step: SMTPReply.Step, _ code: Int) -> MailOutcome {
      SMTPReply(step: step, code: code, words: "no").failure("away")
    }
    #expect(outcome(.recipient, 550) == .refused("550 no"))
    #expect(outcome(.data, 554) == .refused("554 no"))
    #expect(outcome(.recipient, 450) == .later("450 no"))
    #expect(outcome(.greeting, 535) == .away("535 no"))
    #expect(outcome(.sender, 550) == .away("550 no"))
    #expect(outcome(.recipient, 421) == .away("421 no"))
    #expect(outcome(.data, 354) == .away("away"))
    #expect(outcome(.greeting, 0) == .away("away"))
  }

  @Test("what servers say is shortened, and names nobody")
  func words() {
    #expect(SMTPReply.shortened("5.1.1 <ada@example.org>: Recipient\taddress rejected: ü") == "5.1.1 … Recipient address rejected:")
    #expect(SMTPReply.shortened(String(repeating: "x ", count: 200)).count == 160)
    #expect(SMTPReply.shortened("") == "")
  }
}
