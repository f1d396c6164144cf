import Curve25519
import Database
import Elections
import ThresholdCryptography

/// What a trustee's key signed to send something (`docs/spec/08-trustee-network.md`, 8.1).
public struct SignedRequest: Sendable, Equatable {
  /// Path and query.
  public let target: String
  /// Unix seconds.
  public let time: UInt64
  /// SHA-256 of the body.
  public let bodyHash: Bytes32
  /// 64 bytes, over method, target, time and body's hash.
  public let signature: [UInt8]

  public init(target: String, time: UInt64, bodyHash: Bytes32, signature: [UInt8]) {
    self.target = target
    self.time = time
    self.bodyHash = bodyHash
    self.signature = signature
  }
}

/// What a trustee does in an election, in order.
public enum ConductPhase: String, Sendable, CaseIterable {
  case ceremony, drill
  /// Of a list of new trustees, where shares are handed over.
  case approval
  case cosignature, decryption, signature
  /// Of the result on a public chain, where the service marks results.
  case mark

  /// What every trustee is asked for, in order.
  public static var regular: [ConductPhase] { allCases.filter { $0 != .approval && $0 != .mark } }
}

/// Why something that a trustee sent was refused. A stable word.
public enum RefusalReason: String, Sendable, CaseIterable {
  /// The proof of its part in the fire drill, the decryption or a draw does not hold.
  case wrongPart = "wrong-part"
  /// It is no good signature on this board.
  case wrongSignature = "wrong-signature"
  /// Its share of the joint signature is wrong. Excluded from signing for ever.
  case wrongShare = "wrong-share"
  /// It used a nonce twice: its commitment had been used in a session before.
  case usedNonce = "used-nonce"
  /// A share for a session that there is not.
  case otherSession = "other-session"
  /// It began anew too often within an hour.
  case tooManyRestarts = "too-many-restarts"
  /// No message at all.
  case malformed
  /// It has a key, or used a share, from before a renewal.
  case formerTrustee = "former-trustee"
}

/// Something that was refused, as it is kept.
public struct TrusteeRefusal: Sendable, Equatable {
  public let phase: ConductPhase
  public let reason: RefusalReason
  public let signingKey: Bytes32
  /// Number and name of the trustee at that time.
  public let number: Int
  public let name: String
  /// Unix milliseconds.
  public let first: UInt64
  public let last: UInt64
  /// How often.
  public let count: Int
  /// For a wrong share of the joint signature, also one from before a renewal: by which everybody can see that it is.
  public let evidence: WrongShare?
  /// For a wrong part in the decryption, one from before a renewal, and a key whose place another has: by which everybody can see it.
  public let request: RefusedRequest?

  /// Whether it is proved by what its trustee signed.
  public var isProved: Bool { evidence != nil || request != nil }
}

extension Ceremonies {
  /// Keeps that something was refused, in a transaction of its own, and counts it.
  func refuse(
    _ phase: ConductPhase, _ reason: RefusalReason, by signingKey: Bytes32, _ election: String, body: [UInt8]? = nil,
    request: SignedRequest? = nil
  ) async throws {
    let (store, now) = (TrusteeStore(election: election), clock.now())
    try await database.transaction { session in
      try await store.keepRefusal(session, phase, reason, by: signingKey, body: body, request: request, time: now)
    }
  }

  /// All that was refused of an election's trustees, and of who was one, in order of time.
  public func refusals(of election: String) async throws -> [TrusteeRefusal] {
    let store = TrusteeStore(election: election)
    return try await database.read { session in try await store.refusals(session) }
  }
}

extension TrusteeStore {
  /// - Parameter body: where others are to see it.
  func keepRefusal(
    _ session: any SQLSession, _ phase: ConductPhase, _ reason: RefusalReason, by signingKey: Bytes32, body: [UInt8]?,
    request: SignedRequest?, list: [UInt8]? = nil, message: [UInt8]? = nil, time: UInt64
  ) async throws {
    let present = try await members(session).first { $0.signingKey == signingKey }.map { ($0.number, $0.name) }
    let known = if let present { present } else { try await former(signingKey, session) }
    guard let (number, memberName) = known else { return }
    try await session.execute(
      """
      INSERT INTO trustee_refusals
        (election, signing_key, phase, reason, number, name, first, last, count)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)
      ON CONFLICT (election, signing_key, phase, reason) DO UPDATE SET last = $7, count = trustee_refusals.count + 1
      """,
      [
        name, .bytes(signingKey.bytes), .text(phase.rawValue), .text(reason.rawValue), .integer(Int64(number)),
        .text(memberName), .integer(Int64(time)),
      ])
    guard let request, try await mayShow(body, phase, reason, by: signingKey, session) else { return }
    // The first one that was signed: never two, which may have a nonce in common.
    try await session.execute(
      """
      UPDATE trustee_refusals SET body = $5, body_hash = $6, target = $7, request_time = $8, request_signature = $9, list = $10,
        message = $11
      WHERE election = $1 AND signing_key = $2 AND phase = $3 AND reason = $4 AND request_signature IS NULL
      """,
      [
        name, .bytes(signingKey.bytes), .text(phase.rawValue), .text(reason.rawValue), body.map { .bytes($0) } ?? .null,
        .bytes(request.bodyHash.bytes), .text(request.target), .integer(Int64(clamping: request.time)),
        .bytes(request.signature), list.map { .bytes($0) } ?? .null, message.map { .bytes($0) } ?? .null,
      ])
  }

