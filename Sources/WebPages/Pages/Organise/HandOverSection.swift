import Elections
import ThresholdCryptography
import VotingService

/// On the trustees' page while voting is open: fresh shares for all, and others in the place of those who are lost.
struct HandOverSection: Sendable {
  let organised: Organised
  let facts: ElectionFacts
  let context: PageContext

  private var t: Texts { context.t }
  private var link: Link { organised.link.down("trustees").down("handover") }
  private var trustees: [TrusteeOverview.Trustee] { facts.trustees.trustees }

  func html(_ filled: Filled?) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "handover")) {
      h2(.id("handover")) { t("organise.handover") }
      for renewal in facts.renewalsAwaited { Notice.saying(Self.pending(renewal, t), .wait) }
      if let handOver = facts.handOver { underWay(handOver) } else { beginning(filled ?? Filled()) }
    }
  }

  /// For whom a renewal on the board waits.
  static func pending(_ renewal: PendingRenewal, _ t: Texts) -> String {
    let cosigned = renewal.cosigned.isEmpty ? t("organise.handover.pending.none") : renewal.cosigned.joined(separator: ", ")
    return t(
      "organise.handover.pending",
      [
        "number": renewal.number, "needed": renewal.needed, "cosigned": cosigned,
        "missing": renewal.missing.joined(separator: ", "),
      ])
  }

  // MARK: Beginning

  private func beginning(_ filled: Filled) -> HTML {
    group {
      paragraph { t("organise.handover.text", ["needed": facts.trustees.state.threshold]) }
      details {
        summary { t("organise.handover.replace") }
        SentForm.to(link, context, name: "form") {
          paragraph(.class("small quiet")) { t("organise.handover.replace.text") }
          for trustee in trustees {
            Field.line(
              "replace-\(trustee.number)", t("organise.handover.instead", ["name": trustee.name]), filled, isRequired: false)
          }
          div(.class("actions")) { button(.class("button"), .type("submit")) { t("organise.handover.replace.do") } }
        }
      }
      details {
        summary { t("organise.handover.refresh") }
        div(.class("stack-s")) {
          paragraph(.class("small quiet")) { t("organise.handover.refresh.text") }
          OrganiseForm.oneButton(t("organise.handover.refresh.do"), link, context, kind: "button")
        }
      }
    }
  }

  // MARK: Under way

  private func underWay(_ handOver: HandOverOverview) -> HTML {
    group {
      paragraph { situation(handOver) }
      for failure in handOver.failures {
        Notice.saying(t("organise.handover.fault", ["who": failure.culprit, "what": failure.fault]), .stop)
      }
      ul(.class("rows")) {
        for member in handOver.members {
          li {
            div {
              bold { member.name }
              small { t("organise.trustee.number", ["number": member.number]) }
            }
            chip(member, handOver)
          }
        }
      }
      if organised.mayChange {
        retry(handOver)
        OrganiseForm.oneButton(t("organise.handover.cancel"), link.down("cancel"), context, kind: "button button--stop")
      }
    }
  }

  private func situation(_ handOver: HandOverOverview) -> String {
    let absent = handOver.members.filter { $0.signingKey == nil }.map { $0.name }
    if !absent.isEmpty { return t("organise.handover.joining", ["names": absent.joined(separator: ", ")]) }
    let needed = facts.trustees.state.threshold
    if handOver.dealers.isEmpty {
      return t("organise.handover.approving", ["count": handOver.approved.count, "needed": needed])
    }
    let names = handOver.missing.map { name($0, handOver) }
    return t("organise.handover.waiting", ["names": names.joined(separator: ", ")])
  }

  private func name(_ party: HandOverParty, _ handOver: HandOverOverview) -> String {
    switch party {
    case .old(let number): trustees.first { $0.number == number }?.name ?? String(number)
    case .new(let number): handOver.members.first { $0.number == number }?.name ?? String(number)
    }
  }

  private func chip(_ member: HandOverOverview.Member, _ handOver: HandOverOverview) -> HTML {
    if member.signingKey == nil { return Chip.labelled(t("organise.trustee.is.notJoined"), .wait) }
    if member.isNew { return Chip.labelled(t("organise.handover.new"), .plain) }
    return handOver.approved.contains(member.number)
      ? Chip.labelled(t("organise.handover.approved"), .ok) : Chip.labelled(t("organise.handover.stays"), .plain)
  }

  /// Dealers that do not answer may be left out, if enough others have approved.
  private func retry(_ handOver: HandOverOverview) -> HTML? {
    let silent = handOver.missing.compactMap { party -> Int? in if case .old(let number) = party { number } else { nil } }
    guard !silent.isEmpty else { return nil }
    return details {
      summary { t("organise.handover.retry") }
      SentForm.to(link.down("retry"), context) {
        paragraph(.class("small quiet")) { t("organise.handover.retry.text") }
        fieldset(.class("field")) {
          legend { t("organise.handover.retry.who") }
          div(.class("choices")) {
            for number in silent {
              label(.class("choice")) {
                input(.type("checkbox"), .name("without"), .value(String(number)))
                span { bold { name(.old(number), handOver) } }
              }
            }
          }
        }
        div(.class("actions")) { button(.class("button"), .type("submit")) { t("organise.handover.retry.do") } }
      }
    }
  }

  // MARK: Invitations

  /// The links of those who are to come, shown this once.
  static func invitations(
    _ links: [(name: String, secret: String)], _ organised: Organised, _ context: PageContext, _ pages: OrganisePages
  ) -> Document {
    let t = context.t
    return pages.document(t("organise.handover.invited"), .trustees, organised, context, modules: ["organise"]) {
      section(.class("sheet stack")) {
        Notice.saying(t("organise.handover.invited.once"), .wait, isNews: true)
        for (index, link) in links.enumerated() {
          h2 { t("organise.invited", ["name": link.name]) }
          codeTag(.class("cmd"), .id("invitation-\(index + 1)"), .data("copy", t("organise.copy"))) { link.secret }
        }
        paragraph { t("organise.invited.how") }
        paragraph(.class("small quiet")) { t("organise.handover.invited.then") }
        div(.class("actions")) {
          anchor(.class("button button--primary"), .href(organised.link.down("trustees"))) { t("organise.invited.done") }
        }
      }
    }
  }
}

