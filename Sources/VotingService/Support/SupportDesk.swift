import Database
import StrictJSON

/// Questions of voters and others, and the desk's answers. Nobody needs an account to ask; a code that is shown once opens the answer.
public struct SupportDesk: Sendable {
  private let database: any Database
  private let clock: any Clock
  private let random: Randomness
  private let audit: AuditLog
  private let mails: MailNotices?

  /// Questions that are taken in a day: beyond it somebody fills the disk.
  public static let mostPerDay = 5000
  /// Messages of one question.
  public static let mostMessages = 50
  /// Bytes of a message.
  public static let longest = 8000

  /// - Parameter mails: sends answers to those who left an address; `nil`: nobody does.
  public init(
    database: any Database, clock: any Clock, random: Randomness = Randomness(), audit: AuditLog, mails: MailNotices? = nil
  ) {
    self.database = database
    self.clock = clock
    self.random = random
    self.audit = audit
    self.mails = mails
  }

  private var now: Int64 { Int64(clamping: clock.now()) }

  // MARK: Asking

  /// Takes a question. The code is kept by whoever asked alone.
  ///
  /// - Throws: `TicketError.invalid`, `tooMany`.
  public func ask(_ question: Question) async throws -> (id: String, code: String) {
    let text = try Self.checked(question.text)
    let address = question.address.isEmpty ? "" : EmailAddress.normalised(question.address)
    guard let address else { throw TicketError.invalid(member: "address", reason: .notAnAddress) }
    let (id, code, now) = (random.reference(), random.secret(), now)
    try await database.transaction { session in
      let count = try await session.query("SELECT COUNT(*) FROM tickets WHERE asked > $1", [.integer(now - 86_400_000)])
      guard try count[0].integer(0) < Self.mostPerDay else { throw TicketError.tooMany }
      try await session.execute(
        """
        INSERT INTO tickets (id, code_hash, category, severity, state, address, language, asked, changed)
        VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, $7)
        """,
        [
          .text(id), AccessService.hash(code), .text(question.category.rawValue), .integer(Int64(question.severity.rawValue)),
          .text(address), .text(question.language.rawValue), .integer(now),
        ])
      try await Self.write(text, of: nil, on: id, number: 0, at: now, session)
    }
    return (id, code)
  }

  /// A question and its answers, for whoever has the code.
  ///
  /// - Throws: `TicketError.notFound`, alike for an unknown reference and a wrong code.
  public func thread(_ id: String, code: String) async throws -> TicketThread {
    try await database.read { session in
      try await Self.thread(try await Self.ticket(id, code: code, session), session)
    }
  }

  /// Adds to a question; one that was answered or closed waits for the desk again.
  public func add(_ text: String, to id: String, code: String) async throws {
    let text = try Self.checked(text)
    let now = now
    try await database.transaction { session in
      let ticket = try await Self.ticket(id, code: code, session)
      let number = try await Self.messages(of: id, session).count
      guard number < Self.mostMessages else { throw TicketError.tooMany }
      try await Self.write(text, of: nil, on: ticket.id, number: number, at: now, session)
      try await session.execute(
        "UPDATE tickets SET state = 'open', closed = NULL, changed = $2 WHERE id = $1", [.text(id), .integer(now)])
    }
  }

  // MARK: Answering

  /// Questions in a state, the most urgent and oldest first.
  public func list(_ state: TicketState, offset: Int = 0, limit: Int) async throws -> (tickets: [Ticket], total: Int) {
    let order = state == .open ? "severity, asked, id" : "changed DESC, id"
    return try await database.read { session in
      let count = try await session.query("SELECT COUNT(*) FROM tickets WHERE state = $1", [.text(state.rawValue)])
      let rows = try await session.query(
        "SELECT \(Ticket.columns) FROM tickets WHERE state = $1 ORDER BY \(order) LIMIT $2 OFFSET $3",
        [.text(state.rawValue), .integer(Int64(limit)), .integer(Int64(offset))])
      return (try rows.map { try Ticket($0) }, Int(try count[0].integer(0)))
    }
  }

  /// A question and its answers, for the desk.
  public func thread(_ id: String) async throws -> TicketThread {
    try await database.read { session in try await Self.thread(try await Self.ticket(id, session), session) }
  }

  /// Answers, and closes the question if it is done by that.
  public func answer(_ id: String, _ text: String, closing: Bool, by caller: Caller) async throws {
    let text = try Self.checked(text)
    let now = now
    try await database.transaction { session in
      let ticket = try await Self.ticket(id, session)
      let number = try await Self.messages(of: id, session).count
      guard number < Self.mostMessages * 2 else { throw TicketError.tooMany }
      try await Self.write(text, of: caller.account ?? "", on: ticket.id, number: number, at: now, session)
      try await mails?.answered(ticket, number: number, in: session)
      try await session.execute(
        "UPDATE tickets SET state = $3, answered = COALESCE(answered, $2), closed = $4, changed = $2 WHERE id = $1",
        [
          .text(id), .integer(now), .text((closing ? TicketState.closed : .answered).rawValue),
          closing ? .integer(now) : .null,
        ])
      let details: [JSONValue.Member] = closing ? [.init("closed", true)] : []
      try await audit.append(AuditEvent(.ticketAnswered, by: AuditActor(caller), on: ticket.subject, details: details), in: session)
    }
  }

