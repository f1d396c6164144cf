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
