import Database
import StrictJSON
import TransparencyLog

/// What is to be changed of an account; `nil` leaves it.
public struct AccountChange: Sendable {
  public let name: String?
  public let surname: String?
  public let role: Role?
  /// Active or suspended.
  public let isActive: Bool?

  public init(name: String? = nil, surname: String? = nil, role: Role? = nil, isActive: Bool? = nil) {
    self.name = name
    self.surname = surname
    self.role = role
    self.isActive = isActive
  }
}

/// Which accounts a list is to have.
public struct AccountFilter: Sendable {
  public let state: AccountState?
  public let role: Role?

  public init(state: AccountState? = nil, role: Role? = nil) {
    self.state = state
    self.role = role
  }
}

/// An account as those see it who look after it.
public struct ListedAccount: Sendable, Equatable {
  public let account: Account
  /// Of a registration that waits: which member somebody else has who was approved.
  public let clash: String?
}

extension AccessService {
  /// An account.
  ///
  /// - Throws: `notFound`.
  public func account(_ id: String) async throws -> ListedAccount {
    try await database.read { session in try await listed(try await Self.account(id, in: session), in: session) }
  }

  /// Accounts by id, at most `limit` of them, after one of them.
  public func accounts(_ filter: AccountFilter, after: String?, limit: Int) async throws -> [ListedAccount] {
    try await database.read { session in
      let rows = try await session.query(
        """
        SELECT \(Account.columns) FROM accounts WHERE id > $1 AND state LIKE $2 AND role LIKE $3 ORDER BY id LIMIT $4
        """,
        [.text(after ?? ""), .text(filter.state?.rawValue ?? "%"), .text(filter.role?.rawValue ?? "%"), .integer(Int64(limit))])
      var accounts: [ListedAccount] = []
      for row in rows { accounts.append(try await listed(try Account(row), in: session)) }
      return accounts
    }
  }

  func listed(_ account: Account, in session: any SQLSession) async throws -> ListedAccount {
    guard account.state == .pending else { return ListedAccount(account: account, clash: nil) }
    return ListedAccount(
      account: account, clash: try await Self.taken(email: account.email, voterID: account.voterID, in: session))
  }

  /// Changes an account. Its sessions end when its role or state changes.
  ///
  /// - Throws: `notFound`; `notAbove` when who asks does not stand above the account and its new role; `lastOwner`; `wrongState` for
  ///   registrations that wait.
  public func change(_ id: String, _ change: AccountChange, by caller: Caller) async throws -> Account {
    try await database.transaction { session in
      let account = try await Self.account(id, in: session)
      guard let own = caller.role, own.governs(account.role), own.governs(change.role ?? .voter) else { throw AccessError.notAbove }
      guard account.state != .pending else { throw AccessError.wrongState(.pending) }
      let role = change.role ?? account.role
      let state: AccountState = change.isActive.map { $0 ? .active : .suspended } ?? account.state
      if account.role == .owner, role != .owner || state != .active { try await Self.keepOwner(besides: id, in: session) }
      try await session.execute(
        "UPDATE accounts SET name = $2, surname = $3, role = $4, state = $5 WHERE id = $1",
        [
          .text(id), .text(change.name ?? account.name), .text(change.surname ?? account.surname), .text(role.rawValue),
          .text(state.rawValue),
        ])
      if role != account.role || state != account.state { try await Self.endSessions(of: id, in: session) }
      // Names are said to have changed, not how: the log never forgets, and people have a right to be forgotten.
      var details: [JSONValue.Member] = []
      if role != account.role {
        details += [.init("fromRole", .text(account.role.rawValue)), .init("toRole", .text(role.rawValue))]
      }
      if state != account.state { details.append(.init("toState", .text(state.rawValue))) }
      if change.name != nil || change.surname != nil { details.append(.init("name", true)) }
      try await audit.append(
        AuditEvent(.accountChanged, by: AuditActor(caller), on: account.subject, details: details), in: session)
      return try await Self.account(id, in: session)
    }
  }

  /// Deletes an account, with its sessions and tokens.
  ///
  /// - Throws: `notFound`, `notAbove`, `lastOwner`, `wrongState` for registrations that wait: those are rejected.
  public func delete(_ id: String, by caller: Caller) async throws {
    try await database.transaction { session in
      let account = try await Self.account(id, in: session)
      guard caller.role?.governs(account.role) == true else { throw AccessError.notAbove }
      guard account.state != .pending else { throw AccessError.wrongState(.pending) }
      if account.role == .owner { try await Self.keepOwner(besides: id, in: session) }
      try await session.execute("DELETE FROM accounts WHERE id = $1", [.text(id)])
      try await audit.append(AuditEvent(.accountDeleted, by: AuditActor(caller), on: account.subject), in: session)
    }
  }

  // MARK: The audit log

  /// A page of the audit log, newest first.
  public func auditEntries(before position: UInt64?, limit: Int) async throws -> [AuditEntry] {
    try await database.read { session in try await audit.entries(before: position, limit: limit, in: session) }
  }

  /// The key by which exports of the audit log are verified.
  public var auditKey: VerifierKey { audit.verifierKey }

  /// All of the audit log with a signed checkpoint of its size, as of one moment.
  public func auditExport() async throws -> AuditExport {
    let checkpoint = try await database.read { session in try await audit.checkpoint(in: session) }
    return AuditExport(checkpoint: checkpoint, size: checkpoint.checkpoint.size) { position in
      try await database.read { session in try await audit.entries(from: position, limit: 1000, in: session) }
    }
  }
}
