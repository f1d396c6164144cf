import Database

/// What a runner does to the table. A job belongs to who wrote his name on it for as long as the lease says; the number of the attempt tells
/// a worker that was taken for dead from the one that has the job now.
struct JobTable: Sendable {
  let database: any Database
  let queue: JobQueue
  /// This runner, unlike any other there is or was.
  let worker: String
  /// Milliseconds that a job belongs to this runner unless it says again that it lives.
  let lease: UInt64
  /// The kinds that this runner knows: another server may know more.
  let policies: [String: RetryPolicy]

  // MARK: Taking

  /// When the next job could be begun, in Unix milliseconds: now or earlier if one is ready; nil if there is none. Changes nothing, so that
  /// looking again and again costs no write.
  func nextDue() async throws -> UInt64? {
    let names = names(from: 1)
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT MIN(CASE WHEN j.state = 'waiting' THEN j.due ELSE j.lease END) FROM jobs j
        WHERE j.state IN ('waiting', 'running') AND j.kind IN (\(names)) AND \(Self.isFirstOfKey)
        """, kinds)
    }
    guard let row = rows.first, !row.isNull(0) else { return nil }
    return UInt64(clamping: try row.integer(0))
  }

  /// Takes jobs that are due, of runners that died too: those first that could have been done longest. Those that have been begun too often are given up instead.
  func take(_ count: Int) async throws -> [Job] {
    let now = queue.now
    let names = names(from: 5)
    return try await database.transaction { session in
      let rows = try await session.query(
        """
        UPDATE jobs SET state = 'running', worker = $1, lease = $2, attempts = attempts + 1 WHERE id IN (
          SELECT j.id FROM jobs j
          WHERE ((j.state = 'waiting' AND j.due <= $3) OR (j.state = 'running' AND j.lease <= $3)) AND j.kind IN (\(names))
            AND \(Self.isFirstOfKey)
          ORDER BY CASE WHEN j.due > j.created THEN j.due ELSE j.created END, j.id LIMIT $4)
        RETURNING id, kind, payload, key, attempts
        """, [.text(worker), .integer(now + Int64(lease)), .integer(now), .integer(Int64(count))] + kinds)
      var jobs: [Job] = []
      for row in rows {
        let job = try Job(row)
        if job.attempt > policy(job).attempts {
          try await fail(job, "the server died during each attempt, or was cut off", session)
        } else {
          jobs.append(job)
        }
      }
      return jobs
    }
  }

  /// Whether no earlier job of the same key is unfinished. With one, it has to be done first even if it is due later.
  private static let isFirstOfKey = """
    (j.key IS NULL OR NOT EXISTS (
      SELECT 1 FROM jobs e WHERE e.key = j.key AND e.position < j.position AND e.state IN ('waiting', 'running')))
    """

  private var kinds: [SQLValue] { policies.keys.sorted().map { .text($0) } }

  /// `$n, $n+1, …`, one for each kind.
  private func names(from first: Int) -> String {
    (first..<first + policies.count).map { "$\($0)" }.joined(separator: ", ")
  }

  // MARK: Keeping

  /// Says that this runner is at the jobs of these names; returns those that are still its own. Only these: a job that it took without
  /// hearing of it is to be taken again.
  func renew(_ names: Set<String>) async throws -> Set<String> {
    let until = queue.now + Int64(lease)
    let places = (3..<3 + names.count).map { "$\($0)" }.joined(separator: ", ")
    let rows = try await database.transaction { session in
      try await session.query(
        "UPDATE jobs SET lease = $1 WHERE worker = $2 AND state = 'running' AND id IN (\(places)) RETURNING id",
        [.integer(until), .text(worker)] + names.sorted().map { .text($0) })
    }
    return Set(try rows.map { try $0.text(0) })
  }

  // MARK: Giving back

  /// The job is done. False when it was not ours any more.
  @discardableResult
  func done(_ job: Job) async throws -> Bool {
    try await database.transaction { session in
      try await end(job, "state = 'done', finished = $4, error = NULL", [.integer(queue.now)], session)
    }
  }

  /// The attempt failed: the job is tried again later, or has failed for good.
  ///
  /// - Returns: when it is tried again, in Unix milliseconds; nil: never.
  func failed(_ job: Job, _ error: any Error) async throws -> UInt64? {
    let reason = Self.reason(error)
    let policy = policy(job)
    let isPermanent = if case JobFailure.permanent = error { true } else { false }
    let pause = policy.pause(after: job.attempt, random: queue.bytes(1)[0])
    return try await database.transaction { session in
      if isPermanent || job.attempt >= policy.attempts {
        try await fail(job, reason, session)
        return nil
      }
      let due = queue.now + Int64(clamping: pause)
      try await end(job, "state = 'waiting', due = $4, error = $5", [.integer(due), .text(reason)], session)
      return UInt64(clamping: due)
    }
  }

  /// The server shuts down before the job was done: it waits again, and the attempt does not count.
  ///
  /// - Returns: false when it was not ours any more.
  func release(_ job: Job) async throws -> Bool {
    try await database.transaction { session in
      try await end(job, "state = 'waiting', attempts = attempts - 1", [], session)
    }
  }

  private func fail(_ job: Job, _ reason: String, _ session: any SQLSession) async throws {
    try await end(job, "state = 'failed', finished = $4, error = $5", [.integer(queue.now), .text(reason)], session)
  }

  @discardableResult
  private func end(_ job: Job, _ changes: String, _ values: [SQLValue], _ session: any SQLSession) async throws -> Bool {
    try await session.execute(
      "UPDATE jobs SET \(changes), worker = NULL, lease = NULL WHERE id = $1 AND worker = $2 AND attempts = $3 AND state = 'running'",
      [.text(job.id), .text(worker), .integer(Int64(job.attempt))] + values) == 1
  }

  private func policy(_ job: Job) -> RetryPolicy { policies[job.kind] ?? RetryPolicy() }

  /// What may be shown of an error.
  static func reason(_ error: any Error) -> String {
    switch error {
    case JobFailure.permanent(let reason), JobFailure.temporary(let reason): reason.replacing("\0", with: "")
    default: String(describing: type(of: error))
    }
  }
}

extension Job {
  fileprivate init(_ row: SQLRow) throws(DatabaseError) {
    self.init(
      id: try row.text(0), kind: try row.text(1), payload: try row.bytes(2), key: row.isNull(3) ? nil : try row.text(3),
      attempt: Int(try row.integer(4)))
  }
}
