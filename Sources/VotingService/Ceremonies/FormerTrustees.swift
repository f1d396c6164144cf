import Curve25519
import Database
import Elections
import ThresholdCryptography

// Keys and shares from before a renewal are refused by name (8.13).
extension Ceremonies {
  /// The number of a trustee that acts.
  ///
  /// - Parameter request: what it signed to act, where that is evidence.
  /// - Throws: `notTrustee`; `replaced` for one whose place another has, which is kept as refused.
  func actingNumber(
    of signingKey: Bytes32, election: String, for phase: ConductPhase, request: SignedRequest? = nil
  ) async throws -> Int {
    do { return try await number(of: signingKey, election: election) } catch CeremonyError.notTrustee {
      try await refuseFormer(signingKey, election, phase, request)
      throw CeremonyError.notTrustee
    }
  }

  /// Keeps that a trustee whose place another has wanted to act.
  ///
  /// - Throws: `replaced`, if it is one.
  func refuseFormer(
    _ signingKey: Bytes32, _ election: String, _ phase: ConductPhase, _ request: SignedRequest? = nil
  ) async throws {
    let store = TrusteeStore(election: election)
    guard let (number, name) = try await database.read({ try await store.former(signingKey, $0) }) else { return }
    // That it acted is enough: what it said may be a share.
    try await refuseOutdated(phase, by: signingKey, number, election, body: nil, request)
    throw CeremonyError.replaced(name: name)
  }

  private func refuseOutdated(
    _ phase: ConductPhase, by signingKey: Bytes32, _ number: Int, _ election: String, body: [UInt8]?, _ request: SignedRequest?
  ) async throws {
    metrics.refuse("outdated")
    try await refuse(phase, .formerTrustee, by: signingKey, election, body: body, request: request)
    events.publish(.trustee(election: election, number: number, status: "outdated"))
  }

  /// Whether a trustee's part in the end of the election comes from a share of before a renewal: then it is kept as such.
  ///
  /// - Throws: `refused`, if it does.
  func refuseOutdated(
    _ part: ClosingPart, _ statement: DecryptionStatement, by signingKey: Bytes32, _ election: String, _ request: SignedRequest?
  ) async throws {
    for term in try await boards.roster(of: election).terms.dropLast()
    where part.isGood(statement, keys: term.acting.keys, drawKeys: term.acting.drawKeys) {
      try await refuseOutdated(.decryption, by: signingKey, part.trustee, election, body: part.encoded, request)
      throw CeremonyError.outdated(number: part.trustee)
    }
  }
}

extension CeremonyError {
  static func outdated(number: Int) -> CeremonyError {
    .refused("it comes from the share that trustee \(number) had before a renewal")
  }
}

extension TrusteeStore {
  /// Numbers that others had before.
  func newcomers(_ session: any SQLSession) async throws -> Set<Int> {
    let rows = try await session.query("SELECT DISTINCT number FROM former_trustees WHERE election = $1", [name])
    return Set(try rows.map { Int(try $0.integer(0)) })
  }

  /// The number and name that somebody had as a trustee before another got the place; `nil` for who was none.
  func former(_ signingKey: Bytes32, _ session: any SQLSession) async throws -> (number: Int, name: String)? {
    try await session.query(
      "SELECT number, name FROM former_trustees WHERE election = $1 AND signing_key = $2", [name, .bytes(signingKey.bytes)]
    ).first.map { (Int(try $0.integer(0)), try $0.text(1)) }
  }
}
