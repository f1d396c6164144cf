import Database

/// What a question is about.
public enum TicketCategory: String, Sendable, CaseIterable {
  case link
  case ballot
  case account
  case verification
  case result
  case other
}

/// Where a question stands.
public enum TicketState: String, Sendable, CaseIterable {
  /// Waits for the desk.
  case open
  /// The desk answered last.
  case answered
  /// Done.
  case closed
}

/// How much a question hurries. Whoever asks says so; the desk may see it otherwise.
public enum TicketSeverity: Int, Sendable, CaseIterable {
  /// Somebody cannot vote, and voting ends today.
  case critical = 1
  /// Somebody cannot vote.
  case high
  /// Something does not work, but voting does.
  case ordinary
  /// A question.
  case low

  /// Milliseconds within which the first answer is due.
  public var target: UInt64 {
    switch self {
    case .critical: 3_600_000
    case .high: 4 * 3_600_000
    case .ordinary: 24 * 3_600_000
    case .low: 72 * 3_600_000
    }
  }
}

/// A question to the support desk.
public struct Ticket: Sendable, Equatable {
  /// The reference.
  public let id: String
  public let category: TicketCategory
  public let severity: TicketSeverity
  public let state: TicketState
  /// Where an answer was wanted too; may be empty.
  public let address: String
  /// In which the question was asked.
  public let language: MailLanguage
  /// Unix milliseconds, as all times here.
  public let asked: UInt64
  /// When the desk answered first.
  public let answered: UInt64?
  public let closed: UInt64?
  /// When something was last written.
  public let changed: UInt64

  static let columns = "id, category, severity, state, address, asked, answered, closed, changed, language"

  init(_ row: SQLRow) throws(DatabaseError) {
    guard let category = TicketCategory(rawValue: try row.text(1)),
      let severity = TicketSeverity(rawValue: Int(try row.integer(2))),
      let state = TicketState(rawValue: try row.text(3)), let language = MailLanguage(rawValue: try row.text(9))
    else { throw .unexpectedColumn(1) }
    id = try row.text(0)
    self.category = category
    self.severity = severity
    self.state = state
    address = try row.text(4)
    self.language = language
    asked = UInt64(try row.integer(5))
    answered = row.isNull(6) ? nil : UInt64(try row.integer(6))
    closed = row.isNull(7) ? nil : UInt64(try row.integer(7))
    changed = UInt64(try row.integer(8))
  }

  /// Whether the first answer is later than it should be.
  public func isLate(at now: UInt64) -> Bool { (answered ?? closed ?? max(now, asked)) - asked > severity.target }

  var subject: AuditSubject { AuditSubject("ticket", id) }
}

/// A question with all that was written about it.
public struct TicketThread: Sendable, Equatable {
  public struct Message: Sendable, Equatable {
    /// Whether the desk wrote it.
    public let isAnswer: Bool
    public let text: String
    public let written: UInt64
  }

  public let ticket: Ticket
  /// The question first.
  public let messages: [Message]
}

/// What was asked.
public struct Question: Sendable {
  public var category: TicketCategory
  public var severity: TicketSeverity
  public var text: String
  public var address: String
  /// In which an answer is mailed; what the desk writes is not translated.
  public var language: MailLanguage

  public init(
    category: TicketCategory, severity: TicketSeverity, text: String, address: String = "", language: MailLanguage = .english
  ) {
    self.category = category
    self.severity = severity
    self.text = text
    self.address = address
    self.language = language
  }
}

/// How fast the desk is, of the questions of the last thirty days.
public struct TicketTimes: Sendable, Equatable {
  public let asked: Int
  public let late: Int
  /// Median milliseconds; `nil`: nothing was answered, or closed.
  public let firstAnswer: UInt64?
  public let resolution: UInt64?
}

/// Why the desk did not do something.
public enum TicketError: Error, Equatable, Sendable {
  /// There is no such question, or the code is not that of this question.
  case notFound
  /// A field does not keep to its rule.
  case invalid(member: String, reason: Reason)
  /// So much was written today, or about this question, that no more is taken.
  case tooMany

  public enum Reason: String, Sendable { case missing, tooLong, notAnAddress }
}
