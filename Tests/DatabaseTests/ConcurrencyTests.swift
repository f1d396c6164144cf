import Database
import Synchronization
import TestDatabases
import Testing

private let counters = Migration(
  name: "0001-counters",
  sql: "CREATE TABLE counters (id TEXT PRIMARY KEY, n BIGINT NOT NULL); INSERT INTO counters VALUES ('a', 0), ('b', 0);")

/// A door that a test opens.
private final class Door: Sendable {
  private let state = Mutex<(open: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.open { state.waiting.append(continuation) }
        return state.open
      }
      if isOpen { continuation.resume() }
    }
  }
}

@Suite("Database: side by side")
struct ConcurrencyTests {
  private func value(_ session: any SQLSession, _ id: String) async throws -> Int64 {
    let rows = try await session.query("SELECT n FROM counters WHERE id = $1", [.text(id)])
    return try #require(rows.first).integer(0)
  }

  @Test("a hundred increments at once make a hundred", arguments: DatabaseKind.all)
  func increments(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [counters]) { test async throws in
      let database = test.database
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            try await database.transaction { session in
              if number.isMultiple(of: 2) {
                try await session.execute("UPDATE counters SET n = n + 1 WHERE id = 'a'")
              } else {
                // Read first, then write what was computed: lost unless transactions are as if alone.
                let before = try await value(session, "a")
                await Task.yield()
                try await session.execute("UPDATE counters SET n = $1 WHERE id = 'a'", [.integer(before + 1)])
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await database.read { try await value($0, "a") } == 100)
    }
  }

  @Test("of two that each rely on what the other changes, one runs after the other", arguments: DatabaseKind.all)
  func writeSkew(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [counters]) { test async throws in
      let database = test.database
      // Each may set its counter only while the other is 0: both at 1 is a state that no order of the two gives.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (mine, other) in [("a", "b"), ("b", "a")] {
          group.addTask {
            try await database.transaction { session in
              guard try await value(session, other) == 0 else { return }
              for _ in 0..<50 { await Task.yield() }
              try await session.execute("UPDATE counters SET n = 1 WHERE id = $1", [.text(mine)])
            }
          }
        }
        try await group.waitForAll()
      }
      let both = try await database.read { (try await value($0, "a"), try await value($0, "b")) }
      #expect(both.0 + both.1 == 1)
    }
  }

  @Test("a read sees one moment, whatever is written beside it", arguments: DatabaseKind.all)
  func snapshot(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [counters]) { test async throws in
      let database = test.database
      let pair = try await database.read { session in
        let before = try await value(session, "a")
        try await database.transaction { try await $0.execute("UPDATE counters SET n = 7") }
        return (before, try await value(session, "b"))
      }
      #expect(pair == (0, 0))
      #expect(try await database.read { try await value($0, "b") } == 7)
    }
  }

  @Test("statements of one session side by side run one after the other", arguments: DatabaseKind.all)
  func oneSession(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [counters]) { test async throws in
      try await test.database.transaction { session in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<40 {
            group.addTask {
              if number.isMultiple(of: 4) {
                try await session.executeMany("UPDATE counters SET n = n + $1 WHERE id = 'a'", [[.integer(1)], [.integer(2)]])
              } else {
                try await session.execute("UPDATE counters SET n = n + $1 WHERE id = 'a'", [.integer(1)])
              }
            }
          }
          try await group.waitForAll()
        }
      }
      #expect(try await test.database.read { try await value($0, "a") } == 60)
    }
  }

  @Test("a task that is cancelled leaves no transaction open", arguments: DatabaseKind.all)
  func cancellation(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [counters]) { test async throws in
      let database = test.database
      for _ in 0..<20 {
        let entered = Door()
        let task = Task {
          try await database.transaction { session in
            try await session.execute("UPDATE counters SET n = n + 1")
            entered.open()
            try await Task.sleep(for: .seconds(600))
          }
        }
        await entered.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
      #expect(try await database.transaction { try await value($0, "a") } == 0)
    }
  }

  @Test("who is cancelled while waiting leaves the queue; the others get their turn", arguments: DatabaseKind.all)
  func cancelledWaiters(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [counters]) { test async throws in
      let database = test.database
      let (entered, leave) = (Door(), Door())
      let holder = Task {
        try await database.transaction { session in
          try await session.execute("UPDATE counters SET n = n + 1 WHERE id = 'a'")
          entered.open()
          await leave.wait()
        }
      }
      await entered.wait()
      let waiters = (0..<30).map { _ in
        Task { try await database.transaction { try await $0.execute("UPDATE counters SET n = n + 1 WHERE id = 'b'") } }
      }
      for (index, waiter) in waiters.enumerated() where index.isMultiple(of: 2) { waiter.cancel() }
      leave.open()
      try await holder.value
      var done: Int64 = 0
      for (index, waiter) in waiters.enumerated() {
        switch await waiter.result {
        case .success: done += 1
        case .failure(let error):
          #expect(error is CancellationError)
          #expect(index.isMultiple(of: 2))
        }
      }
      #expect(done >= 15)
      #expect(try await database.read { try await value($0, "b") } == done)
    }
  }
}

@Suite("Database: pool")
struct PoolTests {
  private final class Order: Sendable {
    let numbers = Mutex<[Int]>([])
  }

  @Test("who waits is served in order; closing waits for all")
  func order() async throws {
    let pool = Pool(["one"])
    let item = try await pool.take()
    let order = Order()
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<50 {
      let started = Door()
      tasks.append(
        Task {
          started.open()
          let item = try await pool.take()
          order.numbers.withLock { $0.append(number) }
          pool.give(item)
        })
      await started.wait()
      while pool.waiting <= number { await Task.yield() }
    }
    pool.give(item)
    for task in tasks { try await task.value }
    #expect(order.numbers.withLock { $0 } == Array(0..<50))
    #expect(await pool.close() == ["one"])
    await #expect(throws: DatabaseError.self) { try await pool.take() }
  }
}
