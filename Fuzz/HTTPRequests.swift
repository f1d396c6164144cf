import Glibc
import HTTPServer

/// Bytes on a connection to the server: they are answered or refused, in whole answers, and whatever reaches the handler is unambiguous.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  // One in two inputs is a list of changes to good requests.
  let bytes = input[0] & 1 == 1 ? examples[Int(input[0] >> 1) % examples.count].changed(as: input) : Array(input.all.dropFirst())
  let answers = Loopback.exchange(server.port, bytes)
  precondition(answers.isEmpty || answers.starts(with: Array("HTTP/1.1 ".utf8)), "not an answer")
  return 0
}

private let examples: [[UInt8]] = [
  "GET /a?b=c HTTP/1.1\r\nHost: example.org\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
  "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX: y\r\n\r\nGET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u{1}\u{1}\u{1}\u{1}",
].map { Array($0.utf8) }

/// One server for all inputs.
private let server = RunningServer()

private struct RunningServer {
  let server: HTTPServer
  let port: UInt16

  init() {
    var configuration = HTTPServerConfiguration()
    configuration.threads = 1
    server = HTTPServer(configuration: configuration, handler: CheckingHandler())
    guard let port = try? server.start() else { fatalError("no port") }
    self.port = port
  }
}

private struct CheckingHandler: HTTPHandler, WebSocketHandler {
  func bodyLimit(method: String, path: String) -> Int { 100 }

  func respond(to request: HTTPRequest) async -> HTTPAnswer {
    let target = request.path + request.query
    precondition(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }, "a strange target")
    precondition(request.path.hasPrefix("/") || request.path == "*", "not a path")
    precondition(request.body.count <= 100, "a body beyond the limit")
    precondition(request.headers.all("Host").count <= 1, "two hosts")
    let lengths = request.headers.all("Content-Length"), codings = request.headers.all("Transfer-Encoding")
    precondition(lengths.count + codings.count <= 1, "an ambiguous length")
    precondition(lengths.allSatisfy { UInt64($0) == UInt64(request.body.count) }, "not the length told")
    for (_, value) in request.headers.fields {
      precondition(value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }, "a control character")
    }
    if request.path == "/socket" { return .webSocket(self) }
    return .response(HTTPResponse(body: .bytes(request.body)))
  }

  func opened(_ connection: any WebSocketConnection) async {}
  func received(_ text: String, from connection: any WebSocketConnection) async { connection.send(text) }
  func closed(_ connection: any WebSocketConnection) async {}
}

private enum Loopback {
  /// Sends bytes, says that there are no more, and reads all that comes.
  static func exchange(_ port: UInt16, _ bytes: [UInt8]) -> [UInt8] {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    precondition(connected == 0, "no connection")
    _ = send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    shutdown(descriptor, CInt(SHUT_WR))
    var answers: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count <= 0 { return answers }
      answers += buffer.prefix(count)
    }
  }
}
