import Anchoring
import Database
import Synchronization
import VoteRegistry

/// Brings what boards hold to the public chain, in the background: no part of any vote's way, and nobody waits for it. Any number of servers may run it on one database.
public struct Anchors: Sendable {
  /// Something for the operator's log.
  public enum Report: Equatable, Sendable {
    case recording(RecordingReport)
    /// The chain could not be asked, once in a row; `nil`: it can again.
    case chain(String?)
    /// One election's board, or the database: why.
    case failure(election: String?, reason: String)
    /// These elections are not anchored to their end and name another contract: nothing more of them is anchored. Told at the start.
    case elsewhere([String])
    /// A reconciliation found so many things that do not agree.
    case findings(Int)
  }

  let planner: AnchorPlanner
  let settling: AnchorSettling
  let checks: AnchorChecks
  let worker: RecordingWorker
  private let registry: any VoteRegistry
  private let market: any ChainMarket
  private let database: any Database
  private let clock: any Clock
  private let settings: AnchorSettings
  private let events: EventHub
  private let metrics: AnchorMetrics
  private let report: @Sendable (Report) -> Void
  private let bell = Bell()
  private let told = Told()

  /// - Parameter report: takes what an operator should know; must not wait.
  public init(
    _ settings: AnchorSettings, database: any Database, boards: Boards, clock: any Clock, registry: any VoteRegistry,
    market: any ChainMarket, metrics: MetricsRegistry = MetricsRegistry(),
    report: @escaping @Sendable (Report) -> Void = { _ in }
  ) {
    let now: @Sendable () -> Int64 = { Int64(clamping: clock.now()) }
    planner = AnchorPlanner(database: database, boards: boards, clock: clock, settings: settings) { election, error in
      report(.failure(election: election, reason: String(describing: error)))
    }
    settling = AnchorSettling(database: database, boards: boards, registry: registry, market: market, place: settings.place)
    checks = AnchorChecks(
      database: database, boards: boards, registry: registry, place: settings.place, firstBlock: settings.firstBlock,
      depth: settings.policy.depth, now: now)
    worker = RecordingWorker(
      database: database, registry: registry, policy: settings.policy, now: now, report: { report(.recording($0)) })
    self.registry = registry
    self.market = market
    self.database = database
    self.clock = clock
    self.settings = settings
    events = boards.events
    self.metrics = AnchorMetrics(metrics, database: database, boards: boards, place: settings.place)
    self.report = report
  }

  /// Tells the loop that there is something to do.
  public func wake() { bell.ring() }

