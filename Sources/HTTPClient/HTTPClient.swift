import CHTTPClient

/// Sends requests to servers: TLS verified, redirects not followed, everything bounded, nothing repeated by itself.
///
/// libcurl blocks while it works, so it works on threads of this client's own; at most `connections` of them. A connection is used again for `GET`
/// and `HEAD` only: over one that was used before, libcurl sends a request a second time when the server has just closed it.
public final class HTTPClient: Sendable {
  private let configuration: HTTPClientConfiguration
  private let threads: TransferThreads

  /// A client without connections yet.
  public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
    self.configuration = configuration
    threads = TransferThreads(most: max(1, configuration.connections))
  }

  deinit { threads.stop() }

  /// Sends a request and waits for the whole answer.
  public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
    try await perform(request, receive: nil)
  }

  /// Sends a request and hands the body on as it comes, piece by piece, on a thread where it may block. The body of an answer that is no
  /// success is kept in the response instead.
  ///
  /// - Parameter receive: throws to stop the transfer, which then fails with `notReceived`.
  public func stream(
    _ request: HTTPClientRequest, _ receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws(HTTPClientError) -> HTTPClientResponse {
    try await perform(request, receive: receive)
  }

  private func perform(
    _ request: HTTPClientRequest, receive: (@Sendable ([UInt8]) throws -> Void)?
  ) async throws(HTTPClientError) -> HTTPClientResponse {
    let plain = try check(request)
    let transfer = Transfer(request, configuration, isPlain: plain, receive: receive)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        threads.run(transfer) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      transfer.cancel()
    }
    return try result.get()
  }

  /// Refuses what must not be sent.
  ///
  /// - Returns: whether the address is one of plain HTTP.
  private func check(_ request: HTTPClientRequest) throws(HTTPClientError) -> Bool {
    let address = request.address
    guard address.hasPrefix("https://") || address.hasPrefix("http://"), address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5a).contains($0) }),
      request.fields.allSatisfy({ $0.isSendable })
    else { throw .invalidAddress }
    switch comitia_http_address_of(address) {
    case COMITIA_HTTP_SECURE: return false
    case COMITIA_HTTP_PLAIN_LOOPBACK: return true
    case COMITIA_HTTP_PLAIN:
      guard configuration.allowsUnencrypted else { throw .unencrypted }
      return true
    default: throw .invalidAddress
    }
  }
}

extension HTTPClientField {
  /// Whether it is one field and no more: a line feed would begin another.
  fileprivate var isSendable: Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3a } && !value.isEmpty
      && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
  }
}
