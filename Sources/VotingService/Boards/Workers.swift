/// Threads for computation that would keep the threads of Swift's tasks from everyone else. Handed in by the command.
public struct Workers: Sendable {
  /// How much runs at once.
  public let width: Int
  private let submit: @Sendable (@escaping @Sendable () -> Void) -> Void

  /// - Parameter submit: runs what it is given on one of the threads, soon, and returns at once.
  public init(width: Int, submit: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
    self.width = max(1, width)
    self.submit = submit
  }

  /// The result of work done on one of the threads.
  public func run<Output: Sendable>(_ work: @escaping @Sendable () -> Output) async -> Output {
    await withCheckedContinuation { continuation in
      submit { continuation.resume(returning: work()) }
    }
  }
}
