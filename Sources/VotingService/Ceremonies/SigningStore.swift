import Curve25519
import Database
import Elections
import ThresholdCryptography
import TrusteeCoordination

/// What trustees sign together.
enum JointSignature: Sendable {
  case certificate
  /// The certificate's mark on a public chain.
  case mark

  /// Under which what is refused for it is kept.
  var phase: ConductPhase { self == .certificate ? .signature : .mark }
}

/// One message that trustees sign together.
struct SigningRound: Hashable, Sendable {
  let election: String
  /// 0: the certificate; from 1 on attempts at its mark.
  let number: Int
  let message: [UInt8]
  /// Whether it is signed, or nobody is asked any more.
  var isOver = false

  static func == (a: SigningRound, b: SigningRound) -> Bool {
    a.election == b.election && a.number == b.number && a.message == b.message
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(election)
    hasher.combine(number)
  }
}

extension TrusteeStore.Group {
  /// Whether trustees are asked for this signature now.
  func awaits(_ purpose: JointSignature) -> Bool {
    switch purpose {
    case .certificate: certificate != nil && !isAborted && !isTallied
    case .mark: marking != nil
    }
  }

  /// The certificate that is, or was, to be signed.
  var certificateRound: SigningRound? {
    certificate.map { SigningRound(election: election, number: 0, message: $0, isOver: isTallied || isAborted) }
  }
}

extension TrusteeStore {
  /// What is to be signed; `nil` while there is nothing.
  func round(_ purpose: JointSignature, _ group: Group, _ session: any SQLSession) async throws -> SigningRound? {
    switch purpose {
    case .certificate: group.certificateRound
    case .mark:
      try await mark(session).flatMap { row in
        row.message.map { SigningRound(election: election, number: row.attempt, message: $0, isOver: row.signature != nil) }
      }
    }
  }
}

/// The coordinator of a joint signature after so many messages, all of them committed.
struct SigningProgress: Sendable {
  private(set) var coordinator: SigningCoordinator
  private(set) var messages = 0

  init(coordinator: SigningCoordinator) { self.coordinator = coordinator }

  mutating func take(_ bytes: [UInt8], of number: Int) throws {
    messages += 1
    if number != SigningMark.number {
      _ = coordinator.take(try SigningAnswer(bytes, trustee: number))
    } else if bytes == SigningMark.preferenceEnds {
      _ = coordinator.stopWaiting()
    } else if SigningMark.restartsForgotten(bytes) != nil {
      coordinator.forgetRestarts()
    }
  }
}

/// What the service itself notes among the messages, under a number that no trustee has: so the coordinator that is made again, without a clock, does what it did.
enum SigningMark {
  static let number = 0
  /// The first message: the trustees that come first in the order of duty are preferred.
  static let preferenceBegins: [UInt8] = [1]
  /// They have had their time.
  static let preferenceEnds: [UInt8] = [0]

