import API
import Elections
import VotingService

// Who votes: the list, and one voter.
extension OrganisePages {
  var voterPages: [Page] { [showVoters, showAddition, addVoter, showVoter, saveVoter] }

  /// Voters of a page.
  private static let pageSize = 50

  // MARK: List

  private var showVoters: Page {
    .shows("/organise/{e}/voters", may: .permission(.readRoll)) { context in
      let organised = try await organised(context)
      let organiser = try context.organiser()
      // Who may not see names and addresses finds nobody by them.
      let text = context.caller.may(.readContactData) ? context.query.trimmed("q") : ""
      let found = try await services.rolls.search(
        text, in: organised.reference, for: organiser, after: context.query["after"], limit: Self.pageSize + 1)
      let counts = try await services.rolls.counts(of: organised.reference, for: organiser)
      return .page(voters(found, counts, text, organised, context))
    }
  }

  private func voters(
    _ found: [Voter], _ counts: RollCounts, _ text: String, _ organised: Organised, _ context: PageContext
  ) -> Document {
    let t = context.t
    return document(t("organise.part.voters"), .voters, organised, context) {
      div(.class("col")) {
        Notice.done(
          context,
          among: [
            "organise.voterAdded", "organise.voterChanged", "organise.voterRemoved", "organise.imported", "organise.admitted",
            "organise.rules",
          ])
        rollFacts(counts, organised, t)
        if organised.isDraft, organised.mayChangeRoll { rollWays(counts, organised, context) }
        if counts.voters == 0 {
          div(.class("sheet")) {
            div(.class("empty")) {
              paragraph { strong { t("organise.voters.empty") } }
              paragraph(.class("quiet")) { t("organise.voters.empty.text") }
            }
          }
        } else {
          voterTable(found, text, organised, context)
        }
      }
    }
  }

  private func rollFacts(_ counts: RollCounts, _ organised: Organised, _ t: Texts) -> HTML {
    dl(.class("facts")) {
      for (word, count) in [
        ("inList", counts.voters), ("eligible", counts.eligible), ("credentials", counts.credentials),
      ] {
        div {
          dt { t("organise.roll.\(word)") }
          dd { NumberText.grouped(Int64(count), t.language) }
        }
      }
      div {
        dt { t("organise.roll.weight") }
        dd { NumberText.grouped(Int64(clamping: counts.weight), t.language) }
      }
    }
  }

  private func rollWays(_ counts: RollCounts, _ organised: Organised, _ context: PageContext) -> HTML {
    let t = context.t
    let voters = organised.link.down("voters")
    let isPrimary = counts.voters == 0
    return div(.class("actions")) {
      anchor(.class(isPrimary ? "button button--primary" : "button"), .href(voters.down("import"))) { t("organise.import") }
      anchor(.class("button"), .href(voters.down("add"))) { t("organise.addVoter") }
      if organised.manifest.issuer != .voter, counts.voters > 0 {
        let isNext = counts.credentials < counts.eligible
        anchor(.class(isNext ? "button button--primary" : "button"), .href(voters.down("links"))) {
          t("organise.links.\(organised.manifest.issuer == .service ? "service" : "authority")")
        }
      }
      if services.mails.mode != .none, counts.voters > 0 {
        anchor(.class("button"), .href(organised.link.down("mails"))) { t("mails.invite") }
      }
      anchor(.class("button button--plain"), .href(voters.down("approved"))) { t("organise.approved") }
      anchor(.class("button button--plain"), .href(voters.down("rules"))) { t("organise.lists") }
    }
  }

