/// What a mail is for. The words stay: they stand in the database.
public enum MailKind: String, Sendable, CaseIterable {
  /// To vote, and how.
  case invitation
  /// To those who have not voted.
  case reminder
  /// Voting has begun.
  case opening
  /// A ballot is on the board; holds its tracker.
  case confirmation
  /// The result is published.
  case result
  /// A new password may be set.
  case password
  /// The support desk has answered.
  case answer

  /// Those that an election sends to its voters, whose texts an organiser may change.
  public static let ofElections = allCases.filter { $0 != .password && $0 != .answer }

  /// Whether the mail itself tells that somebody has voted, or has not: of these an organiser sees numbers, not recipients.
  public var tellsWhoVoted: Bool { self == .reminder || self == .confirmation }

  /// What its text may name.
  public var places: [MailPlace] {
    switch self {
    case .invitation, .reminder, .opening: [.name, .election, .link, .access, .opens, .closes, .page, .service]
    case .confirmation: [.name, .election, .tracker, .check, .anchor, .closes, .page, .service]
    case .result: [.name, .election, .page, .anchor, .service]
    case .password: [.name, .link, .expires, .service]
    case .answer: [.answer, .reference, .link, .service]
    }
  }

  /// What its text must name, for the mail would be of no use without.
  public var needed: MailPlace? {
    switch self {
    case .invitation, .password: .link
    case .confirmation: .tracker
    case .answer: .answer
    default: nil
    }
  }
}

/// Where a mail stands.
public enum MailState: String, Sendable, CaseIterable {
  /// Not sent yet.
  case queued
  /// Put off by the mail server, or it was away; is tried again.
  case retried
  /// The mail server has taken it over. It may still come back.
  case sent
  /// The mail server will not take it.
  case refused
  /// Tried too often, or of no use any more.
  case givenUp = "given-up"
}

/// A place in a text that is filled when the mail is made, written `{name}`.
public enum MailPlace: String, Sendable, CaseIterable {
  /// Of the recipient.
  case name
  /// The election's title.
  case election
  /// Where to vote; with the issuer service it holds the voter's secret. In mails about passwords: where to set a new one.
  case link
  /// How the voter gets the credential, by who issues it.
  case access
  case opens
  case closes
  /// Of the election, for everybody.
  case page
  /// The service's address.
  case service
  /// Of the ballot that was cast.
  case tracker
  /// Where a tracker is looked up.
  case check
  /// Until when a code works.
  case expires
  /// What the support desk wrote.
  case answer
  /// Where the election is anchored on a public chain; nothing where it is not.
  case anchor
  /// Of a question to the support desk.
  case reference

  /// Whether what stands there may have several lines.
  var mayBreak: Bool { self == .answer }

  /// Whether it may stand in a subject, which is shown on locked screens and kept in mail servers' logs.
  var mayBeInSubject: Bool { [.name, .election, .opens, .closes, .service].contains(self) }
}
