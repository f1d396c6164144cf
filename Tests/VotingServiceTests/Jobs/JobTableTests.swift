import Database
import TestDatabases
import Testing

@testable import VotingService

/// The table, with a clock that is turned: what is taken when, by whom.
@Suite("Jobs: table")
struct JobTableTests {
  private struct Bench {
    let database: any Database
    let clock = TurnedClock()
    let queue: JobQueue

    init(_ test: TestDatabase) {
      database = test.database
      queue = JobQueue(clock: clock)
    }

    func worker(_ name: String, kinds: [String: RetryPolicy] = ["mail": .init(attempts: 3, base: 1_000, cap: 10_000)]) -> JobTable {
      JobTable(database: database, queue: queue, worker: name, lease: 60_000, policies: kinds)
    }

    func enqueue(_ id: String, kind: String = "mail", key: String? = nil, due: UInt64 = 0) async throws {
      let isNew = try await database.transaction { session in
        try await queue.enqueue(kind: kind, payload: Array(id.utf8), key: key, due: due, id: id, in: session)
      }
      #expect(isNew)
    }

    func record(_ id: String) async throws -> JobRecord? {
      try await database.read { session in
        for state in JobState.allCases {
          if let record = try await queue.list(state: state, in: session).first(where: { $0.id == id }) { return record }
        }
        return nil
      }
    }
  }

