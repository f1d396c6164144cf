import Curve25519
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
      Swift.print("| " + ([name] + cells).map { $0.padding(to: $0 == name ? 26 : 10) }.joined(separator: " | ") + " |")
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension AnchoringTests {
  @Suite("Faults") struct FaultMatrix {
    private static let errors: [(String, RegistryError)] = [
      ("reverted", .reverted("test")), ("gas above cap", .priceAboveCap(needed: "60", cap: "50")), ("congested", .congested),
      ("nonce too low", .nonceTooLow), ("nonce too high", .nonceTooHigh), ("underpriced", .underpriced),
      ("insufficient funds", .insufficientFunds), ("connection lost", .connectionLost), ("unknown outcome", .unknownOutcome(.zero)),
      ("wrong chain", .wrongChain(expected: 31337, found: 5)), ("bad answer", .badAnswer("test")), ("refused", .refused("test")),
      ("not signed", .notSigned("test")),
    ]

    /// Those whose policies differ when they last.
    private static let lasting: Set<String> = ["gas above cap", "congested", "underpriced", "connection lost", "unknown outcome"]

    /// Whether a fault at a step, `times` one after the other, ends well. A cell: turns it took, and whether somebody was told.
    private func cell(_ step: RegistryStep, _ error: RegistryError, times: Int, executes: Bool = false) async throws -> String {
      try await Stage.with { stage in
        var stage = stage
        stage.policy.depth = 1
        if step == .replace { stage.policy.stuckAfter = 0 }
        try await stage.add(batch: 0..<2, each: 0..<0)
        // Of two, the later: the anchor is under way before it. Of questions, in the second turn.
        stage.faults.add(
          FaultyRegistry.Fault(step: step, error: error, skip: step == .find ? 0 : 1, times: times, executes: executes))
        var turns = 0
        if step == .replace || step == .isWaiting {
          // No block yet: what was sent waits, or is stuck.
          try await stage.chain.control("test_mining", ["manual"])
          for _ in 1...3 {
            try await stage.worker().step()
            stage.clock.pass(3_000)
            turns += 1
          }
        }
        turns += try await stage.finish()
        let wrong = try await stage.faultsFound()
        #expect(wrong == [], "\(error) at \(step), \(times) times")
        #expect(stage.faults.happened.withLock { $0 } == times, "\(error) at \(step) did not happen")
        return "\(wrong.isEmpty ? "once" : "WRONG") \(turns)\(stage.reports.queued > 0 ? " !" : "")"
      }
    }

    /// Every typed error at every step, then at sending that has happened all the same, then more often than it may happen before somebody is told.
    @Test func everyErrorAtEveryStep() async throws {
      let table = Table(RegistryStep.allCases.map(\.rawValue) + ["sent after all", "send × 4"])
      for (name, error) in Self.errors {
        var cells: [String] = []
        for step in RegistryStep.allCases { cells.append(try await cell(step, error, times: 1)) }
        cells.append(try await cell(.send, error, times: 1, executes: true))
        cells.append(Self.lasting.contains(name) ? try await cell(.send, error, times: 4) : "")
        table.add(name, cells)
      }
      table.print()
    }

    @Test(arguments: DatabaseKind.all) func aCrashAnywhere(kind: DatabaseKind) async throws {
      let table = Table(kind == .sqlite ? ["first", "second"] : ["second"])
      for point in RecordingPoint.allCases {
        var cells: [String] = []
        // PostgreSQL differs in what is kept, not in where it can be cut off.
        for which in kind == .sqlite ? 0..<2 : 1..<2 {
          let turns = try await Stage.with(kind) { stage in
            try await stage.add(batch: 0..<2, each: 2..<3)
            let passed = Mutex(0)
            let worker = stage.worker(interrupt: { reached in
              guard reached == point else { return }
              let number = passed.withLock { count in
                count += 1
                return count - 1
              }
              if number == which { throw Stage.Crash() }
            })
            let turns = try await stage.finish(worker)
            #expect(try await stage.faultsFound() == [], "crash at \(point), \(which)")
            #expect(passed.withLock { $0 } > which, "the worker was not at \(point) for the \(which). time")
            return turns
          }
          cells.append("once \(turns)")
        }
        table.add("crash: \(point.rawValue)", cells)
      }
      table.print()
    }
  }
}
