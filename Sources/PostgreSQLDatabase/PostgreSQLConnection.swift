import CPostgreSQL
import Database
import Dispatch

/// One connection, on a queue of its own; made when it is first needed and made anew after it broke.
actor PostgreSQLConnection {
  private nonisolated let executor: QueueExecutor
  private let configuration: PostgreSQLConfiguration
  private let gate: ConnectionGate
  private let warnings: Warnings

  private var handle: PostgreSQLHandle?
  /// Names of prepared statements, by SQL and the types of their parameters.
  private var prepared: [PreparedKey: String] = [:]
  private var preparedCount = 0

  /// The number of the transaction that is open or was last.
  private var transaction: UInt64 = 0
  private var isOpen = false
  private var writes = false
  /// What ended this transaction before its time.
  private var interruption: PostgreSQLInterruption?

  /// Who waits for the socket, and since when.
  private var reader: CheckedContinuation<Bool, Never>?
  private var waitingSince: ContinuousClock.Instant?
  private var watchdog: (any DispatchSourceTimer)?

  /// Statements of one transaction run one after the other, even if they are asked for side by side.
  private var isBusy = false
  private var turns: [CheckedContinuation<Void, Never>] = []

  private struct PreparedKey: Hashable {
    let sql: String
    let types: [Oid]
  }

  /// How many prepared statements a connection keeps.
  private static let preparedLimit = 256
  /// How many statements of `executeMany` are on their way at once, and how many bytes.
  private static let pipelineLimit = 512
  private static let pipelineBytes = 1 << 20

  init(label: String, _ configuration: PostgreSQLConfiguration, gate: ConnectionGate, warnings: Warnings) {
    executor = QueueExecutor(label: label)
    self.configuration = configuration
    self.gate = gate
    self.warnings = warnings
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func close() { drop() }

  // MARK: Transactions

  /// Begins a transaction, connecting first if need be; returns its number.
  func begin(writes: Bool) async throws(PostgreSQLInterruption) -> UInt64 {
    if handle == nil { try connect() }
    self.writes = writes
    interruption = nil
    transaction += 1
    try await command(writes ? "BEGIN ISOLATION LEVEL SERIALIZABLE" : "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    isOpen = true
    return transaction
  }

  /// Commits.
  ///
  /// - Throws: `failed(.unknownOutcome)` when the connection was lost after `COMMIT` was sent.
  func commit() async throws(PostgreSQLInterruption) {
    await takeTurn()
    defer { giveTurn() }
    isOpen = false
    if let interruption {
      await undo()
      throw interruption
    }
    guard let handle, PQstatus(handle.pointer) == CONNECTION_OK else { throw .lost("the connection broke") }
    do throws(PostgreSQLInterruption) {
      let result = try await command("COMMIT")
      guard result?.command == "COMMIT" else { throw .failed(.statement("the server did not commit")) }
    } catch {
      switch error {
      // Even a shutdown may be reported after the deed was done.
      case .lost where writes: throw .failed(.unknownOutcome)
      default: throw error
      }
    }
  }

  /// Undoes everything; returns what ended the transaction before its time.
  func rollback() async -> PostgreSQLInterruption? {
    await takeTurn()
    defer { giveTurn() }
    isOpen = false
    await undo()
    return interruption
  }

  private func undo() async {
    guard let handle, PQtransactionStatus(handle.pointer) != PQTRANS_IDLE else { return }
    do throws(PostgreSQLInterruption) { try await command("ROLLBACK") } catch { drop() }
  }

  // MARK: Statements

  func query(_ sql: String, _ values: [SQLValue], in transaction: UInt64) async throws(DatabaseError) -> [SQLRow] {
    try await checked(transaction) { () async throws(PostgreSQLInterruption) in
      let result = try await self.run(sql, values)
      return try PostgreSQLConnection.interruptible { () throws(DatabaseError) in try result.rows() }
    }
  }

  func execute(_ sql: String, _ values: [SQLValue], in transaction: UInt64) async throws(DatabaseError) -> Int {
    try await checked(transaction) { () async throws(PostgreSQLInterruption) in try await self.run(sql, values).changes }
  }

  func executeScript(_ sql: String, in transaction: UInt64) async throws(DatabaseError) {
    try await checked(transaction) { () async throws(PostgreSQLInterruption) in
      try await self.command(sql)
      guard let handle = self.handle, PQtransactionStatus(handle.pointer) == PQTRANS_INTRANS else {
        throw .failed(.statement("a script must not end the transaction"))
      }
    }
  }

  /// Many statements on their way at once: one round trip for hundreds.
  func executeMany(_ sql: String, _ rows: [[SQLValue]], in transaction: UInt64) async throws(DatabaseError) {
    try await checked(transaction) { () async throws(PostgreSQLInterruption) in
      var index = 0
      while index < rows.count {
        var batch: [(name: String, parameters: PostgreSQLParameters)] = []
        var bytes = 0
        while index < rows.count, batch.count < Self.pipelineLimit, bytes < Self.pipelineBytes {
          let row = rows[index]
          let parameters = try PostgreSQLConnection.interruptible { () throws(DatabaseError) in try PostgreSQLParameters(row) }
          batch.append((try await self.prepare(sql, parameters.types), parameters))
          bytes += parameters.byteCount
          index += 1
        }
        try await self.pipeline(batch)
      }
    }
  }

  /// Runs `body` in its turn, and keeps in mind what goes wrong.
  private func checked<Result>(
    _ number: UInt64, _ body: () async throws(PostgreSQLInterruption) -> Result
  ) async throws(DatabaseError) -> Result {
    await takeTurn()
    defer { giveTurn() }
    guard isOpen, number == transaction else { throw .statement("a session was used after its transaction") }
    switch interruption {
    case .failed: throw .statement("an earlier statement of this transaction failed")
    case let interruption?: throw interruption.error
    case nil: break
    }
    do throws(PostgreSQLInterruption) {
      return try await body()
    } catch {
      interruption = error
      throw error.error
    }
  }

  private static func interruptible<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(PostgreSQLInterruption) -> Result {
    do throws(DatabaseError) { return try body() } catch { throw .failed(error) }
  }

  private func takeTurn() async {
    guard isBusy else {
      isBusy = true
      return
    }
    await withCheckedContinuation { turns.append($0) }
  }

  private func giveTurn() {
    // Whoever is next finds it busy still: by him.
    if turns.isEmpty { isBusy = false } else { turns.removeFirst().resume() }
  }

  // MARK: The protocol

  /// One statement or several without parameters; returns the last answer.
  @discardableResult
  private func command(_ sql: String) async throws(PostgreSQLInterruption) -> PostgreSQLResult? {
    let handle = try connected()
    guard PQsendQuery(handle.pointer, sql) == 1 else { throw lost() }
    return try await answer()
  }

  private func run(_ sql: String, _ values: [SQLValue]) async throws(PostgreSQLInterruption) -> PostgreSQLResult {
    let parameters = try Self.interruptible { () throws(DatabaseError) in try PostgreSQLParameters(values) }
    let name = try await prepare(sql, parameters.types)
    try send(name, parameters)
    guard let result = try await answer() else { throw .failed(.statement("no statement")) }
    return result
  }

  /// The name of a statement that the server has understood.
  private func prepare(_ sql: String, _ types: [Oid]) async throws(PostgreSQLInterruption) -> String {
    let key = PreparedKey(sql: sql, types: types)
    if let name = prepared[key] { return name }
    if prepared.count >= Self.preparedLimit {
      try await command("DEALLOCATE ALL")
      prepared = [:]
    }
    preparedCount += 1
    let name = "s\(preparedCount)"
    guard PQsendPrepare(try connected().pointer, name, sql, Int32(types.count), types) == 1 else { throw lost() }
    _ = try await answer()
    prepared[key] = name
    return name
  }

  private func send(_ name: String, _ parameters: PostgreSQLParameters) throws(PostgreSQLInterruption) {
    let pointer = try connected().pointer
    let sent = parameters.withPointers { values, lengths, formats in
      PQsendQueryPrepared(pointer, name, Int32(parameters.count), values, lengths, formats, 1)
    }
    guard sent == 1 else { throw lost() }
  }

  /// Sends what waits to be sent and takes all answers to it; throws the first error among them.
  private func answer() async throws(PostgreSQLInterruption) -> PostgreSQLResult? {
    try flush()
    var last: PostgreSQLResult?
    var failure: PostgreSQLInterruption?
    while let result = try await nextResult() {
      if Self.isError(result) {
        failure = failure ?? PostgreSQLInterruption(result, writes: writes)
      } else {
        last = result
      }
    }
    if let failure { throw noted(failure) }
    return last
  }

  private func pipeline(
    _ batch: [(name: String, parameters: PostgreSQLParameters)]
  ) async throws(PostgreSQLInterruption) {
    let pointer = try connected().pointer
    guard PQenterPipelineMode(pointer) == 1 else { throw lost() }
    for statement in batch { try send(statement.name, statement.parameters) }
    guard PQpipelineSync(pointer) == 1 else { throw lost() }
    try flush()
    var failure: PostgreSQLInterruption?
    var isDone = false
    while !isDone {
      // An answer of none ends the answers to one statement.
      guard let result = try await nextResult() else { continue }
      isDone = result.status == PGRES_PIPELINE_SYNC
      if failure == nil, Self.isError(result) { failure = PostgreSQLInterruption(result, writes: writes) }
      if case .lost = failure { isDone = true }
    }
    if let failure {
      if case .lost = failure {} else { PQexitPipelineMode(pointer) }
      throw noted(failure)
    }
    guard PQexitPipelineMode(pointer) == 1 else { throw lost() }
  }

  private static func isError(_ result: PostgreSQLResult) -> Bool {
    switch result.status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC: false
    default: true
    }
  }

  // MARK: The socket

  private func flush() throws(PostgreSQLInterruption) {
    let handle = try connected()
    while true {
      switch PQflush(handle.pointer) {
      case 0: return
      case 1:
        // The server may wait for us to read before it reads.
        guard handle.waitToWrite(seconds: configuration.statementTimeout), PQconsumeInput(handle.pointer) == 1 else { throw lost() }
      default: throw lost()
      }
    }
  }

  private func nextResult() async throws(PostgreSQLInterruption) -> PostgreSQLResult? {
    let handle = try connected()
    while PQisBusy(handle.pointer) == 1 {
      guard await isReadable(handle) else { throw lost("no answer from PostgreSQL") }
      guard PQconsumeInput(handle.pointer) == 1 else { throw lost() }
    }
    return PQgetResult(handle.pointer).map { PostgreSQLResult($0) }
  }

  /// Waits for something to read; false when the server has been silent for too long.
  private func isReadable(_ handle: PostgreSQLHandle) async -> Bool {
    if handle.isReadableSoon { return true }
    return await withCheckedContinuation { continuation in
      reader = continuation
      waitingSince = .now
      handle.watch()
    }
  }

  private func resumeReader(_ readable: Bool) {
    handle?.unwatch()
    waitingSince = nil
    let continuation = reader
    reader = nil
    continuation?.resume(returning: readable)
  }

  /// The server ends a statement by itself: who hears nothing some seconds later will never hear anything.
  private func checkSilence() {
    guard let waitingSince, ContinuousClock.now - waitingSince > .seconds(configuration.statementTimeout + 5) else { return }
    resumeReader(false)
  }

  private func connected() throws(PostgreSQLInterruption) -> PostgreSQLHandle {
    guard let handle else { throw .lost("the connection broke") }
    return handle
  }

  /// The connection is of no use any more.
  private func lost(_ reason: String? = nil) -> PostgreSQLInterruption {
    let reason = reason ?? handle?.message ?? "the connection broke"
    drop()
    return .lost(reason)
  }

  private func noted(_ interruption: PostgreSQLInterruption) -> PostgreSQLInterruption {
    if case .lost = interruption { drop() }
    return interruption
  }

  private func drop() {
    resumeReader(false)
    watchdog?.cancel()
    watchdog = nil
    handle = nil
    prepared = [:]
  }

  // MARK: Connecting

  private func connect() throws(PostgreSQLInterruption) {
    try Self.interruptible { () throws(DatabaseError) in
      try gate.pass()
      do throws(DatabaseError) {
        let pointer = try PostgreSQLConnector(configuration, warnings).connect()
        handle = PostgreSQLHandle(pointer, queue: executor.queue) { [weak self] in
          self?.assumeIsolated { $0.resumeReader(true) }
        }
      } catch {
        if case .unavailable(let reason) = error { gate.failed(reason) }
        throw error
      }
      gate.succeeded()
    }
    let timer = DispatchSource.makeTimerSource(queue: executor.queue)
    timer.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(500))
    timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.checkSilence() } }
    timer.resume()
    watchdog = timer
  }
}
