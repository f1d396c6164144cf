import Database

/// A mail in its table.
struct MailRow: Sendable {
  let id: String
  let kind: MailKind
  let election: String?
  let voter: String?
  let position: UInt64?
  let account: String?
  let ticket: String?
  let language: String?
  let sealed: [UInt8]?
  let tries: Int
  let created: UInt64

  static let columns = "id, kind, election, voter, position, account, language, sealed, tries, created, ticket"

  init(_ row: SQLRow) throws {
    guard let kind = MailKind(rawValue: try row.text(1)) else { throw DatabaseError.schema("a mail is of an unknown kind") }
    func text(_ column: Int) throws -> String? { row.isNull(column) ? nil : try row.text(column) }
    id = try row.text(0)
    self.kind = kind
    election = try text(2)
    voter = try text(3)
    position = row.isNull(4) ? nil : UInt64(try row.integer(4))
    account = try text(5)
    language = try text(6)
    sealed = row.isNull(7) ? nil : try row.bytes(7)
    tries = Int(try row.integer(8))
    created = UInt64(try row.integer(9))
    ticket = try text(10)
  }
}