  /// Closes a question, or opens it again.
  public func setClosed(_ isClosed: Bool, _ id: String, by caller: Caller) async throws {
    let now = now
    try await database.transaction { session in
      let ticket = try await Self.ticket(id, session)
      guard (ticket.state == .closed) != isClosed else { return }
      try await session.execute(
        "UPDATE tickets SET state = $2, closed = $3, changed = $4 WHERE id = $1",
        [
          .text(id), .text((isClosed ? TicketState.closed : .open).rawValue), isClosed ? .integer(now) : .null, .integer(now),
        ])
      try await audit.append(
        AuditEvent(isClosed ? .ticketClosed : .ticketReopened, by: AuditActor(caller), on: ticket.subject), in: session)
    }
  }

  /// Says how much a question hurries.
  public func setSeverity(_ severity: TicketSeverity, _ id: String, by caller: Caller) async throws {
    try await database.transaction { session in
      let ticket = try await Self.ticket(id, session)
      guard ticket.severity != severity else { return }
      try await session.execute(
        "UPDATE tickets SET severity = $2 WHERE id = $1", [.text(id), .integer(Int64(severity.rawValue))])
      let details: [JSONValue.Member] = [
        .init("from", .integer(Int64(ticket.severity.rawValue))), .init("to", .integer(Int64(severity.rawValue))),
      ]
      try await audit.append(AuditEvent(.ticketSeverity, by: AuditActor(caller), on: ticket.subject, details: details), in: session)
    }
  }

  /// How many questions stand in each state.
  public func counts() async throws -> [TicketState: Int] {
    try await database.read { session in
      var counts: [TicketState: Int] = [:]
      for row in try await session.query("SELECT state, COUNT(*) FROM tickets GROUP BY state") {
        if let state = TicketState(rawValue: try row.text(0)) { counts[state] = Int(try row.integer(1)) }
      }
      return counts
    }
  }

  /// How fast questions of the last thirty days were answered.
  public func times() async throws -> TicketTimes {
    let now = clock.now()
    let rows = try await database.read { session in
      try await session.query(
        "SELECT \(Ticket.columns) FROM tickets WHERE asked > $1", [.integer(Int64(clamping: now) - 30 * 86_400_000)])
    }
    let tickets = try rows.map { try Ticket($0) }
    return TicketTimes(
      asked: tickets.count, late: tickets.count { $0.isLate(at: now) },
      firstAnswer: Self.median(tickets.compactMap { ticket in ticket.answered.map { $0 - min($0, ticket.asked) } }),
      resolution: Self.median(tickets.compactMap { ticket in ticket.closed.map { $0 - min($0, ticket.asked) } }))
  }

  // MARK: Rows

  private static func median(_ times: [UInt64]) -> UInt64? {
    let sorted = times.sorted()
    return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
  }

  private static func checked(_ text: String) throws(TicketError) -> String {
    let text = text.replacing("\0", with: "")
    guard text.contains(where: { !$0.isWhitespace }) else { throw .invalid(member: "text", reason: .missing) }
    guard text.utf8.count <= longest else { throw .invalid(member: "text", reason: .tooLong) }
    return text
  }

  private static func ticket(_ id: String, code: String? = nil, _ session: any SQLSession) async throws -> Ticket {
    let condition = code == nil ? "" : " AND code_hash = $2"
    let rows = try await session.query(
      "SELECT \(Ticket.columns) FROM tickets WHERE id = $1\(condition)",
      [.text(id)] + (code.map { [AccessService.hash($0)] } ?? []))
    guard let row = rows.first else { throw TicketError.notFound }
    return try Ticket(row)
  }

  private static func thread(_ ticket: Ticket, _ session: any SQLSession) async throws -> TicketThread {
    TicketThread(ticket: ticket, messages: try await messages(of: ticket.id, session))
  }

  private static func messages(of id: String, _ session: any SQLSession) async throws -> [TicketThread.Message] {
    try await session.query(
      "SELECT account, message, written FROM ticket_messages WHERE ticket = $1 ORDER BY number", [.text(id)]
    ).map { row in
      TicketThread.Message(isAnswer: !row.isNull(0), text: try row.text(1), written: UInt64(try row.integer(2)))
    }
  }

  private static func write(
    _ text: String, of account: String?, on id: String, number: Int, at now: Int64, _ session: any SQLSession
  ) async throws {
    try await session.execute(
      "INSERT INTO ticket_messages (ticket, number, account, message, written) VALUES ($1, $2, $3, $4, $5)",
      [.text(id), .integer(Int64(number)), account.map { .text($0) } ?? .null, .text(text), .integer(now)])
  }
}

extension AuditAction {
  static let ticketAnswered = AuditAction("ticket.answered")
  static let ticketClosed = AuditAction("ticket.closed")
  static let ticketReopened = AuditAction("ticket.reopened")
  static let ticketSeverity = AuditAction("ticket.severity-changed")
}
