import Database
import TransparencyLog
import VoteRegistry

/// Every record here against the chain, and everything on the chain against the records here.
public struct Reconciliation: Equatable, Sendable {
  /// What does not agree.
  public enum Finding: Hashable, Sendable {
    /// Confirmed here, and not on the chain.
    case missing(RegistryEntry)
    /// Confirmed from one block, and on the chain in another.
    case differing(RegistryEntry, here: UInt64, chain: UInt64)
    /// On the chain, and not known here to be.
    case unnoticed(RegistryEntry, block: UInt64)
    /// On the chain, and no record here wants it: the account's key was used by somebody else, or a record was removed or altered here.
    case extra(RegistryEntry, block: UInt64)
    /// On the chain more than once.
    case repeated(RegistryEntry, blocks: [UInt64])
    /// An anchor whose leaves, as they are kept here, do not give its root.
    case damaged(RegistryEntry)
    /// The contract's events and its storage do not agree: a node lies. Blocks; `nil`: not there.
    case contradiction(RegistryEntry, events: UInt64?, storage: UInt64?)
  }

  /// The latest block that was looked at.
  public let head: UInt64
  /// Records here that were compared.
  public let compared: Int
  /// Anchors first, then by election and hash.
  public let findings: [Finding]

  /// Compares all records of the contract with all that it says.
  ///
  /// - Parameter firstBlock: that of the contract's deployment, or an earlier one.
  /// - Throws: `RegistryError` where the chain cannot be asked; errors of the database.
  public init(of database: any Database, with registry: any VoteRegistry, from firstBlock: UInt64) async throws {
    // The chain first: a record is here before it is there, so that none seems to be extra that is only new.
    let head = try await registry.head()
    let written = firstBlock <= head ? try await registry.written(in: firstBlock...head) : []
    let anchors = try await registry.anchors(since: firstBlock)
    var events = Dictionary(grouping: written, by: \.entry).mapValues { $0.map(\.block) }
    var findings: [Finding] = []
    for (entry, blocks) in events where blocks.count > 1 { findings.append(.repeated(entry, blocks: blocks)) }
    var compared = 0
    for record in try await LocalRecord.all(database, registry.place) {
      let entry = record.entry
      let blocks = events.removeValue(forKey: entry) ?? []
      if record.isDamaged { findings.append(.damaged(entry)) }
      // What came to the chain since belongs to the next time.
      if let block = record.block, block > head { continue }
      compared += 1
      let stored = if case .anchor = entry { anchors[entry] } else { try await registry.find(entry, since: firstBlock) }
      if let stored, stored > head { continue }
      if let finding = Self.compare(record, events: blocks, storage: stored) { findings.append(finding) }
    }
    for (entry, blocks) in events { findings.append(.extra(entry, block: blocks[0])) }
    self.head = head
    self.compared = compared
    self.findings = findings.sorted { $0.order.lexicographicallyPrecedes($1.order) }
  }

  private static func compare(_ record: LocalRecord, events: [UInt64], storage: UInt64?) -> Finding? {
    // Of an anchor that is there twice, the storage of the later one is found first.
    guard events.isEmpty ? storage == nil : storage.map({ events.contains($0) }) ?? false else {
      return .contradiction(record.entry, events: events.first, storage: storage)
    }
    switch (record.block, storage) {
    case (let here?, let there?): return events.contains(here) ? nil : .differing(record.entry, here: here, chain: there)
    case (_?, nil): return .missing(record.entry)
    case (nil, let there?): return .unnoticed(record.entry, block: there)
    case (nil, nil): return nil
    }
  }
}

