import CHTTPClient
import Foundation

/// A handle of the library, with the connections that it keeps.
struct TransferHandle: @unchecked Sendable {
  // Used by one thread at a time; only waking it is allowed from others.
  let pointer: OpaquePointer
}

/// Threads on which transfers block. They are started as they are needed and wait for more work until the client goes.
final class TransferThreads: @unchecked Sendable {
  private typealias Work = (transfer: Transfer, done: @Sendable (Result<HTTPClientResponse, HTTPClientError>) -> Void)

  // All below is guarded by this.
  private let condition = NSCondition()
  private let most: Int
  private var waiting: [Work] = []
  private var idle = 0
  private var threads = 0
  private var isStopped = false

  init(most: Int) { self.most = most }

  /// Queues a transfer; `done` is called on the thread that ran it.
  func run(_ transfer: Transfer, _ done: @escaping @Sendable (Result<HTTPClientResponse, HTTPClientError>) -> Void) {
    condition.withLock {
      waiting.append((transfer, done))
      if idle < waiting.count, threads < most {
        threads += 1
        Thread.detachNewThread { [self] in work() }
      }
      condition.signal()
    }
  }

  /// Lets every thread end once it has nothing to do.
  func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
    }
  }

  private func work() {
    guard let pointer = comitia_http_handle_create() else { preconditionFailure("no memory for a connection") }
    defer { comitia_http_handle_destroy(pointer) }
    while let (transfer, done) = next() { done(transfer.run(TransferHandle(pointer: pointer))) }
  }

  /// The next transfer; `nil` when there will be none.
  private func next() -> Work? {
    condition.withLock {
      while waiting.isEmpty {
        if isStopped { return nil }
        idle += 1
        condition.wait()
        idle -= 1
      }
      return waiting.removeFirst()
    }
  }
}
