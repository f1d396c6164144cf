import Foundation
import HTTPServer
import Testing

@Suite("Requests and answers", .timeLimit(.minutes(10)))
struct ExchangeTests {
  @Test("a connection is kept for the next request")
  func keepAlive() async throws {
    try await withServer { port, server in
      let answers = try await blocking {
        let client = try RawClient(port: port)
        return try (0..<3).map { number in
          client.send("GET /\(number)?q HTTP/1.1\r\nHost: a\r\n\r\n")
          return try client.readAnswer()
        }
      }
      #expect(answers.map { $0?.text } == ["GET /0 q ", "GET /1 q ", "GET /2 q "])
      #expect(Set(answers.compactMap { $0?["x-request-id"] }).count == 3)
      #expect(answers.allSatisfy { $0?["connection"] == nil && $0?["date"]?.hasSuffix(" GMT") == true })
      #expect(server.statistics.accepted == 1)
      #expect(server.statistics.requests == 3)
    }
  }

  @Test("requests that are sent together are answered in their order")
  func pipelining() async throws {
    let first = Gate()
    let journal = Journal<String>()
    let handler = TestHandler { request in
      if request.path == "/0" { await first.wait() }
      journal.add(request.path)
      return .response(TestHandler.text(request.path + String(decoding: request.body, as: UTF8.self)))
    }
    try await withServer(handler) { port, _ in
      let client = try RawClient(port: port)
      let requests = (0..<20).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\r\n" }.joined()
      client.send("\r\n" + requests)
      #expect(journal.all.isEmpty)
      first.open()
      let answers = try await blocking { try (0..<20).map { _ in try client.readAnswer()?.text } }
      #expect(answers == (0..<20).map { "/\($0)\r\n" })
      #expect(journal.all == (0..<20).map { "/\($0)" })
    }
  }

