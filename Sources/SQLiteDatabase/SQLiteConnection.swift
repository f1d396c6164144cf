import CSQLite
import Database

/// One connection, on a queue of its own.
actor SQLiteConnection {
  private nonisolated let executor: QueueExecutor
  private let busyTimeout: Int
  private var handle: OpaquePointer?
  private var writes = false
  private var statements = SQLiteStatementCache(capacity: 128)
  /// The number of the transaction that is open or was last.
  private var transaction: UInt64 = 0
  private var isOpen = false
  /// The first statement that failed in this transaction: nothing of it will be kept.
  private var failure: DatabaseError?

  init(label: String, busyTimeout: Int) {
    executor = QueueExecutor(label: label)
    self.busyTimeout = busyTimeout
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func open(_ path: String, writes: Bool) throws(DatabaseError) {
    self.writes = writes
    // One thread at a time uses it: the queue's.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    do throws(DatabaseError) {
      guard code == SQLITE_OK else { throw error(code) }
      sqlite3_busy_timeout(handle, Int32(busyTimeout))
      try configure()
    } catch {
      close()
      throw error
    }
  }

  /// Closes it. A transaction that is open is undone.
  func close() {
    statements.removeAll()
    sqlite3_close_v2(handle)
    handle = nil
  }

  // MARK: Transactions

  /// Begins a transaction; returns its number.
  func begin() throws(DatabaseError) -> UInt64 {
    // A writer takes the lock at once: one that began as a reader could find the file changed when it wants to write.
    try run(writes ? "BEGIN IMMEDIATE" : "BEGIN")
    transaction += 1
    isOpen = true
    failure = nil
    return transaction
  }

  func commit() throws(DatabaseError) {
    defer { isOpen = false }
    if let failure {
      undo()
      throw failure
    }
    do throws(DatabaseError) {
      let statement = try statements.statement("COMMIT", handle)
      let code = statement.run()
      guard code == SQLITE_DONE else {
        // The log may have been written in full before the disk failed to confirm it: after a crash it could count.
        if code == SQLiteCode.ioErrorFsync { throw .unknownOutcome }
        throw error(code)
      }
    } catch {
      undo()
      throw error
    }
  }

  func rollback() {
    isOpen = false
    undo()
  }

  private func undo() {
    // Some failures end the transaction by themselves.
    guard sqlite3_get_autocommit(handle) == 0 else { return }
    try? run("ROLLBACK")
  }

  // MARK: Statements

  func query(_ sql: String, _ values: [SQLValue], in transaction: UInt64) throws(DatabaseError) -> [SQLRow] {
    try checked(transaction) { () throws(DatabaseError) in
      let statement = try statements.statement(sql, handle)
      defer { statement.reset() }
      try statement.bind(values)
      var rows: [SQLRow] = []
      while true {
        switch statement.step() {
        case SQLITE_ROW: rows.append(try statement.row())
        case SQLITE_DONE: return rows
        case let code: throw error(code)
        }
      }
    }
  }

  /// Runs a statement for each of the rows; returns how many rows of the database that changed.
  func execute(_ sql: String, _ rows: [[SQLValue]], in transaction: UInt64) throws(DatabaseError) -> Int {
    try checked(transaction) { () throws(DatabaseError) in
      let statement = try statements.statement(sql, handle)
      var changes = 0
      for values in rows {
        try statement.bind(values)
        let before = sqlite3_total_changes64(handle)
        let code = statement.run()
        guard code == SQLITE_DONE else { throw error(code) }
        // What was changed last is told again after statements that change nothing.
        if sqlite3_total_changes64(handle) != before { changes += Int(sqlite3_changes64(handle)) }
      }
      return changes
    }
  }

  func executeScript(_ sql: String, in transaction: UInt64) throws(DatabaseError) {
    try checked(transaction) { () throws(DatabaseError) in
      let code = sqlite3_exec(handle, sql, nil, nil, nil)
      guard code == SQLITE_OK else { throw error(code) }
      guard sqlite3_get_autocommit(handle) == 0 else { throw .statement("a script must not end the transaction") }
    }
  }

  private func checked<Result>(
    _ number: UInt64, _ body: () throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    guard isOpen, number == transaction else { throw .statement("a session was used after its transaction") }
    if failure != nil { throw .statement("an earlier statement of this transaction failed") }
    do throws(DatabaseError) {
      return try body()
    } catch {
      failure = error
      throw error
    }
  }

  // MARK: Setting up

  private func configure() throws(DatabaseError) {
    guard try value("PRAGMA journal_mode = WAL") == .text("wal") else {
      throw .unavailable(reason: "this file system does not carry SQLite's write-ahead log: the file must be on a local disk")
    }
    for pragma in [
      "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF", "case_sensitive_like = ON",
      // After a burst the log gives its room back.
      "journal_size_limit = 67108864",
      // 64 MiB of log before its pages are moved into the file. Indexes on hashes change the same pages again and again: the later, the fewer
      // are moved, and ballots wait less often for it. What is committed is in the log, synced, either way.
      "wal_autocheckpoint = 16384",
      // A transaction's pages stay in memory until it commits, and indexes on hashes need not be read again for each.
      writes ? "cache_size = -65536" : "cache_size = -8192",
      writes ? "query_only = OFF" : "query_only = ON",
    ] {
      _ = try value("PRAGMA " + pragma)
    }
    // Not a database, or damaged in its first page: said now, not at the first request.
    _ = try value("SELECT count(*) FROM sqlite_schema")
  }

  /// The first column of a statement's first row.
  private func value(_ sql: String) throws(DatabaseError) -> SQLValue? {
    let statement = try statements.statement(sql, handle)
    defer { statement.reset() }
    switch statement.step() {
    case SQLITE_ROW: return try statement.row().values.first
    case SQLITE_DONE: return nil
    case let code: throw error(code)
    }
  }

  private func run(_ sql: String) throws(DatabaseError) {
    let code = try statements.statement(sql, handle).run()
    guard code == SQLITE_DONE else { throw error(code) }
  }

  private func error(_ code: Int32) -> DatabaseError { DatabaseError(sqlite: code, handle, writes: writes) }
}
