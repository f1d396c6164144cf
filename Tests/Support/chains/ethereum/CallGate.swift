import Synchronization

/// Where calls wait until a test lets them go on.
public final class CallGate: Sendable {
  private struct State {
    var isOpen: Bool
    var waiting: [CheckedContinuation<Void, Never>] = []
    var asked = 0
    var passed = 0
  }
  private let state: Mutex<State>

  public init(isOpen: Bool = false) { state = Mutex(State(isOpen: isOpen)) }

  /// Calls that have come, and of them those that have gone on.
  public var asked: Int { state.withLock { $0.asked } }
  public var passed: Int { state.withLock { $0.passed } }

  public func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.asked += 1
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
    state.withLock { $0.passed += 1 }
  }

  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// From now on calls wait, and are counted from none.
  public func close() {
    state.withLock { state in
      state.isOpen = false
      (state.asked, state.passed) = (0, 0)
    }
  }
}
