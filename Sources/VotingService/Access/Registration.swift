import Database
import StrictJSON

/// What somebody says of himself to get an account.
public struct Registration: Sendable {
  public let name: String
  public let surname: String
  public let email: String
  public let voterID: String?
  public let password: String

  public init(name: String, surname: String, email: String, voterID: String?, password: String) {
    self.name = name
    self.surname = surname
    self.email = email
    self.voterID = voterID
    self.password = password
  }
}

extension AccessService {
  /// Registrations with one address that may wait at once; further ones are dropped in silence.
  private static let waitingPerAddress = 3

  /// Takes a registration. Says nothing of whether address or voter id are known: who was approved first keeps them, and whoever approves sees
  /// the clash. Costs the same in every case.
  ///
  /// - Throws: `registrationClosed`, `invalid`.
  public func register(_ registration: Registration) async throws {
    guard settings.registration != .closed else { throw AccessError.registrationClosed }
    let email = try Self.checkedAddress(registration.email)
    try Self.check(registration.password)
    // Names with this sign are addresses where one signs in.
    if registration.voterID?.contains("@") == true { throw AccessError.invalid(member: "voterId", reason: "must be without @") }
    let password = try await passwordHash(registration.password)
    let id = random.reference()
    let time = time
    try await database.transaction { session in
      let waiting = try await session.query(
        "SELECT COUNT(*) FROM accounts WHERE state = 'pending' AND (email = $1 OR voter_id = $2)",
        [.text(email), Self.value(registration.voterID)])
      let isTaken = try await Self.taken(email: email, voterID: registration.voterID, in: session) != nil
      guard try waiting.first?.integer(0) ?? 0 < Self.waitingPerAddress else { return }
      let isActive = settings.registration == .open && !isTaken
      try await session.execute(
        """
        INSERT INTO accounts (id, name, surname, email, voter_id, login_email, login_voter_id, password, role, state, created)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'voter', $9, $10)
        """,
        [
          .text(id), .text(registration.name), .text(registration.surname), .text(email), Self.value(registration.voterID),
          isActive ? .text(email) : .null, isActive ? Self.value(registration.voterID) : .null, .text(password),
          .text(isActive ? AccountState.active.rawValue : AccountState.pending.rawValue), time,
        ])
      try await audit.append(AuditEvent(.accountRegistered, by: .service, on: AuditSubject("account", id)), in: session)
    }
  }

  /// Lets a registration in as a voter.
  ///
  /// - Throws: `notFound`, `wrongState`, `inUse`.
  public func approve(_ id: String, by caller: Caller) async throws -> Account {
    try await database.transaction { session in
      let account = try await Self.account(id, in: session)
      guard account.state == .pending else { throw AccessError.wrongState(account.state) }
      if let member = try await Self.taken(email: account.email, voterID: account.voterID, in: session) {
        throw AccessError.inUse(member: member)
      }
      try await session.execute(
        "UPDATE accounts SET state = 'active', login_email = email, login_voter_id = voter_id WHERE id = $1", [.text(id)])
      try await audit.append(AuditEvent(.accountApproved, by: AuditActor(caller), on: account.subject), in: session)
      return try await Self.account(id, in: session)
    }
  }

  /// Refuses a registration and forgets what it said.
  ///
  /// - Throws: `notFound`, `wrongState`.
  public func reject(_ id: String, by caller: Caller) async throws {
    try await database.transaction { session in
      let account = try await Self.account(id, in: session)
      guard account.state == .pending else { throw AccessError.wrongState(account.state) }
      try await session.execute("DELETE FROM accounts WHERE id = $1", [.text(id)])
      try await audit.append(AuditEvent(.accountRejected, by: AuditActor(caller), on: account.subject), in: session)
    }
  }

  static func check(_ password: String) throws(AccessError) {
    if let reason = PasswordRules.fault(password) { throw .invalid(member: "password", reason: reason) }
  }

  static func checkedAddress(_ text: String) throws(AccessError) -> String {
    guard let email = EmailAddress.normalised(text) else { throw .invalid(member: "email", reason: "is not an e-mail address") }
    return email
  }

  static func value(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }

  /// Which of both an account that may sign in has already.
  static func taken(email: String, voterID: String?, besides id: String = "", in session: any SQLSession) async throws -> String? {
    let addresses = try await session.query(
      "SELECT id FROM accounts WHERE login_email = $1 AND id <> $2", [.text(email), .text(id)])
    let voterIDs = try await session.query(
      "SELECT id FROM accounts WHERE login_voter_id = $1 AND id <> $2", [value(voterID), .text(id)])
    return !addresses.isEmpty ? "email" : !voterIDs.isEmpty ? "voterId" : nil
  }
}
