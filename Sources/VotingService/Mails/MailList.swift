import Database
import Elections

/// Which mails of an election a list is to have.
public struct MailFilter: Sendable {
  public let kind: MailKind?
  public let state: MailState?
  /// Only of this voter.
  public let voter: String?
  /// A part of name, address or voter id.
  public let search: String?

  public init(kind: MailKind? = nil, state: MailState? = nil, voter: String? = nil, search: String? = nil) {
    self.kind = kind
    self.state = state
    self.voter = voter
    self.search = search
  }
}

/// A mail as an organiser sees it.
public struct ListedMail: Sendable, Equatable {
  public let id: String
  public let kind: MailKind
  public let state: MailState
  public let voter: String
  public let details: VoterDetails
  public let tries: Int
  /// What the mail server said last, or why the mail was given up.
  public let answer: String?
  /// Unix milliseconds.
  public let created: UInt64
  /// Of the last try.
  public let changed: UInt64
}

/// How many mails of a kind are in a state.
public struct MailCount: Sendable, Equatable {
  public let kind: MailKind
  public let state: MailState
  public let count: Int

  public init(kind: MailKind, state: MailState, count: Int) {
    self.kind = kind
    self.state = state
    self.count = count
  }
}

/// A mail of a demonstration.
public struct OutboxMail: Sendable, Equatable {
  public let id: String
  /// Unix milliseconds.
  public let time: UInt64
  public let recipient: String
  public let mail: RenderedMail
}

extension MailStore {
  /// Mails of an election by id. Reminders and confirmations are left out: they would tell who has voted; their numbers are in `counts`.
  ///
  /// - Parameter showsContact: whether names and addresses are searched too.
  public func mails(
    of reference: String, _ filter: MailFilter = MailFilter(), for reader: Organiser, searchesContact: Bool = true,
    after: String = "", limit: Int
  ) async throws -> [ListedMail] {
    _ = try await elections.election(reference, for: reader)
    let hidden = MailKind.allCases.filter(\.tellsWhoVoted).map { "'\($0.rawValue)'" }.joined(separator: ", ")
    let pattern = filter.search.map { "%" + Self.literal($0.lowercased()) + "%" } ?? "%"
    let searched = searchesContact ? "v.search" : "LOWER(v.voter_id)"
    return try await database.read { session in
      try await session.query(
        """
        SELECT m.id, m.kind, m.state, m.tries, m.answer, m.created, m.changed, v.id, v.voter_id, v.name, v.email, v.weight
        FROM mails m JOIN voters v ON v.id = m.voter
        WHERE m.election = $1 AND m.id > $2 AND m.kind NOT IN (\(hidden)) AND m.kind LIKE $3 AND m.state LIKE $4 AND m.voter LIKE $5
          AND \(searched) LIKE $6 ESCAPE '!'
        ORDER BY m.id LIMIT $7
        """,
        [
          .text(reference), .text(after), .text(filter.kind?.rawValue ?? "%"), .text(filter.state?.rawValue ?? "%"),
          .text(filter.voter ?? "%"), .text(pattern), .integer(Int64(limit)),
        ]
      ).map { try ListedMail($0) }
    }
  }

  /// A text without meaning of its own in a pattern.
  private static func literal(_ text: String) -> String {
    text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_").replacing("\0", with: "")
  }

  /// How many mails of each kind are in each state, of all kinds.
  public func counts(of reference: String, for reader: Organiser) async throws -> [MailCount] {
    _ = try await elections.election(reference, for: reader)
    return try await database.read { session in
      try await session.query(
        "SELECT kind, state, COUNT(*) FROM mails WHERE election = $1 GROUP BY kind, state ORDER BY kind, state", [.text(reference)]
      ).map { row in
        guard let kind = MailKind(rawValue: try row.text(0)), let state = MailState(rawValue: try row.text(1)) else {
          throw DatabaseError.schema("a mail has an unknown kind or state")
        }
        return MailCount(kind: kind, state: state, count: Int(try row.integer(2)))
      }
    }
  }

  /// The mails of a demonstration, newest first.
  ///
  /// - Parameters:
  ///   - withPasswords: whether those are among them by which an account's password is set.
  ///   - offset: how many of the newest are left out.
  public func outbox(withPasswords: Bool = true, offset: Int = 0, limit: Int = 100) async throws -> [OutboxMail] {
    try await database.read { session in
      try await session.query(
        """
        SELECT id, time, recipient, subject, body, html FROM mail_outbox WHERE \(Self.shown(withPasswords))
        ORDER BY time DESC, id LIMIT $1 OFFSET $2
        """, [.integer(Int64(limit)), .integer(Int64(offset))]
      ).map { try OutboxMail($0) }
    }
  }

  /// How many mails of a demonstration there are.
  public func outboxCount(withPasswords: Bool = true) async throws -> Int {
    try await database.read { session in
      Int(try await session.query("SELECT COUNT(*) FROM mail_outbox WHERE \(Self.shown(withPasswords))")[0].integer(0))
    }
  }

  /// A mail of a demonstration; `nil` where there is none.
  public func outboxMail(_ id: String, withPasswords: Bool = true) async throws -> OutboxMail? {
    try await database.read { session in
      try await session.query(
        "SELECT id, time, recipient, subject, body, html FROM mail_outbox WHERE id = $1 AND \(Self.shown(withPasswords))",
        [.text(id)]
      ).first.map { try OutboxMail($0) }
    }
  }

  /// Such a mail is known by its link: whoever reads it can take the account.
  private static func shown(_ withPasswords: Bool) -> String { withPasswords ? "1 = 1" : "body NOT LIKE '%/password#%'" }
}

extension OutboxMail {
  fileprivate init(_ row: SQLRow) throws {
    id = try row.text(0)
    time = UInt64(try row.integer(1))
    recipient = try row.text(2)
    mail = RenderedMail(subject: try row.text(3), text: try row.text(4), html: try row.text(5))
  }
}

extension ListedMail {
  fileprivate init(_ row: SQLRow) throws {
    guard let kind = MailKind(rawValue: try row.text(1)), let state = MailState(rawValue: try row.text(2)) else {
      throw DatabaseError.schema("a mail has an unknown kind or state")
    }
    id = try row.text(0)
    self.kind = kind
    self.state = state
    tries = Int(try row.integer(3))
    answer = row.isNull(4) ? nil : try row.text(4)
    created = UInt64(try row.integer(5))
    changed = UInt64(try row.integer(6))
    voter = try row.text(7)
    details = VoterDetails(
      voterID: try row.text(8), name: try row.text(9), email: try row.text(10), weight: UInt32(try row.integer(11)))
  }
}

/// Keeps mails instead of sending them: for demonstrations, whose mails anyone at this machine may read.
public struct OutboxTransport: MailTransport {
  private let database: any Database
  private let clock: any Clock
  /// The newest so many are kept.
  private static let most = 1000

  public let timeout: UInt64 = 5_000

  public init(database: any Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  public func send(_ mail: OutgoingMail) async -> MailDelivery {
    do {
      try await database.transaction { session in
        try await session.execute(
          """
          INSERT INTO mail_outbox (id, time, recipient, subject, body, html) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING
          """,
          [
            .text(mail.messageID), .integer(Int64(clock.now())), .text(mail.address), .text(mail.subject), .text(mail.text),
            .text(mail.html),
          ])
        try await session.execute(
          "DELETE FROM mail_outbox WHERE id NOT IN (SELECT id FROM mail_outbox ORDER BY time DESC, id LIMIT $1)",
          [.integer(Int64(Self.most))])
      }
      return .sent
    } catch { return .away("the outbox cannot be written") }
  }
}
