import Curve25519
import Elections
import ThresholdCryptography

/// A ballot drawn for an audit.
public struct AuditedBallot: Sendable, Equatable {
  /// Its entry on the board.
  public let entry: UInt64
  /// By which it is found.
  public let tracker: Bytes32
}

/// The ballots drawn for an audit (`docs/spec/11-randomness.md`, 11.5).
public struct AuditSample: Sendable, Equatable {
  /// How many ballots count.
  public let counted: Int
  /// Ascending by their entries.
  public let ballots: [AuditedBallot]
}

extension Boards {
  /// What the trustees drew when they decrypted; `nil` while there is no result. Their parts were verified before they were published.
  public func closingDraw(of election: String) async throws -> Bytes32? {
    guard let file = try await file(RecordFile.closingDraw.rawValue, election: election) else { return nil }
    let record = try DrawRecord(file.bytes)
    let seed = DrawSeed.closing(election: try await opening(of: election).electionID, size: record.size, root: record.root)
    let key = try await trustees(of: election).thresholdKey(.beacon)
    return try BeaconOutput(combining: record.parts.map { $0.evaluation }, of: BeaconStatement(seed: seed, key: key)).value
  }

  /// The trustees' numbers in the order in which they are asked first.
  public func dutyOrder(of election: String) async throws -> [Int] {
    DutyOrder.trustees(
      try await trustees(of: election).trustees.count, draw: try await opening(of: election).entry.draw.output)
  }

  /// The ballots drawn for an audit; `nil` while there is no result.
  ///
  /// - Parameter size: how many; all where there are fewer.
  public func auditSample(of election: String, size: Int) async throws -> AuditSample? {
    guard let output = try await closingDraw(of: election) else { return nil }
    return try await auditSample(of: election, size: size, draw: output)
  }

  private func auditSample(of election: String, size: Int, draw: Bytes32) async throws -> AuditSample {
    let board = try await fresh(election)
    let counted = await board.countedEntries()
    let drawn = DrawnLots(draw).audited(min(size, counted.count), of: counted.count).map { counted[$0] }
    let trackers = await board.trackers(of: Set(drawn))
    return AuditSample(
      counted: counted.count,
      ballots: drawn.compactMap { entry in trackers[entry].map { AuditedBallot(entry: entry, tracker: $0) } })
  }
}

extension Board {
  /// The entries of the ballots that count, ascending. Sorted once after the end.
  func countedEntries() -> [UInt64] {
    if let counted { return counted }
    let entries = memory.index.voters.values.filter { $0.casts > 0 }.map { $0.lastCast }.sorted()
    if memory.phase == .closed { counted = entries }
    return entries
  }

  /// Of cast ballots, by their entries.
  func trackers(of entries: Set<UInt64>) -> [UInt64: Bytes32] {
    Dictionary(
      memory.index.entries.lazy.filter { entries.contains($0.value) }.map { ($0.value, $0.key) },
      uniquingKeysWith: { first, _ in first })
  }
}
