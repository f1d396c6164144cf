import Database
import StrictJSON

/// Looks after jobs: which run, wait or have failed, and those that are to be done again.
public struct JobAdministration: Sendable {
  private let database: any Database
  private let queue: JobQueue
  private let audit: AuditLog
  private let wake: @Sendable () async -> Void

  /// - Parameter wake: tells this server's runner that there is work.
  public init(database: any Database, queue: JobQueue, audit: AuditLog, wake: @escaping @Sendable () async -> Void) {
    self.database = database
    self.queue = queue
    self.audit = audit
    self.wake = wake
  }

  /// How the jobs of each kind stand.
  public func statistics() async throws -> [String: JobStatistics] {
    try await database.read { session in try await queue.statistics(in: session) }
  }

  /// Jobs of one state by their names, after one of them.
  public func list(_ state: JobState, after: String = "", limit: Int) async throws -> [JobRecord] {
    try await database.read { session in try await queue.list(state: state, after: after, limit: limit, in: session) }
  }

  /// Has a failed job done again.
  ///
  /// - Returns: false when it has not failed, or not any more.
  public func retry(_ id: String, by caller: Caller) async throws -> Bool {
    let isDone = try await database.transaction { session in
      guard try await queue.retry(id: id, in: session) else { return false }
      try await audit.append(
        AuditEvent(AuditAction("job.retried"), by: AuditActor(caller), on: AuditSubject("job", id)), in: session)
      return true
    }
    if isDone { await wake() }
    return isDone
  }
}
