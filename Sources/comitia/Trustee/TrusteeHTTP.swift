import Foundation
import HTTPClient
import TrusteeAgent

/// The network as a trustee's machine uses it. Whoever asks waits on a thread of its own.
final class TrusteeHTTP: TrusteeTransport, Sendable {
  private let service: String
  private let host: String
  private let client: HTTPClient
  private let waiting = Interruptible()

  /// - Parameter service: its address, without a slash at the end.
  init(service: String, client: HTTPClient) {
    self.service = service
    self.client = client
    let start = service.range(of: "://")?.upperBound ?? service.startIndex
    host = String(service[..<(service[start...].firstIndex(of: "/") ?? service.endIndex)])
  }

  func send(_ call: TrusteeCall) throws(TrusteeConnectionError) -> TrusteeCallAnswer {
    var fields: [HTTPClientField] = []
    if let value = call.authorization { fields.append(HTTPClientField("Authorization", String(decoding: value, as: UTF8.self))) }
    if let type = call.type { fields.append(HTTPClientField("Content-Type", "\(type)")) }
    let request = HTTPClientRequest(
      "\(call.method)", host + String(decoding: call.target, as: UTF8.self), fields: fields, body: call.body,
      answerLimit: call.limit, timeout: call.timeout > 0 ? Double(call.timeout) : nil)
    let answer = try wait { [client] in try await client.send(request) }
    // A trustee draws conclusions from a 403, and none from what something on the way does not let through (8.1).
    if answer.status == 403, !TrusteeAnswers.isProblem(answer.body, status: 403) {
      throw .unavailable("something on the way answered 403, and not the service")
    }
    return TrusteeCallAnswer(
      status: answer.status, date: answer.field("Date").flatMap(Self.seconds).flatMap { UInt64(exactly: $0) }, body: answer.body)
  }

  /// A file that is public, in pieces.
  ///
  /// - Parameter path: after `/api/v1`.
  func read(
    _ path: String, limit: Int, _ receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) throws(TrusteeConnectionError) {
    // Large files take long; what does not move is given up by the service's own deadlines, and then here.
    let request = HTTPClientRequest("GET", service + "/api/v1" + path, answerLimit: limit, timeout: 3600)
    let answer = try wait { [client] in try await client.stream(request, receive) }
    switch answer.status {
    case 200...299: return
    case 408, 425, 429, 500...599: throw .unavailable("it answered \(answer.status): \(problem(json: answer.body))")
    default: throw .refused(status: answer.status, problem(json: answer.body))
    }
  }

  func state(json: [UInt8]) throws(TrusteeConnectionError) -> TrusteeState { try TrusteeAnswers.state(json) }
  func joined(json: [UInt8]) throws(TrusteeConnectionError) -> TrusteeJoined { try TrusteeAnswers.joined(json) }
  func problem(json: [UInt8]) -> String { TrusteeAnswers.problem(json) }
  func time() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970)) }

  /// Gives up what is being waited for, and all that follows.
  func cancel() { waiting.cancel() }

  private func wait<Answer: Sendable>(
    _ work: @escaping @Sendable () async throws -> Answer
  ) throws(TrusteeConnectionError) -> Answer {
    do { return try waiting.run(work) } catch {
      throw (error as? HTTPClientError).map(Self.unavailable) ?? .unavailable("stopped")
    }
  }

  private static func unavailable(_ error: HTTPClientError) -> TrusteeConnectionError {
    switch error {
    case .invalidAddress: .malformed("its address is not one")
    case .unencrypted: .malformed("its address is not encrypted; https:// is needed, or --insecure-http")
    case .unreachable(let reason): .unavailable(reason)
    case .untrusted(let reason): .unavailable("its certificate is not trusted: \(reason)")
    case .timedOut: .unavailable("it did not answer in time")
    case .cutOff(let reason): .unavailable("the connection broke: \(reason)")
    case .tooLong: .malformed("an answer that is too long")
    case .cancelled: .unavailable("stopped")
    case .notReceived(let reason): .unavailable("a file cannot be kept: \(reason)")
    }
  }

  /// Unix seconds of an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func seconds(_ date: String) -> Int64? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: date).map { Int64($0.timeIntervalSince1970) }
  }
}
