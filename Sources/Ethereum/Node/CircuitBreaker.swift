/// Keeps a node that has failed from being asked again and again: after three failures one after the other it is left alone for half a minute, then one
/// question is a trial, which closes the breaker or opens it for as long again.
struct CircuitBreaker: Equatable, Sendable {
  static let failures = 3
  /// Milliseconds.
  static let pause: UInt64 = 30_000

  private enum State: Equatable {
    case closed(failures: Int)
    case open(since: UInt64)
    case trial(since: UInt64)
  }

  private var state = State.closed(failures: 0)

  /// Whether the node may be asked now, at a time in milliseconds. Of a breaker that was open long enough, only who asks first may: the trial is his.
  /// A trial that nobody has told the end of is over after a pause, too.
  mutating func admits(now: UInt64) -> Bool {
    switch state {
    case .closed: return true
    case .open(let since), .trial(let since):
      guard now >= since + Self.pause else { return false }
      state = .trial(since: now)
      return true
    }
  }

  mutating func succeeded() { state = .closed(failures: 0) }

  mutating func failed(now: UInt64) {
    switch state {
    case .closed(let failures): state = failures + 1 < Self.failures ? .closed(failures: failures + 1) : .open(since: now)
    case .open: break
    case .trial: state = .open(since: now)
    }
  }

  /// Opens it at once.
  mutating func open(now: UInt64) { state = .open(since: now) }
}
