import Database

/// A PostgreSQL server, for installations of more than one machine: a pool of connections, each made when it is needed and made anew when
/// it breaks.
///
/// Writers are serialisable: PostgreSQL notices when what they have read is no longer true and refuses one of them, which then runs again.
public final class PostgreSQLDatabase: Database {
  private let pool: Pool<PostgreSQLConnection>

  /// How often, and how long, a transaction is tried at least that others are in the way of. A count alone would not do: while one long
  /// transaction runs anywhere on the server, PostgreSQL may have to forget the details of those that ended meanwhile, and then refuses, to be
  /// safe, what conflicts with nobody ("Serializable Isolation Level" in its manual), for as long as the long one lasts. Nor would a time
  /// alone, on a machine so busy that few attempts fit into it.
  private static let conflictLimit = 40
  private static let conflictPatience = Duration.seconds(15)
  /// Milliseconds.
  private static let longestPause = 100.0
  /// How often one is tried whose connection breaks.
  private static let lossLimit = 3

  /// Connects once, to see that everything is right.
  ///
  /// - Throws: `DatabaseError.unavailable`, saying what is wrong.
  public init(_ configuration: PostgreSQLConfiguration) async throws {
    try configuration.check()
    let gate = ConnectionGate()
    let warnings = Warnings(configuration.warn)
    pool = Pool(
      (1...configuration.poolSize).map {
        PostgreSQLConnection(label: "postgresql \($0)", configuration, gate: gate, warnings: warnings)
      })
    do {
      _ = try await read { try await $0.query("SELECT 1") }
    } catch {
      await close()
      throw error
    }
  }

  public func read<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result {
    try await run(writes: false, body)
  }

  @discardableResult
  public func transaction<Result: Sendable>(_ body: @Sendable (any SQLSession) async throws -> Result) async throws -> Result {
    try await run(writes: true, body)
  }

  public func close() async {
    for connection in await pool.close() { await connection.close() }
  }

  private enum Outcome<Result: Sendable>: Sendable {
    case done(Result)
    case failed(any Error)
    case conflict
    case lost(String)

    init(_ interruption: PostgreSQLInterruption) {
      switch interruption {
      case .conflict: self = .conflict
      case .lost(let reason): self = .lost(reason)
      case .failed(let error): self = .failed(error)
      }
    }
  }

  private func run<Result: Sendable>(
    writes: Bool, _ body: @Sendable (any SQLSession) async throws -> Result
  ) async throws -> Result {
    let connection = try await pool.take()
    defer { pool.give(connection) }
    var conflicts = 0
    var losses = 0
    let start = ContinuousClock.now
    while true {
      switch await attempt(connection, writes, body) {
      case .done(let result): return result
      case .failed(let error): throw error
      case .conflict:
        conflicts += 1
        if conflicts >= Self.conflictLimit, ContinuousClock.now - start > Self.conflictPatience { throw DatabaseError.contention }
        // The first time at once: what was in the way is over. Then ever later, and not in step with others.
        if conflicts > 1 {
          let longest = min(Double(sign: .plus, exponent: min(conflicts, 12) - 2, significand: 1), Self.longestPause)
          try await Task.sleep(for: .milliseconds(longest * Double.random(in: 0...1)))
        }
      case .lost(let reason):
        losses += 1
        if losses == Self.lossLimit { throw DatabaseError.unavailable(reason: reason) }
      }
      try Task.checkCancellation()
    }
  }

  private func attempt<Result: Sendable>(
    _ connection: PostgreSQLConnection, _ writes: Bool, _ body: @Sendable (any SQLSession) async throws -> Result
  ) async -> Outcome<Result> {
    let transaction: UInt64
    do throws(PostgreSQLInterruption) { transaction = try await connection.begin(writes: writes) } catch { return Outcome(error) }
    let result: Result
    do {
      result = try await body(PostgreSQLSession(connection: connection, transaction: transaction))
    } catch {
      switch await connection.rollback() {
      case nil, .failed: return .failed(error)
      case let interruption?: return Outcome(interruption)
      }
    }
    do throws(PostgreSQLInterruption) { try await connection.commit() } catch { return Outcome(error) }
    return .done(result)
  }
}

/// A transaction on a connection.
struct PostgreSQLSession: SQLSession {
  let connection: PostgreSQLConnection
  let transaction: UInt64

  func query(_ sql: String, _ values: [SQLValue]) async throws(DatabaseError) -> [SQLRow] {
    try await connection.query(sql, values, in: transaction)
  }

  func execute(_ sql: String, _ values: [SQLValue]) async throws(DatabaseError) -> Int {
    try await connection.execute(sql, values, in: transaction)
  }

  func executeMany(_ sql: String, _ rows: [[SQLValue]]) async throws(DatabaseError) {
    try await connection.executeMany(sql, rows, in: transaction)
  }

  func executeScript(_ sql: String) async throws(DatabaseError) {
    try await connection.executeScript(sql, in: transaction)
  }
}