extension OrganisePages {
  var handOverPages: [Page] { [beginHandOver, retryHandOver, cancelHandOver] }

  private static let handOverPath = "/organise/{e}/trustees/handover"

  private var beginHandOver: Page {
    .does(Self.handOverPath, may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let overview = try await services.ceremonies.overview(of: organised.reference)
      let replacements = overview.trustees.compactMap { trustee -> TrusteeReplacement? in
        let name = context.form.trimmed("replace-\(trustee.number)")
        return name.isEmpty ? nil : TrusteeReplacement(number: trustee.number, name: name)
      }
      var invitations: [TrusteeInvitation] = []
      let found = try await faults(context.t) {
        invitations = try await services.ceremonies.handOver(organised.reference, replacing: replacements, by: context.caller)
      }
      guard found.isEmpty else {
        return .page(try await trustees(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      guard !invitations.isEmpty else {
        return .redirect(organised.link.down("trustees").with(["done": "organise.handover.started"]))
      }
      let links = zip(replacements, invitations).map { replacement, invitation in
        (name: replacement.name, secret: "\(services.address)/trustee#\(organised.reference).\(invitation.token)")
      }
      return .page(HandOverSection.invitations(links, organised, context, self))
    }
  }

  private var retryHandOver: Page {
    .does(Self.handOverPath + "/retry", may: .permission(.manageElections)) { context in
      try await act(context, "handover.retried") { organised in
        try await services.ceremonies.retryHandOver(
          organised.reference, without: context.form.all("without").compactMap { Int($0) }, by: context.caller)
      }
    }
  }

  private var cancelHandOver: Page {
    .does(Self.handOverPath + "/cancel", may: .permission(.manageElections)) { context in
      try await act(context, "handover.cancelled") { organised in
        try await services.ceremonies.cancelHandOver(organised.reference, by: context.caller)
      }
    }
  }
}
