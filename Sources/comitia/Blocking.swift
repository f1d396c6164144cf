import Dispatch
import Synchronization

/// Brings asynchronous work into a command, which waits for it.
enum Blocking {
  /// Runs the work and waits on this thread, which no task uses.
  static func run<Output: Sendable>(_ work: @escaping @Sendable () async throws -> Output) throws -> Output {
    let outcome = Mutex<Result<Output, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task {
      let result: Result<Output, any Error>
      do { result = .success(try await work()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = outcome.withLock({ $0 }) else { preconditionFailure("signalled without an outcome") }
    return try result.get()
  }
}

/// Asynchronous work for a thread that waits for it, until it is told to wait no more.
final class Interruptible: Sendable {
  private let state = Mutex<(isCancelled: Bool, task: Task<Void, Never>?)>((false, nil))

  /// Runs the work and waits on this thread, which no task uses.
  ///
  func run<Output: Sendable>(_ work: @escaping @Sendable () async throws -> Output) throws -> Output {
    let outcome = Mutex<Result<Output, any Error>>(.failure(CancellationError()))
    let done = DispatchSemaphore(value: 0)
    let task = Task {
      let result: Result<Output, any Error>
      do { result = .success(try await work()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
      done.signal()
    }
    let isCancelled = state.withLock { state in
      state.task = task
      return state.isCancelled
    }
    if isCancelled { task.cancel() }
    done.wait()
    return try outcome.withLock { $0 }.get()
  }

  /// Gives up what is being waited for, and refuses whatever comes.
  func cancel() {
    let task = state.withLock { state in
      state.isCancelled = true
      return state.task
    }
    task?.cancel()
  }
}
