import Database
import Synchronization

/// A step of voting that a booth may report.
public enum VotingStep: String, Sendable, CaseIterable {
  /// The ballot was shown.
  case opened
  /// The choices were reviewed.
  case reviewed
  /// A ballot was encrypted.
  case encrypted
  /// A ballot was cast.
  case cast
}

/// How often each step was reached, and how long it took to the last one.
public struct StepFigures: Sendable, Equatable {
  public let counts: [VotingStep: Int]
  /// The class of minutes in which the middle voter needed to cast; `nil`: nobody said.
  public let medianMinutes: Int?

  public init(counts: [VotingStep: Int], medianMinutes: Int?) {
    self.counts = counts
    self.medianMinutes = medianMinutes
  }
}

/// Counts steps of voting: by election and day alone (decision 0022). What comes is kept in memory and added to the day's counters now and then, so that
/// not even the database's own log has the moment of a step. Nothing of it is proven: anybody may send steps.
public final class StepCounter: Sendable {
  /// Classes of minutes: at most so many.
  public static let classes = [1, 2, 3, 5, 10, 20, 60]
  /// Elections and steps that are held at once; beyond it nothing is counted until the next flush.
  private static let mostHeld = 100_000

  private let database: any Database
  private let clock: any Clock
  private let isOn: Bool
  private let held = Mutex<[Key: Int64]>([:])

  private struct Key: Hashable {
    let election: String
    let day: Int64
    let step: VotingStep
    let minutes: Int
  }

  /// - Parameter isOn: whether anything is counted.
  public init(database: any Database, clock: any Clock, isOn: Bool) {
    self.database = database
    self.clock = clock
    self.isOn = isOn
  }

  /// Counts a step.
  ///
  /// - Parameter minutes: of `cast`, how long it took since the ballot was shown; only its class is kept.
  public func count(_ step: VotingStep, minutes: Int?, in election: String) {
    guard isOn else { return }
    let kept = step == .cast ? minutes.map { given in Self.classes.first { given <= $0 } ?? 60 } ?? 0 : 0
    let key = Key(election: election, day: Int64(clock.now() / 86_400_000), step: step, minutes: kept)
    held.withLock { held in
      if held.count < Self.mostHeld || held[key] != nil { held[key, default: 0] += 1 }
    }
  }

  /// Adds what was counted to the counters of elections that are open to voters; steps of others are forgotten.
  public func flush() async throws {
    let taken = held.withLock { held in
      defer { held = [:] }
      return held
    }
    guard !taken.isEmpty else { return }
    do {
      try await database.transaction { session in
        for (key, count) in taken.sorted(by: { ($0.key.election, $0.key.step.rawValue) < ($1.key.election, $1.key.step.rawValue) })
        {
          try await session.execute(
            """
            INSERT INTO step_counts (election, day, step, minutes, count)
            SELECT reference, $2, $3, $4, $5 FROM elections WHERE reference = $1 AND state IN ('active', 'paused', 'closed')
            ON CONFLICT (election, day, step, minutes) DO UPDATE SET count = step_counts.count + excluded.count
            """,
            [
              .text(key.election), .integer(key.day), .text(key.step.rawValue), .integer(Int64(key.minutes)), .integer(count),
            ])
        }
      }
    } catch {
      held.withLock { held in for (key, count) in taken { held[key, default: 0] += count } }
      throw error
    }
  }

  /// Flushes every so many seconds until the task is cancelled, and then once more.
  public func run(every seconds: Int) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(seconds))
      try? await flush()
    }
  }

  /// What was counted of an election on all days together.
  public func figures(of election: String) async throws -> StepFigures {
    try await flush()
    let rows = try await database.read { session in
      try await session.query("SELECT step, minutes, count FROM step_counts WHERE election = $1", [.text(election)])
    }
    var counts: [VotingStep: Int] = [:]
    var classes: [Int: Int] = [:]
    for row in rows {
      guard let step = VotingStep(rawValue: try row.text(0)) else { continue }
      let (minutes, count) = (Int(try row.integer(1)), Int(try row.integer(2)))
      counts[step, default: 0] += count
      if step == .cast, minutes > 0 { classes[minutes, default: 0] += count }
    }
    let total = classes.values.reduce(0, +)
    var passed = 0
    let median = Self.classes.first { minutes in
      passed += classes[minutes] ?? 0
      return total > 0 && passed * 2 >= total
    }
    return StepFigures(counts: counts, medianMinutes: median)
  }
}
