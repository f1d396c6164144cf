import HTTPServer
import Testing

@Suite("Compressed answers", .timeLimit(.minutes(10)))
struct CompressionTests {
  private static let long = String(repeating: "the same words again and again, ", count: 100)

  /// Answers with the text that it is asked for, compressible or not.
  private static let handler = TestHandler { request in
    var answer = TestHandler.text(request.path == "/short" ? "short" : long)
    answer.isCompressible = request.path != "/secret"
    return .response(answer)
  }

  private func ask(_ path: String, accepting accepted: String?, method: String = "GET") async throws -> RawAnswer {
    try await withServer(Self.handler) { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        let field = accepted.map { "Accept-Encoding: \($0)\r\n" } ?? ""
        client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
        return try #require(try client.readAnswer(toHead: method == "HEAD"))
      }
    }
  }

  @Test("go to whoever takes gzip", arguments: ["gzip", "br, gzip;q=0.5", "*", "GZIP"])
  func compressed(accepted: String) async throws {
    let answer = try await ask("/long", accepting: accepted)
    #expect(answer["content-encoding"] == "gzip" && answer["vary"] == "Accept-Encoding")
    #expect(answer.body.starts(with: [0x1f, 0x8b]) && answer.body.count < Self.long.utf8.count / 4)
    #expect(answer["content-length"] == String(answer.body.count))
    // gzip ends with what it was made of: CRC-32 and length (RFC 1952, 2.3.1).
    #expect(
      answer.body.suffix(8).elementsEqual([Self.checksum(Self.long), UInt32(Self.long.utf8.count)].flatMap(Self.littleEndian)))
    #expect(try await ask("/long", accepting: accepted, method: "HEAD")["content-length"] == String(answer.body.count))
  }

  private static func checksum(_ text: String) -> UInt32 {
    ~text.utf8.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
    }
  }

  private static func littleEndian(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

  @Test("go to nobody else, who is told that there is the other form", arguments: [nil, "br", "gzip;q=0", "identity"])
  func plain(accepted: String?) async throws {
    let answer = try await ask("/long", accepting: accepted)
    #expect(answer["content-encoding"] == nil && answer["vary"] == "Accept-Encoding" && answer.text == Self.long)
  }

  @Test("are neither short nor what holds secrets", arguments: ["/short", "/secret"])
  func never(path: String) async throws {
    let answer = try await ask(path, accepting: "gzip")
    #expect(answer["content-encoding"] == nil && answer["vary"] == nil && answer.text == (path == "/short" ? "short" : Self.long))
  }
}
