import HTTPServer
import Testing

/// A request that must not reach the handler.
struct BadRequest: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let status: Int
  let code: String

  init(_ name: String, _ status: Int, _ code: String, _ text: String) {
    testDescription = name
    bytes = Array(text.utf8)
    self.status = status
    self.code = code
  }

  private static func malformed(_ name: String, _ text: String) -> BadRequest { BadRequest(name, 400, "malformed-request", text) }
  private static func malformed(_ name: String, fields: String, body: String = "") -> BadRequest {
    malformed(name, "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)")
  }

  static let lengths = [
    malformed("lengths that conflict", fields: "Content-Length: 5\r\nContent-Length: 6", body: "hello!"),
    malformed("a length twice", fields: "Content-Length: 5\r\nContent-Length: 5", body: "hello"),
    malformed("lengths in a list", fields: "Content-Length: 5, 5", body: "hello"),
    malformed("a length with a sign", fields: "Content-Length: +5", body: "hello"),
    malformed("a negative length", fields: "Content-Length: -5", body: "hello"),
    malformed("a hexadecimal length", fields: "Content-Length: 0x5", body: "hello"),
    malformed("an empty length", fields: "Content-Length:"),
    malformed("a length beyond 64 bits", fields: "Content-Length: 18446744073709551621", body: "hello"),
    malformed("length and coding", fields: "Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
    malformed("coding and length", fields: "Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n"),
    malformed("an unknown coding", fields: "Transfer-Encoding: gzip"),
    malformed("two codings", fields: "Transfer-Encoding: gzip, chunked", body: "0\r\n\r\n"),
    malformed("chunked twice", fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
    malformed("identity", fields: "Transfer-Encoding: identity"),
    malformed("coding with a vertical tab", fields: "Transfer-Encoding: \u{b}chunked", body: "0\r\n\r\n"),
    malformed("chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    malformed("a chunk without size", fields: "Transfer-Encoding: chunked", body: "x\r\n\r\n"),
    malformed("a chunk longer than told", fields: "Transfer-Encoding: chunked", body: "2\r\nabc\r\n0\r\n\r\n"),
    malformed("a chunk's line ended by LF", fields: "Transfer-Encoding: chunked", body: "2\nab\r\n0\r\n\r\n"),
    malformed("a chunk's size beyond 64 bits", fields: "Transfer-Encoding: chunked", body: "10000000000000002\r\nab\r\n0\r\n\r\n"),
  ]

  static let lines = [
    malformed("LF alone everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
    malformed("LF alone after a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
    malformed("LF alone at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
    malformed("CR alone", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
    malformed("a folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
    malformed("a field folded by a tab", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"),
    malformed("a space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    malformed("a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    malformed("a field without colon", "GET / HTTP/1.1\r\nHost: a\r\nfield\r\n\r\n"),
    malformed("a field without name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    malformed("a name with a bracket", "GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n"),
    malformed("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
    malformed("a control character in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{1}c\r\n\r\n"),
    malformed("DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{7f}c\r\n\r\n"),
    malformed("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("bytes of TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\n"),
  ]

  static let targets = [
    malformed("Host missing", "GET / HTTP/1.1\r\n\r\n"),
    malformed("Host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    malformed("Host empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    malformed("a list of hosts", "GET / HTTP/1.1\r\nHost: a,b/c\r\n\r\n"),
    malformed("Host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    malformed("a control character in the target", "GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("letters beyond ASCII in the target", "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("a target without slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
    malformed("a star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("another host in the target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("another scheme in the target", "GET file://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("a method with a comma", "GET, / HTTP/1.1\r\nHost: a\r\n\r\n"),
    malformed("no version", "GET /\r\nHost: a\r\n\r\n"),
    BadRequest("HTTP/2", 505, "version-not-supported", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    BadRequest("HTTP/1.2", 505, "version-not-supported", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    BadRequest("HTTP/3", 505, "version-not-supported", "GET / HTTP/3.0\r\nHost: a\r\n\r\n"),
  ]

  static let bounds = [
    BadRequest(
      "a long target", 414, "target-too-long", "GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\nHost: a\r\n\r\n"),
    BadRequest("a target without end", 414, "target-too-long", "GET /\(String(repeating: "a", count: 9000))"),
    BadRequest(
      "a large header", 431, "header-too-large", "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 16384))\r\n\r\n"),
    BadRequest(
      "a field without end", 431, "header-too-large", "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 16384))"),
    BadRequest(
      "101 fields", 431, "header-too-large",
      "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: a\r\n", count: 100))\r\n"),
    BadRequest("a gigabyte", 413, "body-too-large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"),
    BadRequest(
      "a gigabyte, asked for", 413, "body-too-large",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"),
    BadRequest("one byte too many", 413, "body-too-large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"),
    BadRequest(
      "a gigabyte in a chunk", 413, "body-too-large",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3b9aca00\r\n"),
    BadRequest(
      "too much in chunks", 413, "body-too-large",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + String(repeating: "64\r\n\(String(repeating: "a", count: 100))\r\n", count: 11) + "0\r\n\r\n"),
    BadRequest(
      "a chunk's extension without end", 431, "header-too-large",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;\(String(repeating: "a", count: 20000))"),
    BadRequest(
      "a trailer without end", 431, "header-too-large",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \(String(repeating: "a", count: 20000))"),
    BadRequest(
      "another expectation", 417, "expectation-failed",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: a-miracle\r\n\r\na"),
  ]
}

@Suite("Refused requests", .timeLimit(.minutes(10)))
struct RefusalTests {
  @Test("ambiguous lengths", arguments: BadRequest.lengths)
  func length(bad: BadRequest) async throws { try await refuse(bad) }

  @Test("lines that others read otherwise", arguments: BadRequest.lines)
  func line(bad: BadRequest) async throws { try await refuse(bad) }

  @Test("hosts, targets, versions", arguments: BadRequest.targets)
  func target(bad: BadRequest) async throws { try await refuse(bad) }

  @Test("what is too much", arguments: BadRequest.bounds)
  func bound(bad: BadRequest) async throws { try await refuse(bad) }

  /// The server answers with a problem, closes, and the handler hears nothing: neither of the request nor of one hidden behind it.
  private func refuse(_ bad: BadRequest) async throws {
    let seen = Journal<String>()
    let log = Journal<AccessRecord>()
    let handler = TestHandler {
      seen.add($0.path)
      return .response(TestHandler.text("seen"))
    }
    try await withServer(handler, log: { log.add($0) }) { port, server in
      let hidden = Array("GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
      let (answer, isClosed) = try await exchange(port, bad.bytes + (bad.bytes.suffix(2) == [13, 10] ? hidden : []))
      #expect(answer?.status == bad.status)
      #expect(isClosed)
      #expect(answer?["content-type"] == "application/problem+json")
      let id = answer?["x-request-id"] ?? "none"
      #expect(id.count == 16)
      #expect(answer?.text.hasPrefix("{\"type\":\"/problems/\(bad.code)\",\"title\":\"") == true)
      #expect(answer?.text.hasSuffix("\",\"status\":\(bad.status),\"instance\":\"\(id)\"}") == true)
      #expect(seen.all == [])
      let records = await log.wait(for: 1)
      #expect(records.map(\.requestID) == [id])
      #expect(records.map(\.status) == [bad.status])
      #expect(server.statistics.refused[bad.code] == 1)
    }
  }
}