  private func voterTable(_ found: [Voter], _ text: String, _ organised: Organised, _ context: PageContext) -> HTML {
    let t = context.t
    let voters = organised.link.down("voters")
    let seesContact = context.caller.may(.readContactData)
    return section(.class("sheet stack"), .aria("labelledby", "list")) {
      h2(.class("vh"), .id("list")) { t("organise.part.voters") }
      if seesContact {
        form(.method("get"), .action(voters), .role("search")) {
          div(.class("field")) {
            label(.for("q")) { t("organise.search") }
            div(.class("ask")) {
              input(.type("search"), .id("q"), .name("q"), .value(text))
              button(.class("button"), .type("submit")) {
                Icon.named("search")
                t("organise.search.do")
              }
            }
          }
        }
      }
      if found.isEmpty {
        div(.class("empty")) {
          paragraph { t("organise.search.none", ["text": text]) }
          paragraph { anchor(.href(voters)) { t("organise.search.all") } }
        }
      } else {
        table {
          caption(.class("vh")) { t("organise.part.voters") }
          thead {
            tr {
              th(.scope("col")) { t("organise.voterId") }
              th(.scope("col")) { t("organise.voterName") }
              th(.scope("col"), .class("wide")) { t("organise.voterEmail") }
              th(.scope("col"), .class("r wide")) { t("organise.voterWeight") }
              th(.scope("col")) { t("organise.voterState") }
            }
          }
          tbody { for voter in found.prefix(Self.pageSize) { row(voter, voters, seesContact, organised, t) } }
        }
        pager(found, text, voters, context)
      }
    }
  }

  private func row(_ voter: Voter, _ voters: Link, _ seesContact: Bool, _ organised: Organised, _ t: Texts) -> HTML {
    tr {
      th(.scope("row")) {
        if organised.mayChangeRoll {
          anchor(.href(voters.down(voter.id))) { voter.details.voterID }
        } else {
          voter.details.voterID
        }
      }
      td { seesContact ? voter.details.name : "" }
      td(.class("wide")) { seesContact ? voter.details.email : "" }
      td(.class("r wide")) { NumberText.grouped(Int64(voter.details.weight), t.language) }
      td { chip(voter, organised, t) }
    }
  }

  private func chip(_ voter: Voter, _ organised: Organised, _ t: Texts) -> HTML {
    if voter.state == .excluded { return Chip.labelled(t("organise.voter.excluded"), .stop) }
    if voter.awaitsReplacement { return Chip.labelled(t("organise.voter.waits"), .wait) }
    // With a separate authority the service does not know whose credential is whose.
    if organised.manifest.issuer == .authority { return Chip.labelled(t("organise.voter.admitted"), .plain) }
    return voter.credential == nil
      ? Chip.labelled(t("organise.voter.noCredential"), .wait) : Chip.labelled(t("organise.voter.ready"), .ok)
  }

  private func pager(_ found: [Voter], _ text: String, _ voters: Link, _ context: PageContext) -> HTML? {
    let t = context.t
    let query = text.isEmpty ? nil : text
    let isFirst = !context.query.has("after")
    func way(_ last: Voter?, _ caption: String) -> Pager.Way {
      Pager.Way(link: voters.with(["q": query, "after": last?.details.voterID]), caption: caption)
    }
    return Pager.markup(
      t("organise.pages"), before: isFirst ? nil : way(nil, t("organise.firstPage")),
      here: isFirst ? t("organise.shown", ["count": min(found.count, Self.pageSize)]) : nil,
      after: found.count > Self.pageSize ? way(found[Self.pageSize - 1], t("organise.nextPage")) : nil)
  }

  // MARK: One voter

