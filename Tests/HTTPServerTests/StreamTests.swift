import Foundation
import HTTPServer
import Testing

@Suite("Answers in pieces", .timeLimit(.minutes(10)))
struct StreamTests {
  @Test("pieces become chunks, and the connection is kept")
  func chunks() async throws {
    let handler = TestHandler { request in
      .response(
        HTTPResponse(
          body: .stream { writer in
            for piece in ["a", "", "bc", String(repeating: "d", count: 200_000)] { try await writer.write(Array(piece.utf8)) }
          }))
    }
    try await withServer(handler) { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        for _ in 0..<2 {
          client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
          let answer = try client.readAnswer()
          #expect(answer?["transfer-encoding"] == "chunked")
          #expect(answer?.text == "abc" + String(repeating: "d", count: 200_000))
        }
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer(toHead: true)?["transfer-encoding"] == "chunked")
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer()?.body.count == 200_003)
      }
    }
  }

  @Test("a stream that fails ends without the last chunk")
  func failure() async throws {
    struct Failure: Error {}
    let handler = TestHandler { _ in
      .response(
        HTTPResponse(
          body: .stream { writer in
            try await writer.write([0x61])
            throw Failure()
          }))
    }
    try await withServer(handler) { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readLine() == "HTTP/1.1 200 OK")
        let rest = String(decoding: try client.readToEnd(), as: UTF8.self)
        #expect(rest.hasSuffix("\r\n\r\n1\r\na\r\n"))
      }
    }
  }

  @Test("the writer waits for a slow client, and throws when it is gone")
  func backPressure() async throws {
    let written = Journal<Int>()
    let outcome = Journal<String>()
    let handler = TestHandler { _ in
      .response(
        HTTPResponse(
          body: .stream { writer in
            do {
              for number in 0..<10_000 {
                try await writer.write([UInt8](repeating: 0x61, count: 65536))
                written.add(number)
              }
              outcome.add("all")
            } catch {
              outcome.add("\(type(of: error))")
              throw error
            }
          }))
    }
    try await withServer(handler) { port, _ in
      var client: RawClient? = try RawClient(port: port, receiveBuffer: 4096)
      client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = await written.wait(for: 1)
      // Whatever the sockets hold, it is far from 655 MB; reading a little lets it go on a little.
      let reader = client
      let some = try await blocking { try reader?.read(3_000_000).count }
      #expect(some == 3_000_000)
      #expect(outcome.all == [])
      #expect(written.all.count < 5000)
      client = nil
      withExtendedLifetime(reader) { _ = shutdown($0?.descriptor ?? -1, CInt(SHUT_RDWR)) }
      #expect(await outcome.wait(for: 1) == ["ClientGone"])
    }
  }

  @Test("a client that does not read is cut")
  func slowReader() async throws {
    let log = Journal<AccessRecord>()
    let outcome = Journal<String>()
    let handler = TestHandler { request in
      if request.path == "/whole" { return .response(HTTPResponse(body: .bytes([UInt8](repeating: 0x61, count: 50_000_000)))) }
      return .response(
        HTTPResponse(
          body: .stream { writer in
            do {
              while true { try await writer.write([UInt8](repeating: 0x61, count: 65536)) }
            } catch {
              outcome.add("\(type(of: error))")
              throw error
            }
          }))
    }
    try await withServer(handler, log: { log.add($0) }, configure: { $0.writeTime = .milliseconds(200) }) { port, server in
      let whole = try RawClient(port: port, receiveBuffer: 4096)
      whole.send("GET /whole HTTP/1.1\r\nHost: a\r\n\r\n")
      let stream = try RawClient(port: port, receiveBuffer: 4096)
      stream.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await outcome.wait(for: 1) == ["ClientGone"])
      #expect(Set(await log.wait(for: 2).map(\.path)) == ["/whole", "/stream"])
      #expect(server.statistics.refused["slow-reader"] == 2)
      withExtendedLifetime((whole, stream)) {}
    }
  }

  @Test("a handler is cancelled when its client goes")
  func cancelled() async throws {
    let started = Gate()
    let outcome = Journal<Bool>()
    let log = Journal<AccessRecord>()
    let handler = TestHandler { _ in
      started.open()
      try? await Task.sleep(for: .seconds(100))
      outcome.add(Task.isCancelled)
      return .response(TestHandler.text("late"))
    }
    try await withServer(handler, log: { log.add($0) }) { port, _ in
      var client: RawClient? = try RawClient(port: port)
      var hard = linger(l_onoff: 1, l_linger: 0)
      setsockopt(client?.descriptor ?? -1, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
      client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      await started.wait()
      client = nil
      #expect(await outcome.wait(for: 1) == [true])
      #expect(await log.wait(for: 1).map(\.status) == [499])
    }
  }

  @Test("parts of a file")
  func files() async throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let path = try folder.write("file", bytes)
    let handler = TestHandler { request in
      switch request.path {
      case "/all": .response(HTTPResponse(body: .file(path: path, range: 0..<300_000)))
      case "/part": .response(HTTPResponse(status: 206, body: .file(path: path, range: 100_000..<100_010)))
      case "/none": .response(HTTPResponse(body: .file(path: path, range: 5..<5)))
      case "/beyond": .response(HTTPResponse(body: .file(path: path, range: 0..<300_001)))
      default: .response(HTTPResponse(body: .file(path: path + "x", range: 0..<1)))
      }
    }
    try await withServer(handler) { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        func get(_ path: String, _ method: String = "GET") throws -> RawAnswer? {
          client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
          return try client.readAnswer(toHead: method == "HEAD")
        }
        #expect(try get("/all")?.body == bytes)
        #expect(try get("/all", "HEAD")?["content-length"] == "300000")
        #expect(try get("/part")?.body == Array(bytes[100_000..<100_010]))
        #expect(try get("/none")?.body == [])
        #expect(try get("/beyond")?.status == 500)
        #expect(try get("/missing")?.status == 500)
      }
    }
  }
}
