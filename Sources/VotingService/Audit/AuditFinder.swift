import Database
import StrictJSON

/// Which entries of the audit log are looked for.
public struct AuditFilter: Sendable, Equatable {
  /// Such as `account.approved`; empty: every action.
  public var action: String
  /// Who did it, or whom it was about: the id of an account; empty: everybody.
  public var account: String

  public init(action: String = "", account: String = "") {
    self.action = action
    self.account = account
  }

  var isEmpty: Bool { action.isEmpty && account.isEmpty }
}

/// Finds entries of the audit log by marks that it makes of the entries: the log itself stays lines of JSON and their tree.
struct AuditFinder: Sendable {
  let database: any Database
  let log: AuditLog

  /// Entries that are marked at once.
  private static let stride = 1000

  /// The newest entries first, at most `limit` of them, below a position.
  func entries(_ filter: AuditFilter, before position: UInt64?, limit: Int) async throws -> [AuditEntry] {
    guard !filter.isEmpty else {
      return try await database.read { session in try await log.entries(before: position, limit: limit, in: session) }
    }
    try await catchUp()
    let words = [
      filter.action.isEmpty ? nil : "action:" + filter.action, filter.account.isEmpty ? nil : "account:" + filter.account,
    ].compactMap { $0 }
    // With one word, twice the same.
    let values: [SQLValue] = [
      .text(words[0]), .text(words[words.count - 1]), .integer(Int64(clamping: position ?? UInt64(Int64.max))),
      .integer(Int64(limit)),
    ]
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT e.position, e.entry FROM audit_marks a JOIN audit_marks b ON b.position = a.position JOIN audit_entries e ON e.position = a.position
        WHERE a.word = $1 AND b.word = $2 AND a.position < $3 ORDER BY a.position DESC LIMIT $4
        """, values)
    }
    return try rows.map { AuditEntry(position: UInt64(try $0.integer(0)), bytes: try $0.bytes(1)) }
  }

  /// All actions that the log has entries of, in order.
  func actions() async throws -> [String] {
    try await catchUp()
    let rows = try await database.read { session in
      try await session.query(
        "SELECT DISTINCT word FROM audit_marks WHERE word >= 'action:' AND word < 'action;' ORDER BY word")
    }
    return try rows.map { String(try $0.text(0).dropFirst("action:".count)) }
  }

  /// Marks the entries that were added since it was done last. Several servers may be at it: all of them make the same marks.
  private func catchUp() async throws {
    while true {
      let fresh = try await database.read { session in
        let last = try await session.query("SELECT MAX(position) FROM audit_marks").first
        let next = try last.map { $0.isNull(0) ? 0 : UInt64(try $0.integer(0)) + 1 } ?? 0
        return try await log.entries(from: next, limit: Self.stride, in: session)
      }
      guard !fresh.isEmpty else { return }
      let marks = fresh.flatMap { entry in Self.words(entry).map { [SQLValue.text($0), .integer(Int64(entry.position))] } }
      try await database.transaction { session in
        try await session.executeMany("INSERT INTO audit_marks (word, position) VALUES ($1, $2) ON CONFLICT DO NOTHING", marks)
      }
      guard fresh.count == Self.stride else { return }
    }
  }

  /// The words by which an entry is found; every entry has its action.
  private static func words(_ entry: AuditEntry) -> Set<String> {
    let document = (try? JSONParser.parse(entry.bytes)) ?? .null
    var words: Set<String> = ["action:" + (document["action"]?.text ?? "")]
    for side in [document["actor"], document["subject"]] {
      if side?["kind"]?.text == "account", let id = side?["id"]?.text { words.insert("account:" + id) }
    }
    return words
  }
}

extension AccessService {
  /// A page of the entries of the audit log that a filter takes, newest first.
  public func auditEntries(_ filter: AuditFilter, before position: UInt64?, limit: Int) async throws -> [AuditEntry] {
    try await AuditFinder(database: database, log: audit).entries(filter, before: position, limit: limit)
  }

  /// All actions that the audit log has entries of.
  public func auditActions() async throws -> [String] { try await AuditFinder(database: database, log: audit).actions() }
}
