import Curve25519
import Database
import Elections
import ThresholdCryptography
import TrusteeCoordination

/// The rows of one key ceremony.
struct CeremonyStore: Sendable {
  let id: Bytes32

  /// Where a ceremony stands.
  enum State: String, Sendable {
    case running
    case complete
    case failed
    /// Left for another one.
    case abandoned
  }

  struct Row: Sendable {
    let election: String
    let threshold: Int
    let state: State
    let size: UInt64
    let started: UInt64
    let ended: UInt64?
    let root: Bytes32?
    let roster: [UInt8]?
  }

  /// A trustee as it takes part in the ceremony.
  struct Participant: Sendable {
    let number: Int
    let name: String
    let signingKey: Bytes32
    /// Its part in the fire drill.
    let drill: [UInt8]?
    let isAbsent: Bool
  }

  var key: SQLValue { .bytes(id.bytes) }

  // MARK: Ceremony

  func create(_ session: any SQLSession, election: String, threshold: Int, _ members: [TrusteeStore.Member], time: UInt64)
    async throws
  {
    try await session.execute(
      "INSERT INTO ceremonies (id, election, threshold, state, size, started) VALUES ($1, $2, $3, 'running', 0, $4)",
      [key, .text(election), .integer(Int64(threshold)), .integer(Int64(time))])
    try await session.executeMany(
      "INSERT INTO ceremony_trustees (ceremony, number, name, signing_key) VALUES ($1, $2, $3, $4)",
      members.compactMap { member in
        member.signingKey.map { [key, .integer(Int64(member.number)), .text(member.name), .bytes($0.bytes)] }
      })
  }

  /// - Throws: `unknownCeremony` when there is none of this id in the election.
  func row(_ session: any SQLSession, election: String) async throws -> Row {
    let rows = try await session.query(
      "SELECT threshold, state, size, started, ended, root, roster FROM ceremonies WHERE id = $1 AND election = $2",
      [key, .text(election)])
    guard let row = rows.first else { throw CeremonyError.unknownCeremony }
    guard let state = State(rawValue: try row.text(1)) else { throw CeremonyError.damaged("unknown state of a ceremony") }
    return Row(
      election: election, threshold: Int(try row.integer(0)), state: state, size: UInt64(try row.integer(2)),
      started: UInt64(try row.integer(3)), ended: try row.time(4), root: try row.bytes32(5),
      roster: row.isNull(6) ? nil : try row.bytes(6))
  }

  func participants(_ session: any SQLSession) async throws -> [Participant] {
    try await session.query(
      "SELECT number, name, signing_key, drill, absent FROM ceremony_trustees WHERE ceremony = $1 ORDER BY number", [key]
    ).map { row in
      guard let signingKey = try row.bytes32(2) else { throw CeremonyError.damaged("a trustee without a key") }
      return Participant(
        number: Int(try row.integer(0)), name: try row.text(1), signingKey: signingKey,
        drill: row.isNull(3) ? nil : try row.bytes(3), isAbsent: try row.integer(4) == 1)
    }
  }

  /// Ends the ceremony. Sealed shares that were waiting for their recipients are deleted.
  func end(_ session: any SQLSession, _ state: State, root: Bytes32? = nil, roster: [UInt8]? = nil, time: UInt64) async throws {
    try await session.execute(
      "UPDATE ceremonies SET state = $2, ended = $3, root = $4, roster = $5 WHERE id = $1",
      [
        key, .text(state.rawValue), .integer(Int64(time)), root.map { .bytes($0.bytes) } ?? .null,
        roster.map { .bytes($0) } ?? .null,
      ])
    try await session.execute(
      "UPDATE ceremony_messages SET message = NULL WHERE ceremony = $1 AND recipient IS NOT NULL", [key])
  }

  // MARK: Log

  /// Messages from a position on; a share that was deleted is `nil`.
  func messages(
    _ session: any SQLSession, from first: UInt64, limit: Int
  ) async throws -> [(hash: Bytes32, recipient: Int?, bytes: [UInt8]?)] {
    let rows = try await session.query(
      "SELECT position, hash, recipient, message FROM ceremony_messages WHERE ceremony = $1 AND position >= $2 ORDER BY position LIMIT $3",
      [key, .integer(Int64(clamping: first)), .integer(Int64(limit))])
    return try rows.enumerated().map { offset, row in
      guard try row.integer(0) == Int64(first) + Int64(offset), let hash = try row.bytes32(1) else {
        throw CeremonyError.damaged("a message of a ceremony is missing")
      }
      return (hash, row.isNull(2) ? nil : Int(try row.integer(2)), row.isNull(3) ? nil : try row.bytes(3))
    }
  }

