import API
import Elections
import VotingService

// Who keeps the key: invitations, the key ceremony, the fire drill.
extension OrganisePages {
  var trusteePages: [Page] {
    [showTrustees, invite, setThreshold, withdraw, inviteAgain, startCeremony, abandonCeremony, acknowledge] + handOverPages
  }

  private static let path = "/organise/{e}/trustees"

  private var showTrustees: Page {
    .shows(Self.path, may: .permission(.readElections)) { context in
      .page(try await trustees(try await organised(context), context, nil))
    }
  }

  func trustees(_ organised: Organised, _ context: PageContext, _ filled: Filled?) async throws -> Document {
    let facts = try await facts(organised, context)
    let conduct = try await services.ceremonies.conduct(of: organised.reference, closed: nil)
    return TrusteePage(organised: organised, facts: facts, conduct: conduct, context: context).document(self, filled)
  }

  /// Does something with the trustees, and shows them again.
  func act(_ context: PageContext, _ done: String, _ act: (Organised) async throws -> Void) async throws -> PageAnswer {
    let organised = try await changeable(context)
    let found = try await faults(context.t) { try await act(organised) }
    guard found.isEmpty else {
      return .page(try await trustees(organised, context, Filled(context.form, faults: found)), status: 422)
    }
    return .redirect(organised.link.down("trustees").with(["done": "organise.\(done)"]))
  }

  private var invite: Page {
    .does(Self.path, may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let name = context.form.trimmed("name")
      return try await showInvitation(name, organised, context) {
        try await services.ceremonies.invite(name, to: organised.reference, by: context.caller)
      }
    }
  }

  private var inviteAgain: Page {
    .does(Self.path + "/{number}/again", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let number = try Self.number(context)
      let overview = try await services.ceremonies.overview(of: organised.reference)
      let name = overview.trustees.first { $0.number == number }?.name ?? ""
      return try await showInvitation(name, organised, context) {
        try await services.ceremonies.reissue(number, of: organised.reference, by: context.caller)
      }
    }
  }

  /// The link is shown now and never again.
  private func showInvitation(
    _ name: String, _ organised: Organised, _ context: PageContext, _ invite: () async throws -> TrusteeInvitation
  ) async throws -> PageAnswer {
    var invitation: TrusteeInvitation?
    let found = try await faults(context.t) { invitation = try await invite() }
    guard found.isEmpty, let invitation else {
      return .page(try await trustees(organised, context, Filled(context.form, faults: found)), status: 422)
    }
    let link = "\(services.address)/trustee#\(organised.reference).\(invitation.token)"
    return .page(TrusteePage.invitation(name, link, organised, context, self))
  }

  private static func number(_ context: PageContext) throws -> Int {
    guard let number = Int(context.value("number")) else { throw ElectionError.noSuch("trustee") }
    return number
  }

  private var withdraw: Page {
    .does(Self.path + "/{number}/withdraw", may: .permission(.manageElections)) { context in
      try await act(context, "withdrawn") { organised in
        // The number could be another trustee's by now.
        let number = try Self.number(context)
        let overview = try await services.ceremonies.overview(of: organised.reference)
        guard overview.trustees.first(where: { $0.number == number })?.name == context.form["name"] else {
          throw CeremonyError.unknownTrustee(number)
        }
        try await services.ceremonies.revoke(number, of: organised.reference, by: context.caller)
      }
    }
  }

  private var setThreshold: Page {
    .does(Self.path + "/threshold", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let (form, t) = (context.form, context.t)
      var found: [Fault] = []
      let threshold = Int(form.trimmed("threshold"))
      if threshold.map({ (1...50).contains($0) }) != true {
        found.append(("threshold", t("organise.fault.number", ["least": 1, "most": 50])))
      }
      let quorum = form.trimmed("quorum").isEmpty ? nil : Int(form.trimmed("quorum"))
      if let threshold, !form.trimmed("quorum").isEmpty, quorum.map({ (threshold...max(threshold, 50)).contains($0) }) != true {
        found.append(("quorum", t("organise.fault.number", ["least": threshold, "most": 50])))
      }
      if found.isEmpty {
        found = try await save(organised.manifest, organised, context, threshold: threshold, quorum: .some(quorum))
      }
      guard found.isEmpty else {
        return .page(try await trustees(try await self.organised(context), context, Filled(form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("trustees").with(["done": "organise.thresholdSet"]))
    }
  }

  private var startCeremony: Page {
    .does(Self.path + "/ceremony", may: .permission(.manageElections)) { context in
      try await act(context, "ceremonyStarted") { organised in
        _ = try await services.ceremonies.start(
          organised.reference, restart: context.form["do"] == "restart", by: context.caller)
      }
    }
  }

  private var abandonCeremony: Page {
    .does(Self.path + "/abandon", may: .permission(.manageElections)) { context in
      if let fault = OrganiseForm.confirmationFault(TrusteePage.abandonment, context) {
        let organised = try await changeable(context)
        return .page(try await trustees(organised, context, Filled(context.form, faults: [fault])), status: 422)
      }
      return try await act(context, "ceremonyAbandoned") { organised in
        try await services.ceremonies.abandon(organised.reference, by: context.caller)
      }
    }
  }

  private var acknowledge: Page {
    .does(Self.path + "/absence", may: .permission(.manageElections)) { context in
      try await act(context, "absenceSet") { organised in
        try await services.ceremonies.acknowledge(
          absent: context.form.all("absent"), of: organised.reference, by: context.caller)
      }
    }
  }
}
