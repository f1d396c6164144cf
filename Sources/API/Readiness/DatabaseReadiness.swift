import Database
import VotingService

/// Whether the database answers and has all steps of the schema.
public struct DatabaseReadiness: ReadinessCheck {
  public let name = "database"
  private let database: any Database

  public init(database: any Database) { self.database = database }

  public func check() async throws {
    let rows = try await database.read { session in try await session.query("SELECT name FROM migrations") }
    let applied = Set(try rows.map { try $0.text(0) })
    guard let missing = Schema.migrations.first(where: { !applied.contains($0.name) }) else { return }
    throw DatabaseError.schema("\(missing.name) has not been applied")
  }
}
