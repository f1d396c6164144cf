import Curve25519
import Database
import Sealing
import Synchronization

/// The table of jobs: what is asked for here is done by a `JobRunner`, of this server or another.
public final class JobQueue: Sendable {
  private let clock: any Clock
  /// For names and for pauses that differ.
  private let random: Mutex<any RandomSource & Sendable>

  public init(clock: any Clock, random: any RandomSource & Sendable = SystemRandom()) {
    self.clock = clock
    self.random = Mutex(random)
  }

  var now: Int64 { Int64(clamping: clock.now()) }

  // MARK: Asking for work

  /// Asks for work within the transaction that causes it: it is done if, and only if, that is committed. Then tell the runner, `wake()`.
  ///
  /// - Parameters:
  ///   - kind: which handler does it.
  ///   - payload: what it is about, by the kind's own rules.
  ///   - key: jobs of one key are done one after the other, in the order in which they were asked for; one that has failed for good holds
  ///     up none.
  ///   - due: Unix milliseconds: not before.
  ///   - id: a name of the caller's own, for work that must be asked for once however often the caller says so; nil: a random one.
  /// - Returns: whether it is new; not when there is a job of this `id`.
  @discardableResult
  public func enqueue(
    kind: String, payload: [UInt8] = [], key: String? = nil, due: UInt64 = 0, id: String? = nil, in session: any SQLSession
  ) async throws(DatabaseError) -> Bool {
    let position = key == nil ? "0" : "(SELECT COALESCE(MAX(position), 0) + 1 FROM jobs WHERE key = $4)"
    let sql = """
      INSERT INTO jobs (id, kind, payload, key, position, state, due, created)
      VALUES ($1, $2, $3, $4, \(position), 'waiting', $5, $6) ON CONFLICT (id) DO NOTHING
      """
    return try await session.execute(
      sql,
      [
        .text(id ?? name()), .text(kind), .bytes(payload), key.map { .text($0) } ?? .null, .integer(Int64(clamping: due)),
        .integer(now),
      ]) == 1
  }

  /// Asks for work of which one piece that waits is enough: hastens that, or asks for one. Whoever begins the piece afterwards sees what this
  /// transaction commits: the row is locked until then.
  public func enqueueUnlessWaiting(kind: String, due: UInt64 = 0, in session: any SQLSession) async throws(DatabaseError) {
    let waiting = try await session.execute(
      "UPDATE jobs SET due = CASE WHEN due < $2 THEN due ELSE $2 END WHERE kind = $1 AND state = 'waiting'",
      [.text(kind), .integer(Int64(clamping: due))])
    if waiting == 0 { try await enqueue(kind: kind, due: due, in: session) }
  }

  /// Takes back work that nobody has begun, so that its name is free again.
  ///
  /// - Returns: false when it is being done, was done or never asked for.
  @discardableResult
  public func cancel(id: String, in session: any SQLSession) async throws(DatabaseError) -> Bool {
    try await session.execute("DELETE FROM jobs WHERE id = $1 AND state = 'waiting'", [.text(id)]) == 1
  }

  // MARK: Looking after it

  /// Has a failed job tried again, from its first attempt.
  ///
  /// - Returns: false when it has not failed.
  public func retry(id: String, in session: any SQLSession) async throws(DatabaseError) -> Bool {
    try await session.execute(
      "UPDATE jobs SET state = 'waiting', attempts = 0, due = $2, finished = NULL WHERE id = $1 AND state = 'failed'",
      [.text(id), .integer(now)]) == 1
  }

  /// Jobs of one state by their names.
  ///
  /// - Parameters:
  ///   - after: the last name seen.
  ///   - limit: how many at most.
  public func list(
    state: JobState, after: String = "", limit: Int = 100, in session: any SQLSession
  ) async throws(DatabaseError) -> [JobRecord] {
    let rows = try await session.query(
      """
      SELECT id, kind, key, state, due, attempts, error, created, finished FROM jobs
      WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3
      """, [.text(state.rawValue), .text(after), .integer(Int64(limit))])
    var records: [JobRecord] = []
    for row in rows { records.append(try JobRecord(row)) }
    return records
  }

  /// How the jobs of each kind stand.
  public func statistics(in session: any SQLSession) async throws(DatabaseError) -> [String: JobStatistics] {
    let time = now
    let rows = try await session.query(
      """
      SELECT kind, state, COUNT(*), MIN(CASE WHEN due > $1 THEN NULL WHEN due > created THEN due ELSE created END)
      FROM jobs WHERE state <> 'done' GROUP BY kind, state
      """, [.integer(time)])
    var statistics: [String: JobStatistics] = [:]
    for row in rows {
      var entry = statistics[try row.text(0)] ?? JobStatistics()
      let count = Int(try row.integer(2))
      switch JobState(rawValue: try row.text(1)) {
      case .waiting:
        entry.waiting = count
        if !row.isNull(3) { entry.oldestAge = UInt64(max(0, time - (try row.integer(3)))) }
      case .running: entry.running = count
      case .failed: entry.failed = count
      case .done, nil: break
      }
      statistics[try row.text(0)] = entry
    }
    return statistics
  }

  /// Deletes jobs that were done more than so many days ago, some hundred at a time.
  ///
  /// - Returns: how many were deleted; call again while there are.
  public func clean(olderThanDays days: Int, in session: any SQLSession) async throws(DatabaseError) -> Int {
    try await session.execute(
      "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'done' AND finished < $1 LIMIT 500)",
      [.integer(now - Int64(days) * 86_400_000)])
  }

  /// A random name.
  func name() -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  func bytes(_ count: Int) -> [UInt8] {
    random.withLock { $0.bytes(count) }
  }
}

extension JobRecord {
  fileprivate init(_ row: SQLRow) throws(DatabaseError) {
    id = try row.text(0)
    kind = try row.text(1)
    key = row.isNull(2) ? nil : try row.text(2)
    guard let state = JobState(rawValue: try row.text(3)) else { throw .unexpectedColumn(3) }
    self.state = state
    due = UInt64(clamping: try row.integer(4))
    attempts = Int(try row.integer(5))
    error = row.isNull(6) ? nil : try row.text(6)
    created = UInt64(clamping: try row.integer(7))
    finished = row.isNull(8) ? nil : UInt64(clamping: try row.integer(8))
  }
}