  /// A part that does not hold decrypts nobody knows what. Those of fewer trustees than the threshold decrypt nothing, whatever it is: more are never kept.
  private func mayShow(
    _ body: [UInt8]?, _ phase: ConductPhase, _ reason: RefusalReason, by signingKey: Bytes32, _ session: any SQLSession
  ) async throws -> Bool {
    guard body != nil, phase == .decryption, reason == .wrongPart else { return true }
    let others = try await session.query(
      """
      SELECT COUNT(*) FROM trustee_refusals
      WHERE election = $1 AND signing_key <> $2 AND phase = $3 AND reason = $4 AND body_hash IS NOT NULL
      """, [name, .bytes(signingKey.bytes), .text(phase.rawValue), .text(reason.rawValue)])
    guard let row = others.first else { return false }
    return Int(try row.integer(0)) + 1 < (try await group(session)).threshold
  }

  func refusals(_ session: any SQLSession) async throws -> [TrusteeRefusal] {
    try await session.query(
      """
      SELECT signing_key, phase, reason, number, name, first, last, count, body, target, request_time, request_signature, list,
        message, body_hash
      FROM trustee_refusals WHERE election = $1 ORDER BY first, number, phase, reason
      """, [name]
    ).map { row in
      guard let key = try row.bytes32(0), let phase = ConductPhase(rawValue: try row.text(1)),
        let reason = RefusalReason(rawValue: try row.text(2))
      else { throw CeremonyError.damaged("an unknown kind of refusal") }
      let number = Int(try row.integer(3))
      return TrusteeRefusal(
        phase: phase, reason: reason, signingKey: key, number: number, name: try row.text(4), first: UInt64(try row.integer(5)),
        last: UInt64(try row.integer(6)), count: Int(try row.integer(7)),
        evidence: reason == .wrongShare || reason == .formerTrustee ? try Self.evidence(row, number) : nil,
        request: try Self.request(row, phase, reason, key))
    }
  }

  private static func evidence(_ row: SQLRow, _ number: Int) throws -> WrongShare? {
    guard ![8, 9, 10, 11, 12].contains(where: { row.isNull($0) }) else { return nil }
    return WrongShare(
      trustee: number, list: try row.bytes(12), body: try row.bytes(8), target: Array(try row.text(9).utf8),
      time: UInt64(try row.integer(10)), signature: try row.bytes(11), mark: row.isNull(13) ? nil : try row.bytes(13))
  }

  /// What proves by itself: a part in the decryption by its body, and any other act by a key that has no place any more.
  private static func request(
    _ row: SQLRow, _ phase: ConductPhase, _ reason: RefusalReason, _ key: Bytes32
  ) throws -> RefusedRequest? {
    let isPart = phase == .decryption && (reason == .wrongPart || reason == .formerTrustee)
    let isFormer = row.isNull(8) && reason == .formerTrustee && (phase == .signature || phase == .mark)
    guard isPart || isFormer, !row.isNull(9), !row.isNull(10), !row.isNull(11), let hash = try row.bytes32(14) else { return nil }
    return RefusedRequest(
      signingKey: key, target: Array(try row.text(9).utf8), time: UInt64(try row.integer(10)), bodyHash: hash,
      signature: try row.bytes(11), body: row.isNull(8) ? nil : try row.bytes(8))
  }
}

extension SigningCoordinator.Refusal {
  /// What of it is kept by name; what may be late through no fault of the sender is not.
  var reason: RefusalReason? {
    switch self {
    case .usedCommitment: .usedNonce
    case .unknownSession: .otherSession
    case .tooManyRestarts: .tooManyRestarts
    // Named when the wrong share came.
    case .excluded, .unknownTrustee: nil
    }
  }
}
