import Curve25519
import Elections
import HTTPServer
import StrictJSON
import VotingService

/// Who may vote, and by which credential.
public struct RollRoutes: Sendable {
  private let rolls: RollStore
  private let access: AccessService
  private let service: String

  private static let e = CastingRoutes.election
  private static let voter = Parameter<String>.path("v", .text(1...64, .identifier), "The voter.")
  private static let dryRun = Parameter<Bool>.query("dryRun", .boolean, default: false, "Only say what would be done.")
  private static let mode = Parameter<ImportMode>.query(
    "mode", .word, default: .allOrNothing, "Whether good lines are taken where others are faulty.")

  /// Bytes of the largest list of voters: about a million.
  private static let largestList = 128 << 20

  /// - Parameter service: the address that voters reach the service by, without slash at its end.
  public init(rolls: RollStore, access: AccessService, service: String) {
    self.rolls = rolls
    self.access = access
    self.service = service
  }

  /// The routes.
  public var groups: [RouteGroup] {
    [
      RouteGroup("Roll", [counts, list, add, change, remove, importing, admit, rules, setRules]),
      RouteGroup("Credentials", [links, export, upload, own, register, replace, replaceMade]),
    ]
  }

  // MARK: Voters

  private var counts: Route {
    Route(
      "GET", "/elections/{e}/roll", "getRoll", "How many voters there are, and how many have a credential.",
      may: .permission(.readRoll), parameters: [Self.e.declaration], answer: .json(RollCounts.json), problems: [.notFound]
    ) { context in try await rolls.counts(of: try context.value(Self.e), for: try context.organiser()) }
  }

  private var list: Route {
    Route(
      "GET", "/elections/{e}/voters", "listVoters", "Voters, by id.", may: .permission(.readRoll),
      parameters: [Self.e.declaration] + Pagination.parameters, answer: .page("VoterPage", of: VoterView.json),
      problems: [.notFound]
    ) { context in
      let limit = try context.value(Pagination.limit)
      let found = try await rolls.voters(
        of: try context.value(Self.e), for: try context.organiser(), after: try context.value(Pagination.after) ?? "",
        limit: limit + 1)
      return Page(
        items: found.prefix(limit).map { Self.view($0, context) }, next: found.count > limit ? found[limit - 1].id : nil)
    }
  }

  private static func view(_ voter: Voter, _ context: Context) -> VoterView {
    VoterView(voter: voter, withContact: context.caller.may(.readContactData))
  }

  private var add: Route {
    Route(
      "POST", "/elections/{e}/voters", "addVoter", "Adds a voter to the roll of a draft.", may: .permission(.manageRoll),
      idempotencyKey: true, parameters: [Self.e.declaration], body: .json(VoterDetails.json),
      answer: .json(VoterView.json, status: 201), problems: Problem.Kind.ofElections
    ) { context, details in
      Self.view(try await rolls.add(details, to: try context.value(Self.e), by: try context.organiser()), context)
    }
  }

  private var change: Route {
    Route(
      "PATCH", "/elections/{e}/voters/{v}", "changeVoter", "Changes or excludes a voter of a draft.", may: .permission(.manageRoll),
      parameters: [Self.e.declaration, Self.voter.declaration], body: .json(VoterPatch.json), answer: .json(VoterView.json),
      problems: Problem.Kind.ofElections
    ) { context, patch in
      let (reference, organiser) = (try context.value(Self.e), try context.organiser())
      let old = try await rolls.voter(try context.value(Self.voter), in: reference, for: organiser)
      let new = patch.applied(to: old)
      return Self.view(
        try await rolls.update(old.id, to: new.details, state: new.state, in: reference, by: organiser), context)
    }
  }

  private var remove: Route {
    Route(
      "DELETE", "/elections/{e}/voters/{v}", "removeVoter", "Removes a voter from the roll of a draft.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration, Self.voter.declaration], answer: .none(),
      problems: Problem.Kind.ofElections
    ) { context in
      try await rolls.remove(try context.value(Self.voter), from: try context.value(Self.e), by: try context.organiser())
    }
  }

