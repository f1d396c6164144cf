import Synchronization

/// A value that comes after what needs it has been made: the description of a table that holds its own route.
final class Lazy<Value: Sendable>: Sendable {
  private let stored = Mutex<Value?>(nil)

  func set(_ value: Value) { stored.withLock { $0 = value } }

  /// - Precondition: `set` was called.
  var value: Value {
    guard let value = stored.withLock({ $0 }) else { preconditionFailure("asked for before it was made") }
    return value
  }
}
