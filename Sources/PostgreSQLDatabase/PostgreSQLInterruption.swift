import CPostgreSQL
import Database

/// Why an attempt at a transaction ended before its time.
enum PostgreSQLInterruption: Error {
  /// Another transaction was in the way: to be tried again.
  case conflict
  /// The connection is gone, before `COMMIT` was sent: nothing was done.
  case lost(String)
  /// Trying again would not help.
  case failed(DatabaseError)

  /// What the session's caller is told.
  var error: DatabaseError {
    switch self {
    case .conflict: .contention
    case .lost(let reason): .unavailable(reason: reason)
    case .failed(let error): error
    }
  }

  /// What an error that the server reports means.
  init(_ result: PostgreSQLResult, writes: Bool) {
    let code = result.field("C") ?? ""
    let message = "PostgreSQL: \(result.field("M") ?? PostgreSQLHandle.line(PQresultErrorMessage(result.pointer))) (\(code))"
    switch code {
    case "40001", "40P01": self = .conflict
    // A statement prepared before the schema changed, or one that a proxy has lost: a new connection knows better.
    case "26000": self = .lost(message)
    case "0A000" where message.contains("cached plan"): self = .lost(message)
    // Too few values for a statement.
    case "08P01": self = .failed(.statement(message))
    case "23505": self = .failed(.notUnique(result.field("n") ?? result.field("t") ?? message))
    case "25006": self = .failed(writes ? .unavailable(reason: message) : .statement("a read must not write"))
    // Too slow, locked out, or a body that did nothing for too long.
    case "57014", "55P03", "25P03": self = .failed(.unavailable(reason: message))
    default:
      switch code.prefix(2) {
      case "23": self = .failed(.constraint(result.field("n") ?? result.field("t") ?? message))
      case "08", "57", "": self = .lost(message)
      // Resources, the system below, internal errors.
      case "53", "54", "58", "F0", "XX": self = .failed(.unavailable(reason: message))
      default: self = .failed(.statement(message))
      }
    }
  }
}
