import Curve25519
import Database
import VoteRegistry

/// The right to write with an account, for as long as nobody else has it.
struct RecordingClaim: Equatable, Sendable {
  let turn: Int64
  /// Turns that have failed one after the other.
  let failures: Int64
}

/// Somebody else has the account by now: nothing more is written.
struct ClaimLost: Error {}

/// All SQL of one account. Every write says in whose turn, and is refused in an earlier one: a worker that was taken for dead changes nothing.
struct RecordingBook: Sendable {
  let database: any Database
  let account: String
  let place: RegistryPlace

  // MARK: Turns

  /// Whether there is anything under way or due. Costs no write.
  func hasWork(now: Int64) async throws -> Bool {
    try await database.read { session in
      let rows = try await session.query(
        """
        SELECT 1 FROM chain_records WHERE \(waits)
        UNION ALL SELECT 1 FROM chain_transactions WHERE account = $4 AND state IN ('signed', 'sent', 'included') LIMIT 1
        """, waiting(now) + [.text(account)])
      return !rows.isEmpty
    }
  }

  /// Other accounts of the chain whose transactions were to write what is not confirmed.
  func accountsLeftBehind() async throws -> [String] {
    try await database.read { session in
      try await session.query(
        """
        SELECT DISTINCT account FROM chain_records WHERE state IN ('pending', 'sent', 'queued') AND nonce IS NOT NULL AND account <> $1
        AND COALESCE(chain, $2) = $2 ORDER BY account
        """, [.text(account), place.values[0]])
    }.map { try $0.text(0) }
  }

  /// Takes the account; `nil` where somebody else has it, or it is to be left alone for a while.
  func claim(now: Int64, lease: Int64) async throws -> RecordingClaim? {
    try await database.transaction { session in
      try await session.execute(
        "INSERT INTO chain_accounts (account) VALUES ($1) ON CONFLICT (account) DO NOTHING", [.text(account)])
      let rows = try await session.query(
        "UPDATE chain_accounts SET turn = turn + 1, lease = $2 WHERE account = $1 AND lease <= $3 AND due <= $3 RETURNING turn, failures",
        [.text(account), .integer(now + lease), .integer(now)])
      guard let row = rows.first else { return nil }
      return RecordingClaim(turn: try row.integer(0), failures: try row.integer(1))
    }
  }

  /// Gives the account back.
  func release(_ claim: RecordingClaim, failures: Int64, due: Int64, error: String?) async throws {
    try await write(claim) { session in
      try await session.execute(
        "UPDATE chain_accounts SET lease = 0, failures = $2, due = $3, error = $4 WHERE account = $1",
        [.text(account), .integer(failures), .integer(due), error.map { .text($0) } ?? .null])
    }
  }

  /// One transaction of the database within a turn.
  ///
  /// - Throws: `ClaimLost`.
  @discardableResult
  func write<Result: Sendable>(
    _ claim: RecordingClaim, _ body: @Sendable (any SQLSession) async throws -> Result
  ) async throws -> Result {
    try await database.transaction { session in
      let isOurs = try await session.execute(
        "UPDATE chain_accounts SET turn = turn WHERE account = $1 AND turn = $2", [.text(account), .integer(claim.turn)])
      guard isOurs == 1 else { throw ClaimLost() }
      return try await body(session)
    }
  }

  // MARK: Reading

  /// What is under way, in the order of its numbers.
  func slotsUnderWay() async throws -> [TransactionSlot] {
    TransactionSlot.slots(
      try await transactions(
        "AND nonce IN (SELECT nonce FROM chain_transactions WHERE account = $1 AND state IN ('signed', 'sent', 'included'))", []))
  }

  /// What was settled although the chain has not come to it, or does not any more.
  func slotsUndone(from nonce: UInt64) async throws -> [TransactionSlot] {
    TransactionSlot.slots(
      try await transactions(
        """
        AND nonce >= $2 AND nonce NOT IN (
          SELECT nonce FROM chain_transactions WHERE account = $1 AND state IN ('signed', 'sent', 'included'))
        """, [.integer(Int64(clamping: nonce))]))
  }

  private func transactions(_ condition: String, _ values: [SQLValue]) async throws -> [ChainTransaction] {
    try await database.read { session in
      try await session.query(
        "SELECT \(ChainTransaction.columns) FROM chain_transactions WHERE account = $1 \(condition)", [.text(account)] + values)
    }.map { try ChainTransaction($0) }
  }

  /// The records that a number is for, in the order of its call.
  func records(of nonce: UInt64) async throws -> [ChainRecord] {
    try await records("account = $1 AND nonce = $2 ORDER BY added, hash", [.text(account), .integer(Int64(clamping: nonce))])
  }

  func records(_ condition: String, _ values: [SQLValue]) async throws -> [ChainRecord] {
    try await database.read { session in
      try await session.query("SELECT \(ChainRecord.columns) FROM chain_records WHERE \(condition)", values)
    }.map { try ChainRecord($0) }
  }

  /// The next number that we know of.
  func next() async throws -> UInt64 {
    let rows = try await database.read { session in
      try await session.query("SELECT next FROM chain_accounts WHERE account = $1 AND next IS NOT NULL", [.text(account)])
    }
    return UInt64(clamping: try rows.first?.integer(0) ?? 0)
  }

