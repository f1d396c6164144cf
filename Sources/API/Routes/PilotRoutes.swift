import StrictJSON

/// Whether the service runs as a pilot, for pages that come from no template: they then show the button that others have.
public struct PilotRoutes: Sendable {
  private let isPilot: Bool

  public init(isPilot: Bool) { self.isPilot = isPilot }

  /// The route.
  public var group: RouteGroup {
    RouteGroup(
      "Pilot",
      [
        Route(
          "GET", "/pilot", "getPilot", "Whether the service runs as a pilot.", may: .anyone, answer: .json(PilotAnswer.json)
        ) { _ in PilotAnswer(isPilot: isPilot) }
      ])
  }
}

/// Whether the service runs as a pilot.
struct PilotAnswer: Sendable {
  let isPilot: Bool

  static let isPilot = JSONCodec<Bool>.boolean.described(
    "Whether the service runs as a pilot, and asks at `/feedback` how it went. Of the service, not of an election.")
  static let json = JSONCodec<PilotAnswer>.object(
    "Pilot", .required("pilot", isPilot, \.isPilot), make: { PilotAnswer(isPilot: $0) })
}
