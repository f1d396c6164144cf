import HTTPClient
import StrictJSON

/// Why a call over JSON-RPC got no result. No address: keys of providers stand in them; endpoints are told by their number, from 1.
public enum JSONRPCFailure: Error, Equatable, Sendable {
  /// No endpoint took the call: nothing was done.
  case unreachable(String)
  /// At least one endpoint may have done what was asked, and none said so.
  case lost(String)
  /// An endpoint refused.
  case refused(JSONRPCRefusal)
}

/// The error that an endpoint answered.
public struct JSONRPCRefusal: Error, Equatable, Sendable {
  /// Which error; the network's documentation has the numbers.
  public let code: Int64
  /// In the endpoint's words.
  public let message: String
  /// What else it says.
  public let data: JSONValue?
}

/// Calls over JSON-RPC 2.0 to any of several endpoints: one after the other until one answers, and from then on that one first.
///
/// A call may so be made twice: only calls that may be repeated belong here. Nothing is repeated to the same endpoint.
public actor JSONRPC {
  private let endpoints: [String]
  private let client: HTTPClient
  private let timeout: Double
  private let transientCodes: Set<Int64>
  /// Of the endpoint that is asked first.
  private var first = 0
  private var number: Int64 = 0

  /// - Parameters:
  ///   - endpoints: addresses, `https://…` or what the client allows; at least one.
  ///   - timeout: seconds that each endpoint has for a call.
  ///   - transientCodes: errors of an endpoint that cannot answer just now, where the next one may.
  public init(endpoints: [String], client: HTTPClient, timeout: Double = 15, transientCodes: Set<Int64> = []) {
    precondition(!endpoints.isEmpty, "an endpoint to call")
    self.endpoints = endpoints
    self.client = client
    self.timeout = timeout
    self.transientCodes = transientCodes
  }

  /// Calls a method and waits for its result.
  public func call(_ method: String, _ parameters: [JSONValue] = []) async throws(JSONRPCFailure) -> JSONValue {
    number += 1
    let id = number
    let request: JSONValue = [
      "jsonrpc": "2.0", "id": .integer(id), "method": .text(method), "params": .list(parameters),
    ]
    var reasons: [String] = []
    var mayBeDone = false
    let start = first
    for place in endpoints.indices.map({ (start + $0) % endpoints.count }) {
      switch await ask(endpoints[place], request.bytes, id) {
      case .success(let value):
        first = place
        return value
      case .failure(.refused(let refusal)) where !transientCodes.contains(refusal.code):
        first = place
        throw .refused(refusal)
      case .failure(let failure):
        if case .lost = failure { mayBeDone = true }
        reasons.append("endpoint \(place + 1): \(failure.reason)")
      }
    }
    let reason = reasons.joined(separator: "; ")
    throw mayBeDone ? .lost(reason) : .unreachable(reason)
  }

  private func ask(_ endpoint: String, _ body: [UInt8], _ id: Int64) async -> Result<JSONValue, JSONRPCFailure> {
    let request = HTTPClientRequest(
      "POST", endpoint, fields: [HTTPClientField("Content-Type", "application/json")], body: body, answerLimit: 1 << 20,
      timeout: timeout)
    let response: HTTPClientResponse
    do { response = try await client.send(request) } catch { return .failure(Self.failure(of: error)) }
    guard response.status == 200 else {
      // A gateway in between may have handed the call on, but one that refuses it or is too busy has not.
      let reason = "status \(response.status)"
      return .failure((400..<500).contains(response.status) || response.status == 503 ? .unreachable(reason) : .lost(reason))
    }
    guard let answer = try? JSONParser.parse(response.body), answer["jsonrpc"]?.text == "2.0" else {
      return .failure(.lost("an answer that is no JSON-RPC"))
    }
    if let error = answer["error"], error != .null {
      guard let code = error["code"]?.integer, let message = error["message"]?.text else {
        return .failure(.lost("an error without code"))
      }
      return .failure(.refused(JSONRPCRefusal(code: code, message: String(message.prefix(500)), data: error["data"])))
    }
    guard answer["id"]?.integer == id, let result = answer["result"] else { return .failure(.lost("an answer to another call")) }
    return .success(result)
  }

  private static func failure(of error: HTTPClientError) -> JSONRPCFailure {
    switch error {
    case .invalidAddress: .unreachable("no address that can be called")
    case .unencrypted: .unreachable("an address without encryption")
    case .unreachable: .unreachable("no connection")
    case .untrusted: .unreachable("its certificate is not trusted")
    case .timedOut: .lost("no answer in time")
    case .cutOff: .lost("the connection ended before the answer")
    case .tooLong: .lost("an answer that is too long")
    case .cancelled: .lost("nobody waited for the answer")
    case .notReceived: .lost("the answer could not be kept")
    }
  }
}

extension JSONRPCFailure {
  /// In plain words.
  var reason: String {
    switch self {
    case .unreachable(let reason), .lost(let reason): reason
    case .refused(let refusal): "error \(refusal.code): \(refusal.message)"
    }
  }
}
