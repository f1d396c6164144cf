import Glibc
import HTTPServer
import Testing

@Suite("Deadlines and draining", .timeLimit(.minutes(10)))
struct DeadlineTests {
  @Test(
    "a slow head is cut off, even one that keeps coming",
    arguments: ["G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX:"])
  func slowHead(start: String) async throws {
    try await withServer(configure: { $0.headerTime = .milliseconds(200) }) { port, server in
      let answer = try await blocking {
        let client = try RawClient(port: port)
        client.send(start)
        // A byte from time to time must not help: it ends when the server does.
        return try trickle(client, "a")
      }
      #expect(answer?.status == 408)
      #expect(answer?.text.contains("/problems/header-timeout") == true)
      #expect(server.statistics.refused["header-timeout"] == 1)
    }
  }

  @Test("a slow body is cut off", arguments: ["Content-Length: 900", "Transfer-Encoding: chunked"])
  func slowBody(field: String) async throws {
    let log = Journal<AccessRecord>()
    try await withServer(log: { log.add($0) }, configure: { $0.bodyTime = .milliseconds(200) }) { port, server in
      let answer = try await blocking {
        let client = try RawClient(port: port)
        client.send("POST /slow HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        return try trickle(client, field.hasPrefix("C") ? "a" : "1\r\na\r\n")
      }
      #expect(answer?.status == 408)
      #expect(answer?.text.contains("/problems/body-timeout") == true)
      #expect(await log.wait(for: 1).map(\.path) == ["/slow"])
      #expect(server.statistics.refused["body-timeout"] == 1)
    }
  }

  @Test("a connection that asks nothing is closed without a word")
  func idle() async throws {
    try await withServer(configure: {
      $0.headerTime = .seconds(1)
      $0.idleTime = .seconds(1)
    }) { port, _ in
      try await blocking {
        #expect(try RawClient(port: port).isClosed())
        let client = try RawClient(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer()?.status == 200)
        #expect(try client.isClosed())
      }
    }
  }

  @Test("a gigabyte is refused while it is being sent")
  func gigabyte() async throws {
    try await withServer { port, server in
      let (answer, sent) = try await blocking {
        let client = try RawClient(port: port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n")
        let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
        let sent = (0..<1024).prefix { _ in client.send(megabyte) }.count
        return (try? client.readAnswer(), sent)
      }
      // Whether the answer outlives what is sent after it is a matter of luck; not that it is cut.
      #expect(answer == nil || answer?.status == 413)
      #expect(sent < 1024)
      #expect(server.statistics.refused["body-too-large"] == 1)
    }
  }

  @Test("draining lets requests finish, closes idle connections, and WebSockets with 1001")
  func drain() async throws {
    let working = Gate(), finish = Gate()
    let closed = Journal<UInt64>()
    let handler = TestHandler { request in
      if request.path == "/socket" { return .webSocket(TestSockets(whenClosed: { closed.add($0.id) })) }
      if request.path == "/slow" {
        working.open()
        await finish.wait()
      }
      return .response(TestHandler.text(request.path))
    }
    let server = HTTPServer(handler: handler)
    let port = try server.start()
    let socket = try await blocking { try RawWebSocket(port: port, path: "/socket") }
    let idle = try RawClient(port: port)
    idle.send("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try await blocking { try idle.readAnswer()?.text } == "/idle")
    let slow = try RawClient(port: port)
    slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    await working.wait()

    async let drained: Void = server.drain(deadline: .seconds(60))
    #expect(try await blocking { try idle.isClosed() })
    #expect(try await blocking { try socket?.read()?.code } == 1001)
    socket?.client.send(RawWebSocket.frame(8, [3, 233]))
    // Nobody is let in any more. By now the port may be of another server: of a test beside this one.
    try? RawClient(port: port).finish()
    finish.open()
    let (answer, isClosed) = try await blocking { (try slow.readAnswer(), try slow.isClosed()) }
    #expect(answer?.text == "/slow")
    #expect(answer?["connection"] == "close")
    #expect(isClosed)
    slow.finish()
    await drained
    #expect(server.statistics.accepted == 3)
    #expect(server.statistics.connections == 0)
    #expect(server.statistics.webSockets == 0)
    #expect(await closed.wait(for: 1).count == 1)
  }

  @Test("what is not over at the deadline is cut")
  func drainDeadline() async throws {
    let working = Gate()
    let handler = TestHandler { request in
      if request.path == "/socket" { return .webSocket(TestSockets()) }
      working.open()
      try? await Task.sleep(for: .seconds(100))
      return .response(TestHandler.text("late"))
    }
    let server = HTTPServer(handler: handler)
    let port = try server.start()
    let socket = try await blocking { try RawWebSocket(port: port, path: "/socket") }
    let stuck = try RawClient(port: port)
    stuck.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await working.wait()
    await server.drain(deadline: .milliseconds(200))
    #expect(try await blocking { try stuck.isClosed() })
    #expect(server.statistics.connections == 0)
    withExtendedLifetime(socket) {}
    await server.drain(deadline: .seconds(1))
  }

  @Test("a server that is let go closes its connections and its port")
  func letGo() async throws {
    var server: HTTPServer? = HTTPServer(handler: TestHandler.echo)
    let port = try #require(try server?.start())
    let client = try RawClient(port: port)
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try await blocking { try client.readAnswer()?.status } == 200)
    server = nil
    #expect(try await blocking { try client.isClosed() })
  }

  @Test("why a server does not start")
  func startErrors() async throws {
    try await withServer { port, server in
      var configuration = HTTPServerConfiguration()
      configuration.port = port
      let second = HTTPServer(configuration: configuration, handler: TestHandler.echo)
      #expect(throws: HTTPServerError.portInUse(port)) { try second.start() }
      #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
    }
    for address in ["example.org", "192.0.2.1", ""] {
      var configuration = HTTPServerConfiguration()
      configuration.address = address
      let server = HTTPServer(configuration: configuration, handler: TestHandler.echo)
      let error = #expect(throws: HTTPServerError.self) { try server.start() }
      guard case .badAddress(address, _) = error else {
        Issue.record("\(address): \(String(describing: error))")
        continue
      }
    }
  }
}

/// Sends a text from time to time until the server answers.
private func trickle(_ client: RawClient, _ text: String) throws -> RawAnswer? {
  var incoming = pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0)
  while poll(&incoming, 1, 20) == 0 { client.send(text) }
  return try client.readAnswer()
}
