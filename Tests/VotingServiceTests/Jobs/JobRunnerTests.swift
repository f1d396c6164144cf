import Database
import Synchronization
import TestDatabases
import Testing

@testable import VotingService

@Suite("Jobs: runner")
struct JobRunnerTests {
  /// A runner whose kind `work` a test answers for.
  private struct Bench {
    let database: any Database
    let clock = TurnedClock()
    let queue: JobQueue
    let begun = Journal<Job>()
    let events = Journal<String>()
    let runner: JobRunner

    init(
      _ test: TestDatabase, concurrency: Int = 4, policy: RetryPolicy = .init(attempts: 3, base: 1_000, cap: 1_000),
      _ handler: @escaping JobRunner.Handler = { _ in }
    ) async {
      let (begun, events) = (begun, events)
      database = test.database
      queue = JobQueue(clock: clock)
      var configuration = JobRunner.Configuration()
      configuration.concurrency = concurrency
      // Only what wakes it moves it on.
      configuration.pollInterval = 600_000
      runner = JobRunner(database: database, queue: queue, clock: clock, configuration: configuration) { event in
        switch event {
        case .done(let job): events.append("done \(job.id)")
        case .failed(let job, _, let next): events.append("failed \(job.id) \(next == nil ? "for good" : "for now")")
        case .lost(let job): events.append("lost \(job.id)")
        case .released(let job): events.append("released \(job.id)")
        case .troubled: events.append("troubled")
        }
      }
      await runner.register("work", policy: policy) { job in
        begun.append(job)
        try await handler(job)
      }
    }

    func enqueue(_ id: String, key: String? = nil, due: UInt64 = 0) async throws {
      try await database.transaction { try await queue.enqueue(kind: "work", key: key, due: due, id: id, in: $0) }
      await runner.wake()
    }

    func state(_ id: String) async throws -> String? {
      try await database.read { try await $0.query("SELECT state FROM jobs WHERE id = $1", [.text(id)]) }.first?.text(0)
    }
  }

  /// Doors by name: a handler waits at its own.
  private final class Doors: Sendable {
    private let state = Mutex<(open: Set<String>, waiting: [String: CheckedContinuation<Void, Never>])>(([], [:]))

    func open(_ name: String) {
      let waiting = state.withLock { state in
        state.open.insert(name)
        return state.waiting.removeValue(forKey: name)
      }
      waiting?.resume()
    }

