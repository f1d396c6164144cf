import Dispatch
import Synchronization

/// A few threads for computation. What is submitted starts in order, at most `width` at a time; threads are those of the system's pool and
/// go back to it when there is nothing to do.
public final class ThreadPool: Sendable {
  /// How much runs at once.
  public let width: Int

  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
    /// The first of `waiting` that has not been started.
    var next = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "computation", attributes: .concurrent)

  /// - Parameter width: how much runs at once, at least 1.
  public init(width: Int) { self.width = max(1, width) }

  /// Has work done soon; returns at once.
  public func submit(_ work: @escaping @Sendable () -> Void) {
    let isNew = state.withLock { state in
      state.waiting.append(work)
      guard state.running < width else { return false }
      state.running += 1
      return true
    }
    if isNew { queue.async { self.drain() } }
  }

  private func drain() {
    while let work = take() { work() }
  }

  private func take() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.next < state.waiting.count else {
        state.waiting.removeAll(keepingCapacity: true)
        state.next = 0
        state.running -= 1
        return nil
      }
      defer { state.next += 1 }
      return state.waiting[state.next]
    }
  }
}
