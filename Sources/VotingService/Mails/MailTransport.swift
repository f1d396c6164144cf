/// A mail as it leaves the service.
public struct OutgoingMail: Sendable, Equatable {
  public let kind: MailKind
  /// The recipient; the name may be empty.
  public let name: String
  public let address: String
  public let subject: String
  public let text: String
  /// The same as HTML.
  public let html: String
  /// Always the same for the same mail, so that whoever gets it twice knows it again. Tells nothing of the recipient.
  public let messageID: String
  /// Unix milliseconds: when it was asked for.
  public let date: UInt64
}

/// What became of a mail that was handed over.
public enum MailDelivery: Sendable, Equatable {
  /// Taken over.
  case sent
  /// It will never be taken: why, without addresses.
  case refused(String)
  /// This one is put off.
  case later(String)
  /// None would be taken now.
  case away(String)
}

/// Hands mails over, one after the other.
public protocol MailTransport: Sendable {
  /// Milliseconds after which `send` has surely returned.
  var timeout: UInt64 { get }

  func send(_ mail: OutgoingMail) async -> MailDelivery
}
