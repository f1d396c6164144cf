/// How handing in a message ended.
public enum MailOutcome: Sendable, Equatable {
  /// The server has taken it over.
  case sent
  /// It will never be taken: the recipient or the content was refused.
  case refused(String)
  /// It may be taken later: recipient or content were put off.
  case later(String)
  /// No message would be taken now: the server is away, or does not let us in.
  case away(String)
}

/// A server's answer, read for what it means.
public struct SMTPReply: Sendable, Equatable {
  /// What it answered.
  public enum Step: Sendable {
    /// Greeting, encryption, login.
    case greeting
    case sender
    case recipient
    case data
  }

  public let step: Step
  /// Three digits (RFC 5321, 4.2); 0 where there was none.
  public let code: Int
  /// Of its last line.
  public let words: String

  public init(step: Step, code: Int, words: String) {
    self.step = step
    self.code = code
    self.words = words
  }

  /// What the failure comes to. Final refusals of recipient and content are for good; of login and sender they speak of our own settings, which
  /// somebody will mend.
  ///
  /// - Parameter reason: what the transport says, where the server said nothing.
  public func failure(_ reason: String) -> MailOutcome {
    guard code >= 400 else { return .away(Self.shortened(reason)) }
    let said = "\(code) \(Self.shortened(words))"
    // 421: the server closes (RFC 5321, 4.2.1).
    guard step == .recipient || step == .data, code != 421 else { return .away(said) }
    return code >= 500 ? .refused(said) : .later(said)
  }

  /// Words that may be shown and kept: one line of printable ASCII, without addresses, at most 160 characters.
  public static func shortened(_ words: String) -> String {
    let plain = words.unicodeScalars.map { (0x20...0x7e).contains($0.value) ? Character($0) : " " }
    let parts = String(plain).split(separator: " ").map { $0.contains("@") ? "…" : String($0) }
    let text = parts.joined(separator: " ")
    return text.count <= 160 ? text : String(text.prefix(159)) + "…"
  }
}
