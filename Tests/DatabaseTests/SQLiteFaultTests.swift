import Database
import Foundation
import Glibc
import PipeSupport
import SQLiteDatabase
import TestDatabases
import Testing

@Suite("SQLite: faults")
struct SQLiteFaultTests {
  private let written = Migration(
    name: "0001-written", sql: "CREATE TABLE written (n BIGINT PRIMARY KEY, batch BIGINT NOT NULL, data BYTEA NOT NULL);")

  private static let probe = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "DatabaseProbe")

  @Test("a process killed while it writes loses nothing that it acknowledged, and leaves no half of a transaction")
  func kill() async throws {
    try await withDatabase(.sqlite, [written]) { test async throws in
      var acknowledged: Set<Int64> = []
      for round: Int64 in 0..<8 {
        acknowledged.formUnion(try Self.writeUntilKilled(test.location, first: round * 1_000_000, lines: 40 + Int(round) * 37))
      }
      #expect(acknowledged.count > 8 * 40)
      let rows = try await test.database.read { try await $0.query("SELECT n, batch, data FROM written") }
      var batches: [Int64: Int64] = [:]
      for row in rows {
        let n = try row.integer(0)
        #expect(try row.bytes(2) == [UInt8](repeating: UInt8(n & 0xff), count: 1_000))
        acknowledged.remove(n)
        batches[n / 10, default: 0] += 1
      }
      #expect(acknowledged.isEmpty, "acknowledged and gone")
      for row in rows where batches[try row.integer(0) / 10] != (try row.integer(1)) {
        Issue.record("transaction \(try row.integer(0) / 10) is there in part")
      }
      #expect(try await test.database.read { try await $0.query("PRAGMA integrity_check") } == [SQLRow([.text("ok")])])
    }
  }

  /// Kills the probe in the middle of its work; returns what it had acknowledged by then.
  private static func writeUntilKilled(_ file: String, first: Int64, lines: Int) throws -> Set<Int64> {
    var start = Child.Start()
    start.executableURL = probe
    start.arguments = [file, String(first)]
    let output = Pipe()
    start.standardOutput = output
    start.keepNoProfile()
    let process = try Child(start)
    var text = Data()
    while text.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
      let more = try output.fileHandleForReading.nextPiece()
      guard !more.isEmpty else { break }
      text += more
    }
    process.signal(SIGKILL)
    text += try output.fileHandleForReading.rest()
    #expect(process.wait().isSignal, "the probe ended by itself")
    // A last line without its end was not said in full.
    let whole = text.prefix(through: text.lastIndex(of: UInt8(ascii: "\n")) ?? text.startIndex)
    return Set(String(decoding: whole, as: UTF8.self).split(separator: "\n").compactMap { Int64($0) })
  }

  @Test("a full disk refuses clearly, keeps what was committed, and all goes on once there is room")
  func fullDisk() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-full-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { rmdir(folder) }
    guard mount("tmpfs", folder, "tmpfs", 0, "size=4m") == 0 else {
      try Test.cancel("needs the right to mount a small file system: run as root")
    }
    defer { umount2(folder, 2) }
    let database = try await SQLiteDatabase(.init(path: folder + "/data.sqlite"))
    try await database.migrate([written], time: 1)
    let insert = { (n: Int64) in
      try await database.transaction { session in
        try await session.execute(
          "INSERT INTO written (n, batch, data) VALUES ($1, 1, $2)", [.integer(n), .bytes([UInt8](repeating: 7, count: 50_000))])
      }
    }
    for n: Int64 in 0..<5 { _ = try await insert(n) }
    try Self.fill(folder + "/filler")
    var n: Int64 = 5
    let error = await failure { while true { n += 1; _ = try await insert(n) } }
    #expect(error?.kind == "unavailable", "\(String(describing: error))")
    // Reading goes on, and so does refusing.
    for _ in 0..<3 {
      #expect(await failure { try await insert(1_000) }?.kind == "unavailable")
      #expect(try await Self.numbers(database) == Array(0..<5) + Array(6..<n))
    }
    unlink(folder + "/filler")
    _ = try await insert(2_000)
    #expect(try await Self.numbers(database) == Array(0..<5) + Array(6..<n) + [2_000])
    await database.close()
    let again = try await SQLiteDatabase(.init(path: folder + "/data.sqlite"))
    #expect(try await Self.numbers(again) == Array(0..<5) + Array(6..<n) + [2_000])
    await again.close()
  }

  private static func numbers(_ database: any Database) async throws -> [Int64] {
    try await database.read { try await $0.query("SELECT n FROM written ORDER BY n") }.map { try $0.integer(0) }
  }

  /// Takes all the room there is.
  private static func fill(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    for size in [65_536, 4_096, 1] {
      let bytes = [UInt8](repeating: 0, count: size)
      while write(descriptor, bytes, size) == size {}
    }
    #expect(errno == ENOSPC)
  }

  @Test("a file that is no database, a folder that is not there: said when opening")
  func notOurs() async throws {
    try await withDatabase(.sqlite) { test async throws in
      let folder = URL(filePath: test.location).deletingLastPathComponent().path
      try Data(repeating: 65, count: 10_000).write(to: URL(filePath: folder + "/text"))
      for path in ["/text", "/nowhere/file"] {
        #expect(await failure { try await SQLiteDatabase(.init(path: folder + path)) }?.kind == "unavailable")
      }
    }
  }

  @Test("nobody else can read the file or its log")
  func rights() async throws {
    try await withDatabase(.sqlite, [written]) { test async throws in
      for suffix in ["", "-wal", "-shm"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: test.location + suffix)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
      }
    }
  }

  @Test("another process that holds the file is waited for, then told of")
  func busy() async throws {
    try await withDatabase(.sqlite, [written]) { test async throws in
      let other = try await SQLiteDatabase(.init(path: test.location, busyTimeout: 10))
      try await test.database.transaction { session in
        try await session.execute("DELETE FROM written")
        #expect(await failure { try await other.transaction { _ in } }?.kind == "contention")
      }
      try await other.transaction { _ in }
      await other.close()
    }
  }
}
