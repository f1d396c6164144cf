import Curve25519
import Elections
import StrictJSON
import VotingService

/// What an organiser does with the trustees of an election.
public struct CeremonyRoutes: Sendable {
  private let ceremonies: Ceremonies

  public init(_ ceremonies: Ceremonies) { self.ceremonies = ceremonies }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup("Trustees of an election", [overview, invite, reorder, revoke, reissue, start, acknowledge])
  }

  private static let number = Parameter<Int>.path("number", TrusteeFields.number, "The trustee's number.")

  private var overview: Route {
    Route(
      "GET", "/elections/{e}/trustees", "getTrustees", "The trustees, how far each is, and who is waited for.",
      may: .permission(.readElections), parameters: [CastingRoutes.election.declaration], answer: .json(TrusteesView.json)
    ) { context in TrusteesView(try await ceremonies.overview(of: try context.value(CastingRoutes.election))) }
  }

  private var invite: Route {
    Route(
      "POST", "/elections/{e}/trustees", "inviteTrustee", "Invites a trustee. The link is shown this once.",
      may: .permission(.manageElections), idempotencyKey: true, parameters: [CastingRoutes.election.declaration],
      body: .json(InvitationRequest.json, limit: 4096), answer: .json(InvitationAnswer.json, status: 201, "Invited."),
      problems: [.trusteeTaken, .trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      let election = try context.value(CastingRoutes.election)
      let invitation = try await ceremonies.invite(input.name, at: input.number, to: election, by: context.caller)
      return InvitationAnswer(invitation, election)
    }
  }

  private var reorder: Route {
    Route(
      "PUT", "/elections/{e}/trustees", "reorderTrustees", "Gives the trustees other numbers.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(TrusteeOrder.json, limit: 4096), answer: .none(), problems: [.trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      try await ceremonies.reorder(input.order, of: try context.value(CastingRoutes.election), by: context.caller)
    }
  }

  private var revoke: Route {
    Route(
      "DELETE", "/elections/{e}/trustees/{number}", "revokeTrustee", "Withdraws an invitation, also one that was taken up.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration, Self.number.declaration],
      answer: .none(), problems: [.trusteesFixed, .wrongPhase]
    ) { context in
      try await ceremonies.revoke(
        try context.value(Self.number), of: try context.value(CastingRoutes.election), by: context.caller)
    }
  }

  private var reissue: Route {
    Route(
      "POST", "/elections/{e}/trustees/{number}/invitation", "reinviteTrustee",
      "A new link; the old one, and who joined by it, are out.",
      may: .permission(.manageElections), idempotencyKey: true,
      parameters: [CastingRoutes.election.declaration, Self.number.declaration],
      answer: .json(InvitationAnswer.json, status: 201, "Invited again."), problems: [.trusteesFixed, .wrongPhase]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      let invitation = try await ceremonies.reissue(try context.value(Self.number), of: election, by: context.caller)
      return InvitationAnswer(invitation, election)
    }
  }

  private var start: Route {
    Route(
      "POST", "/elections/{e}/ceremony", "startCeremony", "Starts a key ceremony of all trustees, or another one after a failure.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(CeremonyStart.json, limit: 1024), answer: .json(CeremonyStarted.json, status: 201, "Started."),
      problems: [.notGathered, .trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      let id = try await ceremonies.start(
        try context.value(CastingRoutes.election), restart: input.restart, by: context.caller)
      return CeremonyStarted(ceremony: id)
    }
  }

  private var acknowledge: Route {
    Route(
      "POST", "/elections/{e}/ceremony/absence", "acknowledgeAbsence",
      "Names all trustees without whose fire drill the election may open.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(AbsenceRequest.json, limit: 32 * 1024), answer: .none(), problems: [.trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      try await ceremonies.acknowledge(absent: input.absent, of: try context.value(CastingRoutes.election), by: context.caller)
    }
  }
}
