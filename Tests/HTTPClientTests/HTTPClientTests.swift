import Foundation
import SocketSupport
import Synchronization
import Testing

@testable import HTTPClient

/// The client against a server that does what it must not.
struct HTTPClientTests {
  private func withServer(
    _ handle: @escaping @Sendable (RawServer.Connection) -> Void, _ body: (RawServer) async throws -> Void
  ) async rethrows {
    let server = RawServer(handle)
    defer { server.stop() }
    try await body(server)
  }

  private func failure(
    _ request: HTTPClientRequest, by client: HTTPClient = HTTPClient()
  ) async -> HTTPClientError? {
    do throws(HTTPClientError) {
      _ = try await client.send(request)
      return nil
    } catch { return error }
  }

  @Test func anAnswerArrivesWhole() async throws {
    try await withServer { connection in
      let request = connection.readRequest(body: 5)
      connection.write("HTTP/1.1 201 Created\r\nX-One: a: b \r\nx-two:\r\nContent-Length: \(request.utf8.count)\r\n\r\n\(request)")
    } _: { server in
      let response = try await HTTPClient().send(
        HTTPClientRequest(
          "POST", server.address("/a/../b?c=%20&d"), fields: [HTTPClientField("X-Field", "grüße")], body: Array("hello".utf8)))
      let echo = String(decoding: response.body, as: UTF8.self)
      #expect(response.status == 201)
      #expect(response.isSuccess)
      #expect(response.field("x-ONE") == "a: b ")
      #expect(response.field("X-Two") == "")
      #expect(response.field("X-Three") == nil)
      #expect(echo.hasPrefix("POST /a/../b?c=%20&d HTTP/1.1\r\n"))
      #expect(echo.contains("\r\nX-Field: grüße\r\n"))
      #expect(echo.contains("\r\nUser-Agent: comitia\r\n"))
      #expect(!echo.contains("Expect"))
      #expect(echo.hasSuffix("\r\n\r\nhello"))
    }
  }

  @Test func anEmptyBodyIsSentAsOne() async throws {
    try await withServer { connection in
      let request = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(request.utf8.count)\r\n\r\n\(request)")
    } _: { server in
      let response = try await HTTPClient().send(HTTPClientRequest("POST", server.address(), body: []))
      #expect(String(decoding: response.body, as: UTF8.self).contains("\r\nContent-Length: 0\r\n"))
    }
  }

