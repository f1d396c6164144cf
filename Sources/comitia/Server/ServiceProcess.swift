import API
import Curve25519
import Database
import Dispatch
import Foundation
import HTTPServer
import PostgreSQLDatabase
import SQLiteDatabase
import Sealing
import VotingService

/// The service of one process: picks the adapters, puts the parts together, starts and stops them in order.
struct ServiceProcess {
  private let settings: ServerSettings
  private let log: JSONLog
  private let isRestored: Bool

  /// How long requests may take to finish once the service is told to stop.
  private static let drainTime = Duration.seconds(20)
  /// How long background work may take to come to an end then.
  private static let stopTime = Duration.seconds(20)

  /// - Parameter isRestored: whether the database was restored from a backup, so that boards stay read-only until trustees have said what they saw.
  init(_ settings: ServerSettings, log: JSONLog, isRestored: Bool) {
    self.settings = settings
    self.log = log
    self.isRestored = isRestored
  }

  /// Serves until the process is told to stop.
  func run(_ terminal: Terminal) async throws {
    let folder = try DataFolder(settings.dataFolder)
    defer { withExtendedLifetime(folder) {} }
    let chain = try settings.chain.map { try ChainService($0) }
    if let trouble = try await chain?.check() { log.write(.warning, "chain", ["reason": .text(trouble)]) }
    let database = try await openDatabase(folder)
    do {
      try await serve(folder, database, chain, terminal)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
    log.write(.info, "stopped")
  }

  private func openDatabase(_ folder: DataFolder) async throws -> any Database {
    do {
      let database: any Database
      switch settings.database {
      case .sqlite: database = try await SQLiteDatabase(.init(path: folder.file("comitia.sqlite")))
      case .postgreSQL(let url, let passwordFile):
        database = try await PostgreSQLDatabase(
          .init(connection: url, passwordFile: passwordFile) { [log] text in
            log.write(.warning, "database", ["reason": .text(text)])
          })
      }
      for name in try await database.migrate(Schema.migrations, time: Int64(SystemClock().now())) {
        log.write(.info, "migrated", ["step": .text(name)])
      }
      return database
    } catch DatabaseError.unavailable(let reason) {
      throw CommandFailure("the database cannot be opened: \(reason)")
    } catch DatabaseError.schema(let reason) {
      throw CommandFailure("the database does not belong to this version of comitia: \(reason)")
    }
  }

  private func serve(_ folder: DataFolder, _ database: any Database, _ chain: ChainService?, _ terminal: Terminal) async throws {
    let parts = try await ServiceParts(
      settings, folder: folder, database: database, log: log, isRestored: isRestored, chain: chain)
    let server = HTTPServer(configuration: httpConfiguration, handler: parts.handler) { [log] record in log.write(record) }
    parts.registerServer(server)
    let port: UInt16
    do throws(HTTPServerError) {
      port = try server.start()
    } catch let error { throw CommandFailure(error.description) }
    let background = await parts.start()
    if settings.webFolder == nil {
      log.write(
        .warning, "no-pages", ["reason": "there is no folder of pages beside the program: voters cannot vote here; set web"])
    }
    log.write(.info, "started", ["address": .text(settings.address), "port": .number(Int64(port))])
    ReloadSignal.onEach { [log] in
      do throws(HTTPServerError) {
        try server.reloadCertificate()
        log.write(.info, "certificate-read")
      } catch let error { log.write(.error, "certificate-refused", ["reason": .text(error.description)]) }
    }
    try await greet(terminal, parts, port)
    await StopSignal.received()
    log.write(.info, "stopping")
    parts.endWaiting()
    await server.drain(deadline: Self.drainTime)
    let impatience = Task { [log] in
      try await Task.sleep(for: Self.stopTime)
      // Everything durable survives a process that ends at any moment.
      log.write(.warning, "stopped-early", ["reason": "background work went on for too long"])
      _exit(0)
    }
    await parts.stop(background)
    impatience.cancel()
  }

  private var httpConfiguration: HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration()
    configuration.address = settings.address == "localhost" ? "127.0.0.1" : settings.address
    configuration.port = settings.port
    configuration.threads = settings.threads
    configuration.certificate = settings.tls.map { .init(chainFile: $0.certificate, keyFile: $0.key) }
    configuration.trustedProxies = settings.trustedProxies
    return configuration
  }

  /// Where the service is to be found, and how the first owner gets in.
  private func greet(_ terminal: Terminal, _ parts: ServiceParts, _ port: UInt16) async throws {
    let address = settings.publicURL?.absoluteString ?? settings.localAddress(port: port)
    terminal.say("Comitia is running at \(address)")
    guard let code = try await parts.access.setupCode() else { return }
    terminal.say()
    terminal.say("Nobody owns this service yet. Whoever opens this link makes the first account, with all rights:")
    terminal.say("  \(address)/setup#\(code.code)")
    terminal.say("The code alone, for the interface for programs:")
    terminal.say("  \(code.code)")
    terminal.say("It works once, for a day; a new one is shown at the next start.")
  }
}
