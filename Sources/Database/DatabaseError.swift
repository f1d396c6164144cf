/// Why the database did not do what was asked. Messages of the database are for the operator's log only: they may hold values.
public enum DatabaseError: Error, Equatable, Sendable {
  /// It cannot be reached, or is full or read-only; nothing was changed. To be tried again later.
  case unavailable(reason: String)
  /// The connection was lost while a transaction was being committed: it may or may not have been.
  case unknownOutcome
  /// Other transactions were in the way as often as it was tried.
  case contention
  /// A `UNIQUE` or `PRIMARY KEY` rule forbids it. The name of the table or constraint, as the database tells it.
  case notUnique(String)
  /// Another rule of the schema forbids it.
  case constraint(String)
  /// A column has another type than the program expects.
  case unexpectedColumn(Int)
  /// A statement that the database does not understand: a mistake of ours.
  case statement(String)
  /// The schema was made by a newer version of the program, or altered by hand.
  case schema(String)
}
