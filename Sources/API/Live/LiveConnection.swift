import Elections
import HTTPServer
import StrictJSON
import Synchronization

/// One client of the live events.
final class LiveConnection: WebSocketHandler {
  private struct State {
    var elections: Set<String> = []
    var tokens: Double
    var refilled = ContinuousClock.now
    var isAdmitted = false
  }

  private let events: LiveEvents
  private let address: String
  private let state: Mutex<State>

  init(_ events: LiveEvents, address: String) {
    self.events = events
    self.address = address
    state = Mutex(State(tokens: Double(events.limits.messages)))
  }

  func opened(_ connection: any WebSocketConnection) async {
    guard events.admit(address) else { return connection.close(code: 1013, reason: "too many connections; come back later") }
    state.withLock { $0.isAdmitted = true }
  }

  func received(_ text: String, from connection: any WebSocketConnection) async {
    guard state.withLock({ $0.isAdmitted }) else { return }
    guard maySpeak() else { return connection.close(code: 1008, reason: "too many messages") }
    do {
      apply(try LiveRequest.json.decode(try JSONParser.parse(Array(text.utf8))), connection)
    } catch {
      connection.send(LiveMessage.problem(#"say {"subscribe":["<election>"]} or {"unsubscribe":["<election>"]}"#))
    }
  }

  func closed(_ connection: any WebSocketConnection) async {
    let (elections, wasAdmitted) = state.withLock { ($0.elections, $0.isAdmitted) }
    for election in elections { events.remove(connection, from: election) }
    if wasAdmitted { events.leave(address) }
  }

  private func apply(_ request: LiveRequest, _ connection: any WebSocketConnection) {
    guard (request.subscribe + request.unsubscribe).allSatisfy({ ElectionReference(Array($0.utf8)) != nil }) else {
      return connection.send(LiveMessage.problem("an election is named by its reference, 20 letters and digits"))
    }
    let (added, removed, elections) = state.withLock { state in
      let removed = state.elections.intersection(request.unsubscribe)
      state.elections.subtract(removed)
      let room = events.limits.subscriptions - state.elections.count
      let added = Set(request.subscribe).subtracting(state.elections).sorted().prefix(max(0, room))
      state.elections.formUnion(added)
      return (added, removed, state.elections)
    }
    for election in removed { events.remove(connection, from: election) }
    for election in added { events.add(connection, to: election) }
    connection.send(LiveMessage.subscribed(elections))
  }

  /// Counts a message against the connection's share.
  private func maySpeak() -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      state.tokens = min(Double(events.limits.messages), state.tokens + (now - state.refilled) / .seconds(1))
      state.refilled = now
      guard state.tokens >= 1 else { return false }
      state.tokens -= 1
      return true
    }
  }
}
