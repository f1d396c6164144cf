import Foundation
import HTTPClient
import StrictJSON

/// What an organiser's program does over the interface for programs, by an API token or the cookie of a session.
actor ServiceSession {
  private let client = HTTPClient()
  private let address: String
  private var cookie: String?
  private var antiForgery: String?

  /// - Parameter address: of the service, without a slash at the end.
  init(_ address: String) { self.address = address }

  /// Signs in.
  func signIn(_ name: String, password: String) async throws {
    let (answer, response) = try await exchange("POST", "/session", ["name": .text(name), "password": .text(password)])
    antiForgery = answer["csrf"]?.text
    cookie = response.field("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
  }

  /// Sends a request with or without a body; the answer's JSON, or null.
  @discardableResult
  func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try await exchange(method, path, body).json
  }

  /// Sends bytes.
  @discardableResult
  func send(_ method: String, _ path: String, bytes: [UInt8], type: String) async throws -> JSONValue {
    try await exchange(method, path, bytes: bytes, type: type).json
  }

  /// Reads bytes.
  func read(_ path: String) async throws -> [UInt8] { try await exchange("GET", path).response.body }

  private func exchange(
    _ method: String, _ path: String, _ body: JSONValue? = nil
  ) async throws -> (json: JSONValue, response: HTTPClientResponse) {
    try await exchange(method, path, bytes: body?.bytes, type: "application/json")
  }

  private func exchange(
    _ method: String, _ path: String, bytes: [UInt8]?, type: String
  ) async throws -> (json: JSONValue, response: HTTPClientResponse) {
    var fields: [HTTPClientField] = []
    if bytes != nil { fields.append(HTTPClientField("Content-Type", type)) }
    if let cookie { fields.append(HTTPClientField("Cookie", cookie)) }
    if let antiForgery, method != "GET" { fields.append(HTTPClientField("X-Comitia-CSRF", antiForgery)) }
    let response: HTTPClientResponse
    do throws(HTTPClientError) {
      response = try await client.send(
        HTTPClientRequest(method, address + "/api/v1" + path, fields: fields, body: bytes, answerLimit: 1 << 30))
    } catch let error { throw CommandFailure("\(address) does not answer: \(error)") }
    let isJSON = response.field("Content-Type")?.contains("json") == true
    let json = isJSON ? try JSONParser.parse(response.body) : .null
    guard response.isSuccess else {
      let reason = json["detail"]?.text ?? json["title"]?.text ?? "status \(response.status)"
      throw CommandFailure("\(method) \(path): \(reason.printable)")
    }
    return (json, response)
  }
}
