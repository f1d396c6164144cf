import HTTPServer
import StrictJSON
import VotingService

/// Who may use a route.
public enum RouteAccess: Sendable, Equatable {
  /// Everybody.
  case anyone
  /// Whoever has signed in, or shows a token, and has this permission.
  case permission(Permission)
  /// Whoever signs the request as a trustee.
  case trustee
  /// A program on this machine, or one that shows the operator's token.
  case operatorOnly
}

/// Which limit a request counts against before it is known who asks.
public enum RouteLimit: Sendable, Equatable {
  /// Reading and ordinary changes.
  case general
  /// Where passwords and one-time codes are tried.
  case login
  /// Ballots.
  case cast
  /// What people write without an account: questions, feedback.
  case message
}

/// A method and a path, with all that is needed to check, serve and describe it.
public struct Route: Sendable {
  let method: String
  let pattern: RoutePattern
  /// Unlike that of all others; `operationId` in OpenAPI.
  let name: String
  let summary: String
  let access: RouteAccess
  let limit: RouteLimit
  /// Whether `Idempotency-Key` is heeded.
  let takesIdempotencyKey: Bool
  let parameters: [ParameterDeclaration]
  let body: BodyDeclaration
  let answers: [AnswerDeclaration]
  let problems: [Problem.Kind]
  let run: @Sendable (Context) async throws -> HTTPAnswer

  /// A route.
  ///
  /// - Parameters:
  ///   - path: by `RoutePattern`, below the prefix of its group; each of its parameters is among `parameters`.
  ///   - name: in camelCase, unlike that of all others.
  ///   - idempotencyKey: whether `Idempotency-Key` is heeded: where something is created.
  ///   - problems: those of its own; what comes of access, parameters, body and limits goes without saying.
  public init<Input, Output>(
    _ method: String, _ path: String, _ name: String, _ summary: String, may access: RouteAccess, limit: RouteLimit = .general,
    idempotencyKey: Bool = false, parameters: [ParameterDeclaration] = [], body: RequestBody<Input>,
    answer: AnswerBody<Output>, problems: [Problem.Kind] = [],
    handler: @escaping @Sendable (Context, Input) async throws -> Output
  ) {
    self.init(
      method: method, pattern: RoutePattern(path), name: name, summary: summary, access: access, limit: limit,
      takesIdempotencyKey: idempotencyKey, parameters: parameters, body: body.declaration, answers: answer.declarations,
      problems: problems,
      run: { context in try answer.write(try await handler(context, try body.read(context.request)), context) })
  }

  /// A route without body.
  public init<Output>(
    _ method: String, _ path: String, _ name: String, _ summary: String, may access: RouteAccess, limit: RouteLimit = .general,
    idempotencyKey: Bool = false, parameters: [ParameterDeclaration] = [], answer: AnswerBody<Output>,
    problems: [Problem.Kind] = [],
    handler: @escaping @Sendable (Context) async throws -> Output
  ) {
    self.init(
      method, path, name, summary, may: access, limit: limit, idempotencyKey: idempotencyKey, parameters: parameters,
      body: RequestBody<Void>.none, answer: answer, problems: problems, handler: { context, _ in try await handler(context) })
  }

  private init(
    method: String, pattern: RoutePattern, name: String, summary: String, access: RouteAccess, limit: RouteLimit,
    takesIdempotencyKey: Bool, parameters: [ParameterDeclaration], body: BodyDeclaration, answers: [AnswerDeclaration],
    problems: [Problem.Kind], run: @escaping @Sendable (Context) async throws -> HTTPAnswer
  ) {
    self.method = method
    self.pattern = pattern
    self.name = name
    self.summary = summary
    self.access = access
    self.limit = limit
    self.takesIdempotencyKey = takesIdempotencyKey
    self.parameters = parameters
    self.body = body
    self.answers = answers
    self.problems = problems
    self.run = run
  }

  /// The same below a prefix.
  func below(_ prefix: String) -> Route {
    Route(
      method: method, pattern: RoutePattern(prefix + pattern.text(keepingRest: true)), name: name, summary: summary, access: access,
      limit: limit, takesIdempotencyKey: takesIdempotencyKey, parameters: parameters, body: body, answers: answers,
      problems: problems,
      run: run)
  }

  /// Whether it changes something (RFC 9110, 9.2.1).
  var isUnsafe: Bool { method != "GET" }
}

/// Routes about one thing.
public struct RouteGroup: Sendable {
  /// What they are about; a heading in the description.
  let name: String
  let routes: [Route]

  /// Routes below `/api/v1`, or below another prefix.
  public init(_ name: String, prefix: String = "/api/v1", _ routes: [Route]) {
    self.name = name
    self.routes = routes.map { $0.below(prefix) }
  }
}
