import HTTPServer
import Testing

@Suite("WebSockets", .timeLimit(.minutes(10)))
struct WebSocketTests {
  static let echo = TestHandler { _ in
    .webSocket(TestSockets(whenReceived: { text, connection in connection.send(text) }))
  }

  @Test("texts come in their order, however they are cut")
  func order() async throws {
    let received = Journal<String>()
    let closed = Journal<UInt64>()
    let handler = TestHandler { _ in
      .webSocket(
        TestSockets(
          whenOpened: { $0.send("welcome") },
          whenReceived: { text, connection in
            // Out of order unless one waits for the other.
            if received.all.count % 2 == 0 { await Task.yield() }
            received.add(text)
            connection.send(text)
          },
          whenClosed: { closed.add($0.id) }))
    }
    try await withServer(handler) { port, server in
      try await blocking {
        // The first frames come together with the request.
        let client = try RawClient(port: port)
        let frames = (0..<100).flatMap { RawWebSocket.frame(1, Array("ä\($0)".utf8)) }
        client.send(Array(RawWebSocket.request("/").utf8) + frames)
        let answer = try client.readAnswer(toHead: true)
        #expect(answer?.status == 101)
        #expect(answer?["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer?["sec-websocket-extensions"] == nil)
        #expect(answer?["x-request-id"]?.count == 16)
        #expect(answer?["server"] == "comitia")
        let socket = RawWebSocket(client: client)
        #expect(try socket.read()?.text == "welcome")
        for number in 0..<100 { #expect(try socket.read()?.text == "ä\(number)") }
        // One message in two fragments with a ping between.
        client.send([0x01, 0x81, 0, 0, 0, 0, 0x61] + RawWebSocket.frame(9, [7]) + [0x80, 0x81, 0, 0, 0, 0, 0x62])
        #expect(try socket.read() == RawWebSocket.Frame(opcode: 10, payload: [7]))
        #expect(try socket.read()?.text == "ab")
        client.send(RawWebSocket.frame(8, [3, 232]))
        #expect(try socket.read()?.code == 1000)
        #expect(try client.isClosed())
      }
      #expect(received.all == (0..<100).map { "ä\($0)" } + ["ab"])
      #expect(await closed.wait(for: 1).count == 1)
      #expect(server.statistics.connections == 0)
    }
  }

  @Test(
    "what is not a text, or too much of it, ends the connection",
    arguments: [
      (RawWebSocket.frame(2, [1]), 1003), (RawWebSocket.frame(1, [0xff]), 1007),
      (RawWebSocket.frame(1, [UInt8](repeating: 0x61, count: 1001)), 1009), ([0x81, 1, 0x61], 1002),
      ([0xf1, 0x80, 0, 0, 0, 0], 1002),
    ])
  func refused(frame: [UInt8], code: Int) async throws {
    try await withServer(Self.echo, configure: { $0.messageBytes = 1000 }) { port, _ in
      try await blocking {
        let socket = try #require(try RawWebSocket(port: port))
        socket.send("a")
        #expect(try socket.read()?.text == "a")
        socket.client.send(frame)
        #expect(try socket.read()?.code == code)
      }
    }
  }

  @Test("a message of exactly the bound")
  func bound() async throws {
    try await withServer(Self.echo, configure: { $0.messageBytes = 70_000 }) { port, _ in
      let text = String(repeating: "x", count: 70_000)
      let answer = try await blocking {
        let socket = try #require(try RawWebSocket(port: port))
        socket.send(text)
        return try socket.read()?.text
      }
      #expect(answer == text)
    }
  }

  @Test("requests that do not ask for a WebSocket get 426")
  func upgradeRequired() async throws {
    try await withServer(Self.echo) { port, _ in
      for change in ["Sec-WebSocket-Version: 13", "Upgrade: websocket", "Connection: keep-alive, Upgrade", "GET /"] {
        let request = RawWebSocket.request("/").replacing(change, with: change == "GET /" ? "PUT /" : "X-Nothing: 1")
        let answer = try await exchange(port, request).answer
        #expect(answer?.status == 426)
        #expect(answer?["upgrade"] == "websocket")
        #expect(answer?["sec-websocket-version"] == "13")
        #expect(answer?.text.contains("/problems/upgrade-required") == true)
      }
    }
  }

  @Test("a request that asks for a WebSocket may get another answer, and another request follow")
  func otherAnswer() async throws {
    try await withServer { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        client.send(RawWebSocket.request("/a") + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer()?.text == "GET /a  ")
        #expect(try client.readAnswer()?.text == "GET /b  ")
      }
    }
  }

