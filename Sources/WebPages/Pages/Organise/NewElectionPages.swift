import API
import Elections
import VotingService

// A draft from a template.
extension OrganisePages {
  var showNew: Page {
    .shows("/organise/new", may: .permission(.manageElections)) { context in
      .page(newElection(context, Filled(Form(["template": ElectionTemplate.all[0].name]))))
    }
  }

  var create: Page {
    .does("/organise/new", may: .permission(.manageElections)) { context in
      let t = context.t
      guard let template = ElectionTemplate.all.first(where: { $0.name == context.form["template"] }) else {
        return .page(
          newElection(context, Filled(context.form, faults: [("template", t("organise.fault.template"))])), status: 422)
      }
      let title = context.form.trimmed("title")
      if let fault = FaultText.name(title, t) {
        return .page(newElection(context, Filled(context.form, faults: [("title", fault)])), status: 422)
      }
      let anchoring = services.elections.chain.flatMap { AnchoringForm.anchoring(.checkpoint, at: $0) }
      guard let manifest = template.manifest.changed(title: Text(title), anchoring: anchoring) else { throw Problem(.badRequest) }
      let election = try await services.elections.create(
        ElectionDefinition(manifest: manifest), by: try context.organiser())
      return .redirect(Link("/organise", election.reference).down("questions").with(["done": "organise.created"]))
    }
  }

  private func newElection(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("organise.new"), Frame(context, .elections)) {
      div(.class("page-head")) {
        div {
          h1 { t("organise.new") }
          paragraph(.class("quiet")) { t("organise.new.lead") }
        }
      }
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        SentForm.to(Link("/organise/new"), context, name: "form") {
          Field.line("title", t("organise.field.title"), filled, hint: t("organise.field.title.hint"))
          OrganiseForm.cards(
            "template", t("organise.template"),
            ElectionTemplate.all.map {
              ($0.name, t("organise.template.\($0.name)"), t("organise.template.text.\($0.name)"))
            }, filled, hint: t("organise.template.hint"), isTwo: true)
          div(.class("actions")) {
            button(.class("button button--primary"), .type("submit")) { t("organise.create") }
            anchor(.class("button button--plain"), .href(Link("/organise"))) { t("organise.back") }
          }
        }
      }
    }
  }
}

extension Manifest {
  /// The same with some members changed; `nil` if they do not go together.
  func changed(
    title: Text? = nil, description: Text? = nil, opens: UInt64? = nil, closes: UInt64? = nil, revoting: Revoting? = nil,
    issuer: CredentialIssuer? = nil, smallAcknowledged: Bool? = nil, anchoring: ElectionAnchoring?? = nil,
    contests: [Contest]? = nil
  ) -> Manifest? {
    Manifest(
      title: title ?? self.title, description: description ?? self.description, opens: opens ?? self.opens,
      closes: closes ?? self.closes, revoting: revoting ?? self.revoting, issuer: issuer ?? self.issuer,
      smallAcknowledged: smallAcknowledged ?? self.smallAcknowledged,
      anchoring: anchoring ?? self.anchoring,
      contests: contests ?? self.contests)
  }
}
