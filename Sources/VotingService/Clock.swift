/// What time it is: a value that is handed in, so that tests can turn it.
public protocol Clock: Sendable {
  /// Unix milliseconds. May step back.
  func now() -> UInt64
}
