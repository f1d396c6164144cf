import HTTPServer
import StrictJSON

/// What a route answers when all goes well.
public struct AnswerBody<Output: Sendable>: Sendable {
  let declarations: [AnswerDeclaration]
  let write: @Sendable (Output, Context) throws -> HTTPAnswer
}

/// One status that a route answers with.
public struct AnswerDeclaration: Sendable {
  let status: Int
  /// In words.
  let description: String
  /// `nil`: there is no body.
  let mediaType: String?
  let schema: JSONSchema?
  /// Name and meaning of fields that belong to this answer.
  let headers: [(name: String, description: String)]

  public init(
    _ status: Int, _ description: String, mediaType: String? = nil, schema: JSONSchema? = nil,
    headers: [(name: String, description: String)] = []
  ) {
    self.status = status
    self.description = description
    self.mediaType = mediaType
    self.schema = schema
    self.headers = headers
  }
}

/// A value with the status and further fields of its answer.
public struct Reply<Value: Sendable>: Sendable {
  public let value: Value
  public let status: Int
  public let headers: HTTPHeaders

  public init(_ value: Value, status: Int = 200, headers: HTTPHeaders = HTTPHeaders()) {
    self.value = value
    self.status = status
    self.headers = headers
  }
}

extension AnswerBody where Output == Void {
  /// 204.
  public static func none(_ description: String = "Done.") -> AnswerBody {
    AnswerBody(declarations: [AnswerDeclaration(204, description)]) { _, _ in .response(HTTPResponse(status: 204)) }
  }
}

extension AnswerBody where Output == HTTPHeaders {
  /// 204 with fields of its own.
  public static func none(_ description: String, headers: [(name: String, description: String)]) -> AnswerBody {
    AnswerBody(declarations: [AnswerDeclaration(204, description, headers: headers)]) { fields, _ in
      .response(HTTPResponse(status: 204, headers: fields))
    }
  }
}

extension AnswerBody {
  /// JSON of a type.
  ///
  /// - Parameter isCompressible: whether it may be sent compressed: `HTTPResponse.isCompressible` says when.
  public static func json(
    _ codec: JSONCodec<Output>, status: Int = 200, _ description: String = "Done.", isCompressible: Bool = false
  ) -> AnswerBody {
    let declaration = AnswerDeclaration(status, description, mediaType: "application/json", schema: codec.schema)
    return AnswerBody(declarations: [declaration]) { value, _ in
      var response = HTTPResponse(json: codec.encode(value), status: status)
      response.isCompressible = isCompressible
      return .response(response)
    }
  }

  /// JSON of a type, with one of several statuses and with fields of its own.
  public static func json<Value>(
    _ codec: JSONCodec<Value>, statuses: [(status: Int, description: String)], headers: [(name: String, description: String)] = []
  ) -> AnswerBody where Output == Reply<Value> {
    let declarations = statuses.map {
      AnswerDeclaration($0.status, $0.description, mediaType: "application/json", schema: codec.schema, headers: headers)
    }
    return AnswerBody(declarations: declarations) { reply, _ in
      .response(HTTPResponse(json: codec.encode(reply.value), status: reply.status, headers: reply.headers))
    }
  }
}

extension AnswerBody where Output == HTTPResponse {
  /// An answer that the handler makes whole: files, streams, texts.
  public static func response(_ declarations: AnswerDeclaration...) -> AnswerBody {
    AnswerBody(declarations: declarations) { response, _ in .response(response) }
  }
}

extension AnswerBody where Output == any WebSocketHandler {
  /// The connection becomes a WebSocket.
  public static var webSocket: AnswerBody {
    AnswerBody(declarations: [AnswerDeclaration(101, "The connection is a WebSocket now.")]) { handler, _ in .webSocket(handler) }
  }
}

extension HTTPResponse {
  /// A JSON answer.
  init(json: JSONValue, status: Int = 200, headers: HTTPHeaders = HTTPHeaders()) {
    self.init(status: status, headers: headers, body: .bytes(json.bytes))
    self.headers["Content-Type"] = "application/json"
  }
}
