import Curve25519
import HTTPServer
import StrictJSON
import VotingService

/// What everybody may know of elections on the public chain. Answered from the service's tables: nobody who asks waits for the chain.
public struct AnchorRoutes: Sendable {
  private let elections: PublicElections
  private let boards: Boards

  public init(_ elections: PublicElections, _ boards: Boards) {
    self.elections = elections
    self.boards = boards
  }

  /// The routes.
  public var group: RouteGroup { RouteGroup("Public chain", [anchors, ballot]) }

  private var anchors: Route {
    Route(
      "GET", "/elections/{e}/anchors", "getAnchors",
      "Where and how an election is anchored, its newest anchors, and what was used. The file `anchors` of the record has the proofs.",
      may: .anyone, parameters: [CastingRoutes.election.declaration], answer: .json(AnchorsView.json, isCompressible: true),
      problems: [.notFound, .unknownElection, .boardUnavailable]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      return try await answering {
        AnchorsView(anchors: try await elections.anchors(of: election), mark: try await elections.mark(of: election))
      }
    }
  }

  private var ballot: Route {
    Route(
      "GET", "/elections/{e}/ballots/{tracker}/anchor", "getBallotAnchor",
      "What has become of a cast ballot on the public chain, by its tracker.", may: .anyone,
      parameters: [CastingRoutes.election.declaration, CastingRoutes.tracker.declaration], answer: .json(BallotAnchorView.json),
      problems: [.notFound, .unknownElection, .boardUnavailable]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      guard let tracker = Bytes32(try context.value(CastingRoutes.tracker)) else { throw Problem(.notFound) }
      return try await answering {
        guard let found = try await boards.receipt(tracker, election: election) else {
          throw Problem(.notFound, detail: "No ballot on the board has this tracker.")
        }
        return BallotAnchorView(
          entry: found.entry, anchor: try await elections.anchor(ofEntry: found.entry, in: election),
          place: try await elections.anchorPlace(of: election))
      }
    }
  }
}
