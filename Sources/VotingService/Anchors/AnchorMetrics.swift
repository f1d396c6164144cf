import Database
import Synchronization

/// Numbers of the public chain, read from tables. Every server of a service tells the same.
struct AnchorMetrics: Sendable {
  private let database: any Database
  private let boards: Boards
  private let place: ChainPlace
  private let recorded: Counter
  private let sent: Counter
  private let transactions: Counter
  private let duration: Histogram
  private let price: Gauge
  private let pending: Gauge
  private let balance: Gauge
  private let queued: Gauge
  private let age: Gauge
  private let head: Gauge
  private let findings: Gauge
  private let seen = Seen()

  /// Milliseconds between two readings.
  private static let interval: UInt64 = 15_000

  init(_ registry: MetricsRegistry, database: any Database, boards: Boards, place: ChainPlace) {
    self.database = database
    self.boards = boards
    self.place = place
    recorded = registry.counter(
      "votes_recorded_total",
      help: "Ballots under a confirmed anchor, or where the election asks for it recorded by their own hash.")
    sent = registry.counter(
      "comitia_chain_transactions_sent_total", help: "Transactions that a node of the public chain was handed.")
    transactions = registry.counter(
      "blockchain_transactions_total",
      help: "Transactions for the public chain that are settled, each once, by what became of it: their sum is how many.")
    duration = registry.histogram(
      "transaction_duration_seconds", help: "Time from sending a transaction until it counts.",
      bounds: [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600])
    price = registry.gauge("gas_price_gwei", help: "What a unit of gas costs.")
    pending = registry.gauge(
      "pending_blockchain_votes", help: "Ballots that are to come to the public chain and do not count there yet.")
    balance = registry.gauge("comitia_chain_balance", help: "Coins that the recording account has.")
    queued = registry.gauge("comitia_chain_queued", help: "Records that have failed too often, or for which gas is too dear.")
    age = registry.gauge("comitia_chain_anchor_age_seconds", help: "Time since the block of the newest confirmed anchor.")
    head = registry.gauge("comitia_chain_head", help: "The latest block that was seen.")
    findings = registry.gauge("comitia_chain_findings", help: "What did not agree in the last reconciliation.")
  }

  /// Reads them, where that was long ago.
  func read(now: UInt64) async throws {
    guard seen.isDue(now: now, interval: Self.interval) else { return }
    try await readTransactions()
    try await readBallots()
    try await readPlan(now)
  }

  private func readTransactions() async throws {
    let (handed, rows, settled) = try await database.read { session in
      (
        try await session.query("SELECT COUNT(*) FROM chain_transactions WHERE sent IS NOT NULL")[0].integer(0),
        try await session.query(
          """
          SELECT state, COUNT(*) FROM chain_transactions WHERE state IN ('confirmed', 'reverted', 'replaced', 'void') GROUP BY state
          """),
        try await session.query(
          "SELECT settled, COALESCE(sent, signed) FROM chain_transactions WHERE state = 'confirmed' AND settled > $1",
          [.integer(seen.settled)])
      )
    }
    sent.add(seen.growth(of: "sent", to: Int(handed)))
    for row in rows {
      let state = try row.text(0)
      transactions.add(seen.growth(of: state, to: Int(try row.integer(1))), [("status", state)])
    }
    for row in settled {
      let (end, start) = (try row.integer(0), try row.integer(1))
      // What was settled before this server started is none of its observations.
      if seen.hasRead { duration.observe(Double(max(0, end - start)) / 1000) }
      seen.settled = max(seen.settled, end)
    }
    seen.hasRead = true
  }

  private func readBallots() async throws {
    let rows = try await database.read { session in
      try await session.query(
        """
        SELECT c.election, c.mode, c.recorded, c.covered, b.size,
          COALESCE((SELECT MAX(p.ballots) FROM chain_places p WHERE p.election = c.election), 0)
        FROM chain_elections c JOIN boards b ON b.election = c.election WHERE c.mode <> 'none' AND c.chain = $1 AND c.contract = $2
        """, place.registry.values)
    }
    var (done, waiting) = (0, 0)
    for row in rows {
      let isCheckpoint = try row.text(1) == "checkpoint"
      let count = Int(try isCheckpoint ? row.integer(5) : row.integer(2))
      done += count
      // Of a board that is covered wholly nothing waits; it need not be in memory.
      if isCheckpoint, try row.integer(3) >= row.integer(4) { continue }
      waiting += max(0, Int(try await boards.state(of: try row.text(0)).cast) - count)
    }
    recorded.add(seen.growth(of: "ballots", to: done))
    pending.set(Double(waiting))
  }

  private func readPlan(_ now: UInt64) async throws {
    let row = try await database.read { session in
      try await session.query(
        """
        SELECT head, balance, check_findings,
          (SELECT COUNT(*) FROM chain_records WHERE state = 'queued' AND \(place.registry.condition(1))),
          (SELECT MAX(time) FROM chain_anchors), (SELECT price FROM chain_prices ORDER BY time DESC LIMIT 1)
        FROM chain_plan WHERE id = 1
        """, place.registry.values)[0]
    }
    if let block = try row.count(0) { head.set(Double(block)) }
    if !row.isNull(1), let wei = UInt128(try row.text(1)) { balance.set(Double(wei) / 1e18) }
    if let count = try row.count(2) { findings.set(Double(count)) }
    queued.set(Double(try row.integer(3)))
    if let time = try row.count(4) { age.set(max(0, Double(now) / 1000 - Double(time))) }
    if let wei = try row.count(5) { price.set(Double(wei) / 1e9) }
  }
}

/// What was read before: counters take what has come since.
private final class Seen: Sendable {
  private struct State {
    var read: UInt64 = 0
    var hasRead = false
    var settled: Int64 = 0
    var counts: [String: Int] = [:]
  }

  private let state = Mutex(State())

  var hasRead: Bool {
    get { state.withLock { $0.hasRead } }
    set { state.withLock { $0.hasRead = newValue } }
  }

  var settled: Int64 {
    get { state.withLock { $0.settled } }
    set { state.withLock { $0.settled = newValue } }
  }

  func isDue(now: UInt64, interval: UInt64) -> Bool {
    state.withLock { state in
      guard now >= state.read + interval || now < state.read else { return false }
      state.read = now
      return true
    }
  }

  func growth(of name: String, to count: Int) -> Int {
    state.withLock { state in
      let before = state.counts[name] ?? 0
      state.counts[name] = max(before, count)
      return max(0, count - before)
    }
  }
}
