import HTTPServer
import Synchronization
import Testing
import VotingService

@testable import API

/// A client that keeps what it is told.
private final class Client: WebSocketConnection {
  let id: UInt64
  private let state = Mutex((texts: [String](), closed: UInt16?.none))

  init(_ id: UInt64) { self.id = id }

  var texts: [String] { state.withLock { $0.texts } }
  var closed: UInt16? { state.withLock { $0.closed } }

  func send(_ text: String) { state.withLock { $0.texts.append(text) } }
  func close(code: UInt16, reason: String) { state.withLock { $0.closed = code } }

  /// Waits until it was told so many texts.
  func texts(_ count: Int) async throws -> [String] {
    while texts.count < count { try await Task.sleep(for: .milliseconds(2)) }
    return texts
  }
}

@Suite("Live events", .timeLimit(.minutes(1)))
struct LiveEventsTests {
  private let election = "abcdefghijkmnpqrstuv"
  private let other = "vutsrqpnmkjihgfedcba"
  private let hub = EventHub()

  /// Runs the events until the body is done.
  private func running(_ limits: LiveLimits = LiveLimits(), _ body: (LiveEvents) async throws -> Void) async throws {
    let events = LiveEvents(hub: hub, limits: limits)
    let task = Task { await events.run() }
    while hub.listeners == 0 { try await Task.sleep(for: .milliseconds(2)) }
    try await body(events)
    task.cancel()
  }

  private func connect(_ events: LiveEvents, _ id: UInt64, _ address: String = "1.2.3.4") async -> (Client, LiveConnection) {
    let client = Client(id)
    let connection = LiveConnection(events, address: address)
    await connection.opened(client)
    return (client, connection)
  }

  @Test("a client is told of the elections that it subscribed to, and of no others")
  func subscriptions() async throws {
    try await running { events in
      let (client, connection) = await connect(events, 1)
      await connection.received(#"{"subscribe":["\#(election)"]}"#, from: client)
      hub.publish(.status(election: other, status: "active"))
      hub.publish(.status(election: election, status: "paused"))
      hub.publish(.anchored(election: election, size: 12, block: 77))
      let texts = try await client.texts(3)
      #expect(
        texts == [
          #"{"event":"subscribed","elections":["\#(election)"]}"#,
          #"{"event":"status","election":"\#(election)","status":"paused"}"#,
          #"{"event":"anchored","election":"\#(election)","size":12,"block":77}"#,
        ])
      await connection.received(#"{"unsubscribe":["\#(election)"],"subscribe":["\#(other)"]}"#, from: client)
      hub.publish(.result(election: election))
      hub.publish(.trustee(election: other, number: 2, status: "joined"))
      let last = try await client.texts(5).last
      #expect(last == #"{"event":"trustee","election":"\#(other)","number":2,"status":"joined"}"#)
    }
  }

  @Test("of many votes the first is told at once, and the last when the pause is over")
  func votes() async throws {
    var limits = LiveLimits()
    limits.votePause = 50
    try await running(limits) { events in
      let (client, connection) = await connect(events, 1)
      await connection.received(#"{"subscribe":["\#(election)"]}"#, from: client)
      for total in 1...500 { hub.publish(.voteCast(election: election, total: UInt64(total), voters: UInt64(total), time: 1000)) }
      while client.texts.last?.contains(#""total":500"#) != true { try await Task.sleep(for: .milliseconds(2)) }
      #expect(
        client.texts[1]
          == #"{"event":"vote_cast","election":"\#(election)","total":1,"voters":1,"time":"1970-01-01T00:00:01.000Z"}"#)
      #expect(client.texts.count < 500)
    }
  }

  @Test(
    "what is not a request is told so, and changes nothing",
    arguments: ["", "[]", #"{"subscribe":"x"}"#, #"{"subscribe":["x"]}"#, "{\"else\":1}"])
  func nonsense(text: String) async throws {
    try await running { events in
      let (client, connection) = await connect(events, 1)
      await connection.received(text, from: client)
      #expect(client.texts.count == 1)
      #expect(client.texts[0].hasPrefix(#"{"event":"problem""#))
      #expect(client.closed == nil)
    }
  }

  @Test("too many connections from one address are closed, and there is room again when others go")
  func connections() async throws {
    var limits = LiveLimits()
    limits.perAddress = 2
    limits.connections = 3
    try await running(limits) { events in
      let (_, first) = await connect(events, 1)
      _ = await connect(events, 2)
      let (third, refused) = await connect(events, 3)
      #expect(third.closed == 1013)
      await refused.closed(third)
      #expect(events.connections == 2)
      _ = await connect(events, 4, "5.6.7.8")
      #expect(await connect(events, 5, "9.9.9.9").0.closed == 1013)
      await first.closed(Client(1))
      #expect(await connect(events, 6).0.closed == nil)
    }
  }

  @Test("a client that talks too much is closed")
  func chatter() async throws {
    try await running { events in
      let (client, connection) = await connect(events, 1)
      for _ in 0...events.limits.messages + 1 { await connection.received("{}", from: client) }
      #expect(client.closed == 1008)
    }
  }

  @Test("a connection that is gone is told nothing more")
  func closed() async throws {
    try await running { events in
      let (client, connection) = await connect(events, 1)
      let (witness, witnessing) = await connect(events, 2)
      for (one, socket) in [(client, connection), (witness, witnessing)] {
        await socket.received(#"{"subscribe":["\#(election)"]}"#, from: one)
      }
      await connection.closed(client)
      hub.publish(.result(election: election))
      _ = try await witness.texts(2)
      #expect(client.texts.count == 1)
    }
  }
}
