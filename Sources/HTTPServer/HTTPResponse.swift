/// What a handler answers.
public enum HTTPAnswer: Sendable {
  /// An ordinary answer.
  case response(HTTPResponse)
  /// The connection becomes a WebSocket. Only for requests that ask for it; others get 426.
  case webSocket(any WebSocketHandler)
}

/// An answer. The server itself adds `Content-Length` or `Transfer-Encoding`, `Date`, `Connection` and `X-Request-Id`.
public struct HTTPResponse: Sendable {
  /// 200, 404, …
  public var status: Int
  /// In their order.
  public var headers: HTTPHeaders
  /// What follows.
  public var body: HTTPBody
  /// Whether the server may send the body compressed. Never for what holds a secret, and never for what says again what the request said: the length of
  /// the answer would tell of the one by the other (BREACH).
  public var isCompressible = false

  public init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: HTTPBody = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The body of an answer.
public enum HTTPBody: Sendable {
  /// All of it.
  case bytes([UInt8])
  /// Made while it is sent: the closure writes pieces, and waits while the client is slow. Sent in chunks; when the closure throws, the connection is cut so that the client knows.
  case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
  /// A part of a file, read while it is sent.
  case file(path: String, range: Range<UInt64>)
}

/// Where a streaming answer is written.
public protocol HTTPBodyWriter: Sendable {
  /// Sends a piece; returns when there is room for another.
  ///
  /// - Throws: when the client is gone.
  func write(_ bytes: [UInt8]) async throws
}

/// Answers requests; called at once for as many as come.
public protocol HTTPHandler: Sendable {
  /// The longest body that a request may have, asked when its header has been read. Longer ones are refused with 413 before they are read.
  func bodyLimit(method: String, path: String) -> Int
  /// The same where it matters whether the request shows credentials, true or false, in `Authorization` or `Cookie`.
  func bodyLimit(method: String, path: String, hasCredentials: Bool) -> Int
  /// The answer.
  func respond(to request: HTTPRequest) async -> HTTPAnswer
}

extension HTTPHandler {
  /// Whether credentials are shown does not matter.
  public func bodyLimit(method: String, path: String, hasCredentials: Bool) -> Int { bodyLimit(method: method, path: path) }
}

/// One client's WebSocket.
public protocol WebSocketConnection: Sendable {
  /// Unlike that of any other connection of this process.
  var id: UInt64 { get }
  /// Queues a text message. A client that has not read what was queued before, up to the server's bound, is dropped: nobody waits for it.
  func send(_ text: String)
  /// Says goodbye: 1000 normal, 1008 policy, …
  func close(code: UInt16, reason: String)
}

/// What a route does with its WebSockets.
public protocol WebSocketHandler: Sendable {
  /// The connection is open.
  func opened(_ connection: any WebSocketConnection) async
  /// A text message came, of at most the server's bound. Messages of one connection come one after the other.
  func received(_ text: String, from connection: any WebSocketConnection) async
  /// The connection is gone; the last call about it.
  func closed(_ connection: any WebSocketConnection) async
}
