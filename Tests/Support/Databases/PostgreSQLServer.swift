import Foundation
import Glibc
import PipeSupport

/// A PostgreSQL server of the tests' own: on a socket in a temporary folder, gone with the process that started it.
public final class PostgreSQLServer: Sendable {
  /// The one that tests share, started when the first asks.
  public static func shared() async throws -> PostgreSQLServer { try await starting.value }

  private static let starting = Task { try await PostgreSQLServer() }

  private let folder: String
  private let programs: String
  /// Whom the server runs as: it refuses to be root.
  private let asUser: [String]
  /// Closed with this process, however it ends: then the guardian stops the server.
  private let lifeline: Int32

  /// Makes a cluster of databases and starts the server on it.
  public init() async throws {
    programs = try Self.findPrograms()
    folder = try Self.makeFolder()
    asUser = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
    lifeline = try Self.startGuardian(asUser, programs, folder)
    try await Command.run(
      asUser + [
        "\(programs)/initdb", "-D", "\(folder)/data", "-U", "comitia", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync",
      ])
    // One role needs its password.
    try await Command.run(
      asUser + ["sh", "-c", "sed -i '1i local all guarded scram-sha-256' \"$1\"", "sh", "\(folder)/data/pg_hba.conf"])
    try await start()
  }

  /// A connection string for one of its schemas.
  public func connection(schema: String = "public", user: String = "comitia") -> String {
    "host=\(folder) user=\(user) dbname=postgres options=-csearch_path=\(schema)"
  }

  /// Starts it again.
  public func start() async throws {
    let options = "-c listen_addresses='' -c unix_socket_directories='\(folder)' -c max_connections=300 -c shared_buffers=64MB"
    try await control(["start", "-w", "-t", "60", "-l", "\(folder)/log", "-o", options])
  }

  /// Stops it as a loss of power would, near enough: nothing is finished, nothing is said to the clients.
  public func crash() async throws { try await control(["stop", "-w", "-m", "immediate"]) }

  /// Runs statements outside of any transaction.
  @discardableResult
  public func administer(_ sql: String) async throws -> String {
    try await Command.run(["\(programs)/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, connection()])
  }

  private func control(_ arguments: [String]) async throws {
    try await Command.run(asUser + ["\(programs)/pg_ctl", "-D", "\(folder)/data", "-s"] + arguments)
  }

  private static func findPrograms() throws -> String {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let debian = versions.compactMap { Int($0) }.sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" }
    let path = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
    for folder in debian + path where FileManager.default.isExecutableFile(atPath: folder + "/initdb") { return folder }
    throw Command.Failure(
      description: "PostgreSQL's server is not installed: run scripts/install test, or install what Debian calls postgresql")
  }

  private static func makeFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-pg-\(UUID().uuidString.prefix(13))").path
    guard mkdir(folder, 0o700) == 0 else { throw Command.Failure(description: "\(folder) cannot be made") }
    if geteuid() == 0 {
      guard let user = getpwnam("postgres"), chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
        throw Command.Failure(description: "there is no user postgres, whom a server started by root runs as")
      }
    }
    return folder
  }

  /// A shell that waits for this process to end.
  private static func startGuardian(_ asUser: [String], _ programs: String, _ folder: String) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Command.Failure(description: "no pipe") }
    // A program that a test starts must not keep the server alive.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let script = #"trap "" INT TERM HUP; read -r _; "$1"/pg_ctl -D "$2/data" -m immediate -s stop; rm -rf "$2""#
    var start = Child.Start()
    start.arguments = asUser + ["sh", "-c", script, "sh", programs, folder]
    start.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    start.standardOutput = FileHandle.nullDevice
    start.standardError = FileHandle.nullDevice
    _ = try Child(start)
    return ends[1]
  }
}
