import HTTPServer
import StrictJSON

/// An answer as it is kept for an idempotency key.
enum StoredAnswer {
  private struct Form: Sendable {
    let status: Int
    let headers: [[String]]
    let body: String
  }

  private static let form = JSONCodec<Form>.object(
    "StoredAnswer", .required("status", .integer(100...599), \.status),
    .required("headers", .list(of: .list(of: .anyText, maximum: 2), maximum: 100), \.headers),
    .required("body", .anyText, \.body), make: { Form(status: $0, headers: $1, body: $2) })

  /// The bytes to keep; `nil` for answers that are not text held in memory.
  static func bytes(_ response: HTTPResponse) -> [UInt8]? {
    guard case .bytes(let body) = response.body, let text = String(validating: body, as: UTF8.self) else { return nil }
    return form.encode(Form(status: response.status, headers: response.headers.fields.map { [$0.name, $0.value] }, body: text))
      .bytes
  }

  /// The answer again.
  static func response(_ bytes: [UInt8]) throws -> HTTPResponse {
    let form = try form.decode(try JSONParser.parse(bytes))
    let fields = form.headers.compactMap { $0.count == 2 ? (name: $0[0], value: $0[1]) : nil }
    return HTTPResponse(status: form.status, headers: HTTPHeaders(fields), body: .bytes(Array(form.body.utf8)))
  }
}
