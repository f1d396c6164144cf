import Database

/// Sends the mails that are due, one after the other and no faster than set. What the database says is sent was taken over by the mail server; a
/// server that dies in between leaves one mail of which nobody knows, and it is sent once more with the same message id.
public actor MailSender {
  /// Milliseconds, beyond what sending takes at most, after which a mail that was being sent is tried again by whoever looks.
  private static let patience: UInt64 = 10_000
  /// How often a mail is tried, and with which pauses: for most of a day.
  private static let policy = RetryPolicy(attempts: 30, base: 2_000, cap: 3_600_000)
  /// Milliseconds of the longest pause while the mail server is away.
  private static let longestAbsence: UInt64 = 60_000

  private let store: MailStore
  private let passwords: PasswordMails
  private let transport: any MailTransport
  /// Milliseconds between two mails.
  private let interval: UInt64
  private let count: Counter
  private let report: @Sendable (String) -> Void

  private var isRunning = false
  private var isAsked = false
  /// When the next mail may be sent, by the clock that never steps back.
  private var next = ContinuousClock.now
  /// How often in succession the mail server was away.
  private var absences = 0

  /// - Parameters:
  ///   - perMinute: mails this process sends in a minute at most.
  ///   - report: why no mail is taken at present; without addresses.
  public init(
    store: MailStore, passwords: PasswordMails, transport: any MailTransport, perMinute: Int, metrics: MetricsRegistry,
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.store = store
    self.passwords = passwords
    self.transport = transport
    interval = UInt64(60_000 / max(1, min(perMinute, 60_000)))
    count = metrics.counter("comitia_mails_total", help: "Mails handed to the mail server, by kind and what became of them.")
    self.report = report
  }

  /// Says who does these jobs. Before the runner starts.
  public nonisolated func register(with runner: JobRunner) async {
    await runner.register(MailQueue.job) { _ in try await self.perform() }
    await runner.register(PasswordMails.job) { [passwords] job in
      try await passwords.perform(job)
      await runner.wake()
    }
  }

  /// Looks now and then whether anything is due that nobody has been told of: after a restart, and ballots that wait for a confirmation. Until the
  /// task is cancelled.
  public nonisolated func run(every seconds: Int, waking runner: JobRunner) async {
    while !Task.isCancelled {
      if (try? await nudge()) == true { await runner.wake() }
      try? await Task.sleep(for: .seconds(seconds))
    }
  }

  /// - Returns: whether there was something.
  nonisolated func nudge() async throws -> Bool {
    let (store, now) = (store, Int64(store.now))
    let isDue = try await store.database.read { session in
      let due = try await session.query(
        "SELECT 1 FROM mails WHERE state IN ('queued', 'retried') AND due <= $1 LIMIT 1", [.integer(now)])
      return due.isEmpty ? try await store.hasUnconfirmed(session) : true
    }
    guard isDue else { return false }
    try await store.database.transaction { session in try await store.queue.wake(session) }
    return true
  }

  // MARK: Sending

  /// Sends what is due. Only one at a time does so in a process; who comes meanwhile leaves it to that one.
  func perform() async throws {
    isAsked = true
    guard !isRunning else { return }
    isRunning = true
    defer { isRunning = false }
    while isAsked {
      isAsked = false
      try await drain()
    }
  }

  private func drain() async throws {
    try await store.confirm()
    var isAway = false
    while !isAway {
      try await pace()
      guard let row = try await claimed() else { break }
      isAway = try await send(row)
    }
    let (store, pause) = (store, isAway ? min(Self.longestAbsence, 1_000 << UInt64(min(absences, 10))) : 0)
    try await store.database.transaction { session in
      let rows = try await session.query("SELECT MIN(due) FROM mails WHERE state IN ('queued', 'retried')")
      guard let row = rows.first, !row.isNull(0) else { return }
      try await store.queue.wake(session, at: max(UInt64(try row.integer(0)), store.now + pause))
    }
  }

  /// Waits until another mail may be sent.
  private func pace() async throws {
    try await Task.sleep(until: next, clock: .continuous)
  }

  /// Takes the mail that has been due longest. The mail is not due again until this sender must be dead.
  private func claimed() async throws -> MailRow? {
    let (store, now) = (store, Int64(store.now))
    while true {
      try Task.checkCancellation()
      let rows = try await store.database.transaction { session in
        try await session.query(
          """
          UPDATE mails SET due = $2, tries = tries + 1 WHERE due <= $1 AND state IN ('queued', 'retried') AND id = (
            SELECT id FROM mails WHERE state IN ('queued', 'retried') AND due <= $1 ORDER BY due, id LIMIT 1)
          RETURNING \(MailRow.columns)
          """, [.integer(now), .integer(now + Int64(transport.timeout + Self.patience))])
      }
      if let row = rows.first { return try MailRow(row) }
      let left = try await store.database.read { session in
        try await session.query(
          "SELECT 1 FROM mails WHERE state IN ('queued', 'retried') AND due <= $1 LIMIT 1", [.integer(now)])
      }
      // Where there is one, another server was quicker with the mail before it.
      if left.isEmpty { return nil }
    }
  }

  /// - Returns: whether no mail is taken at present.
  private func send(_ row: MailRow) async throws -> Bool {
    let mail: OutgoingMail
    do {
      let store = store
      mail = try await store.database.read { session in try await store.render(row, session) }
    } catch let obsolete as ObsoleteMail {
      try await settle(row, .givenUp, obsolete.reason)
      return false
    } catch is ElectionError {
      try await settle(row, .givenUp, "the voter is gone, or the text is not one")
      return false
    }
    next = max(next, .now) + .milliseconds(interval)
    let delivery = await transport.send(mail)
    switch delivery {
    case .sent: try await settle(row, .sent, nil)
    case .refused(let words): try await settle(row, .refused, words)
    case .later(let words): try await putOff(row, words)
    case .away(let words): return try await wait(row, words)
    }
    absences = 0
    return false
  }

  private func putOff(_ row: MailRow, _ words: String) async throws {
    guard row.tries < Self.policy.attempts else { return try await settle(row, .givenUp, words) }
    let pause = Self.policy.pause(after: row.tries, random: store.rolls.environment.randomBytes(1)[0])
    try await settle(row, .retried, words, due: store.now + pause)
  }

  /// The mail server is away, or this process is told to stop: the attempt does not count.
  private func wait(_ row: MailRow, _ words: String) async throws -> Bool {
    if Task.isCancelled {
      try await settle(row, .queued, nil, due: store.now, isTry: false)
      throw CancellationError()
    }
    absences += 1
    if absences == 1 { report(words) }
    try await settle(row, .retried, words, due: store.now, isTry: false)
    return true
  }

  /// Writes down how an attempt ended; not cancelled with the job. A one-time code goes when the mail is over.
  private func settle(
    _ row: MailRow, _ state: MailState, _ answer: String?, due: UInt64 = 0, isTry: Bool = true
  ) async throws {
    let store = store
    count.add(1, [("kind", row.kind.rawValue), ("state", state.rawValue)])
    _ = try await Task {
      try await store.database.transaction { session in
        try await session.execute(
          """
          UPDATE mails SET state = $2, answer = $3, due = $4, changed = $5, tries = $6,
            sealed = CASE WHEN $7 = 1 THEN NULL ELSE sealed END
          WHERE id = $1 AND tries = $8
          """,
          [
            .text(row.id), .text(state.rawValue), .text(optional: answer), .integer(Int64(due)), .integer(Int64(store.now)),
            .integer(Int64(isTry ? row.tries : row.tries - 1)), .integer(due == 0 ? 1 : 0), .integer(Int64(row.tries)),
          ])
      }
    }.value
  }
}
