import Curve25519
import Database
import Elections

/// Who acts on elections, as far as this matters here.
public struct Organiser: Sendable, Equatable {
  /// The account.
  public let account: String
  /// Whether it may change elections that others made: owners may.
  public let managesAll: Bool
  /// Whether it may read elections that others made.
  public let readsAll: Bool
  /// As the audit log calls it.
  public let actor: AuditActor

  public init(account: String, managesAll: Bool = false, readsAll: Bool = false, actor: AuditActor? = nil) {
    self.account = account
    self.actor = actor ?? .account(account, token: nil)
    self.managesAll = managesAll
    self.readsAll = readsAll || managesAll
  }
}

/// What an organiser sets of an election.
public struct ElectionDefinition: Sendable {
  /// What is voted on, when and how.
  public var manifest: Manifest
  /// How many trustees are required.
  public var threshold: Int
  /// Cosignatures that the closing checkpoint needs; `nil`: as many as the threshold.
  public var quorum: Int?

  public init(manifest: Manifest, threshold: Int = 2, quorum: Int? = nil) {
    self.manifest = manifest
    self.threshold = threshold
    self.quorum = quorum
  }

  /// - Throws: `ElectionError.invalid`. What depends on the number of trustees is looked at when they are known.
  func check() throws(ElectionError) {
    guard (1...50).contains(threshold) else { throw .invalid(path: "threshold", reason: "from 1 to 50 is possible") }
    if let quorum, !(threshold...50).contains(quorum) {
      throw .invalid(path: "quorum", reason: "from the threshold, \(threshold), to the number of trustees is possible")
    }
  }
}

/// An election as it stands.
public struct Election: Sendable {
  public let reference: String
  public let organiser: String
  public let state: ElectionState
  public let version: Int64
  public let definition: ElectionDefinition
  /// The name of the log.
  public let origin: Text
  /// Why it was not opened at its time; `nil`: nothing is overdue.
  public let overdue: String?
  /// The public reason of a pause or an abort.
  public let reason: String?
  public let created: UInt64
  public let opened: UInt64?
  public let closed: UInt64?
  public let tallied: UInt64?

  public var manifest: Manifest { definition.manifest }
}

/// What lists show of an election.
public struct ElectionSummary: Sendable, Equatable {
  public let reference: String
  public let title: String
  public let organiser: String
  public let state: ElectionState
  public let version: Int64
  public let created: UInt64

  public init(reference: String, title: String, organiser: String, state: ElectionState, version: Int64, created: UInt64) {
    self.reference = reference
    self.title = title
    self.organiser = organiser
    self.state = state
    self.version = version
    self.created = created
  }
}

/// Rows of elections.
enum ElectionRows {
  static let columns =
    "reference, organiser, state, version, manifest, origin, threshold, quorum, overdue, reason, created, opened, closed, tallied"

  static func election(_ row: SQLRow) throws -> Election {
    guard let state = ElectionState(rawValue: try row.text(2)), let origin = Text(try row.text(5)) else {
      throw DatabaseError.schema("an election has an unknown state or origin")
    }
    let definition = ElectionDefinition(
      manifest: try Manifest(row.bytes(4)), threshold: Int(try row.integer(6)),
      quorum: row.isNull(7) ? nil : Int(try row.integer(7)))
    return Election(
      reference: try row.text(0), organiser: try row.text(1), state: state, version: try row.integer(3), definition: definition,
      origin: origin, overdue: row.isNull(8) ? nil : try row.text(8), reason: row.isNull(9) ? nil : try row.text(9),
      created: UInt64(try row.integer(10)), opened: try row.time(11), closed: try row.time(12), tallied: try row.time(13))
  }

  /// The election as it stands.
  static func find(_ reference: String, _ session: any SQLSession) async throws -> Election? {
    try await session.query("SELECT \(columns) FROM elections WHERE reference = $1", [.text(reference)]).first.map(election)
  }

  /// The election, held against other changes until the transaction ends.
  static func lock(_ reference: String, _ session: any SQLSession) async throws -> Election {
    let rows = try await session.query(
      "UPDATE elections SET state = state WHERE reference = $1 RETURNING \(columns)", [.text(reference)])
    guard let row = rows.first else { throw ElectionError.notFound }
    return try election(row)
  }
}