  /// Everybody may begin anew as often as at first, from a time on in Unix milliseconds: 2 ‖ time u64.
  static func restartsForgotten(at time: UInt64) -> [UInt8] {
    [2] + (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) }
  }

  /// The time of such a mark; `nil` for another.
  static func restartsForgotten(_ mark: [UInt8]) -> UInt64? {
    guard mark.count == 9, mark[0] == 2 else { return nil }
    return mark.dropFirst().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension TrusteeStore {
  /// Notes what trustees are to sign.
  ///
  /// - Parameter waits: whether those who come first in the order of duty are preferred for a while.
  func beginSigning(_ session: any SQLSession, _ message: [UInt8], time: UInt64, waits: Bool) async throws {
    try await session.execute(
      "UPDATE trustee_groups SET certificate = $2, signing = $3, phase = 'signing', version = version + 1 WHERE election = $1",
      [name, .bytes(message), .integer(Int64(time))])
    if waits { try await keepSigning(session, SigningMark.preferenceBegins, of: SigningMark.number, nil, round: 0) }
  }

  /// Those for one signature, from a position on, counted from 0.
  func signingMessages(
    _ session: any SQLSession, from position: Int, round: Int
  ) async throws -> [(trustee: Int, bytes: [UInt8])] {
    try await session.query(
      "SELECT trustee, bytes FROM signing_messages WHERE election = $1 AND round = $2 AND position >= $3 ORDER BY position",
      [name, .integer(Int64(round)), .integer(Int64(position))]
    ).map { (Int(try $0.integer(0)), try $0.bytes(1)) }
  }

  /// Whether the mark of the beginning is there, and that of the end perhaps, too.
  func hasPreference(_ session: any SQLSession) async throws -> Bool {
    try await !session.query(
      "SELECT 1 FROM signing_messages WHERE election = $1 AND round = 0 AND position = 0 AND trustee = $2",
      [name, .integer(Int64(SigningMark.number))]
    ).isEmpty
  }

  /// Whether the mark of the beginning is there and that of the end is not.
  func waitsForPreferred(_ session: any SQLSession) async throws -> Bool {
    let marks = try await marks(session, round: 0)
    return marks.contains(SigningMark.preferenceBegins) && !marks.contains(SigningMark.preferenceEnds)
  }

  /// When the restarts of one signature were forgotten last, Unix milliseconds; `nil`: never.
  func restartsForgotten(_ session: any SQLSession, round: Int) async throws -> UInt64? {
    try await marks(session, round: round).compactMap { SigningMark.restartsForgotten($0) }.last
  }

  private func marks(_ session: any SQLSession, round: Int) async throws -> [[UInt8]] {
    try await session.query(
      "SELECT bytes FROM signing_messages WHERE election = $1 AND round = $2 AND trustee = $3 ORDER BY position",
      [name, .integer(Int64(round)), .integer(Int64(SigningMark.number))]
    ).map { try $0.bytes(0) }
  }

  func keepSigning(
    _ session: any SQLSession, _ bytes: [UInt8], of number: Int, _ request: SignedRequest?, round: Int
  ) async throws {
    try await session.execute(
      """
      INSERT INTO signing_messages (election, round, position, trustee, bytes, request_signature, request_time)
      SELECT $1, $5, COUNT(*), $2, $3, $4, $6 FROM signing_messages WHERE election = $1 AND round = $5
      """,
      [
        name, .integer(Int64(number)), .bytes(bytes), request.map { .bytes($0.signature) } ?? .null, .integer(Int64(round)),
        request.map { .integer(Int64(clamping: $0.time)) } ?? .null,
      ])
  }

  /// Whether this very request was taken before.
  func hasSigning(_ session: any SQLSession, _ bytes: [UInt8], of number: Int, _ request: SignedRequest?) async throws -> Bool {
    guard let request else { return false }
    return try await !session.query(
      "SELECT 1 FROM signing_messages WHERE election = $1 AND trustee = $2 AND bytes = $3 AND request_signature = $4",
      [name, .integer(Int64(number)), .bytes(bytes), .bytes(request.signature)]
    ).isEmpty
  }

  /// Whether a trustee signed its request after something else of its own for the same signature was: it has sent these bytes again, and the network has not
  /// held them back. In whole seconds.
  func isSentAgain(
    _ session: any SQLSession, _ bytes: [UInt8], of number: Int, _ request: SignedRequest?, round: Int
  ) async throws -> Bool {
    guard let request else { return false }
    let others = try await session.query(
      "SELECT MAX(request_time) FROM signing_messages WHERE election = $1 AND round = $2 AND trustee = $3 AND bytes <> $4",
      [name, .integer(Int64(round)), .integer(Int64(number)), .bytes(bytes)])
    guard let newest = others.first, !newest.isNull(0) else { return false }
    return Int64(clamping: request.time) > (try newest.integer(0))
  }
}
