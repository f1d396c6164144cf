import Database

/// Whom a search among accounts is for.
public struct AccountSearch: Sendable {
  /// Part of a name, an e-mail address or a voter id; empty: everybody.
  public var text: String
  public var filter: AccountFilter
  /// Whether names and addresses may be searched and decide the order: not for those who may not see them.
  public var withContact: Bool

  public init(text: String = "", filter: AccountFilter = AccountFilter(), withContact: Bool) {
    self.text = text
    self.filter = filter
    self.withContact = withContact
  }
}

/// A page of what a search found.
public struct AccountPage: Sendable {
  public let accounts: [ListedAccount]
  /// All that were found.
  public let total: Int
}

extension AccessService {
  /// Accounts that a search finds: those who wait first, then by surname; by id for those who may not see names.
  ///
  /// - Parameters:
  ///   - offset: how many stand before the page.
  ///   - limit: how many it has at most.
  public func search(_ search: AccountSearch, offset: Int, limit: Int) async throws -> AccountPage {
    let text = search.withContact ? search.text : ""
    let order =
      search.withContact
      ? "CASE WHEN state = 'pending' THEN 0 ELSE 1 END, surname, name, id" : "CASE WHEN state = 'pending' THEN 0 ELSE 1 END, id"
    // As it was typed, and without regard to the case of ASCII letters, which is all that both databases can do.
    let condition = """
      state LIKE $1 AND role LIKE $2 AND (
        LOWER(surname) LIKE $3 ESCAPE '!' OR LOWER(name) LIKE $3 ESCAPE '!' OR email LIKE $3 ESCAPE '!' OR LOWER(voter_id) LIKE $3 ESCAPE '!'
        OR surname LIKE $4 ESCAPE '!' OR name LIKE $4 ESCAPE '!' OR LOWER(name || ' ' || surname) LIKE $3 ESCAPE '!')
      """
    let values: [SQLValue] = [
      .text(search.filter.state?.rawValue ?? "%"), .text(search.filter.role?.rawValue ?? "%"),
      .text(Self.pattern(text.lowercased())), .text(Self.pattern(text)),
    ]
    return try await database.read { session in
      let count = try await session.query("SELECT COUNT(*) FROM accounts WHERE \(condition)", values)
      let rows = try await session.query(
        "SELECT \(Account.columns) FROM accounts WHERE \(condition) ORDER BY \(order) LIMIT $5 OFFSET $6",
        values + [.integer(Int64(limit)), .integer(Int64(offset))])
      var accounts: [ListedAccount] = []
      for row in rows { accounts.append(try await listed(try Account(row), in: session)) }
      return AccountPage(accounts: accounts, total: Int(try count[0].integer(0)))
    }
  }

  /// What contains a text; signs with a meaning of their own are taken as they are.
  private static func pattern(_ text: String) -> String {
    "%" + text.flatMap { ["!", "%", "_"].contains($0) ? ["!", $0] : [$0] } + "%"
  }

  /// How many accounts there are in each state.
  public func accountCounts() async throws -> [AccountState: Int] {
    try await database.read { session in
      var counts: [AccountState: Int] = [:]
      for row in try await session.query("SELECT state, COUNT(*) FROM accounts GROUP BY state") {
        if let state = AccountState(rawValue: try row.text(0)) { counts[state] = Int(try row.integer(1)) }
      }
      return counts
    }
  }

  /// What people of these accounts are called; those that are gone are left out.
  public func names(of accounts: Set<String>) async throws -> [String: String] {
    try await database.read { session in
      var names: [String: String] = [:]
      for id in accounts {
        let rows = try await session.query("SELECT name, surname FROM accounts WHERE id = $1", [.text(id)])
        if let row = rows.first { names[id] = "\(try row.text(0)) \(try row.text(1))" }
      }
      return names
    }
  }
}
