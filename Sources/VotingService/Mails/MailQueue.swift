import Database

/// A mail that is to be sent, before anything is known of its text.
struct NewMail: Sendable {
  /// Kind, recipient and which one of its kind.
  let id: String
  let kind: MailKind
  let voter: String
  /// Of a confirmation.
  var position: UInt64?

  /// - Parameter which: tells mails of one kind to one voter apart; the same again is the same mail.
  init(_ kind: MailKind, to voter: String, which: String = "1", position: UInt64? = nil) {
    id = "\(kind.rawValue)_\(voter)_\(which)"
    self.kind = kind
    self.voter = voter
    self.position = position
  }
}

/// Puts mails into their table, within the transaction that causes them.
struct MailQueue: Sendable {
  /// The kind of job that sends what is due.
  static let job = "mails"

  let jobs: JobQueue
  let clock: any Clock

  /// Adds mails of an election; those that are there already stay as they are.
  ///
  /// - Returns: how many are new.
  func add(_ mails: [NewMail], _ election: String, _ session: any SQLSession) async throws -> Int {
    guard !mails.isEmpty else { return 0 }
    let now = SQLValue.integer(Int64(clock.now()))
    let before = try await count(election, session)
    try await session.executeMany(
      """
      INSERT INTO mails (id, kind, election, voter, position, state, due, created, changed)
      VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6, $6) ON CONFLICT (id) DO NOTHING
      """,
      mails.map { mail in
        [
          .text(mail.id), .text(mail.kind.rawValue), .text(election), .text(mail.voter),
          mail.position.map { .integer(Int64($0)) } ?? .null, now,
        ]
      })
    let added = try await count(election, session) - before
    if added > 0 { try await wake(session) }
    return added
  }

  /// Tells all who may vote that voting has begun, or that there is a result; everyone once.
  func notify(_ kind: MailKind, _ election: String, _ session: any SQLSession) async throws -> Int {
    try await add(try await notices(kind, election, session), election, session)
  }

  /// Notices to all who may vote and have an address, sent or not.
  func notices(_ kind: MailKind, _ election: String, _ session: any SQLSession) async throws -> [NewMail] {
    try await RollStore.eligible(election, session).filter { !$0.details.email.isEmpty }.map { NewMail(kind, to: $0.id) }
  }

  /// How many of these mails of an election are not there yet.
  func missing(_ mails: [NewMail], _ election: String, _ session: any SQLSession) async throws -> Int {
    let rows = try await session.query("SELECT id FROM mails WHERE election = $1", [.text(election)])
    let known = Set(try rows.map { try $0.text(0) })
    return mails.count { !known.contains($0.id) }
  }

  /// Has the mails sent that are due.
  func wake(_ session: any SQLSession, at due: UInt64 = 0) async throws {
    try await jobs.enqueueUnlessWaiting(kind: Self.job, due: due, in: session)
  }

  private func count(_ election: String, _ session: any SQLSession) async throws -> Int {
    Int(try await session.query("SELECT COUNT(*) FROM mails WHERE election = $1", [.text(election)])[0].integer(0))
  }
}
