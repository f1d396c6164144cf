import HTTPServer
import StrictJSON

/// Why a request is refused (RFC 9457). Whatever goes out says nothing of the inside.
public struct Problem: Error, Sendable, Equatable {
  /// What all problems of one code have in common.
  public let kind: Kind
  /// What was wrong this time, and what to do.
  public let detail: String
  /// Further members of the document, by the kind.
  public let members: [JSONValue.Member]
  /// Further fields of the answer, such as `Retry-After`.
  public let headers: HTTPHeaders

  /// A code, its status and its title: stable, for programs.
  public struct Kind: Sendable, Equatable, Hashable {
    /// HTTP status.
    public let status: Int
    /// Stable word for programs: the end of the problem's type.
    public let code: String
    /// What is wrong, for people.
    public let title: String

    public init(_ status: Int, _ code: String, _ title: String) {
      self.status = status
      self.code = code
      self.title = title
    }
  }

  /// A problem of a kind.
  public init(_ kind: Kind, detail: String = "", members: [JSONValue.Member] = [], headers: HTTPHeaders = HTTPHeaders()) {
    self.kind = kind
    self.detail = detail
    self.members = members
    self.headers = headers
  }

  /// HTTP status.
  public var status: Int { kind.status }

  /// The answer to the request with this id.
  public func response(instance: String) -> HTTPResponse {
    var document: JSONValue = [
      "type": "/problems/\(kind.code)", "title": .text(kind.title), "status": .integer(Int64(kind.status)),
      "instance": .text(instance),
    ]
    if !detail.isEmpty { document = document.adding("detail", .text(detail)) }
    for member in members { document = document.adding(member.name, member.value) }
    var response = HTTPResponse(status: kind.status, headers: headers, body: .bytes(document.bytes))
    response.headers["Content-Type"] = "application/problem+json"
    return response
  }

  /// What every problem looks like.
  static let schema = JSONSchema(
    named: "Problem",
    [
      "type": "object", "required": ["type", "title", "status", "instance"],
      "properties": [
        "type": ["type": "string", "format": "uri-reference", "description": "Stable; its last part is the code."],
        "title": ["type": "string"], "status": ["type": "integer", "minimum": 400, "maximum": 599],
        "detail": ["type": "string"],
        "instance": ["type": "string", "description": "The id of the request, as in the service's log."],
        "errors": [
          "type": "array", "description": "Where members of the body or parameters are at fault.",
          "items": [
            "type": "object", "required": ["path", "reason"],
            "properties": ["path": ["type": "string"], "reason": ["type": "string"]],
          ],
        ],
      ],
    ])
}

/// An error of the service that has a problem to stand for it. Errors that do not conform become 500.
public protocol ProblemConvertible: Error {
  /// What the client is told.
  var problem: Problem { get }
}

extension Problem: ProblemConvertible {
  /// Itself.
  public var problem: Problem { self }
}

extension Problem.Kind {
  public static let badRequest = Self(400, "bad-request", "The request cannot be read")
  public static let notJSON = Self(400, "not-json", "The body is not JSON")
  public static let badParameter = Self(400, "bad-parameter", "A parameter is missing or wrong")
  public static let notAuthenticated = Self(401, "not-authenticated", "Sign in first")
  public static let forbidden = Self(403, "forbidden", "Not allowed")
  public static let forgery = Self(403, "forgery", "The request does not come from the pages of this service")
  public static let notFound = Self(404, "not-found", "There is nothing here")
  public static let methodNotAllowed = Self(405, "method-not-allowed", "This method is not for this address")
  public static let conflict = Self(409, "conflict", "The present state forbids it")
  public static let keyInUse = Self(409, "key-in-use", "A request with this idempotency key is being worked on")
  public static let tooLarge = Self(413, "too-large", "The body is too long")
  public static let unsupportedMediaType = Self(415, "unsupported-media-type", "The body has another type than is needed")
  public static let invalid = Self(422, "invalid", "The body says something that is not allowed")
  public static let keyReused = Self(422, "key-reused", "This idempotency key was used for another request")
  public static let upgradeRequired = Self(426, "upgrade-required", "A WebSocket is needed")
  public static let tooManyRequests = Self(429, "too-many-requests", "Too many requests")
  public static let internalError = Self(500, "internal-error", "Something went wrong in the service")
  public static let unavailable = Self(503, "unavailable", "The service cannot do this at present")
}

extension Problem {
  /// 422, or 400 for parameters, naming the members.
  static func faults(_ kind: Kind, _ faults: [JSONFault]) -> Problem {
    let listed = faults.prefix(50)
    let detail = listed.first.map { $0.path.isEmpty ? $0.reason : "\($0.path): \($0.reason)" } ?? ""
    return Problem(
      kind, detail: detail,
      members: [
        JSONValue.Member("errors", .list(listed.map { ["path": .text($0.path), "reason": .text($0.reason)] }))
      ])
  }

  /// 422 about one member, from a rule that the schema does not express.
  public static func invalid(_ path: String, _ reason: String) -> Problem {
    faults(.invalid, [JSONFault(JSONPath.root.member(path), reason)])
  }

  /// 503 with a time after which it pays to try again.
  public static func unavailable(_ detail: String, retryAfter seconds: Int) -> Problem {
    Problem(.unavailable, detail: detail, headers: HTTPHeaders([("Retry-After", String(seconds))]))
  }
}
