import CSQLite
import Database

/// Extended codes, which the header makes by macros that Swift does not read.
enum SQLiteCode {
  static let ioErrorFsync = SQLITE_IOERR | 4 << 8
  static let constraintPrimaryKey = SQLITE_CONSTRAINT | 6 << 8
  static let constraintUnique = SQLITE_CONSTRAINT | 8 << 8
  static let constraintRowID = SQLITE_CONSTRAINT | 10 << 8
}

extension DatabaseError {
  /// What an error code of SQLite means.
  ///
  /// - Parameter writes: whether the connection is the one that writes: there, a file that is read-only is the operator's matter; elsewhere
  ///   a statement that writes is our mistake.
  init(sqlite code: Int32, _ handle: OpaquePointer?, writes: Bool) {
    let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
    switch code {
    case SQLiteCode.constraintUnique, SQLiteCode.constraintPrimaryKey, SQLiteCode.constraintRowID:
      self = .notUnique(Self.subject(of: message))
      return
    default: break
    }
    switch code & 0xff {
    case SQLITE_CONSTRAINT: self = .constraint(Self.subject(of: message))
    case SQLITE_BUSY, SQLITE_LOCKED: self = .contention
    case SQLITE_READONLY where !writes: self = .statement("a read must not write")
    case SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_PERM, SQLITE_AUTH, SQLITE_PROTOCOL,
      SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_INTERRUPT, SQLITE_NOLFS:
      self = .unavailable(reason: "SQLite: \(message) (code \(code))")
    default: self = .statement("SQLite: \(message) (code \(code))")
    }
  }

  /// `table.column` of "UNIQUE constraint failed: table.column".
  private static func subject(of message: String) -> String {
    guard let colon = message.firstIndex(of: ":") else { return message }
    return String(message[message.index(after: colon)...].drop(while: { $0 == " " }))
  }
}
