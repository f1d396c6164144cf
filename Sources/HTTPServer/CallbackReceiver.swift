import CHTTPServer
import Synchronization

/// What the server's loops call. It lives until the last of them has ended.
final class CallbackReceiver: Sendable {
  private let handler: any HTTPHandler
  private let proxies: TrustedProxies
  private let log: (@Sendable (AccessRecord) -> Void)?
  private let handle = Mutex(WeakHandle())

  init(_ handler: any HTTPHandler, _ proxies: TrustedProxies, _ log: (@Sendable (AccessRecord) -> Void)?) {
    self.handler = handler
    self.proxies = proxies
    self.log = log
  }

  /// Weak, for the server calls this object and would otherwise hold itself.
  private struct WeakHandle { weak var handle: ServerHandle? }

  /// Starts the server. Requests that come before its handle is known wait for it.
  func serve(_ start: () throws(HTTPServerError) -> ServerHandle) throws(HTTPServerError) -> ServerHandle {
    try handle.withLock { known throws(HTTPServerError) in
      let handle = try start()
      known.handle = handle
      return handle
    }
  }

  fileprivate func bodyLimit(method: String, path: String, hasCredentials: Bool) -> Int {
    handler.bodyLimit(method: method, path: path, hasCredentials: hasCredentials)
  }

  fileprivate func request(_ request: comitia_http_request) -> Exchange? {
    guard let handle = handle.withLock({ $0.handle }) else { return nil }
    let exchange = Exchange(copy(request), number: request.exchange, canUpgrade: request.upgrade)
    exchange.start(handler, handle)
    return exchange
  }

  private func copy(_ request: comitia_http_request) -> HTTPRequest {
    let fields = UnsafeBufferPointer(start: request.fields, count: request.field_count)
    let headers = HTTPHeaders(fields.map { ($0.name.string, $0.value.string) })
    let target = request.target.buffer
    let path = target.prefix { $0 != 0x3f }
    let query = target.dropFirst(path.count + 1)
    let origin = proxies.origin(peer: request.peer.string, isSecure: request.secure, headers: headers)
    return HTTPRequest(
      id: Self.id(request.exchange), method: request.method.string, path: String(decoding: path, as: UTF8.self),
      query: String(decoding: query, as: UTF8.self), headers: headers, body: Array(request.body.buffer),
      remoteAddress: origin.address, isSecure: origin.isSecure)
  }

  private static func id(_ exchange: UInt64) -> String {
    let digits = String(exchange, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  fileprivate func finished(_ exchange: Exchange?, _ record: comitia_http_record) {
    guard let log else { return }
    log(
      AccessRecord(
        time: record.milliseconds, requestID: Self.id(record.exchange), method: record.method.string, path: record.path.string,
        status: Int(record.status), bytesIn: record.bytes_in, bytesOut: record.bytes_out, duration: record.microseconds,
        remoteAddress: exchange?.request.remoteAddress ?? record.peer.string))
  }
}

/// Who waits for the last connection to close.
final class DrainWaiter {
  let continuation: CheckedContinuation<Void, Never>
  init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }
}

private func object<Object: AnyObject>(_ pointer: UnsafeMutableRawPointer?, as type: Object.Type) -> Object? {
  pointer.map { Unmanaged<Object>.fromOpaque($0).takeUnretainedValue() }
}

private func lastUse<Object: AnyObject>(_ pointer: UnsafeMutableRawPointer?, as type: Object.Type) -> Object? {
  pointer.map { Unmanaged<Object>.fromOpaque($0).takeRetainedValue() }
}

extension CallbackReceiver {
  /// The C side's view; holds this object until `released`.
  func callbacks() -> comitia_http_callbacks {
    comitia_http_callbacks(
      context: Unmanaged.passRetained(self).toOpaque(),
      body_limit: { context, method, path, credentials in
        let receiver = object(context, as: CallbackReceiver.self)
        return max(0, receiver?.bodyLimit(method: method.string, path: path.string, hasCredentials: credentials) ?? 0)
      },
      request: { context, request in
        guard let request, let exchange = object(context, as: CallbackReceiver.self)?.request(request.pointee) else { return nil }
        return Unmanaged.passRetained(exchange).toOpaque()
      },
      cancelled: { _, exchange in object(exchange, as: Exchange.self)?.cancel() },
      finished: { context, exchange, record in
        let exchange = lastUse(exchange, as: Exchange.self)
        if let record { object(context, as: CallbackReceiver.self)?.finished(exchange, record.pointee) }
      },
      written: { _, piece, isSent in lastUse(piece, as: PieceInFlight.self)?.continuation.resume(returning: isSent) },
      socket_opened: { _, socket in object(socket, as: SocketEvents.self)?.opened() },
      socket_message: { _, socket, message in object(socket, as: SocketEvents.self)?.received(message.string) },
      socket_closed: { _, socket in lastUse(socket, as: SocketEvents.self)?.closed() },
      drained: { _, waiter in lastUse(waiter, as: DrainWaiter.self)?.continuation.resume() },
      released: { context in _ = lastUse(context, as: CallbackReceiver.self) })
  }
}
