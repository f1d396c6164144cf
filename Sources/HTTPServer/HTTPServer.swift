import CHTTPServer
import Synchronization

/// Speaks HTTP/1.1 and WebSocket, in plain or over TLS, and lets a handler answer.
///
/// Requests that two readers might understand differently are refused; heads, bodies and readers have deadlines; every answer carries the
/// request's id. The deadlines and bounds stand in `HTTPServerConfiguration`.
public final class HTTPServer: Sendable {
  private let configuration: HTTPServerConfiguration
  private let receiver: CallbackReceiver
  private let state = Mutex(State.new)

  private enum State {
    case new
    case running(ServerHandle)
    case draining(ServerHandle)
    case stopped(HTTPServerStatistics)
  }

  /// A server that does not listen yet. `accessLog` is told of every request, on the server's own threads: it must return soon.
  public init(
    configuration: HTTPServerConfiguration = HTTPServerConfiguration(), handler: any HTTPHandler,
    accessLog: (@Sendable (AccessRecord) -> Void)? = nil
  ) {
    self.configuration = configuration
    receiver = CallbackReceiver(handler, configuration.trustedProxies, accessLog)
  }

  /// Cuts what is still connected.
  deinit {
    if let handle { comitia_http_abort(handle.pointer) }
  }

  /// Listens.
  ///
  /// - Returns: the port.
  public func start() throws(HTTPServerError) -> UInt16 {
    try state.withLock { state throws(HTTPServerError) in
      guard case .new = state else { throw .alreadyStarted }
      let handle = try receiver.serve { () throws(HTTPServerError) in
        let callbacks = receiver.callbacks()
        var failure = comitia_http_failure()
        guard let pointer = configuration.withC({ comitia_http_start($0, [callbacks], &failure) }) else {
          callbacks.released(callbacks.context)
          throw HTTPServerError(failure, configuration)
        }
        return ServerHandle(pointer)
      }
      state = .running(handle)
      return comitia_http_port(handle.pointer)
    }
  }

  /// Reads the certificate's files again; connections to come use them. When they are of no use the old ones stay.
  public func reloadCertificate() throws(HTTPServerError) {
    guard let handle, configuration.certificate != nil else { return }
    var failure = comitia_http_failure()
    if !comitia_http_reload(handle.pointer, &failure) { throw HTTPServerError(failure, configuration) }
  }

  /// Stops: accepts no more, lets requests finish, closes idle connections, and WebSockets with 1001. What is still connected at the deadline is cut.
  /// Returns when all is closed. Only the first call does something.
  public func drain(deadline: Duration) async {
    guard let handle = startDraining() else { return }
    let cutting = Task {
      try await Task.sleep(for: deadline)
      comitia_http_abort(handle.pointer)
    }
    await withCheckedContinuation { continuation in
      comitia_http_drain(handle.pointer, Unmanaged.passRetained(DrainWaiter(continuation)).toOpaque())
    }
    cutting.cancel()
    state.withLock { $0 = .stopped(handle.statistics) }
  }

  private func startDraining() -> ServerHandle? {
    state.withLock { state in
      guard case .running(let handle) = state else { return nil }
      state = .draining(handle)
      return handle
    }
  }

  /// What is open, and what has been.
  public var statistics: HTTPServerStatistics {
    state.withLock { state in
      switch state {
      case .new: HTTPServerStatistics()
      case .running(let handle), .draining(let handle): handle.statistics
      case .stopped(let last): last
      }
    }
  }

  private var handle: ServerHandle? {
    state.withLock { state in
      switch state {
      case .new, .stopped: nil
      case .running(let handle), .draining(let handle): handle
      }
    }
  }
}

extension HTTPServerConfiguration {
  /// The same for C, as long as the closure runs.
  fileprivate func withC<Result>(_ body: (UnsafePointer<comitia_http_configuration>) -> Result) -> Result {
    address.withCString { address in
      (certificate?.chainFile ?? "").withCString { chain in
        (certificate?.keyFile ?? "").withCString { key in
          var c = comitia_http_configuration()
          c.address = address
          c.port = port
          c.threads = UInt32(clamping: threads)
          c.certificate_chain = certificate == nil ? nil : chain
          c.private_key = certificate == nil ? nil : key
          c.target_bytes = max(0, targetBytes)
          c.header_bytes = max(0, headerBytes)
          c.header_fields = max(0, headerFields)
          c.header_time = headerTime.milliseconds
          c.body_time = bodyTime.milliseconds
          c.idle_time = idleTime.milliseconds
          c.write_time = writeTime.milliseconds
          c.connections = UInt32(clamping: connections)
          c.connections_per_address = UInt32(clamping: connectionsPerAddress)
          c.message_bytes = max(0, messageBytes)
          c.queue_bytes = max(0, queueBytes)
          c.long_bodies_bytes = max(0, longBodiesBytes)
          c.ping_time = pingTime.milliseconds
          return body(&c)
        }
      }
    }
  }
}

extension Duration {
  fileprivate var milliseconds: UInt32 {
    let (seconds, attoseconds) = components
    return UInt32(clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue + attoseconds / 1_000_000_000_000_000)
  }
}
