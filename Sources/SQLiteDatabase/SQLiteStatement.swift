import CSQLite
import Database

/// A statement that SQLite has understood, to be used again and again. Belongs to one connection.
final class SQLiteStatement {
  private let pointer: OpaquePointer
  /// Of each parameter in SQLite's order, the index of its value: `$2` may come first.
  private let parameters: [Int]
  /// When it was last used.
  var lastUse: UInt64 = 0

  /// `SQLITE_TRANSIENT`: SQLite copies what it is given.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ sql: String, _ handle: OpaquePointer?) throws(DatabaseError) {
    var pointer: OpaquePointer?
    var hasMore = false
    var text = sql
    let code = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(
          handle, characters.baseAddress, Int32(characters.count), UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, &tail)
        let rest = characters.suffix(from: tail.map { $0 - (characters.baseAddress ?? $0) } ?? characters.count)
        hasMore = rest.contains { !" \n\t\r;".utf8.contains(UInt8(bitPattern: $0)) }
        return code
      }
    }
    guard code == SQLITE_OK else { throw DatabaseError(sqlite: code, handle, writes: true) }
    guard let pointer, !hasMore else {
      sqlite3_finalize(pointer)
      throw .statement("one statement at a time")
    }
    do throws(DatabaseError) {
      parameters = try Self.parameters(of: pointer)
    } catch {
      sqlite3_finalize(pointer)
      throw error
    }
    self.pointer = pointer
  }

  deinit { sqlite3_finalize(pointer) }

  private static func parameters(of pointer: OpaquePointer) throws(DatabaseError) -> [Int] {
    var parameters: [Int] = []
    for index in 0..<sqlite3_bind_parameter_count(pointer) {
      guard let name = sqlite3_bind_parameter_name(pointer, index + 1), name[0] == CChar(bitPattern: UInt8(ascii: "$")),
        let number = Int(String(cString: name + 1)), number > 0
      else { throw .statement("parameters are written $1, $2, …") }
      parameters.append(number - 1)
    }
    return parameters
  }

  func bind(_ values: [SQLValue]) throws(DatabaseError) {
    guard (parameters.max() ?? -1) + 1 == values.count else {
      throw .statement("\(values.count) values for a statement of \((parameters.max() ?? -1) + 1) parameters")
    }
    for (index, parameter) in parameters.enumerated() {
      let code = try bind(values[parameter], at: Int32(index + 1))
      guard code == SQLITE_OK else { throw .statement("a value that SQLite does not take: error \(code)") }
    }
  }

  private func bind(_ value: SQLValue, at index: Int32) throws(DatabaseError) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(pointer, index)
    case .integer(let integer): return sqlite3_bind_int64(pointer, index, integer)
    case .bytes(let bytes):
      // No address is NULL to SQLite.
      if bytes.isEmpty { return sqlite3_bind_zeroblob(pointer, index, 0) }
      return sqlite3_bind_blob64(pointer, index, bytes, UInt64(bytes.count), Self.copied)
    case .text(let text):
      guard !text.utf8.contains(0) else { throw .statement("text with the character NUL") }
      return sqlite3_bind_text64(pointer, index, text, UInt64(text.utf8.count), Self.copied, UInt8(SQLITE_UTF8))
    }
  }

  /// One step: `SQLITE_ROW`, `SQLITE_DONE` or an error.
  func step() -> Int32 { sqlite3_step(pointer) }

  /// Runs it to its end, whatever rows it gives.
  func run() -> Int32 {
    defer { reset() }
    while true {
      let code = step()
      if code != SQLITE_ROW { return code }
    }
  }

  /// Ready for the next use; holds no lock and none of the values.
  func reset() {
    sqlite3_reset(pointer)
    sqlite3_clear_bindings(pointer)
  }

  /// The row that `step` has reached.
  func row() throws(DatabaseError) -> SQLRow {
    let count = sqlite3_column_count(pointer)
    var values: [SQLValue] = []
    values.reserveCapacity(Int(count))
    for column in 0..<count { values.append(try value(column)) }
    return SQLRow(values)
  }

  private func value(_ column: Int32) throws(DatabaseError) -> SQLValue {
    switch sqlite3_column_type(pointer, column) {
    case SQLITE_NULL: return .null
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(pointer, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(pointer, column) else { return .text("") }
      let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(pointer, column)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      guard let blob = sqlite3_column_blob(pointer, column) else { return .bytes([]) }
      return .bytes([UInt8](UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(pointer, column)))))
    default: throw .unexpectedColumn(Int(column))
    }
  }
}

/// The statements that a connection has understood, those used last.
struct SQLiteStatementCache {
  private let capacity: Int
  private var statements: [String: SQLiteStatement] = [:]
  private var uses: UInt64 = 0

  init(capacity: Int) { self.capacity = capacity }

  mutating func statement(_ sql: String, _ handle: OpaquePointer?) throws(DatabaseError) -> SQLiteStatement {
    let statement: SQLiteStatement
    if let known = statements[sql] {
      statement = known
    } else {
      statement = try SQLiteStatement(sql, handle)
      if statements.count >= capacity, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
        statements[oldest] = nil
      }
      statements[sql] = statement
    }
    uses += 1
    statement.lastUse = uses
    return statement
  }

  mutating func removeAll() { statements = [:] }
}
