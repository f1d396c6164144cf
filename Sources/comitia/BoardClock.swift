import Foundation
import Synchronization

/// The time of day for a board, whose times must never fall: where the machine's clock is set back, time stands still.
final class BoardClock: Sendable {
  private let last = Mutex<UInt64>(0)

  /// Unix milliseconds.
  @Sendable func now() -> UInt64 {
    let time = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
    return last.withLock { last in
      last = max(last, time)
      return last
    }
  }
}
