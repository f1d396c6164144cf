import Synchronization

/// Bytes that arrive piece by piece on another thread.
final class Pieces: Sendable {
  private let content = Mutex<[UInt8]>([])

  func append(_ bytes: [UInt8]) { content.withLock { $0 += bytes } }

  var bytes: [UInt8] { content.withLock { $0 } }
}
