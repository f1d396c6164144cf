import HTTPServer
import Synchronization

/// A handler made of closures.
struct TestHandler: HTTPHandler {
  var limit = 1000
  var answer: @Sendable (HTTPRequest) async -> HTTPAnswer

  func bodyLimit(method: String, path: String) -> Int { limit }
  func respond(to request: HTTPRequest) async -> HTTPAnswer { await answer(request) }

  /// Says what it was asked.
  static let echo = TestHandler { request in
    .response(text("\(request.method) \(request.path) \(request.query) \(String(decoding: request.body, as: UTF8.self))"))
  }

  static func text(_ text: String) -> HTTPResponse {
    HTTPResponse(headers: HTTPHeaders([("Content-Type", "text/plain")]), body: .bytes(Array(text.utf8)))
  }
}

/// WebSockets made of closures.
struct TestSockets: WebSocketHandler {
  var whenOpened: @Sendable (any WebSocketConnection) async -> Void = { _ in }
  var whenReceived: @Sendable (String, any WebSocketConnection) async -> Void = { _, _ in }
  var whenClosed: @Sendable (any WebSocketConnection) async -> Void = { _ in }

  func opened(_ connection: any WebSocketConnection) async { await whenOpened(connection) }
  func received(_ text: String, from connection: any WebSocketConnection) async { await whenReceived(text, connection) }
  func closed(_ connection: any WebSocketConnection) async { await whenClosed(connection) }
}

/// What happened, in order.
final class Journal<Entry: Sendable>: Sendable {
  private let entries = Mutex<[Entry]>([])
  func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
  var all: [Entry] { entries.withLock { $0 } }

  /// The entries, as soon as there are so many. A test that waits in vain is ended by its time limit.
  func wait(for count: Int) async -> [Entry] {
    while all.count < count { try? await Task.sleep(for: .milliseconds(2)) }
    return all
  }
}

/// Something that is waited for.
final class Gate: Sendable {
  private let journal = Journal<Void>()
  func open() { journal.add(()) }
  func wait() async { _ = await journal.wait(for: 1) }
}

/// Runs `body` with the port of a server, and drains the server.
func withServer<Result: Sendable>(
  _ handler: TestHandler = .echo, log: (@Sendable (AccessRecord) -> Void)? = nil,
  configure: (inout HTTPServerConfiguration) -> Void = { _ in }, _ body: (UInt16, HTTPServer) async throws -> Result
) async throws -> Result {
  var configuration = HTTPServerConfiguration()
  configure(&configuration)
  let server = HTTPServer(configuration: configuration, handler: handler, accessLog: log)
  let port = try server.start()
  do {
    let result = try await body(port, server)
    await server.drain(deadline: .milliseconds(500))
    return result
  } catch {
    await server.drain(deadline: .zero)
    throw error
  }
}

/// Sends bytes on a new connection and returns the answer, and whether the server closed the connection by itself after it.
func exchange(_ port: UInt16, _ request: [UInt8]) async throws -> (answer: RawAnswer?, isClosed: Bool) {
  try await blocking {
    let client = try RawClient(port: port)
    client.send(request)
    let answer = try client.readAnswer(toHead: request.starts(with: Array("HEAD".utf8)))
    let announced = answer?["connection"] == "close"
    return (answer, announced ? try client.isClosed() : false)
  }
}

func exchange(_ port: UInt16, _ request: String) async throws -> (answer: RawAnswer?, isClosed: Bool) {
  try await exchange(port, Array(request.utf8))
}