  @Test func redirectsAreAnswers() async throws {
    try await withServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
      connection.waitForEnd()
    } _: { server in
      let response = try await HTTPClient().send(HTTPClientRequest("GET", server.address()))
      #expect(response.status == 302)
      #expect(response.field("Location") == "/elsewhere")
      #expect(server.connections == 1)
    }
  }

  @Test func anAnswerThatIsTooLongIsStopped() async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + Array("\r\n".utf8)
      while connection.write(chunk) {}
    } _: { server in
      #expect(await failure(HTTPClientRequest("GET", server.address())) == .tooLong)
      #expect(await failure(HTTPClientRequest("GET", server.address(), answerLimit: 10)) == .tooLong)
    }
  }

  @Test func aHeaderThatIsTooLongIsStopped() async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n")
      while connection.write(Array("X-Filler: \(String(repeating: "a", count: 1000))\r\n".utf8)) {}
    } _: { server in
      #expect(await failure(HTTPClientRequest("GET", server.address())) == .tooLong)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
  ])
  func anAnswerThatIsCutOffIsNoAnswer(answer: String) async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.write(answer)
    } _: { server in
      guard case .cutOff = await failure(HTTPClientRequest("GET", server.address())) else {
        Issue.record("taken for an answer: \(answer)")
        return
      }
    }
  }

  @Test func whatIsNoHTTPIsNoAnswer() async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.write("220 mail.example ready\r\n\r\n")
    } _: { server in
      #expect(await failure(HTTPClientRequest("GET", server.address())) != nil)
    }
  }

  @Test func aSilentServerIsNotWaitedForForever() async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.waitForEnd()
    } _: { server in
      #expect(await failure(HTTPClientRequest("GET", server.address(), timeout: 0.2)) == .timedOut)
    }
  }

  @Test func aDrippingServerIsNotWaitedForForever() async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
      while connection.write([0x61]) { usleep(10_000) }
    } _: { server in
      #expect(await failure(HTTPClientRequest("GET", server.address(), timeout: 0.3)) == .timedOut)
    }
  }

  @Test func nobodyListens() async {
    let server = RawServer { _ in }
    server.stop()
    guard case .unreachable = await failure(HTTPClientRequest("GET", "http://127.0.0.1:1/")) else {
      Issue.record("port 1 answers")
      return
    }
  }

  @Test func cancellingEndsTheTransfer() async {
    await withServer { connection in
      _ = connection.readRequest()
      connection.waitForEnd()
    } _: { server in
      let client = HTTPClient()
      let address = server.address()
      let task = Task { await failure(HTTPClientRequest("GET", address, timeout: 600), by: client) }
      while server.connections == 0 { await Task.yield() }
      task.cancel()
      #expect(await task.value == .cancelled)
      let early = Task { () -> HTTPClientError? in
        withUnsafeCurrentTask { $0?.cancel() }
        return await failure(HTTPClientRequest("GET", address, timeout: 600), by: client)
      }
      #expect(await early.value == .cancelled)
    }
  }

  /// libcurl repeats a request on its own when a connection it used before turns out to be closed: never one with a body.
  @Test func aPostIsSentOnce() async throws {
    let requests = Mutex(0)
    try await withServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      // The next request on this connection is read and not answered.
      if connection.readRequest(body: 1).hasPrefix("POST") { requests.withLock { $0 += 1 } }
    } _: { server in
      let client = HTTPClient()
      _ = try await client.send(HTTPClientRequest("GET", server.address()))
      let response = try await client.send(HTTPClientRequest("POST", server.address(), body: [1]))
      #expect(response.status == 200)
      #expect(requests.withLock { $0 } == 0)
      #expect(server.connections == 2)
    }
  }

  @Test func connectionsAreUsedAgainForReading() async throws {
    try await withServer { connection in
      while !connection.readRequest().isEmpty { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
    } _: { server in
      // Each thread keeps connections of its own.
      var configuration = HTTPClientConfiguration()
      configuration.connections = 1
      let client = HTTPClient(configuration)
      for _ in 0..<5 {
        let response = try await client.send(HTTPClientRequest("GET", server.address()))
        #expect(response.body == Array("ok".utf8))
      }
      // On a busy machine libcurl may find that a connection has become too old.
      #expect(server.connections < 5)
    }
  }

  @Test func moreRequestsThanThreads() async throws {
    try await withServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    } _: { server in
      var configuration = HTTPClientConfiguration()
      configuration.connections = 3
      let client = HTTPClient(configuration)
      let address = server.address()
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<40 { group.addTask { try await client.send(HTTPClientRequest("GET", address)).status } }
        for try await status in group { #expect(status == 200) }
      }
    }
  }

  @Test(arguments: [
    "ftp://example.org/", "file:///etc/passwd", "http://", "https://user:secret@example.org/", "example.org", "https://a b/",
    "https://example.org/\r\nX: y", "HTTP://127.0.0.1/",
  ])
  func otherAddressesAreRefused(address: String) async {
    #expect(await failure(HTTPClientRequest("GET", address)) == .invalidAddress)
  }

  @Test(arguments: ["http://example.org/", "http://127.0.0.1.example.org/", "http://10.0.0.1/", "http://localhost.example/"])
  func plainHTTPStaysOnThisMachine(address: String) async {
    #expect(await failure(HTTPClientRequest("GET", address)) == .unencrypted)
  }

  @Test func fieldsCannotBeSmuggledIn() async {
    for field in [
      HTTPClientField("X", "a\r\nY: b"), HTTPClientField("X: y", "a"), HTTPClientField("", "a"), HTTPClientField("X", "\0"),
    ] {
      #expect(await failure(HTTPClientRequest("GET", "http://127.0.0.1:1/", fields: [field])) == .invalidAddress)
    }
    #expect(await failure(HTTPClientRequest("GET / HTTP/1.1", "http://127.0.0.1:1/")) == .invalidAddress)
  }

  @Test func bodiesAreStreamed() async throws {
    let piece = [UInt8](repeating: 0x62, count: 1 << 16)
    try await withServer { connection in
      let isGood = connection.readRequest().contains("/good")
      connection.write("HTTP/1.1 \(isGood ? 200 : 500) X\r\nContent-Length: \(piece.count * 50)\r\n\r\n")
      for _ in 0..<50 { connection.write(piece) }
    } _: { server in
      let received = Mutex(0)
      let good = HTTPClientRequest("GET", server.address("/good"), answerLimit: 1 << 30)
      let response = try await HTTPClient().stream(good) { bytes in received.withLock { $0 += bytes.count } }
      #expect(received.withLock { $0 } == piece.count * 50)
      #expect(response.body.isEmpty)
      let bad = HTTPClientRequest("GET", server.address("/bad"), answerLimit: 1 << 30)
      #expect(try await HTTPClient().stream(bad) { _ in Issue.record("a failure is no content") }.body.count == piece.count * 50)
      struct Full: Error {}
      await #expect(throws: HTTPClientError.notReceived("Full()")) { try await HTTPClient().stream(good) { _ in throw Full() } }
    }
  }
}
