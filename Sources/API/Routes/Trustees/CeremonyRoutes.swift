import Curve25519
import Elections
import StrictJSON
import VotingService

/// What an organiser does with the trustees of an election.
public struct CeremonyRoutes: Sendable {
  /// Throws unless the organiser may see, or change, the election.
  typealias Gate = @Sendable (_ election: String, _ organiser: Organiser, _ changes: Bool) async throws -> Void

  private let ceremonies: Ceremonies
  private let gate: Gate

  /// - Parameter elections: tells whose election it is.
  public init(_ ceremonies: Ceremonies, elections: ElectionStore) {
    self.init(ceremonies) { reference, organiser, changes in
      let election = try await elections.election(reference, for: organiser)
      guard !changes || organiser.managesAll || organiser.account == election.organiser else { throw ElectionError.notOrganiser }
    }
  }

  init(_ ceremonies: Ceremonies, gate: @escaping Gate) {
    self.ceremonies = ceremonies
    self.gate = gate
  }

  /// The election that a request is about, if who asks may do this with it.
  private func election(_ context: Context, changes: Bool = true) async throws -> String {
    let election = try context.value(CastingRoutes.election)
    try await gate(election, try context.organiser(), changes)
    return election
  }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup(
      "Trustees of an election",
      [
        overview, invite, reorder, revoke, reissue, start, abandon, acknowledge, showHandOver, handOver, retryHandOver,
        cancelHandOver,
      ])
  }

  private static let number = Parameter<Int>.path("number", TrusteeFields.number, "The trustee's number.")

  private var overview: Route {
    Route(
      "GET", "/elections/{e}/trustees", "getTrustees", "The trustees, how far each is, and who is waited for.",
      may: .permission(.readElections), parameters: [CastingRoutes.election.declaration], answer: .json(TrusteesView.json)
    ) { context in TrusteesView(try await ceremonies.overview(of: try await election(context, changes: false))) }
  }

  private var invite: Route {
    Route(
      "POST", "/elections/{e}/trustees", "inviteTrustee", "Invites a trustee. The link is shown this once.",
      may: .permission(.manageElections), idempotencyKey: true, parameters: [CastingRoutes.election.declaration],
      body: .json(InvitationRequest.json, limit: 4096), answer: .json(InvitationAnswer.json, status: 201, "Invited."),
      problems: [.notOrganiser, .trusteeTaken, .trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      let election = try await election(context)
      let invitation = try await ceremonies.invite(input.name, at: input.number, to: election, by: context.caller)
      return InvitationAnswer(invitation, election)
    }
  }

  private var reorder: Route {
    Route(
      "PUT", "/elections/{e}/trustees", "reorderTrustees", "Gives the trustees other numbers.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(TrusteeOrder.json, limit: 4096), answer: .none(),
      problems: [.notOrganiser, .trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      try await ceremonies.reorder(input.order, of: try await election(context), by: context.caller)
    }
  }

  private var revoke: Route {
    Route(
      "DELETE", "/elections/{e}/trustees/{number}", "revokeTrustee", "Withdraws an invitation, also one that was taken up.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration, Self.number.declaration],
      answer: .none(), problems: [.notOrganiser, .trusteesFixed, .wrongPhase]
    ) { context in
      try await ceremonies.revoke(
        try context.value(Self.number), of: try await election(context), by: context.caller)
    }
  }

  private var reissue: Route {
    Route(
      "POST", "/elections/{e}/trustees/{number}/invitation", "reinviteTrustee",
      "A new link; the old one, and who joined by it, are out.",
      may: .permission(.manageElections), idempotencyKey: true,
      parameters: [CastingRoutes.election.declaration, Self.number.declaration],
      answer: .json(InvitationAnswer.json, status: 201, "Invited again."), problems: [.notOrganiser, .trusteesFixed, .wrongPhase]
    ) { context in
      let election = try await election(context)
      let invitation = try await ceremonies.reissue(try context.value(Self.number), of: election, by: context.caller)
      return InvitationAnswer(invitation, election)
    }
  }

  private var start: Route {
    Route(
      "POST", "/elections/{e}/ceremony", "startCeremony", "Starts a key ceremony of all trustees, or another one after a failure.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(CeremonyStart.json, limit: 1024), answer: .json(CeremonyStarted.json, status: 201, "Started."),
      problems: [.notOrganiser, .notGathered, .trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      let id = try await ceremonies.start(
        try await election(context), restart: input.restart, by: context.caller)
      return CeremonyStarted(ceremony: id)
    }
  }

  private var abandon: Route {
    Route(
      "DELETE", "/elections/{e}/ceremony", "abandonCeremony",
      "Gives up the key ceremony, or the key that it has made, before the election is open: trustees can be changed again.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration], answer: .none(),
      problems: [.notOrganiser, .trusteesFixed, .wrongPhase]
    ) { context in
      try await ceremonies.abandon(try await election(context), by: context.caller)
    }
  }

  // MARK: Hand-over

  private var showHandOver: Route {
    Route(
      "GET", "/elections/{e}/handover", "getHandOver", "How far the hand-over of the trustees' shares is that goes on.",
      may: .permission(.readElections), parameters: [CastingRoutes.election.declaration], answer: .json(HandOverView.json),
      problems: [.unusable]
    ) { context in
      guard let overview = try await ceremonies.handOverOverview(of: try await election(context, changes: false)) else {
        throw CeremonyError.noHandOver
      }
      return HandOverView(overview)
    }
  }

  private var handOver: Route {
    Route(
      "POST", "/elections/{e}/handover", "handOver",
      "Has the trustees' shares handed over: renewed for all, and given to others where a trustee is replaced. The links are shown this once.",
      may: .permission(.manageElections), idempotencyKey: true, parameters: [CastingRoutes.election.declaration],
      body: .json(HandOverRequest.json, limit: 32 * 1024), answer: .json(HandOverAnswer.json, status: 201, "Wanted."),
      problems: [.notOrganiser, .trusteeTaken, .wrongPhase, .notAcceptable]
    ) { context, input in
      let election = try await election(context)
      let invitations = try await ceremonies.handOver(
        election, replacing: input.replace.map { TrusteeReplacement(number: $0.number, name: $0.name) }, by: context.caller)
      return HandOverAnswer(invitations: invitations.map { InvitationAnswer($0, election) })
    }
  }

  private var retryHandOver: Route {
    Route(
      "POST", "/elections/{e}/handover/retry", "retryHandOver", "Begins again without dealers that do not answer.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(HandOverRetry.json, limit: 1024), answer: .none(), problems: [.notOrganiser, .unusable]
    ) { context, input in
      try await ceremonies.retryHandOver(try await election(context), without: input.without, by: context.caller)
    }
  }

  private var cancelHandOver: Route {
    Route(
      "DELETE", "/elections/{e}/handover", "cancelHandOver", "Gives the hand-over up: all stays as it is.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration], answer: .none(),
      problems: [.notOrganiser, .unusable]
    ) { context in
      try await ceremonies.cancelHandOver(try await election(context), by: context.caller)
    }
  }

  private var acknowledge: Route {
    Route(
      "POST", "/elections/{e}/ceremony/absence", "acknowledgeAbsence",
      "Names all trustees without whose fire drill the election may open.",
      may: .permission(.manageElections), parameters: [CastingRoutes.election.declaration],
      body: .json(AbsenceRequest.json, limit: 32 * 1024), answer: .none(),
      problems: [.notOrganiser, .trusteesFixed, .wrongPhase, .notAcceptable]
    ) { context, input in
      try await ceremonies.acknowledge(absent: input.absent, of: try await election(context), by: context.caller)
    }
  }
}
