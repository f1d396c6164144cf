import Curve25519
import Database
import Elections
import TransparencyLog

/// What the audit page shows beside `PublicElection`.
public struct PublicAudit: Sendable, Equatable {
  /// A trustee's newest signature under the board.
  public struct Cosignature: Sendable, Equatable {
    public let trustee: Int
    /// Entries of the board that it signed.
    public let size: UInt64
    /// Unix milliseconds, by the trustee's clock.
    public let time: UInt64
  }

  /// A size of the board that trustees have cosigned.
  public struct SignedSize: Sendable, Equatable {
    public let size: UInt64
    public let cosignatures: Int
    /// Of its last entry, Unix milliseconds.
    public let time: UInt64
  }

  /// One key ceremony.
  public struct Ceremony: Sendable, Equatable {
    /// Where it ended: `running`, `complete`, `failed`, `abandoned`.
    public let state: String
    public let started: UInt64
    public let ended: UInt64?
  }

  public let trustees: [TrusteeOverview.Trustee]
  public let cosignatures: [Cosignature]
  public let checkpoints: [SignedSize]
  public let ceremonies: [Ceremony]
  public let entries: [BoardEntrySummary]
  /// Numbers of the trustees in the order in which they are asked first.
  public let dutyOrder: [Int]
  /// The output of the closing draw; `nil` while there is no result.
  public let closingDraw: Bytes32?
  /// Ballots drawn from it; `nil` while there is no result.
  public let sample: AuditSample?
  /// Of the trustees' shares.
  public let renewals: [RenewalRecord]
  /// Keys and shares from before a renewal that somebody has used.
  public let outdated: [TrusteeRefusal]
}

extension PublicElections {
  /// Checkpoints and entries that are listed.
  private static var newest: Int { 8 }

  /// Trustees, ceremonies, cosignatures, the newest entries and what was drawn. Everything comes by an index or from memory, however large the board is.
  ///
  /// - Parameter sample: how many ballots are drawn for an audit.
  public func audit(of reference: String, sample: Int = 10) async throws -> PublicAudit {
    let overview = try await environment.ceremonies.overview(of: reference)
    let store = TrusteeStore(election: reference)
    // What the board has signed by a number before is not by who has the number now.
    let roster = try await environment.boards.roster(of: reference)
    let beginnings = overview.trustees.map { (number: $0.number, size: roster.beginning(of: $0.number).size) }
    let (cosignatures, sizes, ceremonies) = try await environment.database.read { session in
      (
        try await store.newestCosignatures(session, of: beginnings),
        try await store.cosignedSizes(session, limit: Self.newest), try await store.ceremonies(session)
      )
    }
    let boards = environment.boards
    let times = try await boards.times(of: reference, sizes: sizes.map { $0.size })
    return PublicAudit(
      trustees: overview.trustees, cosignatures: cosignatures,
      checkpoints: sizes.compactMap { size, count in
        times[size].map { .init(size: size, cosignatures: count, time: $0) }
      }, ceremonies: ceremonies, entries: try await boards.newest(of: reference, Self.newest),
      dutyOrder: try await boards.dutyOrder(of: reference), closingDraw: try await boards.closingDraw(of: reference),
      sample: try await boards.auditSample(of: reference, size: sample),
      renewals: try await environment.ceremonies.renewals(of: reference),
      outdated: try await environment.ceremonies.refusals(of: reference).filter { $0.reason == .formerTrustee })
  }
}

extension TrusteeStore {
  /// Numbers of those whose part of the decryption was taken, ascending.
  func decrypters(_ session: any SQLSession) async throws -> [Int] {
    try await session.query("SELECT trustee FROM partial_decryptions WHERE election = $1 ORDER BY trustee", [name]).map {
      Int(try $0.integer(0))
    }
  }

  fileprivate func newestCosignatures(
    _ session: any SQLSession, of trustees: [(number: Int, size: UInt64)]
  ) async throws -> [PublicAudit.Cosignature] {
    var found: [PublicAudit.Cosignature] = []
    for (number, size) in trustees {
      let rows = try await session.query(
        """
        SELECT size, line FROM board_cosignatures WHERE election = $1 AND trustee = $2 AND size >= $3 ORDER BY size DESC LIMIT 1
        """,
        [name, .integer(Int64(number)), .integer(Int64(clamping: size))])
      guard let row = rows.first, let time = Self.time(of: try row.bytes(1)) else { continue }
      found.append(.init(trustee: number, size: UInt64(try row.integer(0)), time: time))
    }
    return found
  }

  /// When a line was signed.
  private static func time(of line: [UInt8]) -> UInt64? {
    guard let parsed = try? WitnessRequest.parseAnswer(line).first, let cosignature = try? Cosignature(parsing: parsed.signature)
    else {
      return nil
    }
    return cosignature.timestamp * 1000
  }

  fileprivate func cosignedSizes(_ session: any SQLSession, limit: Int) async throws -> [(size: UInt64, count: Int)] {
    try await session.query(
      "SELECT size, COUNT(*) FROM board_cosignatures WHERE election = $1 GROUP BY size ORDER BY size DESC LIMIT $2",
      [name, .integer(Int64(limit))]
    ).map { (UInt64(try $0.integer(0)), Int(try $0.integer(1))) }
  }

  fileprivate func ceremonies(_ session: any SQLSession) async throws -> [PublicAudit.Ceremony] {
    try await session.query(
      "SELECT state, started, ended FROM ceremonies WHERE election = $1 ORDER BY started, id", [name]
    ).map { .init(state: try $0.text(0), started: UInt64(try $0.integer(1)), ended: try $0.time(2)) }
  }
}