extension Reconciliation {
  /// Mends what can be mended here: what is missing goes to the chain again, and what is on the chain is taken over with its block. All else is for people to look at.
  ///
  /// - Parameters:
  ///   - depth: blocks from which on what is on the chain counts.
  ///   - now: Unix milliseconds.
  /// - Returns: what was mended.
  public func repair(_ database: any Database, depth: UInt64, now: Int64) async throws -> [Finding] {
    var mended: [Finding] = []
    for finding in findings {
      let done: Bool
      switch finding {
      case .missing(let entry):
        done = try await change(
          database, entry,
          "state = 'pending', block = NULL, confirmed = NULL, account = NULL, nonce = NULL, since = NULL, attempts = 0, due = $3",
          "confirmed",
          [.integer(now)])
      case .differing(let entry, _, let block) where isDeep(block, depth):
        done = try await change(database, entry, "block = $3", "confirmed", [.integer(Int64(clamping: block))])
      case .unnoticed(let entry, let block) where isDeep(block, depth):
        // What has a number under way is the worker's.
        done = try await change(
          database, entry, "state = 'confirmed', block = $3, confirmed = $4, error = NULL", "pending",
          [.integer(Int64(clamping: block)), .integer(now)])
      default: done = false
      }
      if done { mended.append(finding) }
    }
    return mended
  }

  private func isDeep(_ block: UInt64, _ depth: UInt64) -> Bool { head >= block && head - block + 1 >= depth }

  private func change(
    _ database: any Database, _ entry: RegistryEntry, _ changes: String, _ state: String, _ values: [SQLValue]
  ) async throws -> Bool {
    let condition =
      state == "confirmed"
      ? "state = 'confirmed'"
      : """
      state <> 'confirmed' AND NOT EXISTS (
        SELECT 1 FROM chain_transactions t WHERE t.account = chain_records.account AND t.nonce = chain_records.nonce
        AND t.state IN ('signed', 'sent', 'included'))
      """
    return try await database.transaction { session in
      try await session.execute(
        "UPDATE chain_records SET \(changes) WHERE election = $1 AND hash = $2 AND \(condition)", entry.key + values) == 1
    }
  }
}

/// A record as it is compared.
private struct LocalRecord {
  let entry: RegistryEntry
  let isDamaged: Bool
  /// Where it is confirmed.
  let block: UInt64?

  /// All of a contract, in pieces, so that no transaction is long.
  static func all(_ database: any Database, _ place: RegistryPlace) async throws -> [LocalRecord] {
    var all: [LocalRecord] = []
    var last: [SQLValue] = [.bytes([]), .bytes([])]
    while true {
      let after = last
      let rows = try await database.read { session in
        try await session.query(
          """
          SELECT \(ChainRecord.columns), state, block FROM chain_records
          WHERE (election > $1 OR (election = $1 AND hash > $2)) AND \(place.condition(3)) ORDER BY election, hash LIMIT 1000
          """, after + place.values)
      }
      for row in rows {
        let record = try ChainRecord(row)
        let isConfirmed = try row.text(7) == "confirmed"
        let tree = record.kind == .anchor ? try? ServiceTree(bytes: record.content) : nil
        all.append(
          LocalRecord(
            entry: record.entry, isDamaged: record.kind == .anchor && tree?.root != record.hash,
            block: isConfirmed ? UInt64(clamping: row.isNull(8) ? 0 : try row.integer(8)) : nil))
        last = record.key
      }
      if rows.count < 1000 { return all }
    }
  }
}

extension RegistryEntry {
  /// The primary key of its record.
  var key: [SQLValue] {
    switch self {
    case .anchor(let root, _): [.bytes([]), .bytes(root.bytes)]
    case .ballot(let election, let leaf): [.bytes(election.bytes), .bytes(leaf.bytes)]
    }
  }
}

extension Reconciliation.Finding {
  /// What it is about.
  public var entry: RegistryEntry {
    switch self {
    case .missing(let entry), .differing(let entry, _, _), .unnoticed(let entry, _), .extra(let entry, _), .repeated(let entry, _),
      .damaged(let entry), .contradiction(let entry, _, _):
      entry
    }
  }

  fileprivate var order: [UInt8] {
    switch entry {
    case .anchor(let root, _): [0] + root.bytes
    case .ballot(let election, let leaf): [1] + election.bytes + leaf.bytes
    }
  }
}
