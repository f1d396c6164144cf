import Curve25519
import Database
import Elections
import Sealing
import ThresholdCryptography

/// A hand-over as trustees are told of it (8.13).
public struct HandOverState: Sendable, Equatable {
  /// All who shall be trustees.
  public let members: [TrusteeState.Trustee]
  /// That of the attempt under way.
  public let attempt: Bytes32?
  /// Who deals in it.
  public let dealers: [Int]
}

/// The rows of hand-overs.
struct HandOverStore: Sendable {
  let id: String
  let renewal: Int
  let attempt: Bytes32?

  enum End: String, Sendable {
    case complete
    case cancelled
  }

  struct Member: Sendable {
    let number: Int
    let name: String
    let signingKey: Bytes32?
    /// Whether this number gets another trustee.
    let isNew: Bool
  }

  struct Attempt: Sendable {
    let handOver: String
    let dealers: [Int]
    let isRunning: Bool
    let size: Int
  }

  private var key: SQLValue { .text(id) }

  /// The one that goes on.
  static func running(_ election: String, _ session: any SQLSession) async throws -> HandOverStore? {
    let rows = try await session.query(
      "SELECT id, renewal, attempt FROM handovers WHERE election = $1 AND state = 'running'", [.text(election)])
    return try rows.first.map {
      HandOverStore(id: try $0.text(0), renewal: Int(try $0.integer(1)), attempt: try $0.bytes32(2))
    }
  }

  static func state(of election: String, _ session: any SQLSession) async throws -> HandOverState? {
    guard let store = try await running(election, session) else { return nil }
    let members = try await store.members(session)
    var dealers: [Int] = []
    if let attempt = store.attempt { dealers = try await Self.attempt(attempt, session)?.dealers ?? [] }
    return HandOverState(
      members: members.map { .init(number: $0.number, name: $0.name, signingKey: $0.signingKey) }, attempt: store.attempt,
      dealers: dealers)
  }

  func members(_ session: any SQLSession) async throws -> [Member] {
    try await session.query(
      "SELECT number, name, signing_key, token_hash FROM handover_members WHERE handover = $1 ORDER BY number", [key]
    ).map {
      Member(number: Int(try $0.integer(0)), name: try $0.text(1), signingKey: try $0.bytes32(2), isNew: !$0.isNull(3))
    }
  }

  /// Begins one, and leaves what went on.
  static func create(
    _ election: String, id: String, renewal: Int, _ members: [(member: Member, token: [UInt8]?)], time: UInt64,
    _ session: any SQLSession
  ) async throws {
    try await session.execute(
      "INSERT INTO handovers (id, election, renewal, state, started) VALUES ($1, $2, $3, 'running', $4)",
      [.text(id), .text(election), .integer(Int64(renewal)), .integer(Int64(time))])
    try await session.executeMany(
      "INSERT INTO handover_members (handover, number, name, token_hash, signing_key, invited) VALUES ($1, $2, $3, $4, $5, $6)",
      members.map { member, token in
        [
          .text(id), .integer(Int64(member.number)), .text(member.name), token.map { .bytes($0) } ?? .null,
          member.signingKey.map { .bytes($0.bytes) } ?? .null, .integer(Int64(time)),
        ]
      })
  }

