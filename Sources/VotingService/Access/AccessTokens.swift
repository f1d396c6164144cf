import Database
import StrictJSON

/// A token for programs, as its owner sees it.
public struct AccessToken: Sendable, Equatable {
  public let id: String
  /// What its owner calls it.
  public let name: String
  /// What it may, as far as its owner still may.
  public let scopes: Set<Permission>
  /// Unix milliseconds, as all times here.
  public let created: UInt64
  public let expires: UInt64
  public let used: UInt64?
}

extension AccessService {
  /// What tokens begin with, so that they are found where they do not belong.
  public static let tokenPrefix = "comitia_"
  private static let tokensPerAccount = 100

  /// Makes a token; it is shown only now.
  ///
  /// - Throws: `tooManyScopes` for more than who asks has; `invalid` for a time that is past or more than a year ahead; `tooMany`.
  public func createToken(name: String, scopes: Set<Permission>, expires: UInt64, by caller: Caller) async throws -> (
    token: String, information: AccessToken
  ) {
    guard let account = caller.account else { throw AccessError.notFound }
    guard scopes.isSubset(of: caller.permissions) else { throw AccessError.tooManyScopes }
    let now = clock.now()
    guard expires > now, expires <= now + 366 * 86_400_000 else {
      throw AccessError.invalid(member: "expires", reason: "must be ahead, by a year at most")
    }
    let token = Self.tokenPrefix + random.secret()
    let information = AccessToken(id: random.reference(), name: name, scopes: scopes, created: now, expires: expires, used: nil)
    try await database.transaction { session in
      try await session.execute("DELETE FROM access_tokens WHERE expires <= $1", [.integer(Int64(now))])
      let count = try await session.query("SELECT COUNT(*) FROM access_tokens WHERE account = $1", [.text(account)])
      guard try count.first?.integer(0) ?? 0 < Self.tokensPerAccount else { throw AccessError.tooMany("tokens") }
      try await session.execute(
        "INSERT INTO access_tokens (id, account, name, token_hash, scopes, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
          .text(information.id), .text(account), .text(name), Self.hash(token), .text(Self.text(scopes)), .integer(Int64(now)),
          .integer(Int64(expires)),
        ])
      try await audit.append(
        AuditEvent(
          .tokenCreated, by: AuditActor(caller), on: AuditSubject("token", information.id),
          details: [.init("scopes", .text(Self.text(scopes))), .init("expires", .text(JSONTime.text(expires)))]), in: session)
    }
    return (token, information)
  }

  /// The same, for so many milliseconds from now.
  public func createToken(name: String, scopes: Set<Permission>, lifetime: UInt64, by caller: Caller) async throws -> (
    token: String, information: AccessToken
  ) { try await createToken(name: name, scopes: scopes, expires: clock.now() + lifetime, by: caller) }

  /// Who shows this token; `nil` when it is not valid.
  public func caller(token: String) async throws -> Caller? {
    guard token.hasPrefix(Self.tokenPrefix) else { return nil }
    let now = Int64(clock.now())
    let row = try await database.read { session in
      try await session.query(
        """
        SELECT t.id, t.scopes, t.used, a.id, a.role FROM access_tokens t JOIN accounts a ON a.id = t.account
        WHERE t.token_hash = $1 AND t.expires > $2 AND a.state = 'active'
        """, [Self.hash(token), .integer(now)]
      ).first
    }
    guard let row, let role = Role(rawValue: try row.text(4)) else { return nil }
    let id = try row.text(0)
    let last = row.isNull(2) ? 0 : try row.integer(2)
    if now - last > 60_000 {
      try await database.transaction { session in
        try await session.execute("UPDATE access_tokens SET used = $2 WHERE id = $1", [.text(id), .integer(now)])
      }
    }
    let scopes = Self.scopes(try row.text(1)).intersection(role.permissions)
    return Caller(proof: .token(id: id), account: try row.text(3), role: role, permissions: scopes)
  }

  /// The tokens of an account that are valid, by id.
  public func tokens(of account: String) async throws -> [AccessToken] {
    let rows = try await database.read { session in
      try await session.query(
        "SELECT id, name, scopes, created, expires, used FROM access_tokens WHERE account = $1 AND expires > $2 ORDER BY id",
        [.text(account), time])
    }
    return try rows.map { row in
      AccessToken(
        id: try row.text(0), name: try row.text(1), scopes: Self.scopes(try row.text(2)), created: UInt64(try row.integer(3)),
        expires: UInt64(try row.integer(4)), used: row.isNull(5) ? nil : UInt64(try row.integer(5)))
    }
  }

  /// Revokes a token of who asks.
  ///
  /// - Throws: `notFound`.
  public func revokeToken(_ id: String, by caller: Caller) async throws {
    guard let account = caller.account else { throw AccessError.notFound }
    try await database.transaction { session in
      let count = try await session.execute(
        "DELETE FROM access_tokens WHERE id = $1 AND account = $2", [.text(id), .text(account)])
      guard count > 0 else { throw AccessError.notFound }
      try await audit.append(AuditEvent(.tokenRevoked, by: AuditActor(caller), on: AuditSubject("token", id)), in: session)
    }
  }

  private static func text(_ scopes: Set<Permission>) -> String { scopes.map { $0.rawValue }.sorted().joined(separator: " ") }

  private static func scopes(_ text: String) -> Set<Permission> {
    Set(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
  }
}
