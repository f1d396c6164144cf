import CHTTPClient
import Glibc
import Synchronization

/// One request on its way, and the answer as it arrives. Runs on one thread; any thread may cancel it.
final class Transfer: Sendable {
  /// What has arrived.
  private struct Answer {
    var fields: [HTTPClientField] = []
    var headerBytes = 0
    var isSuccess = false
    var body: [UInt8] = []
    /// Bytes of the body so far, kept or handed on.
    var received = 0
    /// Why the transfer was stopped by this side.
    var stop: HTTPClientError?
  }

  /// Bytes of the longest header.
  private static let headerLimit = 1 << 16

  private let request: HTTPClientRequest
  private let configuration: HTTPClientConfiguration
  private let isPlain: Bool
  private let receive: (@Sendable ([UInt8]) throws -> Void)?
  private let answer = Mutex(Answer())
  private let isCancelled = Atomic(false)
  /// The connections in use, while the transfer runs.
  private let running = Mutex<TransferHandle?>(nil)

  init(
    _ request: HTTPClientRequest, _ configuration: HTTPClientConfiguration, isPlain: Bool,
    receive: (@Sendable ([UInt8]) throws -> Void)?
  ) {
    self.request = request
    self.configuration = configuration
    self.isPlain = isPlain
    self.receive = receive
  }

  /// Stops the transfer as soon as may be. Also before it has begun.
  func cancel() {
    isCancelled.store(true, ordering: .sequentiallyConsistent)
    running.withLock { handle in
      if let handle { comitia_http_wake(handle.pointer) }
    }
  }

  /// Sends the request and waits for the end of the answer.
  func run(_ handle: TransferHandle) -> Result<HTTPClientResponse, HTTPClientError> {
    running.withLock { $0 = handle }
    defer { running.withLock { $0 = nil } }
    var status = 0
    var message = [CChar](repeating: 0, count: 256)
    let outcome = withRequest { comitia_http_perform(handle.pointer, $0, &status, &message, message.count) }
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return answer.withLock { answer in
      if isCancelled.load(ordering: .sequentiallyConsistent) { return .failure(.cancelled) }
      if let stop = answer.stop { return .failure(stop) }
      if let error = Self.error(outcome, text) { return .failure(error) }
      return .success(HTTPClientResponse(status: status, fields: answer.fields, body: answer.body))
    }
  }

  private static func error(_ outcome: comitia_http_outcome, _ text: String) -> HTTPClientError? {
    switch outcome {
    case COMITIA_HTTP_DONE: nil
    case COMITIA_HTTP_STOPPED: .cancelled
    case COMITIA_HTTP_TIMED_OUT: .timedOut
    case COMITIA_HTTP_UNTRUSTED: .untrusted(text)
    case COMITIA_HTTP_INVALID: .invalidAddress
    case COMITIA_HTTP_CUT_OFF: .cutOff(text)
    default: .unreachable(text)
    }
  }

  // MARK: What comes

  /// A line of the header.
  fileprivate func takeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    answer.withLock { answer in
      answer.headerBytes += line.count
      guard answer.headerBytes <= Self.headerLimit else {
        answer.stop = .tooLong
        return false
      }
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("HTTP/") {
        // An interim answer may have come before.
        answer.fields = []
        answer.isSuccess = text.split(separator: " ").dropFirst().first?.first == "2"
      } else if let colon = text.firstIndex(of: ":") {
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        answer.fields.append(HTTPClientField(String(text[..<colon]), String(value)))
      }
      return true
    }
  }

  /// A piece of the body.
  fileprivate func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    answer.withLock { answer in
      let limit = request.answerLimit ?? configuration.answerLimit
      answer.received += bytes.count
      guard answer.received <= limit else {
        answer.stop = .tooLong
        return false
      }
      guard let receive, answer.isSuccess else {
        answer.body.append(contentsOf: bytes)
        return true
      }
      do {
        try receive(Array(bytes))
        return true
      } catch {
        answer.stop = .notReceived("\(error)")
        return false
      }
    }
  }

  fileprivate var wasCancelled: Bool { isCancelled.load(ordering: .sequentiallyConsistent) }
}

// MARK: - Across the language border

extension Transfer {
  /// The request as the library takes it, while `body` runs.
  private func withRequest(_ body: (UnsafePointer<comitia_http_request>) -> comitia_http_outcome) -> comitia_http_outcome {
    let lines = (request.fields + [HTTPClientField("User-Agent", configuration.userAgent)]).map { "\($0.name): \($0.value)" }
    let copies = lines.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { UnsafePointer($0) }
    return pointers.withUnsafeBufferPointer { headers in
      request.method.withCString { method in
        request.address.withCString { address in
          withOptionalCString(configuration.authorityFile) { authorities in
            withBody { content in
              var native = comitia_http_request()
              native.method = method
              native.url = address
              native.headers = headers.baseAddress
              native.header_count = headers.count
              native.body = content.baseAddress
              native.body_length = request.body?.count ?? 0
              native.ca_file = authorities
              native.connect_timeout_milliseconds = Int(configuration.connectTimeout * 1000)
              native.total_timeout_milliseconds = Int((request.timeout ?? configuration.timeout) * 1000)
              native.may_reuse_connection = request.body == nil && ["GET", "HEAD"].contains(request.method)
              native.may_be_plain = isPlain
              native.context = Unmanaged.passUnretained(self).toOpaque()
              native.on_header = { context, bytes, count in
                Transfer.of(context).takeHeader(UnsafeBufferPointer(start: bytes, count: count))
              }
              native.on_body = { context, bytes, count in
                Transfer.of(context).takeBody(UnsafeBufferPointer(start: bytes, count: count))
              }
              native.is_cancelled = { context in Transfer.of(context).wasCancelled }
              return body(&native)
            }
          }
        }
      }
    }
  }

  /// The request's body; one byte that is not sent stands for an empty one, so that it is told from none.
  private func withBody<R>(_ use: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    guard let body = request.body else { return use(UnsafeBufferPointer(start: nil, count: 0)) }
    return (body.isEmpty ? [0] : body).withUnsafeBufferPointer(use)
  }

  private func withOptionalCString<R>(_ text: String?, _ use: (UnsafePointer<CChar>?) -> R) -> R {
    guard let text else { return use(nil) }
    return text.withCString { use($0) }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
    guard let context else { preconditionFailure("a transfer is its own context") }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }
}
