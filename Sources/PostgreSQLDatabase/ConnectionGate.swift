import Database
import Synchronization

/// Keeps a database that is away from being asked again and again: after an attempt to connect that failed, the next is made after a pause
/// that doubles up to some seconds. In the pause requests are refused at once.
final class ConnectionGate: Sendable {
  private struct State {
    var failures = 0
    var reason = ""
    var next: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private static let firstPause = Duration.milliseconds(50)
  private static let longestPause = Duration.seconds(3)

  /// - Throws: `DatabaseError.unavailable` during the pause.
  func pass() throws(DatabaseError) {
    let reason = state.withLock { state -> String? in
      guard let next = state.next, ContinuousClock.now < next else { return nil }
      return state.reason
    }
    if let reason { throw .unavailable(reason: reason) }
  }

  func succeeded() { state.withLock { $0 = State() } }

  func failed(_ reason: String) {
    state.withLock { state in
      // Several connections that fail together are one failure.
      if let next = state.next, ContinuousClock.now < next { return }
      let pause = min(Self.firstPause * (1 << min(state.failures, 10)), Self.longestPause)
      state.failures += 1
      state.reason = reason
      // Several servers must not come back in step.
      state.next = ContinuousClock.now + pause * Double.random(in: 0.5...1)
    }
  }
}
