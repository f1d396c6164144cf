import HTTPServer
import StrictJSON

/// What a route takes as body.
public struct RequestBody<Input: Sendable>: Sendable {
  let declaration: BodyDeclaration
  let read: @Sendable (HTTPRequest) throws -> Input
}

/// A body without its type.
struct BodyDeclaration: Sendable {
  /// `nil`: there is no body.
  let mediaType: String?
  let schema: JSONSchema?
  /// Most bytes, whatever the path.
  let limit: Int
  /// Most bytes by the path's values, where they say more closely what can come.
  var narrowed: (@Sendable (_ values: [String]) -> Int?)?

  /// Most bytes that are read of a request to a path with these values.
  func limit(at values: [String]) -> Int { min(limit, narrowed?(values) ?? limit) }
}

extension RequestBody where Input == Void {
  /// No body.
  public static var none: RequestBody {
    RequestBody(declaration: BodyDeclaration(mediaType: nil, schema: nil, limit: 0)) { _ in }
  }
}

extension RequestBody {
  /// JSON of a type.
  public static func json(_ codec: JSONCodec<Input>, limit: Int = 64 * 1024) -> RequestBody {
    RequestBody(declaration: BodyDeclaration(mediaType: "application/json", schema: codec.schema, limit: limit)) { request in
      do {
        return try codec.decode(try JSONParser.parse(request.body))
      } catch let error as JSONSyntaxError {
        throw Problem(.notJSON, detail: "At byte \(error.offset): \(error.reason).")
      } catch let error as JSONFaults {
        throw Problem.faults(.invalid, error.faults)
      }
    }
  }
}

extension RequestBody where Input == [UInt8] {
  /// Bytes that the handler reads itself.
  ///
  /// - Parameter narrowed: a closer limit by the path's values, if there is one.
  public static func bytes(
    _ mediaType: String = "application/octet-stream", limit: Int, narrowed: (@Sendable (_ values: [String]) -> Int?)? = nil
  ) -> RequestBody {
    let schema = JSONSchema(["type": "string", "contentMediaType": .text(mediaType)])
    let declaration = BodyDeclaration(mediaType: mediaType, schema: schema, limit: limit, narrowed: narrowed)
    return RequestBody(declaration: declaration) { $0.body }
  }
}
