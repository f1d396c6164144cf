import Synchronization
import Testing
import TestDatabases
import TestEthereum
import VoteRegistry

@testable import Anchoring

/// Lines of a table that is printed when all of it is known.
private final class Table: Sendable {
  private let lines = Mutex<[(String, [String])]>([])
  let columns: [String]

  init(_ columns: [String]) { self.columns = columns }

  func add(_ name: String, _ cells: [String]) { lines.withLock { $0.append((name, cells)) } }

  func print() {
    let rows = [("", columns)] + lines.withLock { $0 }
    for (name, cells) in rows {
      Swift.print("| " + ([name] + cells).map { $0.padding(to: $0 == name ? 24 : 10) }.joined(separator: " | ") + " |")
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension AnchoringTests {
  /// What is done after an error, when a transaction is prepared or sent.
  private enum Policy: String {
    /// Tried again after pauses that grow; after the third failure queued, which somebody is told.
    case threeTries = "three tries"
    /// Queued and told at once, and tried again every minute for as long as it takes.
    case queued = "queued"
    /// When it is prepared as above; when it is sent, a dearer one goes at once.
    case dearer = "dearer"
  }

  /// What a failure leaves.
  private struct Trace: Equatable {
    let state: String
    /// Milliseconds for which nothing more is tried.
    let pause: Int64
    let told: Int
  }

  @Suite("Faults") struct FaultMatrix {
    private static let errors: [(name: String, error: RegistryError, policy: Policy)] = [
      ("reverted", .reverted("test"), .threeTries), ("paused", .reverted("roles: paused"), .threeTries),
      ("gas above cap", .priceAboveCap(needed: "60", cap: "50"), .queued), ("congested", .congested, .threeTries),
      ("nonce too low", .nonceTooLow, .threeTries), ("nonce too high", .nonceTooHigh, .threeTries),
      ("underpriced", .underpriced, .dearer), ("insufficient funds", .insufficientFunds, .threeTries),
      ("connection lost", .connectionLost, .threeTries), ("unknown outcome", .unknownOutcome(.zero), .threeTries),
      ("wrong chain", .wrongChain(expected: 31337, found: 5), .threeTries), ("bad answer", .badAnswer("test"), .threeTries),
      ("refused", .refused("test"), .threeTries), ("not signed", .notSigned("test"), .threeTries),
    ]

    /// Those whose policies differ when they last.
    private static let lasting: Set<String> = ["gas above cap", "congested", "underpriced", "connection lost", "unknown outcome"]

    /// Whether a fault at a step, `times` one after the other, ends well, and whether somebody who votes is answered each time, while the worker waits for the
    /// chain there. A cell: turns it took, and whether somebody was told.
    private func cell(_ step: RegistryStep, _ error: RegistryError, times: Int, executes: Bool = false) async throws -> String {
      let fault = FaultyRegistry.Fault(step: step, error: error, times: times, executes: executes)
      if step == .refusal || step == .mayWrite {
        // What an account that was dismissed has signed, and no node has.
        return try await Rotation.with { rotation in
          try await rotation.drop()
          try await rotation.fund("0x0")
          try await rotation.dismiss()
          return try await ending(of: fault, rotation.stage, rotation.worker)
        }
      }
      return try await Stage.with { stage in
        var stage = stage
        stage.policy.depth = 1
        if step == .replace { stage.policy.stuckAfter = 0 }
        try await stage.add(batch: 0..<2, each: 0..<0)
        // No block yet: what was sent waits, or is stuck.
        let isManual = step == .replace || step == .isWaiting
        if isManual { try await stage.chain.control("test_mining", ["manual"]) }
        // Of two, the later: the anchor is under way before it. Of questions, in the second turn.
        return try await ending(of: fault, stage, stage.worker(), skip: step == .find ? 0 : 1, before: isManual ? 3 : 0)
      }
    }

    /// - Parameters:
    ///   - skip: calls that succeed before the fault.
    ///   - before: turns without a block.
    private func ending(
      of fault: FaultyRegistry.Fault, _ stage: Stage, _ worker: RecordingWorker, skip: Int = 0, before: Int = 0
    ) async throws -> String {
      let voters = try await Voters(of: stage)
      var present = fault
      present.skip = skip
      present.meanwhile = { try? await voters.vote() }
      stage.faults.add(present)
      for _ in 0..<before {
        try await worker.step()
        stage.clock.pass(3_000)
      }
      let turns = try await before + stage.finish(worker)
      let name = "\(fault.error) at \(fault.step), \(fault.times) times"
      let wrong = try await stage.faultsFound()
      #expect(wrong == [], "\(name)")
      #expect(stage.faults.happened.withLock { $0 } == fault.times, "\(name), did not happen")
      let isAnswered = try await voters.allAreAnswered(fault.times)
      #expect(isAnswered, "\(name), a vote")
      return "\(wrong.isEmpty && isAnswered ? "once" : "WRONG") \(turns)\(stage.reports.queued > 0 ? " !" : "")"
    }

    // MARK: - Policies

    /// Three failures one after the other, each as soon as it is tried again.
    private func traces(_ step: RegistryStep, _ error: RegistryError) async throws -> [Trace] {
      try await Stage.with { stage in
        try await stage.add(tree: nil, batch: 0..<0, each: 0..<1)
        stage.faults.add(FaultyRegistry.Fault(step: step, error: error, times: 3))
        var traces: [Trace] = []
        for _ in 1...3 {
          try await stage.worker().step()
          let row = try await stage.database.read { session in
            try await session.query(
              """
              SELECT state, (SELECT MAX(due) FROM (SELECT due FROM chain_accounts UNION ALL SELECT due FROM chain_transactions
                UNION ALL SELECT due FROM chain_records WHERE nonce IS NULL) AS dues) FROM chain_records
              """)[0]
          }
          let pause = try row.integer(1) - stage.clock.now
          traces.append(Trace(state: try row.text(0), pause: pause, told: stage.reports.told))
          stage.clock.pass(pause)
        }
        return traces
      }
    }

    /// Whether what is done after an error is its policy, whatever step it is of.
    private func policy(of name: String, _ error: RegistryError, _ policy: Policy) async throws -> String {
      // The clock's random part is a quarter: of 2, 4, 8 seconds three quarters are left.
      func tries(_ state: String, _ last: Trace) -> [Trace] {
        [Trace(state: state, pause: 1_500, told: 0), Trace(state: state, pause: 3_000, told: 0), last]
      }
      let queued = (1...3).map { Trace(state: "queued", pause: 60_000, told: $0) }
      let given = Trace(state: "queued", pause: 600_000, told: 1)
      let isQueued = policy == .queued
      #expect(try await traces(.head, error) == tries("pending", Trace(state: "pending", pause: 6_000, told: 1)), "\(name)")
      #expect(try await traces(.prepare, error) == (isQueued ? queued : tries("pending", given)), "\(name)")
      if policy == .dearer {
        try await Stage.with { stage in
          try await stage.add(tree: nil, batch: 0..<0, each: 0..<1)
          stage.faults.add(FaultyRegistry.Fault(step: .send, error: error))
          try await stage.worker().step()
          #expect(stage.reports.list.contains(.replaced) && !stage.reports.isTold)
          #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE version = 2 AND attempts = 0") == 1)
        }
      } else {
        #expect(try await traces(.send, error) == (isQueued ? queued : tries("sent", given)), "\(name)")
      }
      return policy.rawValue
    }

    // MARK: - Votes

    /// A vote that is cast while a worker waits for the chain on such a day is answered before any of its questions is.
    private func vote(_ day: Day) async throws -> String {
      try await Stage.with { stage in
        let voters = try await Voters(of: stage)
        try await day.begin(stage)
        let gate = stage.faults.gate
        gate.close()
        let worker = stage.worker()
        let turn = Task { try await worker.step() }
        while gate.asked == 0 { await Task.yield() }
        try await voters.vote()
        let isBefore = gate.passed == 0
        #expect(isBefore, "\(day.name)")
        #expect(try await voters.allAreAnswered(1), "\(day.name)")
        gate.open()
        _ = try await turn.value
        return isBefore ? "before" : "WAITED"
      }
    }

    // MARK: - The table

    /// Every typed error at every step, then at sending that has happened all the same, then more often than it may happen before somebody is told; every day that
    /// befalls the whole chain; and a crash at every point: how each ends and after how many turns (!: somebody was told), and what is done about it. Each time
    /// somebody votes while the worker is at that step or point, and is answered.
    @Test func everyFaultEndsWithEveryRecordOnce() async throws {
      let table = Table(RegistryStep.allCases.map(\.rawValue) + ["sent after", "send × 4", "as a whole", "policy", "vote"])
      for (name, error, policy) in Self.errors {
        var cells: [String] = []
        for step in RegistryStep.allCases { cells.append(try await cell(step, error, times: 1)) }
        cells.append(try await cell(.send, error, times: 1, executes: true))
        cells.append(Self.lasting.contains(name) ? try await cell(.send, error, times: 4) : "")
        let isAnswered = cells.allSatisfy { !$0.hasPrefix("WRONG") }
        table.add(name, cells + ["", try await self.policy(of: name, error, policy), isAnswered ? "before" : "WRONG"])
      }
      let blank = [String](repeating: "", count: RegistryStep.allCases.count + 2)
      for day in Day.all {
        let turns = try await day.pass()
        let told = day.isTold ? "told" : "silent"
        table.add(day.name, blank + ["once \(turns)\(day.isTold ? " !" : "")", told, try await vote(day)])
      }
      for crash in Crash.all {
        let turns = try await [crash.pass(0), crash.pass(1)]
        table.add(crash.name, blank + ["once \(turns[0]), \(turns[1])", "goes on", "before"])
      }
      table.print()
    }

    /// PostgreSQL differs in what is kept, not in where it can be cut off.
    @Test func aCrashAnywhereOnPostgreSQL() async throws {
      for crash in Crash.all { _ = try await crash.pass(1, .postgresql) }
    }

    /// A worker is cut off at a point of which it has several.
    private struct Crash {
      let point: RecordingPoint
      /// Whether it is while what is stuck is replaced.
      let isReplacing: Bool

      var name: String { "crash: \(point.rawValue)\(isReplacing ? ", stuck" : "")" }

      static let all =
        RecordingPoint.allCases.map { Crash(point: $0, isReplacing: false) }
        + [.prepared, .stored, .sent].map { Crash(point: $0, isReplacing: true) }

      /// - Parameter which: at which time that it is there; 0 is the first.
      /// - Returns: the turns that it took.
      func pass(_ which: Int, _ kind: DatabaseKind = .sqlite) async throws -> Int {
        try await Stage.with(kind) { stage in
          if isReplacing { try await Day.stuck.begin(stage) } else { try await stage.add(batch: 0..<2, each: 2..<3) }
          let passed = Mutex(0)
          let voters = try await Voters(of: stage)
          let worker = stage.worker(interrupt: { reached in
            guard reached == point else { return }
            let number = passed.withLock { count in
              count += 1
              return count - 1
            }
            guard number == which else { return }
            try await voters.vote()
            throw Stage.Crash()
          })
          let turns = try await stage.finish(worker)
          #expect(try await stage.faultsFound() == [], "\(name), \(which)")
          #expect(passed.withLock { $0 } > which, "\(name): the worker was not there for the \(which). time")
          #expect(try await voters.allAreAnswered(1), "\(name), a vote")
          if isReplacing {
            let dearer = "SELECT COUNT(*) FROM chain_transactions WHERE state = 'confirmed' AND version > 1"
            #expect(try await stage.number(dearer) == 3)
          }
          return turns
        }
      }
    }
  }
}
