import Curve25519
import Database
import Sealing

/// How accounts and sessions are handled here.
public struct AccessSettings: Sendable {
  /// Who may register.
  public enum Registration: String, Sendable, CaseIterable {
    /// Everybody, at once.
    case open
    /// Everybody; somebody approves.
    case approval
    /// Nobody.
    case closed
  }

  public var registration: Registration
  /// Milliseconds without a request after which a session is over.
  public var idle: UInt64
  /// Milliseconds after which any session is over.
  public var lifetime: UInt64
  /// Milliseconds after which a session's token is changed for a new one.
  public var rotation: UInt64
  /// Milliseconds that a one-time code lives.
  public var codeLifetime: UInt64

  public init(
    registration: Registration = .approval, idle: UInt64 = 8 * 3_600_000, lifetime: UInt64 = 7 * 86_400_000,
    rotation: UInt64 = 3_600_000, codeLifetime: UInt64 = 86_400_000
  ) {
    self.registration = registration
    self.idle = idle
    self.lifetime = lifetime
    self.rotation = rotation
    self.codeLifetime = codeLifetime
  }
}

/// Accounts, sessions, tokens and roles: who is who and may do what. Every change stands in the audit log, in the same transaction.
public struct AccessService: Sendable {
  let database: any Database
  let clock: any Clock
  let random: Randomness
  let hasher: PasswordHasher
  let audit: AuditLog
  let settings: AccessSettings
  let failedLogins: Counter

  public init(
    database: any Database, clock: any Clock, random: Randomness = Randomness(), hasher: PasswordHasher, audit: AuditLog,
    settings: AccessSettings = AccessSettings(), metrics: MetricsRegistry
  ) {
    self.database = database
    self.clock = clock
    self.random = random
    self.hasher = hasher
    self.audit = audit
    self.settings = settings
    failedLogins = metrics.counter(
      "comitia_logins_failed_total", help: "Logins with a wrong name or password, or too many of them.")
    metrics.gauge("comitia_password_hashes", help: "Password hashes computed since the start.") { Double(hasher.computed) }
  }

  /// What is stored of a secret. All secrets here have 256 random bits, so one hash is enough.
  static func hash(_ secret: String) -> SQLValue { .bytes(SHA256.hash(Array(secret.utf8))) }

  /// The hash of a password.
  ///
  /// - Throws: `AccessError.busy`.
  func passwordHash(_ password: String) async throws -> String {
    do { return try await hasher.hash(password) } catch is PasswordHashError { throw AccessError.busy }
  }

  /// Whether a password is that of a hash; takes as long without one.
  ///
  /// - Throws: `AccessError.busy`.
  func matches(_ password: String, hash: String?) async throws -> Bool {
    do { return try await hasher.matches(password, hash: hash) } catch is PasswordHashError { throw AccessError.busy }
  }

  var time: SQLValue { .integer(Int64(clock.now())) }

  /// The account with this id.
  ///
  /// - Throws: `AccessError.notFound`.
  static func account(_ id: String, in session: any SQLSession) async throws -> Account {
    let rows = try await session.query("SELECT \(Account.columns) FROM accounts WHERE id = $1", [.text(id)])
    guard let row = rows.first else { throw AccessError.notFound }
    return try Account(row)
  }

  /// Refuses what would leave the service without an owner who can sign in.
  static func keepOwner(besides id: String, in session: any SQLSession) async throws {
    let rows = try await session.query(
      "SELECT COUNT(*) FROM accounts WHERE role = 'owner' AND state = 'active' AND id <> $1", [.text(id)])
    guard let count = try rows.first?.integer(0), count > 0 else { throw AccessError.lastOwner }
  }

  static func endSessions(of account: String, besides session: String = "", in sql: any SQLSession) async throws {
    try await sql.execute("DELETE FROM sessions WHERE account = $1 AND id <> $2", [.text(account), .text(session)])
  }
}

extension AuditAction {
  static let accountRegistered = AuditAction("account.registered")
  static let accountApproved = AuditAction("account.approved")
  static let accountRejected = AuditAction("account.rejected")
  static let accountChanged = AuditAction("account.changed")
  static let accountDeleted = AuditAction("account.deleted")
  static let passwordCodeIssued = AuditAction("account.password-code-issued")
  static let passwordReset = AuditAction("account.password-reset")
  static let passwordChanged = AuditAction("account.password-changed")
  static let ownerSetUp = AuditAction("account.owner-set-up")
  static let sessionsEnded = AuditAction("account.sessions-ended")
  static let signedIn = AuditAction("session.began")
  static let tokenCreated = AuditAction("token.created")
  static let tokenRevoked = AuditAction("token.revoked")
}
