import Foundation
import Mail
import VotingService

/// How the service sends mail.
struct MailServerSettings: Sendable {
  let server: SMTPServer
  let sender: Mailbox
  let replyTo: Mailbox?
}

/// Hands the service's mails to a mail server.
struct SMTPTransport: MailTransport {
  private let client: SMTPClient
  private let settings: MailServerSettings

  var timeout: UInt64 { UInt64(settings.server.timeout * 1000) }

  /// - Parameter name: what the service greets with.
  init(_ settings: MailServerSettings, name: String) {
    client = SMTPClient(settings.server, name: name)
    self.settings = settings
  }

  func send(_ mail: OutgoingMail) async -> MailDelivery {
    guard let address = MailAddress(mail.address) else { return .refused("this is no address that mail can be sent to") }
    let message = MailMessage(
      from: settings.sender, to: Mailbox(name: mail.name, address: address), replyTo: settings.replyTo, subject: mail.subject,
      text: mail.text, html: mail.html, id: mail.messageID, date: mail.date / 1000)
    switch await client.send(message) {
    case .sent: return .sent
    case .refused(let words): return .refused(words)
    case .later(let words): return .later(words)
    case .away(let words): return .away(words)
    }
  }
}

extension SettingReader {
  /// The mail server; `nil` where none is set.
  func mail() throws(CommandFailure) -> MailServerSettings? {
    guard let place = optional(.smtp) else {
      for setting in [Setting.smtpUser, .smtpPasswordFile, .smtpAuthorityFile, .mailSender, .mailReplyTo]
      where optional(setting) != nil {
        throw failure(setting, "smtp is not set, so this would mean nothing")
      }
      return nil
    }
    let (host, port) = try mailServer(place)
    let encryption: SMTPServer.Encryption = try choice(.smtpEncryption)
    guard encryption != .none || host.hasPrefix("127.") || host == "::1" || host == "localhost" else {
      throw failure(.smtpEncryption, "without encryption the mail server must be on this machine")
    }
    guard let sender = Mailbox(text(.mailSender)) else {
      throw failure(.mailSender, "an address such as office@example.org, or Name <address>, is needed")
    }
    let replyTo = try optional(.mailReplyTo).map { (text) throws(CommandFailure) -> Mailbox in
      guard let mailbox = Mailbox(text) else { throw failure(.mailReplyTo, "an address, or Name <address>, is needed") }
      return mailbox
    }
    let timeout = try number(.smtpTimeout, in: 5...300)
    let server = SMTPServer(
      host: host, port: port, encryption: encryption, login: try mailLogin(), authorityFile: optional(.smtpAuthorityFile),
      connectTimeout: Double(min(15, timeout)), timeout: Double(timeout))
    if let file = server.authorityFile { _ = try InputFile.read(file) }
    return MailServerSettings(server: server, sender: sender, replyTo: replyTo)
  }

  /// `host:port`, the host a name or an address, IPv6 in brackets.
  private func mailServer(_ text: String) throws(CommandFailure) -> (host: String, port: Int) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port) else {
      throw failure(.smtp, "host and port are needed, such as mail.example.org:587")
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    let isPlain = host.utf8.allSatisfy { byte in
      (0x30...0x3a).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || [0x2d, 0x2e].contains(byte)
    }
    guard !host.isEmpty, isPlain else { throw failure(.smtp, "host and port are needed, such as mail.example.org:587") }
    return (host, port)
  }

  private func mailLogin() throws(CommandFailure) -> (user: String, password: String)? {
    switch (optional(.smtpUser), optional(.smtpPasswordFile)) {
    case (nil, nil): return nil
    case (nil, _): throw failure(.smtpUser, "smtpPasswordFile is set, so this is needed too")
    case (_, nil): throw failure(.smtpPasswordFile, "smtpUser is set, so this is needed too")
    case (let user?, let file?):
      let password = String(decoding: try InputFile.read(file), as: UTF8.self).trimmingCharacters(in: .newlines)
      guard !password.isEmpty, !password.contains(where: \.isNewline), !password.contains("\0") else {
        throw failure(.smtpPasswordFile, "one line with the password is needed")
      }
      return (user, password)
    }
  }
}
