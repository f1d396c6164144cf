import HTTPServer
import StrictJSON
import VotingService

/// Steps of voting that booths report, for counters that belong to nobody.
public struct StepRoutes: Sendable {
  private let counter: StepCounter

  public init(counter: StepCounter) { self.counter = counter }

  /// The routes.
  public var group: RouteGroup { RouteGroup("Steps", [count]) }

  private struct Reached: Sendable {
    let step: VotingStep
    let minutes: Int?

    static let json = JSONCodec<Reached>.object(
      "ReachedStep", .required("step", JSONCodec<VotingStep>.word, \.step),
      .optional("minutes", JSONCodec<Int>.integer(1...60).described("Of `cast`: minutes since the ballot was shown."), \.minutes),
      make: { Reached(step: $0, minutes: $1) })
  }

  private var count: Route {
    Route(
      "POST", "/elections/{e}/steps", "countStep",
      "Counts that a step of voting was reached: by election and day, with nothing that tells whose step it was.", may: .anyone,
      limit: .cast, parameters: [CastingRoutes.election.declaration], body: .json(Reached.json, limit: 200),
      answer: .none("Counted.")
    ) { context, reached in
      counter.count(reached.step, minutes: reached.minutes, in: try context.value(CastingRoutes.election))
    }
  }
}
