import Curve25519
import Database
import Foundation
import ParallelWork
import PostgreSQLDatabase
import SQLiteDatabase
import Sealing
import VotingService

/// Which service a command works beside: found by the same settings as `comitia serve` finds it.
struct ServicePlace: Sendable {
  private static let config = CommandOption(
    "config", "FILE", help: "the service’s configuration file; $COMITIA_CONFIGURATION if not given")
  private static let data = CommandOption("data", "DIR", help: Setting.data.help + " (comitia-data)")
  private static let database = CommandOption("database", "WHERE", help: Setting.database.help)
  static let options = [config, data, database]

  private let file: String?
  private let options: [String: String]

  init(_ arguments: Arguments) {
    let environment = ProcessInfo.processInfo.environment["COMITIA_CONFIGURATION"] ?? ""
    file = arguments.value(Self.config) ?? (environment.isEmpty ? nil : environment)
    var options: [String: String] = [:]
    for (option, setting) in [(Self.data, Setting.data), (Self.database, .database)] {
      if let value = arguments.value(option) { options[setting.name] = value }
    }
    self.options = options
  }

  /// Reads the settings.
  func settings() throws(CommandFailure) -> ServerSettings { try ServerSettings(file: file, options: options) }
}

extension ServerSettings {
  /// The chain that the service writes to.
  ///
  /// - Throws: `CommandFailure` where there is none.
  func neededChain() throws(CommandFailure) -> ChainSettings {
    guard let chain else { throw CommandFailure("chainNetwork is not set: this service writes to no chain; give its --config") }
    return chain
  }
}

/// The database of a service, for commands that work beside it.
struct ServiceDatabase: Sendable {
  private let settings: ServerSettings

  init(_ settings: ServerSettings) { self.settings = settings }

  /// Opens it, does something with it, and closes it. The service may run meanwhile.
  ///
  /// - Throws: `CommandFailure` where there is none, or it is of another version.
  func with<Output: Sendable>(_ body: @Sendable (any Database) async throws -> Output) async throws -> Output {
    let database: any Database
    do {
      database = try await open()
      _ = try await database.read { session in try await session.query("SELECT election FROM chain_elections LIMIT 1") }
    } catch DatabaseError.unavailable(let reason) {
      throw CommandFailure("the database cannot be opened: \(reason)")
    } catch DatabaseError.statement, DatabaseError.schema {
      throw CommandFailure("the database is not of this version of comitia yet; start the service with it once")
    }
    do {
      let output = try await body(database)
      await database.close()
      return output
    } catch {
      await database.close()
      throw error
    }
  }

  private func open() async throws -> any Database {
    switch settings.database {
    case .sqlite:
      let path = settings.dataFolder + "/comitia.sqlite"
      guard FileManager.default.fileExists(atPath: path) else {
        throw CommandFailure(
          "there is no service in \(settings.dataFolder.printable); give --data or --config, as for comitia serve")
      }
      return try await SQLiteDatabase(.init(path: path))
    case .postgreSQL(let url, let passwordFile):
      return try await PostgreSQLDatabase(.init(connection: url, passwordFile: passwordFile))
    }
  }

  /// The boards in it.
  func boards(_ database: any Database) throws -> Boards {
    let master = try DataFolder.masterKey(settings.masterKeyFile, mayMake: false)
    let pool = ThreadPool(width: settings.threads)
    return Boards(
      database: database, clock: SystemClock(), sealing: MasterKey(master),
      workers: Workers(width: pool.width, submit: pool.submit))
  }
}
