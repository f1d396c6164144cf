import Curve25519
import Elections
import TransparencyLog

/// A request to the service, as a trustee's machine is to send it.
public struct TrusteeCall: Sendable {
  /// `GET` or `POST`.
  public let method: StaticString
  /// Path and query on the service's host.
  public let target: [UInt8]
  /// The field `Authorization`; `nil` where none is needed.
  public let authorization: [UInt8]?
  /// The media type of the body.
  public let type: StaticString?
  public let body: [UInt8]?
  /// Bytes of the longest answer that is taken.
  public let limit: Int
  /// Seconds until the request is given up; 0: as the machine likes.
  public let timeout: Int
}

/// What the service answered.
public struct TrusteeCallAnswer: Sendable {
  public let status: Int
  /// Its time, Unix seconds, where it told.
  public let date: UInt64?
  public let body: [UInt8]

  public init(status: Int, date: UInt64?, body: [UInt8]) {
    self.status = status
    self.date = date
    self.body = body
  }
}

/// What sends requests and reads JSON for a trustee.
public protocol TrusteeTransport {
  /// Sends a request and waits for its answer.
  ///
  /// - Throws: `unavailable` and `malformed`: no answer, or one that is too long.
  func send(_ call: TrusteeCall) throws(TrusteeConnectionError) -> TrusteeCallAnswer
  /// Reads a state (8.3): all members, no others.
  func state(json: [UInt8]) throws(TrusteeConnectionError) -> TrusteeState
  /// Reads an answer to joining (8.2).
  func joined(json: [UInt8]) throws(TrusteeConnectionError) -> TrusteeJoined
  /// Title and detail of a problem document, for people.
  func problem(json: [UInt8]) -> String
  /// Unix seconds.
  func time() -> UInt64
}

/// A service as a trustee speaks to it: requests that are signed, and answers that are judged (`docs/spec/08-trustee-network.md`, 8.1).
public final class TrusteeService<Transport: TrusteeTransport> {
  /// Bytes of the longest answer in JSON.
  private static var longestJSON: Int { 1 << 16 }

  public let transport: Transport
  private let signingKey: Ed25519.PrivateKey
  /// What stands before `/api/v1` in targets: the path of the service's address.
  private let prefix: [UInt8]
  /// How far the service's clock is ahead of ours, in seconds, once it has refused our time.
  private var clockOffset: Int64 = 0

  /// - Parameter address: of the service, without a slash at the end.
  public init(address: Text, transport: Transport, signingKey: Ed25519.PrivateKey) {
    self.transport = transport
    self.signingKey = signingKey
    prefix = Self.path(of: address.utf8)
  }

  /// What follows the host.
  private static func path(of address: [UInt8]) -> [UInt8] {
    guard let colon = address.firstIndex(of: 0x3a) else { return [] }
    let host = address.dropFirst(colon + 3)
    return host.firstIndex(of: 0x2f).map { Array(address[$0...]) } ?? []
  }

  /// Joins with an invitation (8.2).
  public func join(_ joining: TrusteeJoining) throws(TrusteeConnectionError) -> TrusteeJoined {
    var body: [UInt8] = []
    body.append(ascii: "{\"token\":\"")
    body += joining.token
    body.append(ascii: "\",\"name\":\"")
    // A name has no control characters.
    for byte in joining.name.utf8 {
      if byte == 0x22 || byte == 0x5c { body.append(0x5c) }
      body.append(byte)
    }
    body.append(ascii: "\",\"signingKey\":\"")
    body += Hexadecimal.encode(signingKey.publicKey)
    body.append(ascii: "\",\"signature\":\"")
    body += Base64.encode(signingKey.sign(joining.text))
    body.append(ascii: "\"}")
    var path: [UInt8] = []
    path.append(ascii: "/trustees/join")
    let call = TrusteeCall(
      method: "POST", target: target(path), authorization: nil, type: "application/json", body: body, limit: Self.longestJSON,
      timeout: 0)
    return try transport.joined(json: try accepted(transport.send(call)))
  }

  /// Sends a request that the trustee signs; once more if only the time was refused.
  ///
  /// - Parameter path: after `/api/v1`, with its query.
  func signed(
    _ method: StaticString, _ path: [UInt8], body: [UInt8]? = nil, type: StaticString? = nil, limit: Int, timeout: Int = 0
  ) throws(TrusteeConnectionError) -> TrusteeCallAnswer {
    let first = try transport.send(call(method, path, body, type, limit, timeout))
    guard first.status == 401, let date = first.date else { return first }
    clockOffset = Int64(clamping: date) - Int64(clamping: transport.time())
    return try transport.send(call(method, path, body, type, limit, timeout))
  }

  /// A small file that is public.
  func file(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) -> [UInt8] {
    let call = TrusteeCall(
      method: "GET", target: target(path), authorization: nil, type: nil, body: nil, limit: limit, timeout: 0)
    return try accepted(transport.send(call))
  }

  /// The body of an answer, if the service did what was asked.
  public func accepted(_ answer: TrusteeCallAnswer) throws(TrusteeConnectionError) -> [UInt8] {
    switch answer.status {
    case 200...299: return answer.body
    case 408, 425, 429, 500...599:
      throw .unavailable("it answered \(answer.status): \(transport.problem(json: answer.body))")
    default: throw .refused(status: answer.status, transport.problem(json: answer.body))
    }
  }

  private func call(
    _ method: StaticString, _ path: [UInt8], _ body: [UInt8]?, _ type: StaticString?, _ limit: Int, _ timeout: Int
  ) -> TrusteeCall {
    let target = target(path)
    let time = UInt64(max(0, Int64(clamping: transport.time()) + clockOffset))
    let name = [UInt8](UnsafeBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount))
    let request = TrusteeRequest(method: name, target: target, time: time, body: body ?? [])
    return TrusteeCall(
      method: method, target: target, authorization: request.signed(by: signingKey).field, type: type, body: body, limit: limit,
      timeout: timeout)
  }

  /// Where a path after `/api/v1` is on the service's host.
  public func target(_ path: [UInt8]) -> [UInt8] {
    var target = prefix
    target.append(ascii: "/api/v1")
    return target + path
  }
}