  func append(_ session: any SQLSession, _ messages: [CeremonyJudge.NewMessage], at size: UInt64) async throws {
    try await session.executeMany(
      "INSERT INTO ceremony_messages (ceremony, position, hash, recipient, message) VALUES ($1, $2, $3, $4, $5)",
      messages.enumerated().map { offset, message in
        [
          key, .integer(Int64(size) + Int64(offset)), .bytes(message.hash.bytes),
          message.recipient.map { .integer(Int64($0)) } ?? .null, .bytes(message.bytes),
        ]
      })
    try await session.execute(
      "UPDATE ceremonies SET size = $2 WHERE id = $1", [key, .integer(Int64(size) + Int64(messages.count))])
  }

  // MARK: Failures

  func add(_ session: any SQLSession, _ failures: [CeremonyFailure]) async throws {
    try await session.executeMany(
      "INSERT INTO ceremony_failures (ceremony, position, culprit, fault, evidence) VALUES ($1, $2, $3, $4, $5)",
      failures.enumerated().map { position, failure in
        var evidence = ByteWriter()
        for message in failure.evidence { evidence.counted(message) }
        return [
          key, .integer(Int64(position)), failure.named.map { .integer(Int64($0)) } ?? .null, .text(failure.fault.word),
          .bytes(evidence.bytes),
        ]
      })
  }

  func failures(_ session: any SQLSession) async throws -> [CeremonyFailureRecord] {
    try await session.query(
      "SELECT culprit, fault, evidence FROM ceremony_failures WHERE ceremony = $1 ORDER BY position", [key]
    ).map { row in
      var reader = ByteReader(try row.bytes(2))
      var evidence: [[UInt8]] = []
      while reader.remaining > 0 { evidence.append(try reader.counted("message")) }
      return CeremonyFailureRecord(
        ceremony: id, culprit: row.isNull(0) ? nil : Int(try row.integer(0)), fault: try row.text(1), evidence: evidence)
    }
  }

  // MARK: Fire drill

  /// Keeps a trustee's part; the first one counts.
  ///
  /// - Returns: whether it is the first one.
  func keepDrill(_ session: any SQLSession, _ part: [UInt8], of number: Int) async throws -> Bool {
    try await session.execute(
      "UPDATE ceremony_trustees SET drill = $3 WHERE ceremony = $1 AND number = $2 AND drill IS NULL",
      [key, .integer(Int64(number)), .bytes(part)]) > 0
  }

  /// Sets who is known to be absent.
  func setAbsent(_ session: any SQLSession, _ numbers: [Int]) async throws {
    try await session.execute("UPDATE ceremony_trustees SET absent = 0 WHERE ceremony = $1", [key])
    try await session.executeMany(
      "UPDATE ceremony_trustees SET absent = 1 WHERE ceremony = $1 AND number = $2", numbers.map { [key, .integer(Int64($0))] })
  }
}

/// Why a ceremony failed, as it is kept.
public struct CeremonyFailureRecord: Sendable, Equatable {
  /// Which ceremony.
  public let ceremony: Bytes32
  /// The number that the trustee had in it; `nil` when nobody is to blame.
  public let culprit: Int?
  /// What is proved; a stable word.
  public let fault: String
  /// The signed messages that prove it.
  public let evidence: [[UInt8]]
}

extension CeremonyFault {
  /// A stable word.
  public var word: String {
    switch self {
    case .malformedMessage: "malformed-message"
    case .equivocation: "equivocation"
    case .commitMismatch: "commit-mismatch"
    case .identityTransport: "identity-transport"
    case .identityConstant: "identity-constant"
    case .badProof: "bad-proof"
    case .badDrawKey: "bad-draw-key"
    case .badShare: "bad-share"
    case .unfoundedComplaint: "unfounded-complaint"
    case .contradiction: "contradiction"
    case .disagreement: "disagreement"
    case .identityJointKey: "identity-joint-key"
    }
  }
}
