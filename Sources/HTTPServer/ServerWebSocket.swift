import CHTTPServer

/// The service's end of a WebSocket.
struct ServerWebSocket: WebSocketConnection {
  let id: UInt64
  let handle: ServerHandle

  func send(_ text: String) { handle.send(text, to: [id]) }

  func close(code: UInt16, reason: String) {
    // A close frame has room for 123 bytes (RFC 6455, 5.5).
    var end = reason.utf8.index(reason.startIndex, offsetBy: 123, limitedBy: reason.endIndex) ?? reason.endIndex
    while String.Index(end, within: reason) == nil { end = reason.utf8.index(before: end) }
    withText(Array(reason[..<end].utf8)) { comitia_http_socket_close(handle.pointer, id, code, $0) }
  }
}

/// Brings what happens on a WebSocket to its handler, one thing after the other.
final class SocketEvents: Sendable {
  private let socket: ServerWebSocket
  private let handler: any WebSocketHandler
  // Holds one message at most: the next is read when the handler is done with it.
  private let messages: AsyncStream<String>
  private let incoming: AsyncStream<String>.Continuation

  init(_ socket: ServerWebSocket, _ handler: any WebSocketHandler) {
    self.socket = socket
    self.handler = handler
    (messages, incoming) = AsyncStream.makeStream()
  }

  func opened() {
    Task { [socket, handler, messages] in
      await handler.opened(socket)
      for await message in messages {
        await handler.received(message, from: socket)
        comitia_http_socket_next(socket.handle.pointer, socket.id)
      }
      await handler.closed(socket)
    }
  }

  func received(_ message: String) { incoming.yield(message) }

  func closed() { incoming.finish() }
}
