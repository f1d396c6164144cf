import API
import Elections
import HTTPServer
import VotingService

// When is voted, whether again, and by whose credentials.
extension OrganisePages {
  var timesPages: [Page] { [showTimes, saveTimes] }

  private static let issuers: [(issuer: CredentialIssuer, word: String)] = [
    (.service, "service"), (.authority, "authority"), (.voter, "voter"),
  ]

  private var showTimes: Page {
    .shows("/organise/{e}/times", may: .permission(.readElections)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link) }
      let zone = ZonedTime.chosen(context.request) ?? .utc
      let manifest = organised.manifest
      var pairs = [
        ("opens", zone.text(manifest.opens)), ("closes", zone.text(manifest.closes)), ("zone", zone.name),
        ("revoting", manifest.revoting == .lastCounts ? "last-counts" : "refused"),
        ("issuer", Self.issuers.first { $0.issuer == manifest.issuer }?.word ?? ""),
      ]
      pairs.append((AnchoringForm.name, AnchoringForm.word(manifest.anchoring, services.elections.chain)))
      if manifest.smallAcknowledged { pairs.append(("small", "yes")) }
      return .page(times(organised, context, Filled(Form(pairs: pairs))))
    }
  }

  private var saveTimes: Page {
    .does("/organise/{e}/times", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let (form, t) = (context.form, context.t)
      var found: [Fault] = []
      let zone = ZonedTime(form["zone"])
      if zone == nil { found.append(("zone", t("organise.fault.zone"))) }
      func time(_ name: String, _ before: UInt64) -> UInt64? {
        let text = form.trimmed(name)
        // What was set elsewhere may have seconds, which the field does not show.
        if let zone, text == zone.text(before) { return before }
        switch (zone ?? .utc).read(text) {
        case .time(let time): return time
        case .malformed: found.append((name, t("organise.fault.time")))
        case .skipped: found.append((name, t("organise.fault.skipped")))
        }
        return nil
      }
      let (opens, closes) = (time("opens", organised.manifest.opens), time("closes", organised.manifest.closes))
      if let opens, let closes, opens > 0, closes > 0, opens >= closes { found.append(("closes", t("organise.fault.order"))) }
      let issuer = Self.issuers.first { $0.word == form["issuer"] }?.issuer
      if issuer == nil { found.append(("issuer", t("organise.fault.issuer"))) }
      let anchoring = AnchoringForm.read(form, before: organised.manifest.anchoring, services.elections.chain)
      if anchoring == nil { found.append((AnchoringForm.name, t("organise.fault.anchoring"))) }
      if found.isEmpty {
        let manifest = organised.manifest.changed(
          opens: opens, closes: closes, revoting: form["revoting"] == "last-counts" ? .lastCounts : .refused, issuer: issuer,
          smallAcknowledged: form.has("small"), anchoring: anchoring)
        guard let manifest else { throw Problem(.badRequest) }
        found = try await save(manifest, organised, context)
      }
      guard found.isEmpty else {
        return .page(times(try await self.organised(context), context, Filled(form, faults: found)), status: 422)
      }
      let cookie = HTTPHeaders([("Set-Cookie", (zone ?? .utc).setting(context.request))])
      return .redirect(organised.link.down("voters"), headers: cookie)
    }
  }

  private func times(_ organised: Organised, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    let hasZone = ZonedTime.chosen(context.request) != nil
    return document(t("organise.part.times"), .times, organised, context, modules: ["organise"]) {
      div(.class("col")) {
        Field.faults(filled, t)
        SentForm.to(organised.link.down("times"), context, name: "col") {
          organised.version
          div(.class("sheet stack"), .data("zone", hasZone ? "chosen" : "proposed")) {
            h2 { t("organise.times.title") }
            div(.class("fields")) {
              Field.line("opens", t("organise.opens"), filled, kind: .localTime, isRequired: false)
              Field.line("closes", t("organise.closes"), filled, kind: .localTime, isRequired: false)
            }
            paragraph(.class("small quiet")) { t("organise.times.hint") }
            Field.choice(
              "zone", t("organise.zone"), [("UTC", t("organise.zone.utc"))] + ZonedTime.names.map { ($0, $0) }, filled,
              hint: t("organise.zone.hint"))
          }
          div(.class("sheet stack")) {
            OrganiseForm.cards(
              "revoting", t("organise.revoting"),
              ["refused", "last-counts"].map { ($0, t("organise.revoting.\($0)"), t("organise.revoting.text.\($0)")) }, filled,
              isTwo: true)
          }
          div(.class("sheet stack")) {
            OrganiseForm.cards(
              "issuer", t("organise.issuer"),
              Self.issuers.map { ($0.word, t("organise.issuer.\($0.word)"), t("organise.issuer.text.\($0.word)")) }, filled,
              hint: t("organise.issuer.hint"))
          }
          AnchoringForm.sheet(organised.manifest.anchoring, services.elections.chain, filled, t)
          div(.class("sheet stack")) {
            h2 { t("organise.small.title") }
            paragraph { t("organise.small.text") }
            Field.box("small", t("organise.small"), filled)
          }
          OrganiseForm.actions(t("organise.saveAndGoOn"))
        }
      }
    }
  }
}