  @Test("the service closes with code and reason, after what it sent before")
  func close() async throws {
    let handler = TestHandler { _ in
      .webSocket(
        TestSockets(whenOpened: {
          for number in 0..<50 { $0.send("\(number)") }
          $0.close(code: 1008, reason: String(repeating: "ü", count: 100))
          $0.send("too late")
        }))
    }
    try await withServer(handler) { port, _ in
      try await blocking {
        let socket = try #require(try RawWebSocket(port: port))
        for number in 0..<50 { #expect(try socket.read()?.text == "\(number)") }
        let goodbye = try socket.read()
        #expect(goodbye?.code == 1008)
        #expect(goodbye.map { String(decoding: $0.payload.dropFirst(2), as: UTF8.self) } == String(repeating: "ü", count: 61))
        socket.client.send(RawWebSocket.frame(8, [3, 240]))
        #expect(try socket.client.isClosed())
      }
    }
  }

  @Test("one text to 200")
  func broadcast() async throws {
    let group = WebSocketGroup()
    let handler = TestHandler { _ in .webSocket(TestSockets(whenOpened: { group.add($0) }, whenClosed: { group.remove($0) })) }
    try await withServer(handler, configure: { $0.threads = 3 }) { port, server in
      let sockets = try await blocking { try (0..<200).compactMap { _ in try RawWebSocket(port: port) } }
      while group.count < 200 { try await Task.sleep(for: .milliseconds(2)) }
      #expect(server.statistics.webSockets == 200)
      group.broadcast("one")
      group.broadcast("two")
      let heard = try await blocking { try sockets.map { [try $0.read()?.text, try $0.read()?.text] } }
      #expect(heard == [[String?]](repeating: ["one", "two"], count: 200))
      for socket in sockets { socket.client.finish() }
      while group.count > 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
  }

  @Test("who does not read is dropped, others hear everything")
  func slowClient() async throws {
    let group = WebSocketGroup()
    let closed = Journal<UInt64>()
    let handler = TestHandler { _ in
      .webSocket(
        TestSockets(
          whenOpened: { group.add($0) },
          whenClosed: {
            group.remove($0)
            closed.add($0.id)
          }))
    }
    try await withServer(handler, configure: { $0.queueBytes = 100_000 }) { port, server in
      let slow = try await blocking { try RawWebSocket(port: port, receiveBuffer: 4096) }
      let good = try await blocking { try RawWebSocket(port: port) }
      while group.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
      let text = String(repeating: "x", count: 50_000)
      var count = 0
      while closed.all.isEmpty, count < 2000 {
        group.broadcast(text)
        count += 1
        #expect(try await blocking { try good?.read()?.payload.count } == 50_000)
      }
      #expect(closed.all.count == 1)
      #expect(server.statistics.refused["slow-socket"] == 1)
      group.broadcast("still here")
      #expect(try await blocking { try good?.read()?.text } == "still here")
      withExtendedLifetime(slow) {}
    }
  }

  @Test("a silent client that does not answer pings is cut, one that does stays")
  func pings() async throws {
    let closed = Journal<UInt64>()
    let handler = TestHandler { _ in
      .webSocket(
        TestSockets(whenReceived: { text, connection in connection.send(text) }, whenClosed: { closed.add($0.id) }))
    }
    try await withServer(handler, configure: { $0.pingTime = .seconds(6) }) { port, _ in
      let silent = try await blocking { try RawWebSocket(port: port) }
      let lively = try #require(try await blocking { try RawWebSocket(port: port) })
      async let heard = blocking { try lively.read()?.text }
      _ = await closed.wait(for: 1)
      lively.send("still here")
      #expect(try await heard == "still here")
      withExtendedLifetime(silent) {}
    }
  }
}
