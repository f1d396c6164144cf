import Synchronization
import VotingService

/// A clock that a test turns.
final class TurnedClock: Clock {
  private let time: Mutex<UInt64>

  init(_ time: UInt64 = 1_800_000_000_000) { self.time = Mutex(time) }

  func now() -> UInt64 { time.withLock { $0 } }

  func turn(to time: UInt64) { self.time.withLock { $0 = time } }

  func turn(by milliseconds: UInt64) { time.withLock { $0 += milliseconds } }
}

/// What happened, in order; a test waits for the next.
final class Journal<Element: Sendable>: Sendable {
  private struct State {
    var read = 0
    var all: [Element] = []
    var waiting: CheckedContinuation<Element, Never>?
  }

  private let state = Mutex(State())

  var all: [Element] { state.withLock { $0.all } }

  func append(_ element: Element) {
    let waiting = state.withLock { state in
      state.all.append(element)
      guard let waiting = state.waiting else { return nil as CheckedContinuation<Element, Never>? }
      state.waiting = nil
      state.read += 1
      return waiting
    }
    waiting?.resume(returning: element)
  }

  /// The next that was not waited for yet. One task at a time.
  func next() async -> Element {
    await withCheckedContinuation { continuation in
      let element = state.withLock { state -> Element? in
        guard state.read < state.all.count else {
          state.waiting = continuation
          return nil
        }
        defer { state.read += 1 }
        return state.all[state.read]
      }
      if let element { continuation.resume(returning: element) }
    }
  }
}
