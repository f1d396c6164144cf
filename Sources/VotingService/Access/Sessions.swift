import Database
import Sealing

/// A session as its owner sees it.
public struct SessionInformation: Sendable, Equatable {
  public let id: String
  /// What the browser called itself when it signed in.
  public let client: String
  /// Unix milliseconds, as all times here.
  public let created: UInt64
  public let used: UInt64
  /// When it ends, at the latest.
  public let ends: UInt64
}

/// A session that has begun, or whose token was changed.
public struct SessionGrant: Sendable, Equatable {
  /// For the cookie; stored nowhere. `nil`: the browser keeps the one it has.
  public let token: String?
  /// Whose it is.
  public let account: Account
  /// What pages show to prove that they are ours.
  public let antiForgery: String
  public let information: SessionInformation
}

extension AccessService {
  /// How long the token before the present one still works, for requests that are under way; how exactly `used` is kept.
  private static let grace: UInt64 = 60_000
  /// Sessions of one account; the oldest end.
  private static let sessionsPerAccount = 50

  /// Begins a session by e-mail address or voter id. The token is new: one that a stranger planted is worth nothing.
  ///
  /// - Parameters:
  ///   - place: the client's address or network; for throttling.
  ///   - client: what the browser calls itself.
  ///   - former: a session that the browser shows; it ends.
  /// - Throws: `wrongCredentials` alike for unknown names and wrong passwords, after the same work; `throttled`; `notActive` when the password is right.
  public func signIn(name: String, password: String, place: String, client: String, former: Caller = .anonymous) async throws
    -> SessionGrant
  {
    let login = name.contains("@") ? EmailAddress.normalised(name) ?? "@" : name
    let throttle = LoginThrottle(name: login, place: place)
    let now = clock.now()
    // Committed before the password is looked at: many tries at once are all counted.
    if let seconds = try await database.transaction({ session in try await throttle.begin(now: now, in: session) }) {
      failedLogins.add()
      throw AccessError.throttled(seconds: seconds)
    }
    let candidate = try await database.read { session in try await Self.candidate(login, in: session) }
    guard password.utf8.count <= PasswordRules.maximumBytes,
      try await matches(password, hash: candidate?.password), let candidate
    else {
      failedLogins.add()
      throw AccessError.wrongCredentials
    }
    guard candidate.account.state == .active else { throw AccessError.notActive(candidate.account.state) }
    let renewed = hasher.isOutdated(candidate.password) ? try await passwordHash(password) : nil
    return try await database.transaction { session in
      // Since it was compared, the password may have been changed or the account suspended.
      guard let same = try await Self.candidate(login, in: session), same.password == candidate.password,
        same.account.state == .active
      else {
        throw AccessError.wrongCredentials
      }
      try await throttle.succeed(now: now, in: session)
      if let renewed {
        try await session.execute("UPDATE accounts SET password = $2 WHERE id = $1", [.text(same.account.id), .text(renewed)])
      }
      if case .session(let id, _) = former.proof { try await session.execute("DELETE FROM sessions WHERE id = $1", [.text(id)]) }
      return try await beginSession(of: same.account, client: client, in: session)
    }
  }

  private struct Candidate: Sendable {
    let account: Account
    let password: String
  }

  /// The account with this login; else the newest registration that waits under this address or voter id.
  private static func candidate(_ login: String, in session: any SQLSession) async throws -> Candidate? {
    let rows = try await session.query(
      "SELECT \(Account.columns), password FROM accounts WHERE login_email = $1 OR login_voter_id = $1", [.text(login)])
    let waiting = try await session.query(
      "SELECT \(Account.columns), password FROM accounts WHERE state = 'pending' AND (email = $1 OR voter_id = $1) ORDER BY created DESC, id LIMIT 1",
      [.text(login)])
    guard let row = rows.first ?? waiting.first else { return nil }
    return Candidate(account: try Account(row), password: try row.text(8))
  }

