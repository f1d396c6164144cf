import Database

/// A code that works once, as it is given out.
public struct OneTimeCode: Sendable, Equatable {
  /// The secret itself; stored nowhere.
  public let code: String
  /// Unix milliseconds.
  public let expires: UInt64
}

extension AccessService {
  enum CodePurpose: String {
    case setup
    case password
  }

  /// Makes a code; earlier ones for the same purpose and account work no more.
  func issueCode(_ purpose: CodePurpose, account: String?, in session: any SQLSession) async throws -> OneTimeCode {
    let code = OneTimeCode(code: random.secret(), expires: clock.now() + settings.codeLifetime)
    try await session.execute(
      "DELETE FROM one_time_codes WHERE expires <= $1 OR (purpose = $2 AND (account = $3 OR purpose = 'setup'))",
      [time, .text(purpose.rawValue), Self.value(account)])
    try await session.execute(
      "INSERT INTO one_time_codes (code_hash, purpose, account, expires) VALUES ($1, $2, $3, $4)",
      [Self.hash(code.code), .text(purpose.rawValue), Self.value(account), .integer(Int64(code.expires))])
    return code
  }

  /// Whether a code would work: looked up before a password is hashed for it.
  func checkCode(_ code: String, _ purpose: CodePurpose) async throws {
    let isKnown = try await database.read { session in
      try await session.query(
        "SELECT 1 FROM one_time_codes WHERE code_hash = $1 AND purpose = $2 AND expires > $3",
        [Self.hash(code), .text(purpose.rawValue), time]
      ).isEmpty == false
    }
    guard isKnown else { throw AccessError.invalidCode }
  }

  /// Uses a code up; returns whose it was.
  func useCode(_ code: String, _ purpose: CodePurpose, in session: any SQLSession) async throws -> String? {
    let rows = try await session.query(
      "DELETE FROM one_time_codes WHERE code_hash = $1 AND purpose = $2 AND expires > $3 RETURNING account",
      [Self.hash(code), .text(purpose.rawValue), time])
    guard let row = rows.first else { throw AccessError.invalidCode }
    return row.isNull(0) ? nil : try row.text(0)
  }

  // MARK: The first owner

  /// A code for the first owner, to be shown in the terminal; `nil` when there is an owner. An earlier one works no more.
  public func setupCode() async throws -> OneTimeCode? {
    try await database.transaction { session in
      guard try await session.query("SELECT 1 FROM accounts WHERE role = 'owner'").isEmpty else { return nil }
      return try await issueCode(.setup, account: nil, in: session)
    }
  }

  /// Makes the first owner.
  ///
  /// - Throws: `invalidCode`, `invalid`, `inUse`.
  public func setUp(code: String, owner: Registration) async throws -> Account {
    let email = try Self.checkedAddress(owner.email)
    try Self.check(owner.password)
    try await checkCode(code, .setup)
    let password = try await passwordHash(owner.password)
    let id = random.reference()
    return try await database.transaction { session in
      _ = try await useCode(code, .setup, in: session)
      guard try await session.query("SELECT 1 FROM accounts WHERE role = 'owner'").isEmpty else { throw AccessError.invalidCode }
      if let member = try await Self.taken(email: email, voterID: nil, in: session) { throw AccessError.inUse(member: member) }
      try await session.execute(
        """
        INSERT INTO accounts (id, name, surname, email, login_email, password, role, state, created)
        VALUES ($1, $2, $3, $4, $4, $5, 'owner', 'active', $6)
        """, [.text(id), .text(owner.name), .text(owner.surname), .text(email), .text(password), time])
      try await audit.append(AuditEvent(.ownerSetUp, by: .service, on: AuditSubject("account", id)), in: session)
      return try await Self.account(id, in: session)
    }
  }

  // MARK: Forgotten passwords

  /// A code with which somebody sets a new password himself. Whoever issues it never learns the password.
  ///
  /// - Throws: `notFound`, `notAbove`, `wrongState`.
  public func issuePasswordCode(for id: String, by caller: Caller) async throws -> OneTimeCode {
    try await database.transaction { session in
      let account = try await Self.account(id, in: session)
      guard caller.role?.governs(account.role) == true else { throw AccessError.notAbove }
      guard account.state == .active else { throw AccessError.wrongState(account.state) }
      let code = try await issueCode(.password, account: id, in: session)
      try await audit.append(AuditEvent(.passwordCodeIssued, by: AuditActor(caller), on: account.subject), in: session)
      return code
    }
  }

  /// Sets a new password by a code. All sessions and tokens of the account end.
  ///
  /// - Throws: `invalidCode`, `invalid`.
  public func resetPassword(code: String, password: String) async throws {
    try Self.check(password)
    try await checkCode(code, .password)
    let hash = try await passwordHash(password)
    try await database.transaction { session in
      guard let id = try await useCode(code, .password, in: session) else { throw AccessError.invalidCode }
      try await session.execute("UPDATE accounts SET password = $2 WHERE id = $1", [.text(id), .text(hash)])
      try await Self.endSessions(of: id, in: session)
      try await session.execute("DELETE FROM access_tokens WHERE account = $1", [.text(id)])
      try await audit.append(
        AuditEvent(.passwordReset, by: .account(id, token: nil), on: AuditSubject("account", id)), in: session)
    }
  }
}