  @Test("work asked for in a transaction that is undone is not done", arguments: DatabaseKind.all)
  func transactional(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      struct Undone: Error {}
      await #expect(throws: Undone.self) {
        try await bench.database.transaction { session in
          try await bench.queue.enqueue(kind: "mail", in: session)
          throw Undone()
        }
      }
      #expect(try await bench.worker("w").nextDue() == nil)
      #expect(try await bench.worker("w").take(9).isEmpty)
    }
  }

  @Test("a job comes when it is due, once, with what it is about", arguments: DatabaseKind.all)
  func due(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let worker = bench.worker("w")
      let due = bench.clock.now() + 5_000
      try await bench.enqueue("late", due: due)
      #expect(try await worker.nextDue() == due)
      #expect(try await worker.take(9).isEmpty)
      bench.clock.turn(to: due)
      #expect(try await worker.take(9) == [Job(id: "late", kind: "mail", payload: Array("late".utf8), key: nil, attempt: 1)])
      #expect(try await worker.take(9).isEmpty)
      #expect(try await worker.done(Job(id: "late", kind: "mail", payload: [], key: nil, attempt: 1)))
      let record = try #require(try await bench.record("late"))
      #expect(record.state == .done && record.finished == due)
      #expect(try await worker.nextDue() == nil)
    }
  }

  @Test("who could be done longest comes first: neither a time set nor none is an advantage", arguments: DatabaseKind.all)
  func fair(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      try await bench.enqueue("timed", due: bench.clock.now() + 10)
      try await bench.enqueue("first")
      bench.clock.turn(by: 20)
      try await bench.enqueue("last")
      let worker = bench.worker("w")
      var order: [String] = []
      for _ in 0..<3 { order += try await worker.take(1).map(\.id) }
      #expect(order == ["first", "timed", "last"])
    }
  }

  @Test("work of one name is asked for once, until it is taken back", arguments: DatabaseKind.all)
  func once(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let (database, queue) = (bench.database, bench.queue)
      try await bench.enqueue("closing", key: "e", due: 5)
      let again = try await database.transaction { try await queue.enqueue(kind: "mail", key: "e", due: 9, id: "closing", in: $0) }
      #expect(!again)
      #expect(try await bench.record("closing")?.due == 5)
      #expect(try await database.transaction { try await queue.cancel(id: "closing", in: $0) })
      #expect(try await database.transaction { try await queue.cancel(id: "closing", in: $0) } == false)
      try await bench.enqueue("closing", due: 9)
      _ = try await bench.worker("w").take(1)
      #expect(try await database.transaction { try await queue.cancel(id: "closing", in: $0) } == false)
    }
  }

  @Test("a runner takes only kinds that it knows", arguments: DatabaseKind.all)
  func kinds(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      try await bench.enqueue("a", kind: "newer")
      try await bench.enqueue("b", kind: "mail")
      let worker = bench.worker("w", kinds: ["mail": .init(), "anchor": .init()])
      #expect(try await worker.take(9).map(\.id) == ["b"])
      #expect(try await worker.nextDue() == bench.clock.now() + 60_000)
    }
  }

  @Test("jobs of one key come one after the other, in order, retries included", arguments: DatabaseKind.all)
  func ordered(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let worker = bench.worker("w")
      // Names against the order, so that it does not come from them.
      for id in ["c", "b", "a"] { try await bench.enqueue(id, key: "election") }
      try await bench.enqueue("free")
      try await bench.enqueue("other", key: "another")
      let first = try await worker.take(9)
      #expect(Set(first.map(\.id)) == ["c", "free", "other"])
      #expect(try await worker.take(9).isEmpty)
      let job = try #require(first.first { $0.id == "c" })
      let next = try #require(try await worker.failed(job, JobFailure.temporary("not yet")))
      // It is not due, and the others of its key wait for it.
      #expect(try await worker.take(9).isEmpty)
      bench.clock.turn(to: next)
      let again = try await worker.take(9)
      #expect(again.map(\.id) == ["c"] && again[0].attempt == 2)
      #expect(try await worker.failed(again[0], JobFailure.permanent("never")) == nil)
      // What failed for good holds up nobody.
      #expect(try await worker.take(9).map(\.id) == ["b"])
    }
  }

  @Test(
    "a job whose runner died is taken over when its lease ends, and the dead one's word counts no more", arguments: DatabaseKind.all
  )
  func takenOver(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let (dead, heir) = (bench.worker("dead"), bench.worker("heir"))
      try await bench.enqueue("job", key: "k")
      let job = try #require(try await dead.take(1).first)
      bench.clock.turn(by: 59_999)
      #expect(try await heir.take(1).isEmpty)
      #expect(try await dead.renew(["job"]) == ["job"])
      bench.clock.turn(by: 59_999)
      #expect(try await heir.take(1).isEmpty)
      bench.clock.turn(by: 1)
      #expect(try await heir.nextDue() == bench.clock.now())
      let taken = try #require(try await heir.take(1).first)
      #expect(taken.attempt == 2)
      // The dead one wakes.
      #expect(try await dead.renew(["job"]).isEmpty)
      #expect(try await dead.done(job) == false)
      _ = try await dead.failed(job, JobFailure.permanent("too late"))
      #expect(try await dead.release(job) == false)
      #expect(try await bench.record("job")?.state == .running)
      #expect(try await heir.done(taken))
      #expect(try await bench.record("job")?.state == .done)
    }
  }

  @Test("a job that its own runner took over is not touched by the earlier attempt", arguments: DatabaseKind.all)
  func ownTakeOver(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let worker = bench.worker("w")
      try await bench.enqueue("job")
      let first = try #require(try await worker.take(1).first)
      bench.clock.turn(by: 60_000)
      let second = try #require(try await worker.take(1).first)
      #expect(try await worker.done(first) == false)
      #expect(try await worker.done(second))
    }
  }

  @Test("a job that takes its server down each time is given up", arguments: DatabaseKind.all)
  func deadly(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      try await bench.enqueue("deadly")
      for attempt in 1...3 {
        #expect(try await bench.worker("w\(attempt)").take(1).first?.attempt == attempt)
        bench.clock.turn(by: 60_000)
      }
      #expect(try await bench.worker("w4").take(1).isEmpty)
      let record = try #require(try await bench.record("deadly"))
      #expect(record.state == .failed && record.error != nil)
    }
  }

  @Test("attempts end in failure, which an administrator sees and may have tried again", arguments: DatabaseKind.all)
  func retries(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let (worker, queue) = (bench.worker("w"), bench.queue)
      struct Leaky: Error { let secret = "s3cret" }
      try await bench.enqueue("job")
      let first = try #require(try await worker.take(1).first)
      let second = try #require(try await worker.failed(first, JobFailure.temporary("the server said 503")))
      #expect((500...1_000).contains(second - bench.clock.now()))
      #expect(try await bench.record("job")?.error == "the server said 503")
      bench.clock.turn(to: second)
      let again = try await worker.take(1)
      let third = try #require(try await worker.failed(again[0], Leaky()))
      #expect((1_000...2_000).contains(third - bench.clock.now()))
      bench.clock.turn(to: third)
      let last = try await worker.take(1)
      #expect(try await worker.failed(last[0], Leaky()) == nil)
      let record = try #require(try await bench.record("job"))
      #expect(record.state == .failed && record.attempts == 3 && record.error == "Leaky" && record.finished == bench.clock.now())
      #expect(try await bench.database.transaction { try await queue.retry(id: "job", in: $0) })
      #expect(try await bench.database.transaction { try await queue.retry(id: "job", in: $0) } == false)
      #expect(try await worker.take(1).first?.attempt == 1)
    }
  }

  @Test("statistics by kind", arguments: DatabaseKind.all)
  func statistics(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let (worker, queue) = (bench.worker("w"), bench.queue)
      for id in ["a", "b", "c", "d"] { try await bench.enqueue(id) }
      let taken = try await worker.take(3)
      _ = try await worker.failed(taken[0], JobFailure.permanent("no"))
      _ = try await worker.done(taken[1])
      try await bench.enqueue("future", kind: "anchor", due: bench.clock.now() + 10_000)
      bench.clock.turn(by: 4_000)
      let mail = JobStatistics(waiting: 1, running: 1, failed: 1, oldestAge: 4_000)
      #expect(
        try await bench.database.read { try await queue.statistics(in: $0) } == ["mail": mail, "anchor": JobStatistics(waiting: 1)])
      bench.clock.turn(by: 10_000)
      #expect(try await bench.database.read { try await queue.statistics(in: $0) }["anchor"]?.oldestAge == 4_000)
    }
  }

  @Test("what was done is deleted after its days, nothing else; lists come in pages", arguments: DatabaseKind.all)
  func cleaning(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let (worker, queue) = (bench.worker("w"), bench.queue)
      for number in 0..<6 { try await bench.enqueue("job\(number)") }
      for job in try await worker.take(6) {
        switch job.id {
        case "job0": _ = try await worker.failed(job, JobFailure.permanent("no"))
        case "job1": _ = try await worker.failed(job, JobFailure.temporary("later"))
        default: _ = try await worker.done(job)
        }
      }
      let pages = try await bench.database.read { session in
        let first = try await queue.list(state: .done, limit: 3, in: session)
        return [first, try await queue.list(state: .done, after: first[2].id, limit: 3, in: session)]
      }
      #expect(pages.map { $0.map(\.id) } == [["job2", "job3", "job4"], ["job5"]])
      bench.clock.turn(by: 30 * 86_400_000)
      #expect(try await bench.database.transaction { try await queue.clean(olderThanDays: 30, in: $0) } == 0)
      bench.clock.turn(by: 1)
      #expect(try await bench.database.transaction { try await queue.clean(olderThanDays: 30, in: $0) } == 4)
      #expect(try await bench.record("job0") != nil)
      #expect(try await bench.record("job1") != nil)
    }
  }

  @Test("several servers take each job once", arguments: DatabaseKind.all)
  func contention(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = Bench(test)
      let queue = bench.queue
      for start in stride(from: 0, to: 200, by: 50) {
        try await bench.database.transaction { session in
          for number in start..<start + 50 { try await queue.enqueue(kind: "mail", id: "job\(number)", in: session) }
        }
      }
      var others: [any Database] = []
      for _ in 0..<3 { others.append(try await test.openAgain()) }
      let taken = try await withThrowingTaskGroup(of: [String].self) { group in
        for (number, database) in others.enumerated() {
          let worker = JobTable(
            database: database, queue: queue, worker: "w\(number)", lease: 60_000, policies: ["mail": RetryPolicy()])
          group.addTask {
            var names: [String] = []
            while true {
              let jobs = try await worker.take(4)
              if jobs.isEmpty { return names }
              for job in jobs { #expect(try await worker.done(job)) }
              names += jobs.map(\.id)
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      for database in others { await database.close() }
      #expect(taken.sorted() == (0..<200).map { "job\($0)" }.sorted())
    }
  }

  @Test("pauses double up to the cap, and differ")
  func pauses() {
    let policy = RetryPolicy(attempts: 9, base: 1_000, cap: 60_000)
    #expect([1, 2, 3, 7, 8, 1_000].map { policy.pause(after: $0, random: 0) } == [1_000, 2_000, 4_000, 60_000, 60_000, 60_000])
    #expect([1, 2, 8].map { policy.pause(after: $0, random: 255) } == [500, 1_000, 30_000])
    #expect(RetryPolicy(attempts: 9, base: .max, cap: 5).pause(after: 3, random: 0) == 5)
    #expect(RetryPolicy(attempts: 9, base: 1, cap: .max).pause(after: 2, random: 255) == 1)
  }
}
