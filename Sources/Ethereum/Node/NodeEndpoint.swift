import HTTPClient
import StrictJSON
import Synchronization

/// Why one node gave no result.
package enum CallFailure: Error, Equatable, Sendable {
  /// No answer, or none of the node's own. It may have done what was asked, all the same.
  case lost
  /// Nobody waits any more.
  case cancelled
  /// It is no answer, in words.
  case bad(String)
  /// The answer is longer than allowed.
  case tooMuch
  case refused(NodeRefusal)
}

/// One node, asked by JSON-RPC 2.0 over HTTP. Every question has a connection of its own, so that nothing is sent twice without being said.
package struct NodeEndpoint: Sendable {
  private static let numbers = Atomic<Int64>(1)

  let address: String
  let http: HTTPClient
  /// Seconds.
  let timeout: Double
  /// Bytes.
  let answerLimit: Int

  func call(_ method: String, _ parameters: [JSONValue]) async throws(CallFailure) -> JSONValue {
    let number = Self.numbers.add(1, ordering: .relaxed).newValue
    let question: JSONValue = ["jsonrpc": "2.0", "id": .integer(number), "method": .text(method), "params": .list(parameters)]
    let response: HTTPClientResponse
    do {
      response = try await http.send(
        HTTPClientRequest(
          "POST", address, fields: [HTTPClientField("Content-Type", "application/json")], body: question.bytes,
          answerLimit: answerLimit,
          timeout: timeout))
    } catch {
      switch error {
      case .tooLong: throw .tooMuch
      case .cancelled: throw .cancelled
      default: throw .lost
      }
    }
    // What stands between sends these, whether or not the node has heard the question.
    guard response.status != 429, response.status < 500 else { throw .lost }
    return try Self.result(of: response.body, number: number, status: response.status)
  }

  /// The result that an answer has.
  package static func result(of body: [UInt8], number: Int64, status: Int = 200) throws(CallFailure) -> JSONValue {
    guard let answer = try? JSONParser.parse(body) else { throw .bad("HTTP status \(status) without JSON") }
    guard answer["jsonrpc"] == "2.0", answer["id"] == .integer(number) else { throw .bad("not the answer to this question") }
    switch (answer["result"], answer["error"]) {
    case (let result?, nil):
      guard 200..<300 ~= status else { throw .bad("a result with HTTP status \(status)") }
      return result
    case (nil, let error?):
      guard let refusal = try? NodeRefusal(error) else { throw .bad("an error without code and message") }
      throw .refused(refusal)
    default: throw .bad("neither result nor error, or both")
    }
  }
}
