import Database
import Glibc

/// A database in one file: one connection writes, a few read beside it, each reader in a snapshot of its own.
///
/// Write-ahead log with synchronous FULL: what was committed is there after a loss of power. One server only; another process that holds
/// the file makes writers wait for `Configuration.busyTimeout`.
public final class SQLiteDatabase: Database {
  /// How it is opened.
  public struct Configuration: Sendable {
    /// The file; made when it is not there, readable by its owner alone.
    public var path: String
    /// How many reads run side by side.
    public var readers: Int
    /// For how many milliseconds a statement waits for another process that holds the file.
    public var busyTimeout: Int

    public init(path: String, readers: Int = 4, busyTimeout: Int = 5_000) {
      self.path = path
      self.readers = max(1, readers)
      self.busyTimeout = busyTimeout
    }
  }

  private let writer: Pool<SQLiteConnection>
  private let readers: Pool<SQLiteConnection>

  /// Opens the file.
  ///
  /// - Throws: `DatabaseError.unavailable` when it cannot be opened or is no SQLite database.
  public init(_ configuration: Configuration) async throws {
    try Self.makeFile(configuration.path)
    var connections: [SQLiteConnection] = []
    do {
      // The writer first: it turns the write-ahead log on.
      for number in 0...configuration.readers {
        let label = number == 0 ? "sqlite writer" : "sqlite reader \(number)"
        let connection = SQLiteConnection(label: label, busyTimeout: configuration.busyTimeout)
        connections.append(connection)
        try await connection.open(configuration.path, writes: number == 0)
      }
    } catch {
      for connection in connections { await connection.close() }
      throw error
    }
    writer = Pool([connections[0]])
    readers = Pool(Array(connections[1...]))
  }

  public func read<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result {
    try await run(readers, body)
  }

  @discardableResult
  public func transaction<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result {
    try await run(writer, body)
  }

  public func close() async {
    // The last connection to be closed moves the log into the file.
    for connection in await readers.close() { await connection.close() }
    for connection in await writer.close() { await connection.close() }
  }

  private func run<Result: Sendable>(
    _ pool: Pool<SQLiteConnection>, _ body: @Sendable (any SQLSession) async throws -> Result
  ) async throws -> Result {
    let connection = try await pool.take()
    defer { pool.give(connection) }
    let session = SQLiteSession(connection: connection, transaction: try await connection.begin())
    let result: Result
    do {
      result = try await body(session)
    } catch {
      await connection.rollback()
      throw error
    }
    try await connection.commit()
    return result
  }

  /// SQLite would make the file readable by everybody, and gives its companions the rights of the file.
  private static func makeFile(_ path: String) throws(DatabaseError) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unavailable(reason: "\(path) cannot be opened for writing: \(String(cString: strerror(errno)))")
    }
    Glibc.close(descriptor)
  }
}

/// A transaction on a connection.
struct SQLiteSession: SQLSession {
  let connection: SQLiteConnection
  let transaction: UInt64

  func query(_ sql: String, _ values: [SQLValue]) async throws(DatabaseError) -> [SQLRow] {
    try await connection.query(sql, values, in: transaction)
  }

  func execute(_ sql: String, _ values: [SQLValue]) async throws(DatabaseError) -> Int {
    try await connection.execute(sql, [values], in: transaction)
  }

  func executeMany(_ sql: String, _ rows: [[SQLValue]]) async throws(DatabaseError) {
    _ = try await connection.execute(sql, rows, in: transaction)
  }

  func executeScript(_ sql: String) async throws(DatabaseError) {
    try await connection.executeScript(sql, in: transaction)
  }
}
