import Database
import Testing

/// The `DatabaseError` that `body` ends with; anything else is an issue.
func failure<Result>(
  _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async -> DatabaseError? {
  do {
    _ = try await body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as DatabaseError {
    return error
  } catch {
    Issue.record("\(error)", sourceLocation: location)
  }
  return nil
}

extension DatabaseError {
  /// Its case, without what it says.
  var kind: String {
    switch self {
    case .unavailable: "unavailable"
    case .unknownOutcome: "unknownOutcome"
    case .contention: "contention"
    case .notUnique: "notUnique"
    case .constraint: "constraint"
    case .unexpectedColumn: "unexpectedColumn"
    case .statement: "statement"
    case .schema: "schema"
    }
  }
}
