import Synchronization

/// Values by name that several tests look at, each made once: records and their reports are most of what these tests take.
final class Once<Value: Sendable>: Sendable {
  private let made = Mutex<[String: Value]>([:])

  /// The value of a name, made now if it was not. Two that ask at the same time may both make it.
  func value(_ name: String, make: () throws -> Value) rethrows -> Value {
    if let value = made.withLock({ $0[name] }) { return value }
    let value = try make()
    made.withLock { $0[name] = value }
    return value
  }
}
