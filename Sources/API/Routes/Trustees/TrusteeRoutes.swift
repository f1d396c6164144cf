import Curve25519
import Elections
import HTTPServer
import StrictJSON
import ThresholdCryptography
import TransparencyLog
import VotingService

/// What trustees' programs ask for (`docs/spec/08-trustee-network.md`).
public struct TrusteeRoutes: Sendable {
  private let ceremonies: Ceremonies
  private let clock: any Clock

  public init(_ ceremonies: Ceremonies, clock: any Clock) {
    self.ceremonies = ceremonies
    self.clock = clock
  }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup(
      "Trustees",
      [
        join, state, messages, send, drill, witness, cosign, report, decrypt, signingRequest, sign, markingRequest, signMark,
        approve, handOverMessages,
        sendHandOver,
      ])
  }

  private static let ceremony = Parameter<Bytes32>.path("c", TrusteeFields.key, "The key ceremony.")
  private static let version = Parameter<UInt64>.query("after", TrusteeFields.size, default: 0, "The version that is known.")
  private static let wait = Parameter<Int>.query(
    "wait", .integer(0...30), default: 0, "For how many seconds a newer one is waited for.")
  private static let position = Parameter<UInt32>.query("after", .integer(0...UInt32.max), default: 0, "The first position.")
  private static let old = Parameter<UInt64>.requiredQuery(
    "old", .integer(0...LogLimits.treeSize), "The size that the trustee has cosigned last.")
  private static let size = Parameter<UInt64>.requiredQuery(
    "size", .integer(1...LogLimits.treeSize), "The size of the checkpoint that is cosigned.")
  /// Of a partial decryption with as many totals as there can be.
  private static let partialLimit = ClosingPart.length(totals: 65_535)

  // MARK: Joining and state

  private var join: Route {
    Route(
      "POST", "/trustees/join", "joinAsTrustee", "Takes a trustee in by its invitation; the same key again gets the same answer.",
      may: .anyone, limit: .login, body: .json(TrusteeJoinRequest.json, limit: 4096), answer: .json(TrusteeJoinAnswer.json),
      problems: [.noInvitation, .otherKey, .trusteeTaken, .trusteesFixed, .notAcceptable]
    ) { _, input in
      guard let name = Text(input.name), let joining = TrusteeJoining(token: Array(input.token.utf8), name: name) else {
        throw CeremonyError.badName
      }
      let joined = try await ceremonies.join(joining, signingKey: input.signingKey, signature: input.signature)
      return TrusteeJoinAnswer(election: joined.election, origin: joined.origin, title: joined.title, number: joined.number)
    }
  }

  private var state: Route {
    Route(
      "GET", "/elections/{e}/trustees/state", "getTrusteeState", "Where the election stands for its trustees; waits for news.",
      may: .trustee, parameters: [CastingRoutes.election.declaration, Self.version.declaration, Self.wait.declaration],
      answer: .json(TrusteeStateView.json), problems: [.notTrustee]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      let state = try await ceremonies.state(
        of: election, after: try context.value(Self.version), wait: try context.value(Self.wait))
      // A number can change while the trustee waits.
      let number = try await ceremonies.numberOfReader(try context.trusteeKey(), election: election)
      return TrusteeStateView(state, number: number, time: clock.now())
    }
  }

  // MARK: Ceremony and fire drill

  private var messages: Route {
    Route(
      "GET", "/elections/{e}/ceremonies/{c}/messages", "getCeremonyMessages", "A page of the key ceremony's log.", may: .trustee,
      parameters: [CastingRoutes.election.declaration, Self.ceremony.declaration, Self.position.declaration],
      answer: Self.bytes("The page."), problems: [.notTrustee]
    ) { context in
      let page = try await ceremonies.messages(
        of: try context.value(Self.ceremony), try context.value(CastingRoutes.election), after: try context.value(Self.position),
        for: try context.trusteeKey())
      return HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "application/octet-stream"), ("Cache-Control", "no-store")]),
        body: .bytes(page.encoded))
    }
  }

  private var send: Route {
    Route(
      "POST", "/elections/{e}/ceremonies/{c}/messages", "sendCeremonyMessages", "Messages for the key ceremony's log.",
      may: .trustee, parameters: [CastingRoutes.election.declaration, Self.ceremony.declaration],
      body: .bytes(limit: CeremonyBatch.longest), answer: .json(AcceptedMessages.json), problems: [.notTrustee, .notAcceptable]
    ) { context, body in
      AcceptedMessages(
        accepted: try await ceremonies.append(
          body, to: try context.value(Self.ceremony), of: try context.value(CastingRoutes.election)))
    }
  }

  private var drill: Route {
    Route(
      "POST", "/elections/{e}/ceremonies/{c}/drill", "passFireDrill", "A trustee's part in the fire drill.", may: .trustee,
      parameters: [CastingRoutes.election.declaration, Self.ceremony.declaration], body: .bytes(limit: 1024), answer: .none(),
      problems: [.notTrustee, .wrongPhase, .trusteesFixed, .notAcceptable]
    ) { context, body in
      try await ceremonies.addDrill(
        body, of: try context.value(Self.ceremony), try context.value(CastingRoutes.election), by: try context.trusteeKey())
    }
  }

  // MARK: Board

  private var witness: Route {
    Route(
      "GET", "/elections/{e}/board/witness", "getWitnessRequest", "The checkpoint to be cosigned, as a tlog-witness request.",
      may: .trustee, parameters: [CastingRoutes.election.declaration, Self.old.declaration],
      answer: .response(
        AnswerDeclaration(200, "The request.", mediaType: "text/plain", schema: JSONSchema(["type": "string"]))),
      problems: [.notTrustee, .beyondEnd, .unknownElection]
    ) { context in
      let request = try await ceremonies.witnessRequest(
        try context.value(CastingRoutes.election), old: try context.value(Self.old), by: try context.trusteeKey())
      return HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]), body: .bytes(request.bytes))
    }
  }

  private var cosign: Route {
    Route(
      "POST", "/elections/{e}/board/cosignatures", "addCosignature", "A trustee's signature on a checkpoint.", may: .trustee,
      parameters: [CastingRoutes.election.declaration, Self.size.declaration],
      body: .bytes("text/plain", limit: LogLimits.noteBytes),
      answer: .none(), problems: [.notTrustee, .notAcceptable]
    ) { context, body in
      try await ceremonies.cosign(
        body, size: try context.value(Self.size), try context.value(CastingRoutes.election), by: try context.trusteeKey())
    }
  }

  private var report: Route {
    Route(
      "POST", "/elections/{e}/board/checkpoints", "reportCheckpoint", "A checkpoint that the board should be able to show.",
      may: .trustee, parameters: [CastingRoutes.election.declaration], body: .bytes("text/plain", limit: LogLimits.noteBytes),
      answer: .none(), problems: [.notTrustee, .notAcceptable]
    ) { context, body in
      try await ceremonies.report(body, try context.value(CastingRoutes.election))
    }
  }

  private var decrypt: Route {
    Route(
      "POST", "/elections/{e}/partials", "addPartialDecryption", "A trustee's partial decryption of the totals.", may: .trustee,
      parameters: [CastingRoutes.election.declaration], body: .bytes(limit: Self.partialLimit), answer: .none(),
      problems: [.notTrustee, .notCosigned, .wrongPhase, .notAcceptable]
    ) { context, body in
      try await ceremonies.addPartial(
        body, try context.value(CastingRoutes.election), by: try context.trusteeKey(), request: context.signedRequest)
    }
  }

  private var signingRequest: Route {
    Route(
      "GET", "/elections/{e}/signing", "getSigningRequest", "What is asked of a trustee for the joint signature on the result.",
      may: .trustee, parameters: [CastingRoutes.election.declaration],
      answer: Self.bytes("The kind of what is asked, and the commitments of a session."), problems: [.notTrustee, .wrongPhase]
    ) { context in
      HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "application/octet-stream")]),
        body: .bytes(
          try await ceremonies.signingRequest(try context.value(CastingRoutes.election), by: try context.trusteeKey())))
    }
  }

  private var sign: Route {
    Route(
      "POST", "/elections/{e}/signing", "addSigningAnswer", "A trustee's commitment, or its share of the joint signature.",
      may: .trustee, parameters: [CastingRoutes.election.declaration], body: .bytes(limit: 256), answer: .none(),
      problems: [.notTrustee, .wrongPhase, .unusable, .notAcceptable]
    ) { context, body in
      try await ceremonies.addSigning(
        body, try context.value(CastingRoutes.election), by: try context.trusteeKey(), request: context.signedRequest)
    }
  }

  private var markingRequest: Route {
    Route(
      "GET", "/elections/{e}/marking", "getMarkingRequest",
      "What is asked of a trustee for the joint signature on the mark of the result on a public chain.",
      may: .trustee, parameters: [CastingRoutes.election.declaration],
      answer: Self.bytes("The message, the kind of what is asked, and the commitments of a session."),
      problems: [.notTrustee, .wrongPhase]
    ) { context in
      HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "application/octet-stream")]),
        body: .bytes(
          try await ceremonies.markingRequest(try context.value(CastingRoutes.election), by: try context.trusteeKey())))
    }
  }

  private var signMark: Route {
    Route(
      "POST", "/elections/{e}/marking", "addMarkingAnswer", "A trustee's commitment, or its share of the signature on the mark.",
      may: .trustee, parameters: [CastingRoutes.election.declaration], body: .bytes(limit: 256), answer: .none(),
      problems: [.notTrustee, .wrongPhase, .unusable, .notAcceptable]
    ) { context, body in
      try await ceremonies.addMarking(
        body, try context.value(CastingRoutes.election), by: try context.trusteeKey(), request: context.signedRequest)
    }
  }

  // MARK: Hand-over

  private static let attempt = Parameter<Bytes32>.path("h", TrusteeFields.key, "The attempt to hand shares over.")

  private var approve: Route {
    Route(
      "POST", "/elections/{e}/handovers/approvals", "approveHandOver", "A trustee's person has approved the list of new trustees.",
      may: .trustee, parameters: [CastingRoutes.election.declaration], body: .bytes(limit: 32), answer: .none(),
      problems: [.notTrustee, .unusable, .notAcceptable]
    ) { context, body in
      try await ceremonies.approveHandOver(body, try context.value(CastingRoutes.election), by: try context.trusteeKey())
    }
  }

  private var handOverMessages: Route {
    Route(
      "GET", "/elections/{e}/handovers/{h}/messages", "getHandOverMessages", "A page of a hand-over's log.", may: .trustee,
      parameters: [CastingRoutes.election.declaration, Self.attempt.declaration, Self.position.declaration],
      answer: Self.bytes("The page."), problems: [.notTrustee]
    ) { context in
      let page = try await ceremonies.messages(
        ofHandOver: try context.value(Self.attempt), try context.value(CastingRoutes.election),
        after: Int(try context.value(Self.position)))
      return HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "application/octet-stream"), ("Cache-Control", "no-store")]),
        body: .bytes(page.encoded))
    }
  }

  private var sendHandOver: Route {
    Route(
      "POST", "/elections/{e}/handovers/{h}/messages", "sendHandOverMessage", "A message for a hand-over's log.", may: .trustee,
      parameters: [CastingRoutes.election.declaration, Self.attempt.declaration], body: .bytes(limit: HandOverMessage.longest),
      answer: .none(), problems: [.notTrustee, .unusable, .notAcceptable]
    ) { context, body in
      try await ceremonies.append(
        body, toHandOver: try context.value(Self.attempt), try context.value(CastingRoutes.election))
    }
  }

  private static func bytes(_ description: String) -> AnswerBody<HTTPResponse> {
    .response(
      AnswerDeclaration(
        200, description, mediaType: "application/octet-stream",
        schema: JSONSchema(["type": "string", "contentMediaType": "application/octet-stream"])))
  }
}
