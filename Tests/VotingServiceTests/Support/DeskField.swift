import Curve25519
import Database
import StrictJSON
import TestBoards
import TestDatabases
import TestSupport
import VotingService

/// Desk and feedback on one database, with a clock that is turned and an audit log that can be read.
struct DeskField {
  let database: any Database
  let clock = TestClock()
  let audit: AuditLog
  let desk: SupportDesk
  let box: FeedbackBox

  static let agent = Caller(proof: .session(id: "s", antiForgery: "a"), account: "agent", role: .support)

  init(_ database: any Database) throws {
    self.database = database
    let key = try need(Bytes32([UInt8](repeating: 7, count: 32)), "key")
    audit = try AuditLog(origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: key), clock: clock)
    desk = SupportDesk(database: database, clock: clock, audit: audit)
    box = FeedbackBox(database: database, clock: clock, audit: audit)
  }

  /// What the audit log holds, oldest first.
  func actions() async throws -> [String] {
    let entries = try await database.read { session in try await audit.entries(from: 0, limit: 100, in: session) }
    return try entries.map { try JSONParser.parse($0.bytes)["action"]?.text ?? "" }
  }

  static func run(_ kind: DatabaseKind, _ body: (DeskField) async throws -> Void) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in try await body(DeskField(test.database)) }
  }
}