  private var showAddition: Page {
    .shows("/organise/{e}/voters/add", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link.down("voters")) }
      return .page(addition(organised, context, Filled(Form(["weight": "1"]))))
    }
  }

  private var addVoter: Page {
    .does("/organise/{e}/voters/add", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      let (details, fault) = Self.details(context)
      var found = fault.map { [$0] } ?? []
      if let details {
        found = try await faults(context.t) {
          _ = try await services.rolls.add(details, to: organised.reference, by: try context.organiser())
        }
      }
      guard found.isEmpty else {
        return .page(addition(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("voters").with(["done": "organise.voterAdded"]))
    }
  }

  private static func details(_ context: PageContext) -> (VoterDetails?, Fault?) {
    let form = context.form
    guard let weight = UInt32(form.trimmed("weight")), weight > 0 else {
      return (nil, ("weight", context.t("organise.fault.number", ["least": 1, "most": Int(UInt32.max)])))
    }
    let details = VoterDetails(
      voterID: form.trimmed("voterId"), name: form.trimmed("name"), email: form.trimmed("email"), weight: weight)
    return (details, nil)
  }

  private func addition(_ organised: Organised, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return document(t("organise.addVoter"), .voters, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        SentForm.to(organised.link.down("voters", "add"), context, name: "form") {
          Self.voterFields(filled, t)
          OrganiseForm.actions(t("organise.addVoter")) {
            anchor(.class("button button--plain"), .href(organised.link.down("voters"))) { t("organise.back") }
          }
        }
      }
    }
  }

  static func voterFields(_ filled: Filled, _ t: Texts) -> HTML {
    group {
      Field.line("voterId", t("organise.voterId"), filled, hint: t("organise.voterId.hint"))
      Field.line("name", t("organise.voterName"), filled, isRequired: false)
      Field.line("email", t("organise.voterEmail"), filled, kind: .email, isRequired: false)
      Field.line(
        "weight", t("organise.voterWeight"), filled, kind: .number(1...Int(UInt32.max)), hint: t("organise.voterWeight.hint"))
    }
  }

  private var showVoter: Page {
    .shows("/organise/{e}/voters/{v}", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      let voter = try await services.rolls.voter(
        context.value("v"), in: organised.reference, for: try context.organiser())
      return .page(VoterPage(organised: organised, voter: voter, context: context).document(self, Filled(voter.form)))
    }
  }

  private var saveVoter: Page {
    .does("/organise/{e}/voters/{v}", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      let (reference, organiser, t) = (organised.reference, try context.organiser(), context.t)
      let voter = try await services.rolls.voter(context.value("v"), in: reference, for: organiser)
      let page = VoterPage(organised: organised, voter: voter, context: context)
      var found: [Fault] = []
      var done = "organise.voterChanged"
      switch context.form["do"] {
      case "remove":
        done = "organise.voterRemoved"
        found = try await faults(t) { try await services.rolls.remove(voter.id, from: reference, by: organiser) }
      case "exclude", "admit":
        let state: Voter.State = context.form["do"] == "admit" ? .admitted : .excluded
        found = try await faults(t) {
          _ = try await services.rolls.update(voter.id, to: voter.details, state: state, in: reference, by: organiser)
        }
      case "replace": return try await replace(page)
      default:
        let (details, fault) = Self.details(context)
        found = fault.map { [$0] } ?? []
        if let details {
          found = try await faults(t) {
            _ = try await services.rolls.update(voter.id, to: details, state: voter.state, in: reference, by: organiser)
          }
        }
      }
      guard found.isEmpty else { return .page(page.document(self, Filled(context.form, faults: found)), status: 422) }
      return .redirect(organised.link.down("voters").with(["done": done]))
    }
  }

  /// A new credential in place of a lost one; the link is shown now and never again.
  private func replace(_ page: VoterPage) async throws -> PageAnswer {
    let context = page.context
    let (reference, organiser) = (page.organised.reference, try context.organiser())
    let replacement: ReplacementCredential =
      page.organised.manifest.issuer == .service ? .link(service: services.address) : .registered
    var link: String?
    let found = try await faults(context.t) {
      link = try await services.rolls.replace(
        page.voter.id, by: replacement, reason: context.form.trimmed("reason"), in: reference, organiser: organiser)?.link
    }
    guard found.isEmpty else { return .page(page.document(self, Filled(context.form, faults: found)), status: 422) }
    guard let link else { return .redirect(page.organised.link.down("voters").with(["done": "organise.voterChanged"])) }
    return .page(page.replaced(self, link))
  }
}

extension Voter {
  /// As fields.
  fileprivate var form: Form {
    Form(["voterId": details.voterID, "name": details.name, "email": details.email, "weight": String(details.weight)])
  }
}
