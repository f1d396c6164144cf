import Curve25519
import Database
import Elections

/// The rows of one election's trustees.
struct TrusteeStore: Sendable {
  let election: String

  /// What all trustees of the election have in common.
  struct Group: Sendable {
    let election: String
    let origin: String
    let title: String
    let threshold: Int
    let quorum: Int
    let version: UInt64
    let phase: TrusteePhase
    let ceremony: Bytes32?
    let decrypting: UInt64?
    let isTallied: Bool
    let isAborted: Bool
    /// What trustees are to sign, once there is a result, and since when.
    let certificate: [UInt8]?
    let signing: UInt64?
    /// Since when trustees are to sign the certificate's mark on a public chain; `nil` before and after.
    let marking: UInt64?
  }

  /// One trustee, or an invitation that nobody has taken up.
  struct Member: Sendable {
    let id: String
    let number: Int
    let name: String
    let signingKey: Bytes32?
    let invited: UInt64
    let joined: UInt64?
    let seen: UInt64?
    /// Milliseconds, in the order of `TrusteeLatency`.
    let latencies: [UInt64?]

    subscript(_ latency: TrusteeLatency) -> UInt64? {
      TrusteeLatency.allCases.firstIndex(of: latency).flatMap { latencies[$0] }
    }
  }

  var name: SQLValue { .text(election) }

  // MARK: The group

  private static let columns =
    "origin, title, threshold, quorum, version, phase, ceremony, decrypting, tallied, aborted, certificate, signing, marking"

  private func group(_ rows: [SQLRow]) throws -> Group {
    guard let row = rows.first else { throw CeremonyError.unknownElection }
    guard let phase = TrusteePhase(name: Array(try row.text(5).utf8)) else { throw CeremonyError.damaged("unknown phase") }
    return Group(
      election: election, origin: try row.text(0), title: try row.text(1), threshold: Int(try row.integer(2)),
      quorum: Int(try row.integer(3)),
      version: UInt64(try row.integer(4)), phase: phase, ceremony: try row.bytes32(6), decrypting: try row.time(7),
      isTallied: !row.isNull(8), isAborted: !row.isNull(9),
      certificate: row.isNull(10) ? nil : try row.bytes(10), signing: try row.time(11), marking: try row.time(12))
  }

  /// - Throws: `unknownElection`.
  func group(_ session: any SQLSession) async throws -> Group {
    try group(await session.query("SELECT \(Self.columns) FROM trustee_groups WHERE election = $1", [name]))
  }

  /// The group, and until the transaction ends nobody else changes anything about these trustees.
  ///
  /// - Throws: `unknownElection`.
  func lock(_ session: any SQLSession) async throws -> Group {
    try group(
      await session.query(
        "UPDATE trustee_groups SET version = version WHERE election = $1 RETURNING \(Self.columns)", [name]))
  }

  /// Says that trustees have something new to see.
  func bump(_ session: any SQLSession) async throws {
    try await session.execute("UPDATE trustee_groups SET version = version + 1 WHERE election = $1", [name])
  }

  func create(_ session: any SQLSession, _ terms: ElectionTerms) async throws {
    try await session.execute(
      """
      INSERT INTO trustee_groups (election, origin, title, threshold, quorum, version, phase)
      VALUES ($1, $2, $3, $4, $5, 1, 'gathering')
      ON CONFLICT (election) DO UPDATE SET origin = $2, title = $3, threshold = $4, quorum = $5, version = trustee_groups.version + 1
      """, [name] + terms.values)
  }

  /// Notes the phase that was seen, so that all servers see a change of it as a new version.
  func note(_ session: any SQLSession, phase: TrusteePhase, time: UInt64) async throws {
    try await session.execute(
      """
      UPDATE trustee_groups SET phase = $2, version = version + 1,
        decrypting = CASE WHEN $2 = 'decrypting' AND decrypting IS NULL THEN $3 ELSE decrypting END
      WHERE election = $1 AND phase <> $2
      """, [name, .text("\(phase.name)"), .integer(Int64(time))])
  }

  /// Whether there is a board: then nothing about trustees and keys can change.
  func isOpened(_ session: any SQLSession) async throws -> Bool {
    try await !session.query("SELECT 1 FROM boards WHERE election = $1", [name]).isEmpty
  }

  // MARK: Trustees

  private static let memberColumns = """
    id, number, name, signing_key, invited, joined, seen, join_time, ceremony_time, drill_time, cosignature_time, decryption_time,
    signing_time
    """

  /// All trustees by number.
  func members(_ session: any SQLSession) async throws -> [Member] {
    try await session.query(
      "SELECT \(Self.memberColumns) FROM trustees WHERE election = $1 ORDER BY number", [name]
    ).map { row in
      Member(
        id: try row.text(0), number: Int(try row.integer(1)), name: try row.text(2), signingKey: try row.bytes32(3),
        invited: UInt64(try row.integer(4)), joined: try row.time(5), seen: try row.time(6),
        latencies: try (7..<13).map { try row.time($0) })
    }
  }

  func member(_ number: Int, _ session: any SQLSession) async throws -> Member {
    guard let member = try await members(session).first(where: { $0.number == number }) else {
      throw CeremonyError.unknownTrustee(number)
    }
    return member
  }

  func insert(_ session: any SQLSession, id: String, number: Int, name text: String, token: [UInt8], time: UInt64) async throws {
    try await session.execute(
      "INSERT INTO trustees (id, election, number, name, token_hash, invited) VALUES ($1, $2, $3, $4, $5, $6)",
      [.text(id), name, .integer(Int64(number)), .text(text), .bytes(token), .integer(Int64(time))])
  }

  /// Gives the trustees with these ids the numbers from 1.
  func renumber(_ session: any SQLSession, _ ids: [String]) async throws {
    try await session.executeMany(
      "UPDATE trustees SET number = $2 WHERE id = $1",
      ids.enumerated().map { [.text($0.element), .integer(Int64($0.offset + 1))] })
  }

  /// Keeps how long a phase took a trustee; the first time counts.
  ///
  /// - Returns: whether it was the first time.
  func keep(_ session: any SQLSession, _ latency: TrusteeLatency, _ milliseconds: UInt64, of number: Int) async throws -> Bool {
    try await session.execute(
      "UPDATE trustees SET \(latency.column) = $3 WHERE election = $1 AND number = $2 AND \(latency.column) IS NULL",
      [name, .integer(Int64(number)), .integer(Int64(clamping: milliseconds))]) > 0
  }
}

extension ElectionTerms {
  fileprivate var values: [SQLValue] {
    [.text(origin), .text(title), .integer(Int64(threshold)), .integer(Int64(quorum))]
  }
}

extension SQLRow {
  /// A time or a duration that may be missing.
  func time(_ column: Int) throws -> UInt64? { isNull(column) ? nil : UInt64(clamping: try integer(column)) }

  /// 32 bytes that may be missing.
  func bytes32(_ column: Int) throws -> Bytes32? {
    if isNull(column) { return nil }
    guard let value = Bytes32(try bytes(column)) else { throw DatabaseError.unexpectedColumn(column) }
    return value
  }
}
