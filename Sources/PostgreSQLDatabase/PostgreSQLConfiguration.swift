import CPostgreSQL
import Database
import Foundation

/// How PostgreSQL is reached.
public struct PostgreSQLConfiguration: Sendable {
  /// libpq's connection string or URI, without a password. Several hosts may be named: the one that takes writes is used.
  public var connection: String
  /// A file whose first line is the password; without it libpq looks into its own `passfile`.
  public var passwordFile: String?
  /// How many connections there are at most.
  public var poolSize: Int
  /// Seconds after which the server ends a statement.
  public var statementTimeout: Int
  /// Told what the operator should mend, such as a server that does not wait for its disk. Each once.
  public var warn: @Sendable (String) -> Void

  public init(
    connection: String, passwordFile: String? = nil, poolSize: Int = 8, statementTimeout: Int = 30,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.connection = connection
    self.passwordFile = passwordFile
    self.poolSize = max(1, poolSize)
    self.statementTimeout = max(1, statementTimeout)
    self.warn = warn
  }

  /// - Throws: `DatabaseError.unavailable` when the string is no connection string or holds a password.
  func check() throws(DatabaseError) {
    var message: UnsafeMutablePointer<CChar>?
    // What libpq says about a string that it does not understand repeats part of it, perhaps a password.
    let options = PQconninfoParse(connection, &message)
    PQfreemem(message)
    guard let options else { throw .unavailable(reason: "the connection string of PostgreSQL is not one that libpq understands") }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if String(cString: keyword) == "password", option.pointee.val != nil {
        throw .unavailable(reason: "the connection string of PostgreSQL must not hold the password: put it into a file")
      }
      option += 1
    }
  }

  /// libpq's keywords and values. What stands before `dbname`, which is the string, is overruled by it; what stands after it is not.
  func parameters() throws(DatabaseError) -> [(keyword: String, value: String)] {
    var parameters = [
      ("application_name", "comitia"), ("connect_timeout", "5"), ("target_session_attrs", "read-write"),
      // A server that is gone without a word is noticed within half a minute.
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
      ("dbname", connection), ("client_encoding", "UTF8"),
    ]
    if let passwordFile {
      guard let text = try? String(contentsOfFile: passwordFile, encoding: .utf8),
        let line = text.split(whereSeparator: \.isNewline).first
      else { throw .unavailable(reason: "the password file \(passwordFile) cannot be read or is empty") }
      parameters.append(("password", String(line)))
    }
    return parameters
  }
}
