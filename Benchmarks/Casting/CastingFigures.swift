import Curve25519
import Database
import Foundation
import ParallelWork
import PostgreSQLDatabase
import SQLiteDatabase
import Sealing
import Synchronization
import VotingService

/// Casts all ballots by tasks that each wait for a receipt before they send the next ballot.
struct CastingFigures {
  let field: CastingField
  let options: CastingOptions

  init(_ field: CastingField, _ options: CastingOptions) {
    self.field = field
    self.options = options
  }

  func measure() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-casting-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await measure("SQLite", SQLiteDatabase(.init(path: folder.appending(path: "board.sqlite").path)))
    if let connection = options.postgresql {
      try await measure("PostgreSQL", PostgreSQLDatabase(.init(connection: connection)))
    }
  }

  private func measure(_ name: String, _ database: any Database) async throws {
    try await database.migrate(Schema.migrations, time: 0)
    // Unlike that of earlier runs on the same database.
    let reference = "benchmark\(SystemRandom().bytes(2).reduce(0) { $0 << 8 | Int($1) })"
    let registry = MetricsRegistry()
    let pool = ThreadPool(width: options.width)
    let boards = Boards(
      database: database, clock: SystemTime(), sealing: MasterKey(Bytes32(SystemRandom().bytes(32).span)),
      workers: Workers(width: pool.width, submit: pool.submit), metrics: registry)
    let opened = try await database.transaction { session in try await boards.open(reference, field.parts, in: session) }
    let ballots = field.ballots(opened.electionID)
    print("\(name): \(ballots.count) ballots are made")
    let run = CastingRun()
    let cpu = ProcessTime.now
    let start = ContinuousClock.now
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<options.tasks {
        group.addTask {
          var mine: [Duration] = []
          while true {
            let number = run.next.add(1, ordering: .relaxed).oldValue
            guard number < ballots.count else { break }
            let sent = ContinuousClock.now
            do {
              _ = try await boards.cast(ballots[number], election: reference)
            } catch {
              preconditionFailure("a ballot is refused: \(error)")
            }
            mine.append(ContinuousClock.now - sent)
          }
          run.latencies.withLock { $0 += mine }
        }
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let used = ProcessTime.now - cpu
    let sorted = run.latencies.withLock { $0.sorted() }
    let sum = { (name: String) in CastingFigures.value(of: name + "_sum", in: registry) }
    let count = { (name: String) in CastingFigures.value(of: name + "_count", in: registry) }
    let mean = { (name: String) in sum(name) / max(1, count(name)) }
    print(
      """
      \(name), \(options.tasks) tasks, \(options.width) lanes: \(Int(Double(ballots.count) / seconds)) ballots a second, \
      CPU \(Int(used * 1e6 / Double(ballots.count))) µs a ballot
        p50 \(sorted[sorted.count / 2] / .milliseconds(1)) ms, p95 \(sorted[sorted.count * 95 / 100] / .milliseconds(1)) ms
        batches \(Int(count("comitia_board_batch_size"))) of \(mean("comitia_board_batch_size")), \
      \(mean("comitia_board_verification_seconds") * 1000) ms each
        groups \(Int(count("comitia_board_group_size"))) of \(mean("comitia_board_group_size")), \
      \(mean("comitia_board_commit_seconds") * 1000) ms each
      """)
    await database.close()
  }
}

extension CastingFigures {
  /// A number that the boards counted.
  private static func value(of name: String, in registry: MetricsRegistry) -> Double {
    for line in registry.text.split(separator: "\n") where line.hasPrefix(name + " ") {
      return Double(line.dropFirst(name.count + 1)) ?? 0
    }
    return 0
  }
}

/// What the tasks share.
private final class CastingRun: Sendable {
  let next = Atomic(0)
  let latencies = Mutex<[Duration]>([])
}

private struct SystemTime: VotingService.Clock {
  func now() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1000) }
}

/// CPU seconds of this process.
enum ProcessTime {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