  private func beginSession(of account: Account, client: String, in session: any SQLSession) async throws -> SessionGrant {
    let now = clock.now()
    let id = random.reference()
    let token = random.secret()
    let antiForgery = random.secret()
    let client = String(client.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7f }.prefix(200).map(Character.init))
    try await session.execute(
      "DELETE FROM sessions WHERE used <= $1 OR created <= $2",
      [.integer(Int64(now) - Int64(settings.idle)), .integer(Int64(now) - Int64(settings.lifetime))])
    try await session.execute(
      """
      DELETE FROM sessions WHERE account = $1
      AND id NOT IN (SELECT id FROM sessions WHERE account = $1 ORDER BY used DESC, id LIMIT \(Self.sessionsPerAccount - 1))
      """, [.text(account.id)])
    try await session.execute(
      """
      INSERT INTO sessions (id, account, token_hash, former_until, anti_forgery, client, created, rotated, used)
      VALUES ($1, $2, $3, 0, $4, $5, $6, $6, $6)
      """, [.text(id), .text(account.id), Self.hash(token), .text(antiForgery), .text(client), .integer(Int64(now))])
    if account.role != .voter {
      try await audit.append(AuditEvent(.signedIn, by: .account(account.id, token: nil), on: account.subject), in: session)
    }
    let information = SessionInformation(id: id, client: client, created: now, used: now, ends: now + settings.lifetime)
    return SessionGrant(token: token, account: account, antiForgery: antiForgery, information: information)
  }

  /// Who shows this token; `nil` when the session is over or never was.
  public func caller(session token: String) async throws -> Caller? {
    let now = Int64(clock.now())
    let hash = Self.hash(token)
    let row = try await database.read { session in
      try await session.query(
        """
        SELECT s.id, s.anti_forgery, s.used, a.id, a.role FROM sessions s JOIN accounts a ON a.id = s.account
        WHERE (s.token_hash = $1 OR (s.former_hash = $1 AND s.former_until > $2)) AND a.state = 'active' AND s.used > $3 AND s.created > $4
        """, [hash, .integer(now), .integer(now - Int64(settings.idle)), .integer(now - Int64(settings.lifetime))]
      ).first
    }
    guard let row, let role = Role(rawValue: try row.text(4)) else { return nil }
    let id = try row.text(0)
    if now - (try row.integer(2)) > Int64(Self.grace) {
      try await database.transaction { session in
        try await session.execute("UPDATE sessions SET used = $2 WHERE id = $1 AND used < $2", [.text(id), .integer(now)])
      }
    }
    return Caller(
      proof: .session(id: id, antiForgery: try row.text(1)), account: try row.text(3), role: role, permissions: role.permissions)
  }

  /// What a session's owner sees of it; with a new token when the old one has been in use for long.
  ///
  /// - Throws: `notFound` when it is over.
  public func renew(session id: String) async throws -> SessionGrant {
    let now = clock.now()
    return try await database.transaction { session in
      let rows = try await session.query(
        "SELECT id, client, created, used, account, anti_forgery, rotated FROM sessions WHERE id = $1", [.text(id)])
      guard let row = rows.first else { throw AccessError.notFound }
      var token: String?
      if Int64(now) - (try row.integer(6)) > Int64(settings.rotation) {
        let fresh = random.secret()
        try await session.execute(
          "UPDATE sessions SET former_hash = token_hash, former_until = $2, token_hash = $3, rotated = $4 WHERE id = $1",
          [.text(id), .integer(Int64(now + Self.grace)), Self.hash(fresh), .integer(Int64(now))])
        token = fresh
      }
      return SessionGrant(
        token: token, account: try await Self.account(try row.text(4), in: session), antiForgery: try row.text(5),
        information: try information(row))
    }
  }

  private func information(_ row: SQLRow) throws -> SessionInformation {
    let created = UInt64(try row.integer(2))
    return SessionInformation(
      id: try row.text(0), client: try row.text(1), created: created, used: UInt64(try row.integer(3)),
      ends: created + settings.lifetime)
  }

  /// The sessions of an account that are not over, latest used first.
  public func sessions(of account: String) async throws -> [SessionInformation] {
    let now = Int64(clock.now())
    let rows = try await database.read { session in
      try await session.query(
        "SELECT id, client, created, used FROM sessions WHERE account = $1 AND used > $2 AND created > $3 ORDER BY used DESC, id",
        [.text(account), .integer(now - Int64(settings.idle)), .integer(now - Int64(settings.lifetime))])
    }
    return try rows.map(information)
  }

  /// Ends a session of an account.
  ///
  /// - Throws: `notFound`.
  public func endSession(_ id: String, of account: String) async throws {
    try await database.transaction { session in
      let count = try await session.execute("DELETE FROM sessions WHERE id = $1 AND account = $2", [.text(id), .text(account)])
      guard count > 0 else { throw AccessError.notFound }
    }
  }

  /// Ends all sessions of who asks, this one too.
  public func endAllSessions(of account: String, by caller: Caller) async throws {
    try await database.transaction { session in
      try await Self.endSessions(of: account, in: session)
      try await audit.append(AuditEvent(.sessionsEnded, by: AuditActor(caller), on: AuditSubject("account", account)), in: session)
    }
  }

  /// Changes the own password; all other sessions end, and this one gets a new token.
  ///
  /// - Throws: `wrongCredentials` when the present one is wrong, `throttled`, `invalid`, `notFound`.
  public func changePassword(from present: String, to next: String, place: String, by caller: Caller) async throws -> SessionGrant {
    guard case .session(let sessionID, _) = caller.proof, let id = caller.account else { throw AccessError.notFound }
    try Self.check(next)
    let throttle = LoginThrottle(name: "password of \(id)", place: place)
    let now = clock.now()
    if let seconds = try await database.transaction({ session in try await throttle.begin(now: now, in: session) }) {
      throw AccessError.throttled(seconds: seconds)
    }
    let stored = try await database.read { session in
      try await session.query("SELECT password FROM accounts WHERE id = $1", [.text(id)]).first?.text(0)
    }
    guard try await matches(present, hash: stored), let stored else { throw AccessError.wrongCredentials }
    let hash = try await passwordHash(next)
    let token = random.secret()
    try await database.transaction { session in
      let changed = try await session.execute(
        "UPDATE accounts SET password = $2 WHERE id = $1 AND password = $3", [.text(id), .text(hash), .text(stored)])
      guard changed == 1 else { throw AccessError.wrongCredentials }
      try await throttle.succeed(now: now, in: session)
      try await Self.endSessions(of: id, besides: sessionID, in: session)
      try await session.execute(
        "UPDATE sessions SET token_hash = $2, former_hash = NULL, rotated = $3 WHERE id = $1",
        [.text(sessionID), Self.hash(token), .integer(Int64(now))])
      try await audit.append(AuditEvent(.passwordChanged, by: AuditActor(caller), on: AuditSubject("account", id)), in: session)
    }
    let grant = try await renew(session: sessionID)
    return SessionGrant(token: token, account: grant.account, antiForgery: grant.antiForgery, information: grant.information)
  }
}