  private var importing: Route {
    Route(
      "POST", "/elections/{e}/voters/import", "importVoters",
      "Adds voters from CSV with the columns voterId, name, email, weight; the report names every faulty line.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration, Self.dryRun.declaration, Self.mode.declaration],
      body: .bytes("text/csv", limit: Self.largestList), answer: .json(ImportReport.json), problems: Problem.Kind.ofElections
    ) { context, csv in
      try await rolls.importVoters(
        csv, to: try context.value(Self.e), mode: try context.value(Self.mode), dryRun: try context.value(Self.dryRun),
        by: try context.organiser())
    }
  }

  private var admit: Route {
    struct Outcomes: Sendable { let items: [AdmissionView] }
    return Route(
      "POST", "/elections/{e}/voters/admission", "admitAccounts", "Admits accounts that were approved.",
      may: .permission(.manageRoll),
      parameters: [Self.e.declaration], body: .json(AdmissionInput.json),
      answer: .json(
        JSONCodec<Outcomes>.answer(
          "AdmissionOutcomes", .required("items", .list(of: AdmissionView.json, maximum: 1000), \.items))),
      problems: Problem.Kind.ofElections
    ) { context, input in
      var accounts: [ApprovedAccount] = []
      for id in input.accounts {
        let account = try await access.account(id).account
        guard account.state == .active else { throw Problem.invalid("accounts", "\(id) is not approved") }
        accounts.append(
          ApprovedAccount(
            id: id,
            details: VoterDetails(
              voterID: account.voterID ?? account.email, name: "\(account.name) \(account.surname)", email: account.email)))
      }
      let outcomes = try await rolls.admit(accounts, to: try context.value(Self.e), by: try context.organiser())
      return Outcomes(items: zip(input.accounts, outcomes).map { AdmissionView($0, $1) })
    }
  }

  private var rules: Route {
    Route(
      "GET", "/elections/{e}/roll/rules", "getRollRules", "Whom the roll takes.", may: .permission(.readRoll),
      parameters: [Self.e.declaration], answer: .json(RollRules.json), problems: [.notFound]
    ) { context in try await rolls.rules(of: try context.value(Self.e), for: try context.organiser()) }
  }

  private var setRules: Route {
    Route(
      "PUT", "/elections/{e}/roll/rules", "setRollRules",
      "Sets whom the roll takes: addresses, voter ids, or domains such as @example.org; exclude wins.",
      may: .permission(.manageRoll),
      parameters: [Self.e.declaration], body: .json(RollRules.json, limit: 4 << 20), answer: .none(),
      problems: Problem.Kind.ofElections
    ) { context, rules in
      try await rolls.setRules(rules, of: try context.value(Self.e), by: try context.organiser())
    }
  }

  // MARK: Credentials

  private var links: Route {
    Route(
      "POST", "/elections/{e}/roll/links", "issueLinks",
      "Makes voting links (issuer service). They are shown now and never again: only their public parts are kept.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration], body: .json(LinkInput.json), answer: .json(LinkList.json),
      problems: Problem.Kind.ofElections
    ) { context, input in
      let links = try await rolls.issueLinks(
        for: try context.value(Self.e), service: service, renewing: input.renewing, by: try context.organiser())
      return LinkList(meaning: CredentialIssuer.service.meaning, items: links)
    }
  }

  private var export: Route {
    Route(
      "GET", "/elections/{e}/roll/voters.csv", "exportVoters", "The eligible voters for the separate authority (issuer authority).",
      may: .permission(.manageRoll), parameters: [Self.e.declaration],
      answer: .response(
        AnswerDeclaration(
          200, "CSV with voterId, name, email, weight.", mediaType: "text/csv", schema: JSONSchema(["type": "string"]))),
      problems: Problem.Kind.ofElections
    ) { context in
      let csv = try await rolls.votersForAuthority(try context.value(Self.e), by: try context.organiser())
      return HTTPResponse(
        headers: HTTPHeaders([
          ("Content-Type", "text/csv; charset=utf-8"), ("Content-Disposition", "attachment; filename=\"voters.csv\""),
        ]), body: .bytes(csv))
    }
  }