    func wait(_ name: String) async {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          if !state.open.contains(name) { state.waiting[name] = continuation }
          return state.open.contains(name)
        }
        if isOpen { continuation.resume() }
      }
    }
  }

  @Test("what is asked for is done, at its time", arguments: DatabaseKind.all)
  func runs(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = await Bench(test)
      try await bench.enqueue("before the start")
      await bench.runner.start()
      #expect(await bench.events.next() == "done before the start")
      let due = bench.clock.now() + 3_600_000
      try await bench.enqueue("in an hour", due: due)
      try await bench.enqueue("now")
      #expect(await bench.events.next() == "done now")
      bench.clock.turn(to: due)
      await bench.runner.wake()
      #expect(await bench.events.next() == "done in an hour")
      await bench.runner.stop()
    }
  }

  @Test("what happens to an election wakes it, ballots do not", arguments: DatabaseKind.all)
  func follows(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = await Bench(test)
      let hub = EventHub()
      let following = Task { await bench.runner.follow(hub) }
      await bench.runner.start()
      while hub.listeners == 0 { await Task.yield() }
      // Nobody says of this one that it is there.
      try await bench.database.transaction { try await bench.queue.enqueue(kind: "work", id: "tally", in: $0) }
      hub.publish(.voteCast(election: "e", total: 1, voters: 1, time: 1))
      hub.publish(.trustee(election: "e", number: 1, status: "decrypted"))
      #expect(await bench.events.next() == "done tally")
      hub.close()
      await following.value
      await bench.runner.stop()
    }
  }

  @Test("a job that fails is tried again, then given up; a permanent failure at once", arguments: DatabaseKind.all)
  func failures(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = await Bench(test) { job in
        switch job.id {
        case "never": throw JobFailure.permanent("no such address")
        case "third time" where job.attempt == 3: return
        default: throw JobFailure.temporary("busy")
        }
      }
      await bench.runner.start()
      try await bench.enqueue("never")
      #expect(await bench.events.next() == "failed never for good")
      for (id, last) in [("third time", "done third time"), ("hopeless", "failed hopeless for good")] {
        try await bench.enqueue(id)
        for _ in 1...2 {
          #expect(await bench.events.next() == "failed \(id) for now")
          bench.clock.turn(by: 1_000)
          await bench.runner.wake()
        }
        #expect(await bench.events.next() == last)
      }
      await bench.runner.stop()
      #expect(try await bench.state("hopeless") == "failed")
    }
  }

  @Test("no more run at once than allowed, of one key one", arguments: DatabaseKind.all)
  func bounds(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let doors = Doors()
      let bench = await Bench(test, concurrency: 2) { await doors.wait($0.id) }
      for id in ["k1", "k2"] { try await bench.enqueue(id, key: "k") }
      await bench.runner.start()
      #expect(await bench.begun.next().id == "k1")
      // The second of the key would have been first in the queue.
      bench.clock.turn(by: 1)
      for id in ["a", "b"] { try await bench.enqueue(id) }
      #expect(await bench.begun.next().id == "a")
      #expect(bench.begun.all.map(\.id) == ["k1", "a"])
      doors.open("a")
      #expect(await bench.events.next() == "done a")
      #expect(await bench.begun.next().id == "b")
      doors.open("b")
      #expect(await bench.events.next() == "done b")
      doors.open("k1")
      #expect(await bench.events.next() == "done k1")
      #expect(await bench.begun.next().id == "k2")
      doors.open("k2")
      #expect(await bench.events.next() == "done k2")
      await bench.runner.stop()
    }
  }

  @Test("a server that shuts down gives back what it was at; the attempt does not count", arguments: DatabaseKind.all)
  func shutdown(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = await Bench(test) { _ in try await Task.sleep(for: .seconds(3_600)) }
      try await bench.enqueue("long")
      await bench.runner.start()
      _ = await bench.begun.next()
      await bench.runner.stop()
      #expect(bench.events.all == ["released long"])
      let next = await Bench(test)
      await next.runner.start()
      #expect(await next.begun.next().attempt == 1)
      #expect(await next.events.next() == "done long")
      await next.runner.stop()
    }
  }

  @Test("a lease is renewed while the job runs; who is taken for dead is cancelled", arguments: DatabaseKind.all)
  func leases(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let bench = await Bench(test) { _ in try await Task.sleep(for: .seconds(3_600)) }
      try await bench.enqueue("long")
      await bench.runner.start()
      _ = await bench.begun.next()
      let lease = { try await bench.database.read { try await $0.query("SELECT lease FROM jobs") }[0].integer(0) }
      let first = try await lease()
      bench.clock.turn(by: 20_000)
      await bench.runner.wake()
      while try await lease() == first { await Task.yield() }
      #expect(try await lease() == first + 20_000)
      // Another takes the job from it.
      try await bench.database.transaction { try await $0.execute("UPDATE jobs SET worker = 'another'") }
      bench.clock.turn(by: 20_000)
      await bench.runner.wake()
      #expect(await bench.events.next() == "lost long")
      await bench.runner.stop()
      #expect(try await bench.state("long") == "running")
    }
  }

  @Test("a runner that vanished in the middle of a job leaves it to the next", arguments: DatabaseKind.all)
  func crash(kind: DatabaseKind) async throws {
    try await withDatabase(kind, Schema.migrations) { test async throws in
      let doors = Doors()
      // Nothing comes of the first runner's work: its database is gone before it ends, as after a crash.
      let other = TestDatabase(kind: kind, database: try await test.openAgain(), location: test.location)
      let crashed = await Bench(other) { _ in await doors.wait("never in time") }
      try await crashed.enqueue("job")
      await crashed.runner.start()
      _ = await crashed.begun.next()
      await other.database.close()
      let next = await Bench(test)
      next.clock.turn(by: 60_001)
      await next.runner.start()
      let job = await next.begun.next()
      #expect(job.id == "job" && job.attempt == 2)
      #expect(await next.events.next() == "done job")
      doors.open("never in time")
      #expect(await crashed.events.next() == "troubled")
      await crashed.runner.stop()
      await next.runner.stop()
      #expect(try await next.state("job") == "done")
    }
  }
}
