import Mail

/// What comes from mail servers and from people's address fields: whatever it is, what is kept of it is one short line without addresses, and what is
/// taken for an address can stand in a command and in a header as it is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 2) else { return 0 }
  let text = String(decoding: input.all.dropFirst(2), as: UTF8.self)
  readAnswer(text, code: Int(input[0]) * 3, step: [.greeting, .sender, .recipient, .data][Int(input[1] & 3)])
  readMailbox(text)
  return 0
}

private func readAnswer(_ text: String, code: Int, step: SMTPReply.Step) {
  let words = SMTPReply.shortened(text)
  precondition(words.count <= 160 && !words.contains("@"), "too long, or names somebody")
  precondition(words.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) || $0 == "…" }, "more than a line")
  if case .refused = SMTPReply(step: step, code: code, words: text).failure("away") {
    precondition(code >= 500 && (step == .recipient || step == .data), "refused for good without reason")
  }
}

private func readMailbox(_ text: String) {
  guard let mailbox = Mailbox(text) else { return }
  let address = mailbox.address.text
  precondition(address.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x3c && $0 != 0x3e && $0 != 0x2c }, "no plain address")
  precondition(address.utf8.count { $0 == 0x40 } == 1, "several addresses")
  let message = MailMessage(from: mailbox, to: mailbox, subject: text, text: text, html: text, id: text, date: 0)
  let bytes = message.encoded
  precondition(bytes.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a }, "more than ASCII")
  let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
  precondition(lines.allSatisfy { !$0.utf8.contains(0x0a) && !$0.utf8.contains(0x0d) }, "a bare line end")
  let names = lines.prefix { !$0.isEmpty }.filter { $0.first != " " }.map { $0.prefix { $0 != ":" } }
  precondition(
    names == ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Type"],
    "a field more or less")
  precondition(lines.filter { $0.hasPrefix("--=_") }.count == 3, "a part more or less")
}
