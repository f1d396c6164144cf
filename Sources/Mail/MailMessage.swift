/// A message as it is handed in: headers and two versions of one text (RFC 5322; RFC 2046, 5.1.4).
public struct MailMessage: Sendable, Equatable {
  public let from: Mailbox
  public let to: Mailbox
  public let replyTo: Mailbox?
  public let subject: String
  /// The plain text.
  public let text: String
  /// The same as HTML.
  public let html: String
  /// By which the message is known again: the part before `@`.
  public let id: String
  /// Unix seconds.
  public let date: UInt64

  /// - Parameter id: letters, digits and `.-_` alone, and not empty; every other character is left out.
  public init(
    from: Mailbox, to: Mailbox, replyTo: Mailbox? = nil, subject: String, text: String, html: String, id: String, date: UInt64
  ) {
    self.from = from
    self.to = to
    self.replyTo = replyTo
    self.subject = subject
    self.text = text
    self.html = html
    self.id = String(
      decoding: id.utf8.filter { MailAddress.isLetterOrDigit($0) || [0x2d, 0x2e, 0x5f].contains($0) }, as: UTF8.self)
    self.date = date
  }

  /// `<id@domain of the sender>`.
  public var messageID: String { "<\(id)@\(from.address.text.split(separator: "@").last ?? "localhost")>" }

  /// A boundary that no quoted-printable text holds: `=` is followed by digits or a line's end there.
  private static let boundary = "=_comitia_alternative"

  /// The message's bytes: ASCII, lines end in CRLF.
  public var encoded: [UInt8] {
    var message = HeaderField.mailbox("From", from) + HeaderField.mailbox("To", to)
    if let replyTo { message += HeaderField.mailbox("Reply-To", replyTo) }
    message += HeaderField.text("Subject", subject)
    message += "Date: \(MailDate.text(date))\r\nMessage-ID: \(messageID)\r\nMIME-Version: 1.0\r\n"
    // RFC 3834, 5: so that nobody's vacation notice answers.
    message += "Auto-Submitted: auto-generated\r\n"
    message += "Content-Type: multipart/alternative; boundary=\"\(Self.boundary)\"\r\n\r\n"
    for (type, content) in [("plain", text), ("html", html)] {
      message +=
        "--\(Self.boundary)\r\nContent-Type: text/\(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      message += QuotedPrintable.encode(content) + "\r\n"
    }
    return Array((message + "--\(Self.boundary)--\r\n").utf8)
  }
}

/// Times as messages have them (RFC 5322, 3.3), in UTC.
enum MailDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sat, 21 Nov 2026 08:22:29 +0000`.
  static func text(_ seconds: UInt64) -> String {
    let (day, rest) = (Int(seconds / 86_400), Int(seconds % 86_400))
    // Civil date of a day since 1970, by eras of 400 years that begin in March.
    let shifted = day + 719_468
    let (era, inEra) = (shifted / 146_097, shifted % 146_097)
    let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * year + year / 4 - year / 100)
    let march = (5 * inYear + 2) / 153
    let month = march < 10 ? march + 2 : march - 10
    let date = "\(inYear - (153 * march + 2) / 5 + 1) \(months[month]) \(year + era * 400 + (month < 2 ? 1 : 0))"
    return "\(days[day % 7]), \(date) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) +0000"
  }

  private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
