import Synchronization

/// Something that happened and is durable: published after the commit, never before.
public enum ServiceEvent: Sendable, Equatable {
  /// Ballots were cast. One event for all that were committed together: how many there are now, of how
  /// many voters, and when (Unix milliseconds).
  case voteCast(election: String, total: UInt64, voters: UInt64, time: UInt64)
  /// An election went on to another state, or a board was paused or resumed.
  case status(election: String, status: String)
  /// A key ceremony went on.
  case ceremony(election: String, phase: String)
  /// A checkpoint was cosigned by one trustee more.
  case checkpoint(election: String, size: UInt64, cosignatures: Int)
  /// A trustee joined, came or went.
  case trustee(election: String, number: Int, status: String)
  /// The result is published.
  case result(election: String)
  /// A public chain has more of the election for good: an anchor above so many leaves of its board, or ballots' hashes; the block that has it.
  case anchored(election: String, size: UInt64, block: UInt64)

  /// Which election it is about.
  public var election: String {
    switch self {
    case .voteCast(let election, _, _, _), .status(let election, _), .ceremony(let election, _), .checkpoint(let election, _, _),
      .trustee(let election, _, _), .result(let election), .anchored(let election, _, _):
      election
    }
  }
}

/// Tells everyone who listens what happened. Whoever does not keep up is dropped: nobody waits for a listener.
public final class EventHub: Sendable {
  private struct State {
    var next: UInt64 = 0
    var listeners: [UInt64: AsyncStream<ServiceEvent>.Continuation] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  public init() {}

  /// How many listen.
  public var listeners: Int { state.withLock { $0.listeners.count } }

  /// Whether nothing will be told any more: whoever waits for news need not.
  public var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Ends all sequences, for the service is being stopped.
  public func close() {
    let listeners = state.withLock { state in
      state.isClosed = true
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }

  /// Events from now on. The sequence ends when more than `bound` wait to be read, when the task that reads it is cancelled, or with `close`.
  public func subscribe(bound: Int = 256) -> AsyncStream<ServiceEvent> {
    let (stream, continuation) = AsyncStream.makeStream(of: ServiceEvent.self, bufferingPolicy: .bufferingOldest(bound))
    let id: UInt64? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in self?.remove(id) }
    return stream
  }

  /// Tells everyone. Returns at once.
  public func publish(_ event: ServiceEvent) {
    let listeners = state.withLock { Array($0.listeners.values) }
    for listener in listeners {
      if case .dropped = listener.yield(event) { listener.finish() }
    }
  }

  private func remove(_ id: UInt64) {
    _ = state.withLock { $0.listeners.removeValue(forKey: id) }
  }
}
