import HTTPServer
import StrictJSON
import VotingService

/// Something that must be well for the service to take requests.
public protocol ReadinessCheck: Sendable {
  /// In camelCase, for monitoring.
  var name: String { get }
  /// - Throws: when it is not well; the cause goes to the log.
  func check() async throws
}

/// Health, readiness, description and metrics.
public struct ServiceRoutes: Sendable {
  private let checks: [any ReadinessCheck]
  private let metrics: MetricsRegistry
  private let report: @Sendable (_ id: String, _ error: any Error) -> Void

  public init(
    checks: [any ReadinessCheck], metrics: MetricsRegistry, report: @escaping @Sendable (_ id: String, _ error: any Error) -> Void
  ) {
    self.checks = checks
    self.metrics = metrics
    self.report = report
  }

  /// The routes, with the description of themselves and of all others.
  public func groups(describing others: [RouteGroup]) -> [RouteGroup] {
    let document = Lazy<HTTPResponse>()
    let description = Route(
      "GET", "/openapi.json", "getDescription", "This description.", may: .anyone,
      answer: .response(
        AnswerDeclaration(
          200, "OpenAPI 3.1.", mediaType: "application/json",
          schema: JSONSchema(["type": "object", "required": ["openapi", "paths"]])))
    ) { _ in document.value }
    let service = RouteGroup("Service", [health, ready, description])
    let monitoring = RouteGroup("Monitoring", prefix: "", [metricsRoute])
    let all = [service] + others + [monitoring]
    var answer = HTTPResponse(json: OpenAPI(all).document)
    answer.isCompressible = true
    document.set(answer)
    return all
  }

  private struct Health: Sendable {
    let status: String
    static let json = JSONCodec<Health>.object("Health", .required("status", .anyText, \.status), make: { Health(status: $0) })
  }

  private var health: Route {
    Route(
      "GET", "/health", "getHealth", "Whether the process answers.", may: .anyone, answer: .json(Health.json, "It does.")
    ) { _ in Health(status: "up") }
  }

  private struct Readiness: Sendable {
    let isReady: Bool
    let failed: [String]
    static let json = JSONCodec<Readiness>.object(
      "Readiness", .required("ready", .boolean, \.isReady), .required("failed", .list(of: .anyText, maximum: 100), \.failed),
      make: { Readiness(isReady: $0, failed: $1) })
  }

  private var ready: Route {
    Route(
      "GET", "/ready", "getReadiness", "Whether requests can be served: which checks fail.", may: .anyone,
      answer: .json(Readiness.json, statuses: [(200, "All is well."), (503, "Some checks fail.")])
    ) { context in
      var failed: [String] = []
      for check in checks {
        do { try await check.check() } catch {
          report(context.request.id, error)
          failed.append(check.name)
        }
      }
      return Reply(Readiness(isReady: failed.isEmpty, failed: failed), status: failed.isEmpty ? 200 : 503)
    }
  }

  private var metricsRoute: Route {
    let schema = JSONSchema(["type": "string"])
    return Route(
      "GET", "/metrics", "getMetrics", "Numbers for the operator, in Prometheus' text format.", may: .operatorOnly,
      answer: .response(AnswerDeclaration(200, "The numbers.", mediaType: "text/plain", schema: schema))
    ) { _ in
      HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "text/plain; version=0.0.4; charset=utf-8")]), body: .bytes(Array(metrics.text.utf8))
      )
    }
  }
}
