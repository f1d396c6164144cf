/// A request that has been answered or refused, for log and metrics. It holds no query, no header and no body.
public struct AccessRecord: Sendable, Equatable {
  /// When the request began: milliseconds since 1970.
  public let time: Int64
  /// As in the answer's `X-Request-Id`.
  public let requestID: String
  /// Empty when the request was not understood.
  public let method: String
  /// Without the query; empty when the request was not understood.
  public let path: String
  /// Of the answer; 101 for what became a WebSocket, 499 when the client was gone before there was an answer.
  public let status: Int
  /// Of the request: header and body.
  public let bytesIn: UInt64
  /// Of the answer: header and body.
  public let bytesOut: UInt64
  /// From the request's first byte to the answer's last: microseconds.
  public let duration: UInt64
  /// As `HTTPRequest.remoteAddress`; of a request that was not understood, the peer's.
  public let remoteAddress: String
}

/// Counts since the start, and what is open now.
public struct HTTPServerStatistics: Sendable, Equatable {
  /// Open now, WebSockets included.
  public var connections: UInt64 = 0
  /// Open now.
  public var webSockets: UInt64 = 0
  /// Connections since the start.
  public var accepted: UInt64 = 0
  /// Requests since the start.
  public var requests: UInt64 = 0
  /// What the server itself turned down since the start, by a word for the reason; every reason is there.
  public var refused: [String: UInt64] = [:]
}
