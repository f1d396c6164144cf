import HTTPServer
import StrictJSON

/// The description of the API (OpenAPI 3.1), made of the table of routes.
public struct OpenAPI: Sendable {
  /// The document.
  public let document: JSONValue

  public init(_ groups: [RouteGroup]) {
    var schemas = Problem.schema.definitions
    var paths: [JSONValue.Member] = []
    for group in groups {
      for route in group.routes {
        for schema in [route.body.schema] + route.answers.map({ $0.schema }) {
          schemas.merge(schema?.definitions ?? [:]) { first, _ in first }
        }
        let member = JSONValue.Member(route.method.lowercased(), Self.operation(route, group: group.name))
        if let position = paths.firstIndex(where: { $0.name == route.pattern.text }) {
          paths[position] = JSONValue.Member(paths[position].name, paths[position].value.adding(member.name, member.value))
        } else {
          paths.append(JSONValue.Member(route.pattern.text, .object([member])))
        }
      }
    }
    document = [
      "openapi": "3.1.0",
      "info": [
        "title": "Comitia", "version": "1",
        "description": "Verifiable online voting. Errors are problem documents (RFC 9457); times are ISO 8601 in UTC.",
      ],
      "servers": [["url": "/"]],
      "tags": .list(groups.map { ["name": .text($0.name)] }),
      "paths": .object(paths),
      "components": [
        "schemas": .object(schemas.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }),
        "securitySchemes": Self.securitySchemes,
      ],
    ]
  }

  private static let securitySchemes: JSONValue = [
    "session": [
      "type": "apiKey", "in": "cookie", "name": "__Host-comitia",
      "description": "Given by POST /api/v1/session; `comitia` where the service is reached without TLS on its own machine.",
    ],
    "antiForgery": [
      "type": "apiKey", "in": "header", "name": .text(RequestGuards.antiForgeryField),
      "description": "Given by GET /api/v1/session; with a session, on every method but GET.",
    ],
    "token": ["type": "http", "scheme": "bearer", "description": "An API token; given by POST /api/v1/tokens."],
    "trustee": [
      "type": "apiKey", "in": "header", "name": "Authorization",
      "description": "Comitia-Trustee <key>.<time>.<signature>, as the specification's chapter on trustees says.",
    ],
    "operator": ["type": "http", "scheme": "bearer", "description": "The token of the service's configuration."],
  ]

  private static func operation(_ route: Route, group: String) -> JSONValue {
    var operation: JSONValue = [
      "operationId": .text(route.name), "summary": .text(route.summary), "tags": [.text(group)],
    ]
    if case .permission(let permission) = route.access {
      operation = operation.adding("description", .text("Needs the permission `\(permission.rawValue)`."))
    }
    var parameters = route.parameters.map(parameter)
    if route.takesIdempotencyKey { parameters.append(idempotencyParameter) }
    if !parameters.isEmpty { operation = operation.adding("parameters", .list(parameters)) }
    if let mediaType = route.body.mediaType, let schema = route.body.schema {
      operation = operation.adding(
        "requestBody", ["required": true, "content": .object([JSONValue.Member(mediaType, ["schema": schema.value])])])
    }
    return operation.adding("responses", responses(route)).adding("security", security(route))
  }

  private static func parameter(_ parameter: ParameterDeclaration) -> JSONValue {
    [
      "name": .text(parameter.name), "in": .text(parameter.place.rawValue), "required": .boolean(parameter.isRequired),
      "description": .text(parameter.description), "schema": parameter.schema.value,
    ]
  }

  private static let idempotencyParameter: JSONValue = [
    "name": .text(IdempotencyHeader.name), "in": "header", "required": false,
    "description": "The same key with the same request within 24 hours gives the same answer, and nothing is done twice.",
    "schema": IdempotencyHeader.codec.schema.value,
  ]

  private static func security(_ route: Route) -> JSONValue {
    switch route.access {
    case .anyone: []
    case .trustee: [["trustee": []]]
    case .operatorOnly: [[:], ["operator": []]]
    case .permission: route.isUnsafe ? [["session": [], "antiForgery": []], ["token": []]] : [["session": []], ["token": []]]
    }
  }

  private static func responses(_ route: Route) -> JSONValue {
    var members: [JSONValue.Member] = []
    for declaration in route.answers {
      let status = String(declaration.status)
      // One status may come in several media types.
      if let position = members.firstIndex(where: { $0.name == status }) {
        members[position] = JSONValue.Member(status, merged(members[position].value, answer(declaration)))
      } else {
        members.append(JSONValue.Member(status, answer(declaration)))
      }
    }
    for (status, kinds) in Dictionary(grouping: Set(implied(route) + route.problems), by: { $0.status }).sorted(by: {
      $0.key < $1.key
    }) {
      let titles = kinds.sorted { $0.code < $1.code }.map { "\($0.title) (`\($0.code)`)." }.joined(separator: " ")
      let problem = JSONValue.Member("application/problem+json", ["schema": Problem.schema.value])
      // One status may be both, as that of a check that fails.
      let position = members.firstIndex { $0.name == String(status) }
      let own = position.map { members.remove(at: $0).value }
      var content: [JSONValue.Member] = []
      if case .object(let given)? = own?["content"] { content = given }
      let description = [own?["description"]?.text, titles].compactMap { $0 }.joined(separator: " ")
      members.append(
        JSONValue.Member(String(status), ["description": .text(description), "content": .object(content + [problem])]))
    }
    return .object(members)
  }

  /// Two answers with one status.
  private static func merged(_ first: JSONValue, _ second: JSONValue) -> JSONValue {
    let description = [first["description"]?.text, second["description"]?.text].compactMap { $0 }.joined(separator: " ")
    var members: [JSONValue.Member] = [JSONValue.Member("description", .text(description))]
    for name in ["headers", "content"] {
      let parts = [first[name], second[name]].compactMap { $0 }.flatMap { part in
        if case .object(let members) = part { members } else { [JSONValue.Member]() }
      }
      if !parts.isEmpty { members.append(JSONValue.Member(name, .object(parts))) }
    }
    return .object(members)
  }

  private static func answer(_ answer: AnswerDeclaration) -> JSONValue {
    var response: JSONValue = ["description": .text(answer.description)]
    if !answer.headers.isEmpty {
      let headers = answer.headers.map {
        JSONValue.Member($0.name, ["description": .text($0.description), "schema": ["type": "string"]])
      }
      response = response.adding("headers", .object(headers))
    }
    guard let mediaType = answer.mediaType else { return response }
    let schema: JSONValue = answer.schema.map { ["schema": $0.value] } ?? [:]
    return response.adding("content", .object([JSONValue.Member(mediaType, schema)]))
  }

  /// What any route of this kind may be refused with.
  private static func implied(_ route: Route) -> [Problem.Kind] {
    var kinds: [Problem.Kind] = [.badRequest, .tooManyRequests, .internalError, .unavailable]
    if route.access != .anyone { kinds += [.notAuthenticated, .forbidden] }
    if route.isUnsafe, route.access != .trustee { kinds.append(.forgery) }
    if !route.parameters.isEmpty { kinds.append(.badParameter) }
    if !route.pattern.parameters.isEmpty { kinds.append(.notFound) }
    // A bearer token that is not valid is refused wherever it is shown.
    if route.access == .anyone { kinds.append(.notAuthenticated) }
    if let mediaType = route.body.mediaType {
      kinds += [.tooLarge, .unsupportedMediaType, .invalid]
      if mediaType == "application/json" { kinds.append(.notJSON) }
    }
    if route.takesIdempotencyKey { kinds += [.keyInUse, .keyReused, .badParameter] }
    return kinds
  }
}