  // MARK: Planning

  /// With the values of `waiting`.
  private var waits: String { "nonce IS NULL AND state IN ('pending', 'queued') AND due <= $1 AND \(place.condition(2))" }
  private func waiting(_ now: Int64) -> [SQLValue] { [.integer(now)] + place.values }

  /// What is to be done next: anchors first, for they cover everything; then whatever has waited longest.
  func plan(_ policy: RecordingPolicy, now: Int64) async throws -> RecordingPlan? {
    let anchor = try await records("\(waits) AND kind = 'anchor' ORDER BY added, hash LIMIT 1", waiting(now))
    if !anchor.isEmpty { return RecordingPlan(records: anchor) }
    let single = try await records(
      "\(waits) AND (kind = 'each' OR (kind = 'batch' AND alone = 1)) ORDER BY added, hash LIMIT 1", waiting(now))
    if let batch = try await batch(policy, now), batch[0].added <= single.first?.added ?? .max {
      return RecordingPlan(records: batch)
    }
    return single.isEmpty ? nil : RecordingPlan(records: single)
  }

  private func batch(_ policy: RecordingPolicy, _ now: Int64) async throws -> [ChainRecord]? {
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT election FROM chain_records WHERE \(waits) AND kind = 'batch' AND alone = 0 GROUP BY election
        HAVING COUNT(*) >= $4 OR MIN(added) <= $5 ORDER BY MIN(added), election LIMIT 1
        """, waiting(now) + [.integer(Int64(policy.enoughForBatch)), .integer(now - policy.longestWait)])
    }
    guard let election = try rows.first?.bytes(0) else { return nil }
    let records = try await records(
      "\(waits) AND kind = 'batch' AND alone = 0 AND election = $4 ORDER BY added, hash LIMIT $5",
      waiting(now) + [.bytes(election), .integer(Int64(min(policy.fullBatch, RegistryCall.largestBatch)))])
    return records.isEmpty ? nil : records
  }

  /// Keeps a transaction before it is sent, and ties the records to its number.
  func store(_ prepared: PreparedTransaction, _ plan: RecordingPlan, head: UInt64, now: Int64, _ claim: RecordingClaim) async throws
  {
    try await write(claim) { session in
      try await insert(prepared, version: 1, now, session)
      try await session.execute(
        "UPDATE chain_accounts SET next = $2 WHERE account = $1", [.text(account), .integer(Int64(clamping: prepared.nonce + 1))])
      for record in plan.records {
        let count = try await session.execute(
          """
          UPDATE chain_records SET state = 'sent', account = $3, nonce = $4, since = $5, chain = $6, contract = $7, error = NULL
          WHERE election = $1 AND hash = $2 AND nonce IS NULL AND state <> 'confirmed'
          """,
          record.key + [.text(account), .integer(Int64(clamping: prepared.nonce)), .integer(Int64(clamping: record.since ?? head))]
            + place.values)
        guard count == 1 else { throw ClaimLost() }
      }
    }
  }

  /// Keeps a transaction that is to take the place of the latest of its number.
  func store(_ prepared: PreparedTransaction, replacing latest: ChainTransaction, now: Int64, _ claim: RecordingClaim) async throws
  {
    try await write(claim) { session in
      try await insert(prepared, version: latest.version + 1, now, session)
      try await change(latest, "replaced_by = $4", [.bytes(prepared.hash.bytes)], session)
    }
  }

  private func insert(_ prepared: PreparedTransaction, version: Int64, _ now: Int64, _ session: any SQLSession) async throws {
    try await session.execute(
      """
      INSERT INTO chain_transactions (account, nonce, version, hash, raw, gas_limit, maximum_fee, state, due, signed)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'signed', $8, $8)
      """,
      [
        .text(account), .integer(Int64(clamping: prepared.nonce)), .integer(version), .bytes(prepared.hash.bytes),
        .bytes(prepared.raw), .integer(Int64(clamping: prepared.gasLimit)), .text(prepared.maximumFee), .integer(now),
      ])
  }

  // MARK: Changing

  /// - Parameter changes: of a transaction; its values from `$4` on.
  func change(_ transaction: ChainTransaction, _ changes: String, _ values: [SQLValue], _ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE chain_transactions SET \(changes) WHERE account = $1 AND nonce = $2 AND version = $3",
      [.text(account), .integer(Int64(clamping: transaction.nonce)), .integer(transaction.version)] + values)
  }

  /// Nothing where the record has been confirmed since it was read: a reconciliation needs no claim to take over what the chain has.
  ///
  /// - Parameter changes: of a record; its values from `$3` on.
  func change(_ record: ChainRecord, _ changes: String, _ values: [SQLValue], _ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE chain_records SET \(changes) WHERE election = $1 AND hash = $2 AND state <> 'confirmed'", record.key + values)
  }

  /// - Parameter changes: of the records of a number; values from `$3` on.
  func changeRecords(of nonce: UInt64, _ changes: String, _ values: [SQLValue], _ session: any SQLSession) async throws {
    try await session.execute(
      "UPDATE chain_records SET \(changes) WHERE account = $1 AND nonce = $2",
      [.text(account), .integer(Int64(clamping: nonce))] + values)
  }
}