  @Test("HEAD has the header of GET and no body")
  func head() async throws {
    try await withServer { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.readAnswer(toHead: true)
        #expect(head?["content-length"] == "9")
        #expect(try client.readAnswer()?.text == "GET /b  ")
      }
    }
  }

  @Test("a body of a known length, in chunks, with a trailer that is not believed")
  func bodies() async throws {
    let handler = TestHandler { request in
      .response(TestHandler.text(String(decoding: request.body, as: UTF8.self) + (request.headers["X-Late"] ?? "")))
    }
    try await withServer(handler) { port, _ in
      let known = try await exchange(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      #expect(known.answer?.text == "hello")
      let chunked = try await exchange(
        port,
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\nX-Late: yes\r\n\r\n")
      #expect(chunked.answer?.text == "hello")
      let full = String(repeating: "a", count: 1000)
      let limit = try await exchange(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(full)")
      #expect(limit.answer?.text == full)
    }
  }

  @Test("byte by byte")
  func byteByByte() async throws {
    try await withServer { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        for byte in "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8 {
          client.send([byte])
        }
        #expect(try client.readAnswer()?.text == "POST /x  abc")
      }
    }
  }

  @Test("a client that waits for 100 gets it")
  func continues() async throws {
    try await withServer { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n")
        #expect(try client.readAnswer()?.status == 100)
        client.send("ok")
        #expect(try client.readAnswer()?.text == "POST /  ok")
      }
    }
  }

  @Test("HTTP/1.0 needs no host, and gets one answer")
  func version10() async throws {
    let handler = TestHandler { request in
      if request.path == "/stream" { return .response(HTTPResponse(body: .stream { try await $0.write(Array("pieces".utf8)) })) }
      return .response(TestHandler.text("whole"))
    }
    try await withServer(handler) { port, _ in
      let whole = try await exchange(port, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(whole.answer?.text == "whole")
      #expect(whole.isClosed)
      let stream = try await exchange(port, "GET /stream HTTP/1.0\r\n\r\n")
      #expect(stream.answer?.text == "pieces")
      #expect(stream.answer?["transfer-encoding"] == nil)
      let asked = try await exchange(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(asked.answer?.text == "whole")
      #expect(asked.isClosed)
    }
  }

  @Test("a target with scheme and host, and a star")
  func targetForms() async throws {
    try await withServer { port, _ in
      let absolute = try await exchange(port, "GET http://A:80/x?y=http://b/ HTTP/1.1\r\nHost: a:80\r\n\r\n")
      #expect(absolute.answer?.text == "GET /x y=http://b/ ")
      let bare = try await exchange(port, "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(bare.answer?.text == "GET /  ")
      let query = try await exchange(port, "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(query.answer?.text == "GET / b ")
      let scheme = try await exchange(port, "GET /x?y=http://b/ HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(scheme.answer?.text == "GET /x y=http://b/ ")
      let star = try await exchange(port, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(star.answer?.text == "OPTIONS *  ")
    }
  }

  @Test("a client may close its side and still be answered")
  func halfClosed() async throws {
    try await withServer { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        client.finish()
        #expect(try client.readAnswer()?.text == "GET /a  ")
        #expect(try client.isClosed())
      }
    }
  }

  @Test("a header that would become two is not sent")
  func headerInjection() async throws {
    let handler = TestHandler { request in
      .response(HTTPResponse(headers: HTTPHeaders([("Location", "/a\r\nSet-Cookie: b=c")]), body: .bytes(request.body)))
    }
    try await withServer(handler) { port, _ in
      let answer = try await exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer
      #expect(answer?.status == 500)
      #expect(answer?["set-cookie"] == nil)
      #expect(answer?.text.contains("/problems/internal-error") == true)
    }
  }

  @Test("what the server writes itself is not written twice")
  func ownHeaders() async throws {
    let handler = TestHandler { _ in
      let headers = HTTPHeaders([
        ("Content-Length", "99"), ("transfer-encoding", "chunked"), ("X-Request-ID", "a"), ("X-Other", "b"),
      ])
      return .response(HTTPResponse(status: 201, headers: headers, body: .bytes([0x61])))
    }
    try await withServer(handler) { port, _ in
      let answer = try await exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer
      #expect(answer?.fields.map(\.name) == ["date", "x-request-id", "x-other", "content-length"])
      #expect(answer?.text == "a")
    }
  }

  @Test("204 and 304 have no body", arguments: [204, 304])
  func bodyless(status: Int) async throws {
    let handler = TestHandler { request in
      .response(request.path == "/" ? HTTPResponse(status: status, body: .bytes([1, 2])) : TestHandler.text("next"))
    }
    try await withServer(handler) { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.readAnswer()
        #expect(answer?.status == status)
        #expect(answer?["content-length"] == nil)
        #expect(try client.readAnswer()?.text == "next")
      }
    }
  }

  @Test("the access log tells of each request, and no secret")
  func accessLog() async throws {
    let log = Journal<AccessRecord>()
    try await withServer(log: { log.add($0) }) { port, server in
      let request =
        "POST /a/b?token=secret1 HTTP/1.1\r\nHost: a\r\nCookie: secret2\r\nAuthorization: secret3\r\nContent-Length: 2\r\n\r\nhi"
      let answer = try await exchange(port, request).answer
      _ = try await exchange(port, "GET /c?secret4 HTTP/1.1\r\nHost: a\r\nExpect: secret5\r\n\r\n")
      let records = await log.wait(for: 2)
      #expect(records.map(\.path) == ["/a/b", "/c"])
      #expect(records.map(\.method) == ["POST", "GET"])
      #expect(records.map(\.status) == [200, 417])
      #expect(records[0].requestID == answer?["x-request-id"])
      #expect(records[0].bytesIn == UInt64(request.utf8.count))
      #expect(records[0].bytesOut > UInt64(answer?.body.count ?? 0))
      #expect(records[0].remoteAddress == "127.0.0.1")
      #expect(records[0].time > 1_700_000_000_000)
      #expect(!"\(records)".contains("secret"))
      #expect(server.statistics.requests == 2)
    }
  }

  @Test("500 connections at once")
  func manyConnections() async throws {
    try await withServer { port, server in
      let answered = try await blocking {
        let clients = try (0..<500).map { _ in try RawClient(port: port) }
        for (number, client) in clients.enumerated() { client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n") }
        return try clients.enumerated().count { number, client in try client.readAnswer()?.text == "GET /\(number)  " }
      }
      #expect(answered == 500)
      #expect(server.statistics.accepted == 500)
    }
  }

  @Test("connections beyond the bounds are closed")
  func connectionBounds() async throws {
    for perAddress in [false, true] {
      try await withServer(configure: { if perAddress { $0.connectionsPerAddress = 3 } else { $0.connections = 3 } }) {
        port, server in
        let served = try await blocking {
          let clients = try (0..<5).map { _ in try RawClient(port: port) }
          for client in clients { client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
          return try clients.count { try $0.readAnswer()?.status == 200 }
        }
        #expect(served == 3)
        #expect(server.statistics.refused[perAddress ? "address-connections" : "connections"] == 2)
        // The places of those that have gone are free again.
        while server.statistics.connections > 0 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(try await exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer?.status == 200)
      }
    }
  }
}
