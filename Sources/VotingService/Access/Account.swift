import Database

/// Where an account stands.
public enum AccountState: String, Sendable, CaseIterable {
  /// Registered; waits for approval.
  case pending
  case active
  /// May not sign in.
  case suspended
}

/// Somebody who may sign in, or waits for it.
public struct Account: Sendable, Equatable {
  public let id: String
  public let name: String
  public let surname: String
  /// Normalised by `EmailAddress`.
  public let email: String
  public let voterID: String?
  public let role: Role
  public let state: AccountState
  /// Unix milliseconds.
  public let created: UInt64

  static let columns = "id, name, surname, email, voter_id, role, state, created"

  /// From a row of `columns`, beginning at `first`.
  init(_ row: SQLRow, from first: Int = 0) throws(DatabaseError) {
    guard let role = Role(rawValue: try row.text(first + 5)), let state = AccountState(rawValue: try row.text(first + 6)) else {
      throw .unexpectedColumn(first + 5)
    }
    id = try row.text(first)
    name = try row.text(first + 1)
    surname = try row.text(first + 2)
    email = try row.text(first + 3)
    voterID = row.isNull(first + 4) ? nil : try row.text(first + 4)
    self.role = role
    self.state = state
    created = UInt64(try row.integer(first + 7))
  }

  var subject: AuditSubject { AuditSubject("account", id) }
}

/// E-mail addresses as far as we must understand them.
public enum EmailAddress {
  /// The form in which addresses are stored and compared: lower case. `nil` when it is no address: one `@`, something on both
  /// sides, no spaces and control characters, at most 254 bytes (RFC 5321, 4.5.3.1.3).
  public static func normalised(_ text: String) -> String? {
    let address = text.lowercased()
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, address.utf8.count <= 254 else { return nil }
    let isPlain = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f && !$0.properties.isWhitespace }
    return isPlain ? address : nil
  }
}
