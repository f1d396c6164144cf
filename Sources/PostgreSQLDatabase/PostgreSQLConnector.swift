import CPostgreSQL
import Database
import Glibc
import Synchronization

/// Tells the operator each thing once.
final class Warnings: Sendable {
  private let told = Mutex<Set<String>>([])
  private let tell: @Sendable (String) -> Void

  init(_ tell: @escaping @Sendable (String) -> Void) { self.tell = tell }

  func warn(_ text: String) {
    if told.withLock({ $0.insert(text).inserted }) { tell(text) }
  }
}

/// Makes a connection and sets it up. Blocks, for `connect_timeout` at most: on the connection's own queue.
struct PostgreSQLConnector {
  private let configuration: PostgreSQLConfiguration
  private let warnings: Warnings

  init(_ configuration: PostgreSQLConfiguration, _ warnings: Warnings) {
    self.configuration = configuration
    self.warnings = warnings
  }

  func connect() throws(DatabaseError) -> OpaquePointer {
    let parameters = try configuration.parameters()
    let keywords = parameters.map { strdup($0.keyword) }
    let values = parameters.map { strdup($0.value) }
    defer { for string in keywords + values { free(string) } }
    let pointer = PQconnectdbParams(
      keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
    guard let pointer else { throw .unavailable(reason: "no memory for a connection") }
    do throws(DatabaseError) {
      guard PQstatus(pointer) == CONNECTION_OK else {
        throw .unavailable(reason: "PostgreSQL: " + PostgreSQLHandle.line(PQerrorMessage(pointer)))
      }
      // libpq would write notices to standard error.
      PQsetNoticeProcessor(pointer, { _, _ in }, nil)
      try setUp(pointer)
      guard PQsetnonblocking(pointer, 1) == 0 else { throw .unavailable(reason: "PostgreSQL: no non-blocking connection") }
    } catch {
      PQfinish(pointer)
      throw error
    }
    return pointer
  }

  private func setUp(_ pointer: OpaquePointer) throws(DatabaseError) {
    guard PQserverVersion(pointer) >= 140_000 else {
      throw .unavailable(reason: "PostgreSQL 14 or newer is needed; this is \(PQserverVersion(pointer) / 10_000)")
    }
    let seconds = configuration.statementTimeout
    _ = try ask(pointer, "SET statement_timeout = '\(seconds)s'; SET idle_in_transaction_session_timeout = '\(2 * seconds)s'")
    let settings = try ask(
      pointer,
      """
      SELECT current_setting('server_encoding'), current_setting('synchronous_commit'), current_setting('fsync'),
        (SELECT datcollate FROM pg_database WHERE datname = current_database())
      """)
    guard settings[0] == "UTF8" else {
      throw .unavailable(reason: "the database's encoding is \(settings[0]); it must be made with ENCODING 'UTF8'")
    }
    if settings[1] == "off" {
      warnings.warn("PostgreSQL: synchronous_commit is off: what was acknowledged may be lost with the power")
    }
    if settings[2] == "off" { warnings.warn("PostgreSQL: fsync is off: what was acknowledged may be lost with the power") }
    if !["C", "POSIX", "C.UTF-8", "C.utf8"].contains(settings[3]) {
      warnings.warn("PostgreSQL: text is sorted by \(settings[3]), which can change with the system; better LC_COLLATE 'C'")
    }
  }

  /// The first row of an answer in text format.
  private func ask(_ pointer: OpaquePointer, _ sql: String) throws(DatabaseError) -> [String] {
    guard let result = PQexec(pointer, sql).map({ PostgreSQLResult($0) }),
      result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK
    else { throw .unavailable(reason: "PostgreSQL: " + PostgreSQLHandle.line(PQerrorMessage(pointer))) }
    return (0..<PQnfields(result.pointer)).map { String(cString: PQgetvalue(result.pointer, 0, $0)) }
  }
}