  private var upload: Route {
    struct Uploaded: Sendable { let credentials: Int }
    return Route(
      "PUT", "/elections/{e}/roll/credentials", "uploadCredentials",
      "Takes the public credentials that comitia credentials made for the authority: nothing in them says whose they are.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration], body: .bytes("text/csv", limit: Self.largestList),
      answer: .json(
        JSONCodec<Uploaded>.answer(
          "UploadedCredentials", .required("credentials", .integer(0...RollStore.mostVoters), \.credentials))),
      problems: Problem.Kind.ofElections
    ) { context, csv in
      Uploaded(credentials: try await rolls.uploadCredentials(csv, for: try context.value(Self.e), by: try context.organiser()))
    }
  }

  private var own: Route {
    Route(
      "GET", "/elections/{e}/roll/me", "getOwnPlace", "The own place on the roll.", may: .permission(.vote),
      parameters: [Self.e.declaration], answer: .json(OwnVoterView.json), problems: [.notFound]
    ) { context in
      let voter = try await rolls.own(try context.account(), in: try context.value(Self.e))
      return OwnVoterView(
        voterID: voter.details.voterID, weight: voter.details.weight, hasCredential: voter.credential != nil,
        waits: voter.awaitsReplacement, salt: nil)
    }
  }

  private var register: Route {
    Route(
      "PUT", "/elections/{e}/roll/me", "registerCredential",
      "Registers the credential that the voter's own device made (issuer voter), until the roll is frozen; then it waits for the organiser.",
      may: .permission(.vote), parameters: [Self.e.declaration], body: .json(RegistrationInput.json),
      answer: .json(OwnVoterView.json),
      problems: [.notFound, .wrongElectionState, .invalid]
    ) { context, input in
      let (reference, account) = (try context.value(Self.e), try context.account())
      let (salt, waits) = try await rolls.register(try input.registration(), for: account, in: reference)
      let voter = try await rolls.own(account, in: reference)
      return OwnVoterView(
        voterID: voter.details.voterID, weight: voter.details.weight, hasCredential: true, waits: waits, salt: salt.bytes)
    }
  }

  // MARK: Replacements

  private var replace: Route {
    Route(
      "POST", "/elections/{e}/voters/{v}/replacement", "replaceCredential",
      "Replaces a voter's lost credential by a public entry on the board; refused when anything was cast with it. With the issuer service the answer is the new link, with the issuer voter the credential of the new device is taken.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration, Self.voter.declaration], body: .json(ReplacementInput.json),
      answer: .json(ReplacementView.json), problems: Problem.Kind.ofElections + [.notReplaceable, .boardUnavailable]
    ) { context, input in
      let (reference, organiser) = (try context.value(Self.e), try context.organiser())
      let election = try await rolls.election(reference, for: organiser)
      let replacement: ReplacementCredential = election.manifest.issuer == .service ? .link(service: service) : .registered
      let voter = try context.value(Self.voter)
      return try await answering {
        ReplacementView(
          link: try await rolls.replace(voter, by: replacement, reason: input.reason, in: reference, organiser: organiser)?.link)
      }
    }
  }

  private var replaceMade: Route {
    Route(
      "POST", "/elections/{e}/roll/replacement", "replaceMadeCredential",
      "Replaces a lost credential by one that the separate authority made (issuer authority), by a public entry on the board.",
      may: .permission(.manageRoll), parameters: [Self.e.declaration], body: .json(MadeReplacementInput.json),
      answer: .json(ReplacementView.json), problems: Problem.Kind.ofElections + [.notReplaceable, .boardUnavailable]
    ) { context, input in
      guard let revoked = Bytes32(input.revoked), let credential = Bytes32(input.credential), let identity = Bytes32(input.identity)
      else {
        throw Problem(.invalid)
      }
      let (reference, organiser) = (try context.value(Self.e), try context.organiser())
      return try await answering {
        let link = try await rolls.replace(
          nil, by: .made(revoked: revoked, credential: credential, identity: identity), reason: input.reason, in: reference,
          organiser: organiser)
        return ReplacementView(link: link?.link)
      }
    }
  }
}
