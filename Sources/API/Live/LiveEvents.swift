import HTTPServer
import Synchronization
import VotingService

/// Bounds of the live events.
public struct LiveLimits: Sendable {
  /// WebSockets open at once.
  public var connections = 16_000
  /// Of them from one address (of IPv6 one network).
  public var perAddress = 200
  /// Elections a connection may be subscribed to.
  public var subscriptions = 100
  /// Messages that a connection may send at once; one more is allowed each second.
  public var messages = 20
  /// Milliseconds between two messages about votes in one election: what lies between is told by the last of them.
  public var votePause = 200

  public init() {}
}

/// Tells clients what happens in the elections that they have subscribed to. Everything told is public.
///
/// An event is encoded once and handed to the server once for all who listen; whoever does not read is dropped by the server.
public final class LiveEvents: Sendable {
  private struct State {
    var groups: [String: WebSocketGroup] = [:]
    var addresses: [String: Int] = [:]
    var connections = 0
    /// Votes that are to be told when the pause is over, by election; `nil`: the pause runs, and there is nothing to tell.
    var votes: [String: ServiceEvent?] = [:]
  }

  private let state = Mutex(State())
  private let hub: EventHub
  let limits: LiveLimits

  /// - Parameter hub: where events are published.
  public init(hub: EventHub, limits: LiveLimits = LiveLimits()) {
    self.hub = hub
    self.limits = limits
  }

  /// WebSockets open now.
  public var connections: Int { state.withLock { $0.connections } }

  /// Passes events on until the task is cancelled.
  public func run() async {
    while !Task.isCancelled && !hub.isClosed {
      // A burst can end the subscription; then it begins anew, and totals are right again with the next vote.
      for await event in hub.subscribe(bound: 4096) { tell(event) }
    }
  }

  private func tell(_ event: ServiceEvent) {
    guard case .voteCast(let election, _, _, _) = event else { return send(event) }
    let isPausing = state.withLock { state in
      let isPausing = state.votes[election] != nil
      state.votes[election] = .some(isPausing ? event : nil)
      return isPausing
    }
    guard !isPausing else { return }
    send(event)
    Task {
      try? await Task.sleep(for: .milliseconds(limits.votePause))
      let waiting = state.withLock { $0.votes.removeValue(forKey: election) }
      if let event = waiting ?? nil { tell(event) }
    }
  }

  private func send(_ event: ServiceEvent) {
    guard let group = state.withLock({ $0.groups[event.election] }) else { return }
    group.broadcast(LiveMessage.text(event))
  }

  // MARK: Connections

  /// Takes in a connection from an address; `false` when there are too many.
  func admit(_ address: String) -> Bool {
    state.withLock { state in
      guard state.connections < limits.connections, state.addresses[address, default: 0] < limits.perAddress else { return false }
      state.connections += 1
      state.addresses[address, default: 0] += 1
      return true
    }
  }

  func leave(_ address: String) {
    state.withLock { state in
      state.connections -= 1
      let others = (state.addresses[address] ?? 1) - 1
      state.addresses[address] = others > 0 ? others : nil
    }
  }

  func add(_ connection: any WebSocketConnection, to election: String) {
    state.withLock { state in
      let group = state.groups[election] ?? WebSocketGroup()
      group.add(connection)
      state.groups[election] = group
    }
  }

  func remove(_ connection: any WebSocketConnection, from election: String) {
    state.withLock { state in
      guard let group = state.groups[election] else { return }
      group.remove(connection)
      if group.count == 0 { state.groups[election] = nil }
    }
  }
}
