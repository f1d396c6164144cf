import Database
import Foundation
import Glibc
import PostgreSQLDatabase
import Synchronization
import TestDatabases
import Testing

@Suite("PostgreSQL: faults")
struct PostgreSQLFaultTests {
  private let rows = Migration(name: "0001-rows", sql: "CREATE TABLE rows (n BIGINT PRIMARY KEY, outcome TEXT);")

  /// What was said about each row.
  private final class Ledger: Sendable {
    private struct State {
      var next: Int64 = 0
      var done: Set<Int64> = []
      var unknown: Set<Int64> = []
      var refused: Set<Int64> = []
      var surprises: [String] = []
    }

    private let state = Mutex(State())

    func next() -> Int64 {
      state.withLock { state in
        state.next += 1
        return state.next
      }
    }

    func wasDone(_ n: Int64) { state.withLock { _ = $0.done.insert(n) } }

    func note(_ n: Int64, _ error: any Error) {
      state.withLock { state in
        switch error {
        case DatabaseError.unknownOutcome: state.unknown.insert(n)
        case DatabaseError.unavailable, is CancellationError: state.refused.insert(n)
        default: state.surprises.append("\(n): \(error)")
        }
      }
    }

    var done: Set<Int64> { state.withLock { $0.done } }
    var unknown: Set<Int64> { state.withLock { $0.unknown } }
    var refused: Set<Int64> { state.withLock { $0.refused } }
    var surprises: [String] { state.withLock { $0.surprises } }
  }

  @Test("refused again and again though nobody is in the way, a transaction gets through")
  func refusedOften() async throws {
    try await withDatabase(.postgresql, [rows]) { test async throws in
      let attempts = Atomic(0)
      let start = ContinuousClock.now
      try await test.database.transaction { session in
        try await session.execute("INSERT INTO rows (n) VALUES (1)", [])
        // More often than a conflict is expected to last; on a busy machine not so long that it would rightly be given up.
        if attempts.add(1, ordering: .relaxed).newValue <= 45, ContinuousClock.now - start < .seconds(10) {
          try await session.executeScript("DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'serialization_failure'; END $$")
        }
      }
      #expect(attempts.load(ordering: .relaxed) > 1)
      #expect(try await test.database.read { try await $0.query("SELECT n FROM rows") }.count == 1)
    }
  }

  @Test("a server that crashes: what was reported done is there, what was refused is not, and the pool mends itself")
  func crash() async throws {
    let server = try await PostgreSQLServer()
    try await withDatabase(on: server, [rows]) { test async throws in
      let (database, ledger) = (test.database, Ledger())
      let writers = (0..<12).map { _ in
        Task {
          while !Task.isCancelled {
            let n = ledger.next()
            do {
              try await database.transaction { session in
                try await session.execute("INSERT INTO rows (n) VALUES ($1)", [.integer(n)])
                try await session.executeMany("UPDATE rows SET outcome = $2 WHERE n = $1", [[.integer(n), .text("x")]])
              }
              ledger.wasDone(n)
            } catch {
              ledger.note(n, error)
              try? await Task.sleep(for: .milliseconds(20))
            }
          }
        }
      }
      for _ in 0..<3 {
        let before = ledger.done.count
        while ledger.done.count < before + 200 { try await Task.sleep(for: .milliseconds(5)) }
        try await server.crash()
        try await server.start()
      }
      // Without anybody's help, all writers write again.
      let before = ledger.done.count
      while ledger.done.count < before + 200 { try await Task.sleep(for: .milliseconds(5)) }
      #expect(!ledger.refused.union(ledger.unknown).isEmpty)
      for writer in writers { writer.cancel() }
      for writer in writers { await writer.value }
      #expect(ledger.surprises.isEmpty)
      let present = Set(try await database.read { try await $0.query("SELECT n FROM rows") }.map { try $0.integer(0) })
      #expect(ledger.done.subtracting(present).isEmpty, "reported done and gone")
      #expect(ledger.refused.intersection(present).isEmpty, "reported as not done and there")
      #expect(present.subtracting(ledger.done).isSubset(of: ledger.unknown))
    }
  }

  @Test("a connection that breaks before the end: the transaction runs again, once in the database")
  func lostBeforeCommit() async throws {
    try await withDatabase(.postgresql, [rows]) { test async throws in
      let runs = Counter()
      let other = try await test.openAgain()
      try await test.database.transaction { session in
        let pid = try await session.query("SELECT pg_backend_pid()")[0].integer(0)
        try await session.execute("INSERT INTO rows (n) VALUES (1)")
        if runs.next() == 1 {
          _ = try await other.read { try await $0.query("SELECT pg_terminate_backend(CAST($1 AS INTEGER))", [.integer(pid)]) }
        }
        try await session.execute("INSERT INTO rows (n) VALUES (2)")
      }
      await other.close()
      #expect(runs.value == 2)
      #expect(try await test.database.read { try await $0.query("SELECT COUNT(*) FROM rows") } == [SQLRow([.integer(2)])])
    }
  }

  @Test("a connection that breaks during COMMIT: nobody can know, and it is not tried again")
  func lostDuringCommit() async throws {
    let end = Migration(
      name: "0002-end",
      sql: """
        CREATE FUNCTION end_connection() RETURNS TRIGGER LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON rows DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION end_connection();
        """)
    try await withDatabase(.postgresql, [rows, end]) { test async throws in
      let runs = Counter()
      let error = await failure {
        try await test.database.transaction { session in
          _ = runs.next()
          try await session.execute("INSERT INTO rows (n) VALUES (1)")
        }
      }
      #expect(error == .unknownOutcome)
      #expect(runs.value == 1)
      #expect(try await test.database.read { try await $0.query("SELECT COUNT(*) FROM rows") } == [SQLRow([.integer(0)])])
    }
  }

