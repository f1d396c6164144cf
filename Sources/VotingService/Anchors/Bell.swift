import Synchronization

/// Wakes one loop that sleeps between its turns. Rung while the loop is at work, it cuts the next sleep off.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var sleep: Task<Void, Never>?
  }

  private let state = Mutex(State())

  func ring() {
    let sleep = state.withLock { state in
      state.isRung = true
      return state.sleep
    }
    sleep?.cancel()
  }

  /// Returns after a while, or when it is rung, or with the task.
  func wait(milliseconds: Int64) async {
    let sleep: Task<Void, Never>? = state.withLock { state in
      guard !state.isRung else { return nil }
      let sleep = Task { _ = try? await Task.sleep(for: .milliseconds(milliseconds)) }
      state.sleep = sleep
      return sleep
    }
    if let sleep {
      await withTaskCancellationHandler {
        await sleep.value
      } onCancel: {
        sleep.cancel()
      }
    }
    state.withLock { state in
      state.isRung = false
      state.sleep = nil
    }
  }
}
