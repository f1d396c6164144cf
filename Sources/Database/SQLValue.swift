/// A value of a column or a parameter. Columns are `BIGINT`, `TEXT` or `BYTEA`, in both databases; truth values are 0 and 1, times Unix milliseconds.
public enum SQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case text(String)
  case bytes([UInt8])
}

/// A row of an answer, columns from 0 in the order of the query.
public struct SQLRow: Sendable, Equatable {
  /// The values.
  public let values: [SQLValue]

  public init(_ values: [SQLValue]) { self.values = values }

  /// A column that is an integer by the schema.
  ///
  /// - Throws: `DatabaseError.unexpectedColumn` when it is something else: schema and program do not belong together.
  public func integer(_ column: Int) throws(DatabaseError) -> Int64 {
    guard case .integer(let value) = values[column] else { throw .unexpectedColumn(column) }
    return value
  }

  /// A column that is text by the schema.
  public func text(_ column: Int) throws(DatabaseError) -> String {
    guard case .text(let value) = values[column] else { throw .unexpectedColumn(column) }
    return value
  }

  /// A column that is bytes by the schema.
  public func bytes(_ column: Int) throws(DatabaseError) -> [UInt8] {
    guard case .bytes(let value) = values[column] else { throw .unexpectedColumn(column) }
    return value
  }

  /// Whether a column is null.
  public func isNull(_ column: Int) -> Bool { values[column] == .null }
}