  /// Works until the task is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await record() }
      group.addTask { await check() }
      group.addTask { await follow() }
    }
  }

  private func record() async {
    while !Task.isCancelled {
      do { try await turn() } catch {
        if !Task.isCancelled { report(.failure(election: nil, reason: String(describing: error))) }
      }
      await bell.wait(milliseconds: settings.policy.interval)
    }
  }

  /// One turn: plans, sends, takes up what was confirmed, and tells.
  ///
  /// - Throws: errors of the database.
  func turn() async throws {
    _ = try await planner.step()
    let outcome = try await worker.step()
    try await asking { try await sample(knowsMore: outcome == .worked) }
    let isFirst = told.isFirst
    if outcome == .worked || isFirst || told.isDue(now: clock.now()) {
      try await asking {
        try await settling.step(isFirst: isFirst)
        return false
      }
    }
    if isFirst {
      let elsewhere = try await database.read { session in try await settings.place.electionsElsewhere(session) }
      if !elsewhere.isEmpty { report(.elsewhere(elsewhere)) }
    }
    try await tell()
    try await metrics.read(now: clock.now())
  }

  /// Does what asks the chain, where there is anything to ask; one that does not answer is told of once, and asked again in the next turn.
  ///
  /// - Parameter body: says whether the chain has answered.
  private func asking(_ body: () async throws -> Bool) async throws {
    do {
      if try await body(), told.worked() { report(.chain(nil)) }
    } catch let error as RegistryError {
      if told.failed() { report(.chain(error.text)) }
      try await database.transaction { session in
        try await session.execute("UPDATE chain_plan SET error = $1 WHERE id = 1", [.text(error.text)])
      }
    }
  }

  /// Events that boards publish wake the loop where an anchor may be urgent.
  private func follow() async {
    while !Task.isCancelled && !events.isClosed {
      for await event in events.subscribe() { if case .status = event { wake() } }
    }
  }

  // MARK: - The chain

  /// Notes price, balance and latest block, once a minute.
  ///
  /// - Parameter knowsMore: whether the chain was asked just now: then the latest block is noted in any case.
  /// - Returns: whether it was asked.
  private func sample(knowsMore: Bool) async throws -> Bool {
    let now = Int64(clamping: clock.now())
    let minute = now / AnchorSettings.priceEvery * AnchorSettings.priceEvery
    let isKnown = try await database.read { session in
      try await !session.query("SELECT 1 FROM chain_prices WHERE time = $1", [.integer(minute)]).isEmpty
    }
    guard !isKnown else {
      guard knowsMore else { return false }
      let head = try await registry.head()
      try await database.transaction { session in
        try await session.execute("UPDATE chain_plan SET head = $1 WHERE id = 1", [.integer(head)])
      }
      return true
    }
    let (head, price, balance) = (try await registry.head(), try await market.gasPrice(), try await market.balance())
    try await database.transaction { session in
      try await session.execute(
        "INSERT INTO chain_prices (time, price, block) VALUES ($1, $2, $3) ON CONFLICT (time) DO NOTHING",
        [.integer(minute), .integer(price), .integer(head)])
      try await session.execute("DELETE FROM chain_prices WHERE time < $1", [.integer(now - AnchorSettings.pricesKept)])
      try await session.execute(
        "UPDATE chain_plan SET head = $1, balance = $2, asked = $3, error = NULL WHERE id = 1",
        [.integer(head), .text(balance.description), .integer(now)])
    }
    return true
  }

  // MARK: - Telling

  /// Tells listeners of this server of elections of which the chain has more than before.
  private func tell() async throws {
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT c.election, c.covered, c.recorded,
          COALESCE((SELECT MAX(a.block) FROM chain_anchors a JOIN chain_places p ON p.root = a.root WHERE p.election = c.election), 0),
          c.transactions
        FROM chain_elections c WHERE c.mode <> 'none' AND (c.covered > 0 OR c.recorded > 0)
        """)
    }
    for row in rows {
      let election = try row.text(0)
      let (covered, recorded) = (UInt64(clamping: try row.integer(1)), UInt64(clamping: try row.integer(2)))
      guard told.isNews(election, covered: covered, recorded: recorded) else { continue }
      events.publish(.anchored(election: election, size: covered, block: UInt64(clamping: try row.integer(3))))
    }
    told.hasTold()
  }

  // MARK: - Reconciliation

  private func check() async {
    while !Task.isCancelled {
      do {
        if let found = try await checks.stepIfDue(every: settings.checkEvery) {
          if found.findingCount > 0 { report(.findings(found.findingCount)) }
          wake()
        }
      } catch let error as RegistryError {
        // Asked again with the next turn; that the chain does not answer is told by the other loop.
        _ = error
      } catch {
        if !Task.isCancelled { report(.failure(election: nil, reason: String(describing: error))) }
      }
      try? await Task.sleep(for: .milliseconds(settings.policy.interval))
    }
  }
}

/// What this server has told already.
private final class Told: Sendable {
  private struct State {
    var elections: [String: (covered: UInt64, recorded: UInt64)] = [:]
    var hasBegun = false
    var settled: UInt64 = 0
    var isFailing = false
  }

  private let state = Mutex(State())

  /// Whether nothing was told since the start: what was there before is no news.
  var isFirst: Bool { state.withLock { !$0.hasBegun } }

  func hasTold() { state.withLock { $0.hasBegun = true } }

  /// Whether tables are to be looked at, though this server has done nothing: once a minute.
  func isDue(now: UInt64) -> Bool {
    state.withLock { state in
      guard now >= state.settled + 60_000 || now < state.settled else { return false }
      state.settled = now
      return true
    }
  }

  func isNews(_ election: String, covered: UInt64, recorded: UInt64) -> Bool {
    state.withLock { state in
      let before = state.elections[election] ?? (0, 0)
      state.elections[election] = (covered, recorded)
      return state.hasBegun && (covered > before.covered || recorded > before.recorded)
    }
  }

  /// - Returns: whether that is news.
  func failed() -> Bool {
    state.withLock { state in
      defer { state.isFailing = true }
      return !state.isFailing
    }
  }

  func worked() -> Bool {
    state.withLock { state in
      defer { state.isFailing = false }
      return state.isFailing
    }
  }
}

extension Anchors {
  /// Compares all records with the chain and with the boards at once, whatever is due.
  ///
  /// - Parameter mends: whether what can be mended here is.
  /// - Throws: `RegistryError` where the chain cannot be asked; errors of the database and of boards.
  public func reconcile(mends: Bool) async throws -> ChainCheck { try await checks.run(mends: mends, nil) }
}