  /// Ends the one that goes on. Sealed shares are of no more use, those of earlier attempts and hand-overs neither.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  static func end(_ election: String, _ end: End, time: UInt64, _ session: any SQLSession) async throws -> Bool {
    if end == .cancelled {
      try await session.execute(
        """
        DELETE FROM handover_messages WHERE attempt IN
          (SELECT a.id FROM handover_attempts a JOIN handovers h ON h.id = a.handover WHERE h.election = $1)
        """, [.text(election)])
    }
    return try await session.execute(
      "UPDATE handovers SET state = $2, ended = $3 WHERE election = $1 AND state = 'running'",
      [.text(election), .text(end.rawValue), .integer(Int64(time))]) > 0
  }

  // MARK: Approvals

  func approve(_ trustee: Int, _ list: Bytes32, _ session: any SQLSession) async throws {
    try await session.execute(
      """
      INSERT INTO handover_approvals (handover, trustee, list) VALUES ($1, $2, $3)
      ON CONFLICT (handover, trustee) DO UPDATE SET list = $3
      """, [key, .integer(Int64(trustee)), .bytes(list.bytes)])
  }

  /// Trustees that have approved this list, and may be asked to deal.
  func approvals(of list: Bytes32, _ session: any SQLSession) async throws -> [Int] {
    try await session.query(
      "SELECT trustee FROM handover_approvals WHERE handover = $1 AND list = $2 AND excluded = 0 ORDER BY trustee",
      [key, .bytes(list.bytes)]
    ).map { Int(try $0.integer(0)) }
  }

  func exclude(_ trustees: [Int], _ session: any SQLSession) async throws {
    try await session.executeMany(
      "UPDATE handover_approvals SET excluded = 1 WHERE handover = $1 AND trustee = $2",
      trustees.map { [key, .integer(Int64($0))] })
  }

  // MARK: Attempts

  static func attempt(_ id: Bytes32, _ session: any SQLSession) async throws -> Attempt? {
    let rows = try await session.query(
      "SELECT handover, dealers, state, size FROM handover_attempts WHERE id = $1", [.bytes(id.bytes)])
    return try rows.first.map {
      Attempt(
        handOver: try $0.text(0), dealers: try $0.bytes(1).map { Int($0) }, isRunning: try $0.text(2) == "running",
        size: Int(try $0.integer(3)))
    }
  }

  func begin(_ attempt: Bytes32, dealers: [Int], time: UInt64, _ session: any SQLSession) async throws {
    try await session.execute(
      "INSERT INTO handover_attempts (id, handover, dealers, state, size, started) VALUES ($1, $2, $3, 'running', 0, $4)",
      [.bytes(attempt.bytes), key, .bytes(dealers.map { UInt8($0) }), .integer(Int64(time))])
    try await session.execute("UPDATE handovers SET attempt = $2 WHERE id = $1", [key, .bytes(attempt.bytes)])
  }

  /// Ends the present attempt.
  func leave(
    _ state: String, failure: HandOverFailure? = nil, time: UInt64, _ session: any SQLSession
  ) async throws {
    guard let attempt else { return }
    try await session.execute(
      "UPDATE handover_attempts SET state = $2, ended = $3, culprit = $4, fault = $5 WHERE id = $1",
      [
        .bytes(attempt.bytes), .text(state), .integer(Int64(time)), failure.map { .text($0.culprit.word) } ?? .null,
        failure.map { .text($0.fault.word) } ?? .null,
      ])
    if state != "complete" { try await session.execute("UPDATE handovers SET attempt = NULL WHERE id = $1", [key]) }
  }

  static func messages(_ attempt: Bytes32, after start: Int, _ session: any SQLSession) async throws -> [[UInt8]] {
    try await session.query(
      "SELECT message FROM handover_messages WHERE attempt = $1 AND position >= $2 ORDER BY position LIMIT $3",
      [.bytes(attempt.bytes), .integer(Int64(start)), .integer(Int64(HandOverPage.mostMessages))]
    ).map { try $0.bytes(0) }
  }

  static func append(_ message: [UInt8], to attempt: Bytes32, at size: Int, _ session: any SQLSession) async throws {
    try await session.execute(
      "INSERT INTO handover_messages (attempt, position, message) VALUES ($1, $2, $3)",
      [.bytes(attempt.bytes), .integer(Int64(size)), .bytes(message)])
    try await session.execute(
      "UPDATE handover_attempts SET size = $2 WHERE id = $1", [.bytes(attempt.bytes), .integer(Int64(size + 1))])
  }
}

/// The log of an attempt as far as it was read, never ahead of the database.
struct HandOverJudge: Sendable {
  let list: HandOverList
  var log: HandOverLog<AES256GCM>
  var size = 0
}

extension HandOverParty {
  /// `old 2`, `new 3`.
  var word: String {
    switch self {
    case .old(let number): "old \(number)"
    case .new(let number): "new \(number)"
    }
  }
}

extension HandOverFault {
  /// A stable word.
  var word: String {
    switch self {
    case .malformedMessage: "malformed-message"
    case .equivocation: "equivocation"
    case .unusableKeys: "unusable-keys"
    case .copiedDrawKey: "copied-draw-key"
    case .badDeal: "bad-deal"
    case .badShare: "bad-share"
    case .otherTerms: "other-terms"
    case .unfoundedComplaint: "unfounded-complaint"
    case .otherDeal: "other-deal"
    case .contradiction: "contradiction"
    case .otherConfirmation: "other-confirmation"
    }
  }
}
