import Curve25519
import Database
import Elections
import ThresholdCryptography

/// Somebody has used a share, or a key, from before a renewal: it was refused.
public struct OutdatedShare: Sendable, Equatable {
  /// The trustee's number.
  public let number: Int
  /// As it was called when the share was good.
  public let name: String
  /// What it was used for: `cosignature`, `decryption`, `signature`.
  public let use: String
  /// When it was tried last, Unix milliseconds.
  public let time: UInt64
}

// Shares and keys from before a renewal are refused by name.
extension Ceremonies {
  /// The number of a trustee that acts.
  ///
  /// - Throws: `notTrustee`; `replaced` for one whose place another has, which is noted.
  func actingNumber(of signingKey: Bytes32, election: String, for use: String) async throws -> Int {
    do { return try await number(of: signingKey, election: election) } catch CeremonyError.notTrustee {
      try await refuseFormer(signingKey, election, use)
      throw CeremonyError.notTrustee
    }
  }

  /// Notes that a trustee whose place another has wants to act.
  ///
  /// - Throws: `replaced`, if it is one.
  func refuseFormer(_ signingKey: Bytes32, _ election: String, _ use: String) async throws {
    let rows = try await database.read { session in
      try await session.query(
        "SELECT number, name FROM former_trustees WHERE election = $1 AND signing_key = $2",
        [.text(election), .bytes(signingKey.bytes)])
    }
    guard let row = rows.first else { return }
    let (number, name) = (Int(try row.integer(0)), try row.text(1))
    try await noteOutdated(number, name, use, election)
    throw CeremonyError.replaced(name: name)
  }

  /// Notes the use of a share from before a renewal.
  func noteOutdated(_ number: Int, _ name: String, _ use: String, _ election: String) async throws {
    metrics.refuse("outdated")
    let now = clock.now()
    try await database.transaction { session in
      try await session.execute(
        """
        INSERT INTO outdated_shares (election, number, name, usage, time) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (election, number, name, usage) DO UPDATE SET time = $5
        """, [.text(election), .integer(Int64(number)), .text(name), .text(use), .integer(Int64(now))])
    }
    events.publish(.trustee(election: election, number: number, status: "outdated"))
  }

  /// Whether a part in the end of the election comes from a share of before a renewal: then it is noted.
  func refuseOutdated(_ part: ClosingPart, _ statement: DecryptionStatement, _ election: String) async throws {
    for term in try await boards.roster(of: election).terms.dropLast()
    where part.isGood(statement, keys: term.acting.keys, drawKeys: term.acting.drawKeys) {
      let name = term.acting.trustees[part.trustee - 1].name.description
      try await noteOutdated(part.trustee, name, "decryption", election)
      throw CeremonyError.refused("it comes from the share that trustee \(part.trustee) had before a renewal")
    }
  }

  /// All uses of such shares, in the order of time.
  public func outdatedShares(of election: String) async throws -> [OutdatedShare] {
    try await database.read { session in
      try await session.query(
        "SELECT number, name, usage, time FROM outdated_shares WHERE election = $1 ORDER BY time, number, usage", [.text(election)]
      ).map {
        OutdatedShare(
          number: Int(try $0.integer(0)), name: try $0.text(1), use: try $0.text(2), time: UInt64(try $0.integer(3)))
      }
    }
  }
}
