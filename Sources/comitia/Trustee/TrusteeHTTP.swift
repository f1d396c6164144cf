import Curve25519
import Elections
import Foundation
import HTTPClient
import StrictJSON
import Synchronization
import TransparencyLog
import TrusteeAgent

/// A service as a trustee speaks to it: signed requests, answers with bounds.
final class TrusteeHTTP: Sendable {
  /// Bytes of the longest answer in JSON.
  private static let longestJSON = 1 << 16

  private let service: String
  private let client: HTTPClient
  private let signingKey: Ed25519.PrivateKey
  /// How far the service's clock is ahead of ours, in seconds, once it has refused our time.
  private let clockOffset = Mutex<Int64>(0)

  /// - Parameter service: its address, without a slash at the end.
  init(service: String, client: HTTPClient, signingKey: Ed25519.PrivateKey) {
    self.service = service
    self.client = client
    self.signingKey = signingKey
  }

  /// Joins with an invitation (8.2).
  func join(_ joining: TrusteeJoining) async throws(TrusteeConnectionError) -> TrusteeJoined {
    let body: JSONValue = [
      "token": .text(String(decoding: joining.token, as: UTF8.self)), "name": .text(joining.name.description),
      "signingKey": .text(String(decoding: Hexadecimal.encode(signingKey.publicKey), as: UTF8.self)),
      "signature": .text(String(decoding: Base64.encode(signingKey.sign(joining.text)), as: UTF8.self)),
    ]
    let request = HTTPClientRequest(
      "POST", service + "/api/v1/trustees/join", fields: [HTTPClientField("Content-Type", "application/json")], body: body.bytes,
      answerLimit: Self.longestJSON)
    return try TrusteeAnswers.joined(try Self.accepted(await send(request)).body)
  }

  /// Sends a request that the trustee signs; once more if only the time was refused.
  ///
  /// - Parameter path: after `/api/v1`, with its query.
  func signed(
    _ method: String, _ path: String, body: [UInt8]? = nil, type: String? = nil, limit: Int, timeout: Double? = nil
  ) async throws(TrusteeConnectionError) -> HTTPClientResponse {
    let first = try await send(request(method, path, body, type, limit, timeout))
    guard first.status == 401, let date = first.field("Date").flatMap(Self.seconds) else { return first }
    clockOffset.withLock { $0 = date - Self.now() }
    return try await send(request(method, path, body, type, limit, timeout))
  }

  /// A request that needs no signature, its answer in pieces.
  func read(
    _ path: String, limit: Int, _ receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws(TrusteeConnectionError) {
    // Large files take long; what does not move is given up by the service's own deadlines, and then here.
    let request = HTTPClientRequest("GET", service + "/api/v1" + path, answerLimit: limit, timeout: 3600)
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try await client.stream(request, receive)
    } catch {
      throw Self.unavailable(error)
    }
    _ = try Self.accepted(response)
  }

  private func request(
    _ method: String, _ path: String, _ body: [UInt8]?, _ type: String?, _ limit: Int, _ timeout: Double?
  ) -> HTTPClientRequest {
    let address = service + "/api/v1" + path
    let target = address.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
    let time = UInt64(max(0, Self.now() + clockOffset.withLock { $0 }))
    let signed = TrusteeRequest(method: Array(method.utf8), target: Array(target.utf8), time: time, body: body ?? [])
    var fields = [HTTPClientField("Authorization", String(decoding: signed.signed(by: signingKey).field, as: UTF8.self))]
    if let type { fields.append(HTTPClientField("Content-Type", type)) }
    return HTTPClientRequest(method, address, fields: fields, body: body, answerLimit: limit, timeout: timeout)
  }

  private func send(_ request: HTTPClientRequest) async throws(TrusteeConnectionError) -> HTTPClientResponse {
    do throws(HTTPClientError) {
      return try await client.send(request)
    } catch {
      throw Self.unavailable(error)
    }
  }

  /// The answer, if the service did what was asked.
  static func accepted(_ response: HTTPClientResponse) throws(TrusteeConnectionError) -> HTTPClientResponse {
    switch response.status {
    case 200...299: return response
    case 408, 425, 429, 500...599: throw .unavailable("it answered \(response.status): \(TrusteeAnswers.problem(response.body))")
    default: throw .refused(status: response.status, TrusteeAnswers.problem(response.body))
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

  private static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }

  /// Unix seconds of an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func seconds(_ date: String) -> Int64? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: date).map { Int64($0.timeIntervalSince1970) }
  }
}

/// A trustee's line to the service about one election, by HTTP.
struct TrusteeHTTPConnection: TrusteeConnection {
  private static let binary = "application/octet-stream"
  private static let longestProblem = 1 << 16

  private let service: TrusteeHTTP
  private let election: String

  init(_ service: TrusteeHTTP, election: ElectionReference) {
    self.service = service
    self.election = "/elections/\(election)"
  }

  func state(after: UInt64, wait: Int) async throws(TrusteeConnectionError) -> TrusteeState {
    let response = try await service.signed(
      "GET", "\(election)/trustees/state?after=\(after)&wait=\(wait)", limit: 1 << 16, timeout: Double(wait) + 30)
    return try TrusteeAnswers.state(try TrusteeHTTP.accepted(response).body)
  }

  func messages(ceremony: Bytes32, after: UInt32) async throws(TrusteeConnectionError) -> [UInt8] {
    let path = "\(messages(ceremony))?after=\(after)"
    return try TrusteeHTTP.accepted(await service.signed("GET", path, limit: CeremonyPage.longest)).body
  }

  func send(_ batch: [UInt8], ceremony: Bytes32) async throws(TrusteeConnectionError) { try await post(messages(ceremony), batch) }

  func sendDrill(_ part: [UInt8], ceremony: Bytes32) async throws(TrusteeConnectionError) {
    try await post("\(election)/ceremonies/\(ceremony.hex)/drill", part)
  }

  func read(
    _ path: [UInt8], limit: Int, _ receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws(TrusteeConnectionError) {
    try await service.read("\(election)/board/" + String(decoding: path, as: UTF8.self), limit: limit, receive)
  }

  func witnessRequest(old: UInt64) async throws(TrusteeConnectionError) -> WitnessAnswer {
    let response = try await service.signed("GET", "\(election)/board/witness?old=\(old)", limit: 2 * LogLimits.noteBytes)
    if response.status == 409 { return .behind }
    return .request(try TrusteeHTTP.accepted(response).body)
  }

  func cosign(size: UInt64, _ lines: [UInt8]) async throws(TrusteeConnectionError) {
    try await post("\(election)/board/cosignatures?size=\(size)", lines, type: "text/plain; charset=utf-8")
  }

  func show(_ checkpoint: [UInt8]) async throws(TrusteeConnectionError) {
    try await post("\(election)/board/checkpoints", checkpoint, type: "text/plain; charset=utf-8")
  }

  func sendPartial(_ partial: [UInt8]) async throws(TrusteeConnectionError) { try await post("\(election)/partials", partial) }

  private func messages(_ ceremony: Bytes32) -> String { "\(election)/ceremonies/\(ceremony.hex)/messages" }

  private func post(_ path: String, _ body: [UInt8], type: String = binary) async throws(TrusteeConnectionError) {
    _ = try TrusteeHTTP.accepted(
      await service.signed("POST", path, body: body, type: type, limit: Self.longestProblem))
  }
}
