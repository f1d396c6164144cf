import Database

/// Does the jobs that are due: some at a time, those of one key one after the other, each until it is done or given up. Any number of
/// servers may run one on the same database.
public actor JobRunner {
  /// Does one job. May be called again for a job that it has done: it must come to the same. Throws `JobFailure` or whatever it meets; is
  /// cancelled when the server shuts down or the job has been given to another.
  public typealias Handler = @Sendable (Job) async throws -> Void

  /// What a runner has to say, for the log and for metrics. Errors are for the operator only.
  public enum Event: Sendable {
    case done(Job)
    /// An attempt failed; when there is another, in Unix milliseconds, or nil: never.
    case failed(Job, error: any Error, next: UInt64?)
    /// Given back by a server that shuts down.
    case released(Job)
    /// Taken for dead: another runner has the job.
    case lost(Job)
    /// The table could not be read or written; it is tried again.
    case troubled(any Error)
  }

  /// How it works.
  public struct Configuration: Sendable {
    /// How many jobs are done at once.
    public var concurrency = 4
    /// Milliseconds that a job belongs to a runner unless it says again that it lives; it says so three times as often.
    public var lease: UInt64 = 60_000
    /// Milliseconds after which it looks for jobs of other servers, though nobody has told it of any.
    public var pollInterval: UInt64 = 1_000
    /// For how many days jobs that were done can be seen.
    public var keepDays = 30

    public init() {}
  }

  private struct Kind {
    let policy: RetryPolicy
    let handler: Handler
  }

  private let database: any Database
  private let queue: JobQueue
  private let clock: any Clock
  private let configuration: Configuration
  private let report: @Sendable (Event) -> Void
  private var kinds: [String: Kind] = [:]

  /// An attempt at a job. Of one job there are two where this runner has taken over from itself, after it could not renew its lease.
  private struct Attempt: Hashable {
    let id: String
    let number: Int

    init(_ job: Job) {
      id = job.id
      number = job.attempt
    }
  }

  private var running: [Attempt: Task<Void, Never>] = [:]
  private var loop: Task<Void, Never>?
  private var isStopping = false
  /// Somebody has told that there is something to do.
  private var isTold = false
  private var sleep: Task<Void, Never>?
  private var renewed: UInt64 = 0
  private var cleaned: UInt64 = 0

  public init(
    database: any Database, queue: JobQueue, clock: any Clock, configuration: Configuration = .init(),
    report: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.database = database
    self.queue = queue
    self.clock = clock
    self.configuration = configuration
    self.report = report
  }

  /// Says who does the jobs of a kind. Before `start`.
  public func register(_ kind: String, policy: RetryPolicy = RetryPolicy(), _ handler: @escaping Handler) {
    kinds[kind] = Kind(policy: policy, handler: handler)
  }

  /// Begins. Does nothing when it has begun already, or when there are no handlers.
  public func start() {
    guard loop == nil, !kinds.isEmpty else { return }
    isStopping = false
    let table = JobTable(
      database: database, queue: queue, worker: queue.name(), lease: configuration.lease, policies: kinds.mapValues(\.policy))
    loop = Task { await run(table) }
  }

  /// There is something to do, or the clock has been turned: called after the commit of what asks for a job.
  public func wake() {
    isTold = true
    sleep?.cancel()
  }

  /// Wakes it whenever something has happened that may have asked for a job, so that nobody waits until it looks by itself. Ends with the task, or when
  /// no events come any more.
  public nonisolated func follow(_ events: EventHub) async {
    while !Task.isCancelled && !events.isClosed {
      for await event in events.subscribe() {
        switch event {
        // Too many, and nothing follows from them.
        case .voteCast, .checkpoint, .anchored: break
        case .status, .ceremony, .trustee, .result: await wake()
        }
      }
    }
  }

  /// Cancels what is running, gives back what was not done, and waits until that is over.
  public func stop() async {
    isStopping = true
    wake()
    await loop?.value
    loop = nil
  }

  // MARK: The loop

  private func run(_ table: JobTable) async {
    renewed = clock.now()
    while !isStopping {
      isTold = false
      var pause = configuration.pollInterval
      do {
        try await renewIfDue(table)
        try await cleanIfDue()
        pause = try await begin(table)
      } catch {
        report(.troubled(error))
      }
      await wait(milliseconds: pause)
    }
    // Not before: the loop would take again what is given back.
    for task in running.values { task.cancel() }
    while let task = running.values.first { await task.value }
  }

  /// Begins what can be begun; returns for how long there will be nothing more, in milliseconds.
  private func begin(_ table: JobTable) async throws -> UInt64 {
    var pause = configuration.pollInterval
    let renewal = configuration.lease / 3
    if !running.isEmpty { pause = min(pause, renewal) }
    guard running.count < configuration.concurrency, let due = try await table.nextDue() else { return pause }
    let now = clock.now()
    if due > now { return min(pause, due - now) }
    let jobs = try await table.take(configuration.concurrency - running.count)
    for job in jobs {
      for (attempt, task) in running where attempt.id == job.id { task.cancel() }
      running[Attempt(job)] = Task { await work(job, table) }
    }
    // There may be more than was taken; where none was, others were quicker.
    return jobs.isEmpty ? pause : 0
  }

  private func renewIfDue(_ table: JobTable) async throws {
    let now = clock.now()
    guard !running.isEmpty, now >= renewed + configuration.lease / 3 || now < renewed else { return }
    let attempts = Set(running.keys)
    let own = try await table.renew(Set(attempts.map(\.id)))
    renewed = now
    for attempt in attempts where !own.contains(attempt.id) { running[attempt]?.cancel() }
  }

  private func cleanIfDue() async throws {
    let now = clock.now()
    guard now >= cleaned + 3_600_000 || now < cleaned else { return }
    let (queue, days) = (queue, configuration.keepDays)
    while try await database.transaction({ try await queue.clean(olderThanDays: days, in: $0) }) > 0 {}
    cleaned = now
  }

  private func wait(milliseconds: UInt64) async {
    guard !isTold, milliseconds > 0 else { return }
    let sleep = Task<Void, Never> { try? await Task.sleep(for: .milliseconds(milliseconds)) }
    self.sleep = sleep
    await sleep.value
  }

  // MARK: One job

  private func work(_ job: Job, _ table: JobTable) async {
    let event: Event
    do {
      guard let handler = kinds[job.kind]?.handler else { return }
      try await handler(job)
      event = await settle(job) { try await table.done(job) ? .done(job) : .lost(job) }
    } catch {
      if Task.isCancelled {
        event = await settle(job) { try await table.release(job) ? .released(job) : .lost(job) }
      } else {
        event = await settle(job) { .failed(job, error: error, next: try await table.failed(job, error)) }
      }
    }
    running[Attempt(job)] = nil
    report(event)
    wake()
  }

  /// Writes down how an attempt ended; where that cannot be, the lease runs out and the job is done again. Not cancelled with the job.
  private func settle(_ job: Job, _ write: @escaping @Sendable () async throws -> Event) async -> Event {
    await Task {
      do { return try await write() } catch { return .troubled(error) }
    }.value
  }
}
