import CHTTPServer
import Synchronization

/// One request and its answer.
final class Exchange: Sendable {
  let request: HTTPRequest
  private let number: UInt64
  private let canUpgrade: Bool
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ request: HTTPRequest, number: UInt64, canUpgrade: Bool) {
    self.request = request
    self.number = number
    self.canUpgrade = canUpgrade
  }

  func start(_ handler: any HTTPHandler, _ handle: ServerHandle) {
    let work = Task { await send(await handler.respond(to: request), handle) }
    task.withLock { $0 = work }
  }

  /// The client is gone.
  func cancel() { task.withLock { $0 }?.cancel() }

  private func send(_ answer: HTTPAnswer, _ handle: ServerHandle) async {
    switch answer {
    case .response(let response): await send(response, handle)
    case .webSocket(let handler):
      guard canUpgrade else { return handle.refuse(number, COMITIA_HTTP_NO_WEBSOCKET) }
      let socket = ServerWebSocket(id: number, handle: handle)
      comitia_http_upgrade(handle.pointer, number, Unmanaged.passRetained(SocketEvents(socket, handler)).toOpaque())
    }
  }

  private func send(_ response: HTTPResponse, _ handle: ServerHandle) async {
    var response = response
    Compression.apply(to: &response, for: request)
    guard (200...599).contains(response.status), let fields = ResponseFields.lines(response.headers) else {
      return handle.refuse(number, COMITIA_HTTP_BAD_ANSWER)
    }
    switch response.body {
    case .bytes(let bytes): handle.answer(number, status: response.status, fields: fields, body: bytes)
    case .stream(let produce):
      handle.begin(number, status: response.status, fields: fields, length: -1)
      if request.method == "HEAD" { return handle.end(number, complete: true) }
      do {
        try await produce(BodyWriter(handle: handle, exchange: number))
        handle.end(number, complete: true)
      } catch {
        handle.end(number, complete: false)
      }
    case .file(let path, let range):
      guard let file = OpenFile(path), range.upperBound <= file.size else { return handle.refuse(number, COMITIA_HTTP_BAD_ANSWER) }
      handle.begin(number, status: response.status, fields: fields, length: Int64(range.count))
      if request.method == "HEAD" { return handle.end(number, complete: true) }
      let isSent = await send(file, range, BodyWriter(handle: handle, exchange: number))
      handle.end(number, complete: isSent)
    }
  }

  private func send(_ file: OpenFile, _ range: Range<UInt64>, _ writer: BodyWriter) async -> Bool {
    var position = range.lowerBound
    while position < range.upperBound {
      let piece = file.read(at: position, atMost: Int(min(64 * 1024, range.upperBound - position)))
      // A file that has become shorter.
      if piece.isEmpty { return false }
      do { try await writer.write(piece) } catch { return false }
      position += UInt64(piece.count)
    }
    return true
  }
}