  @Test("a statement that takes too long is ended, and the connection is good for more")
  func tooSlow() async throws {
    try await withDatabase(.postgresql, [rows]) { test async throws in
      let database = try await PostgreSQLDatabase(.init(connection: test.location, poolSize: 1, statementTimeout: 1))
      #expect(
        await failure { try await database.read { try await $0.query("SELECT 1 FROM pg_sleep(3600)") } }?.kind == "unavailable")
      #expect(try await database.read { try await $0.query("SELECT 1") } == [SQLRow([.integer(1)])])
      await database.close()
    }
  }

  @Test("a server that falls silent is left after a while, for a new connection")
  func silence() async throws {
    try await withDatabase(.postgresql, [rows]) { test async throws in
      let database = try await PostgreSQLDatabase(.init(connection: test.location, poolSize: 1, statementTimeout: 1))
      let (runs, stopped) = (Counter(), Stopped())
      try await database.transaction { session in
        try await session.execute("INSERT INTO rows (n) VALUES (1)")
        if runs.next() == 1 {
          stopped.stop(pid_t(try await session.query("SELECT pg_backend_pid()")[0].integer(0)))
          _ = try? await session.query("SELECT COUNT(*) FROM rows")
          // It wakes too late, and what it was told is undone.
          stopped.wake()
        }
      }
      #expect(runs.value == 2)
      #expect(try await database.read { try await $0.query("SELECT COUNT(*) FROM rows") } == [SQLRow([.integer(1)])])
      await database.close()
    }
  }

  @Test("sums beyond 64 bits and fractions are no integers")
  func numeric() async throws {
    try await withDatabase(.postgresql, [rows]) { test async throws in
      let database = test.database
      for (text, value) in [
        ("0", 0), ("-1", -1), ("9999", 9_999), ("10000", 10_000), ("-100000000", -100_000_000), ("120000", 120_000),
        ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("5.0", 5),
      ] {
        let row = try await database.read { try await $0.query("SELECT CAST('\(text)' AS NUMERIC)") }
        #expect(row == [SQLRow([.integer(value)])], "\(text)")
      }
      for text in ["9223372036854775808", "-9223372036854775809", "0.5", "-0.00001", "1e30", "NaN", "12.25", "Infinity"] {
        let error = await failure { try await database.read { try await $0.query("SELECT CAST('\(text)' AS NUMERIC)") } }
        #expect(error == .unexpectedColumn(0), "\(text)")
      }
    }
  }

  @Test("a password comes from a file, and is never told")
  func password() async throws {
    let server = try await PostgreSQLServer.shared()
    let secret = "correct horse \\' battery"
    try await server.administer("CREATE ROLE guarded LOGIN PASSWORD 'correct horse \\'' battery'")
    let file = FileManager.default.temporaryDirectory.appending(path: "comitia-password-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let location = server.connection(user: "guarded")
    let open = { try await PostgreSQLDatabase(.init(connection: location, passwordFile: file.path)) }
    #expect(await failure { try await open() }?.kind == "unavailable")
    for (password, isRight) in [("wr0ng", false), (secret, true)] {
      try Data("\(password)\n".utf8).write(to: file)
      do {
        let database = try await open()
        #expect(isRight)
        await database.close()
      } catch {
        #expect(!isRight)
        #expect(!"\(error)".contains(password))
      }
    }
    for string in ["\(location) password=hunter2", "postgresql://guarded:hunter2@localhost/x", "password=hunter2 nonsense"] {
      let error = await failure { try await PostgreSQLDatabase(.init(connection: string)) }
      #expect(error?.kind == "unavailable")
      #expect(!"\(String(describing: error))".contains("hunter2"))
    }
  }

  @Test("a server that does not wait for its disk is told of, once")
  func warnings() async throws {
    try await withDatabase(.postgresql) { test async throws in
      let told = Told()
      let location = test.location.replacing("options=", with: "options='-csynchronous_commit=off ") + "'"
      let database = try await PostgreSQLDatabase(.init(connection: location, warn: { told.append($0) }))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { _ = try await database.read { try await $0.query("SELECT 1 FROM pg_sleep(0.05)") } } }
        try await group.waitForAll()
      }
      await database.close()
      #expect(told.all.count == 1)
      #expect(told.all.first?.contains("synchronous_commit") == true)
    }
  }

  @Test("where no server is, that is said")
  func noServer() async throws {
    let connection = "host=\(FileManager.default.temporaryDirectory.path) port=1 dbname=nothing"
    #expect(await failure { try await PostgreSQLDatabase(.init(connection: connection)) }?.kind == "unavailable")
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
  }

  /// A process that is held for a while, and not for ever if the test fails.
  private final class Stopped: Sendable {
    private let process = Mutex<pid_t?>(nil)

    func stop(_ id: pid_t) {
      process.withLock { $0 = id }
      #expect(kill(id, SIGSTOP) == 0)
    }

    func wake() {
      process.withLock { process in
        if let id = process { _ = kill(id, SIGCONT) }
        process = nil
      }
    }

    deinit { wake() }
  }

  private final class Told: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func append(_ text: String) { texts.withLock { $0.append(text) } }
  }
}
