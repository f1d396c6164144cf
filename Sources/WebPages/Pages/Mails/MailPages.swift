import API
import Elections
import VotingService

// Mails to the voters of an election: what there is, how it fares, what it says, and what is sent by itself.
extension OrganisePages {
  var mailPages: [Page] {
    [showMails, showMailSettings, saveMailSettings] + mailTextPages + mailSendingPages + mailDeliveryPages + voterMailPages
  }

  /// Does something with mails, and says what stood in its way.
  func mailFaults(_ t: Texts, _ act: () async throws -> Void) async throws -> [Fault] {
    do {
      // The state of an election is no field of these forms.
      return try await faults(t, act).map { ($0.name == "election" ? "" : $0.name, $0.text) }
    } catch let error as MailError {
      switch error {
      case .notOffered: return [("", t("mails.none.text"))]
      case .noAddress: return [("", t("mails.fault.noAddress"))]
      case .noLink: return [("", t("mails.fault.noLink"))]
      }
    }
  }

  /// The election that a page is about, for those alone who may write to its voters.
  func writable(_ context: PageContext) async throws -> Organised {
    let organised = try await organised(context)
    guard organised.mayChangeRoll else { throw ElectionError.notOrganiser }
    return organised
  }

  /// The kind of mail that a path names.
  static func mailKind(_ context: PageContext, among kinds: [MailKind] = MailKind.ofElections) throws(Problem) -> MailKind {
    guard let kind = MailKind(rawValue: context.value("kind")), kinds.contains(kind) else { throw Problem(.notFound) }
    return kind
  }

  // MARK: Overview

  private var showMails: Page {
    .shows("/organise/{e}/mails", may: .permission(.readRoll)) { context in
      let organised = try await organised(context)
      let (reference, organiser) = (organised.reference, try context.organiser())
      var texts: [(kind: MailKind, isPreset: Bool)] = []
      for kind in MailKind.ofElections {
        texts.append((kind, try await services.mails.text(kind, of: reference, for: organiser).isPreset))
      }
      let counts = try await services.mails.counts(of: reference, for: organiser)
      let settings = try await services.mails.settings(of: reference, for: organiser)
      return .page(mails(counts, texts, settings, organised, context))
    }
  }

  private func mails(
    _ counts: [MailCount], _ texts: [(kind: MailKind, isPreset: Bool)], _ settings: MailSettings, _ organised: Organised,
    _ context: PageContext
  ) -> Document {
    let t = context.t
    return document(t("organise.part.mails"), .mails, organised, context) {
      div(.class("col")) {
        Notice.done(
          context,
          among: ["mails.queued", "mails.nobody", "mails.kept", "mails.text", "mails.usual", "mails.settings", "mails.again"])
        if services.mails.mode == .none {
          div(.class("sheet")) {
            div(.class("empty")) {
              paragraph { strong { t("mails.none") } }
              paragraph(.class("quiet")) { t("mails.none.text") }
            }
          }
        } else {
          if services.mails.mode == .outbox { Self.demonstration(context) }
          Self.figures(counts, organised, t)
          div(.class("cols cols--two")) {
            div(.class("col")) {
              if organised.mayChangeRoll { Self.ways(organised, t) }
              Self.automatic(settings, organised, t)
            }
            Self.kinds(counts, texts, organised, t)
          }
        }
      }
    }
  }

  /// Says that nothing is sent, and where it can be read instead.
  static func demonstration(_ context: PageContext) -> HTML {
    let t = context.t
    return div(.class("notice notice--wait")) {
      Icon.named("clock")
      div {
        paragraph { strong { t("mails.demonstration") } }
        paragraph { t("mails.demonstration.text") }
        if context.caller.may(.manageElections) { paragraph { anchor(.href(Link("/outbox"))) { t("mails.outbox.do") } } }
      }
    }
  }

  private static func figures(_ counts: [MailCount], _ organised: Organised, _ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "fare")) {
      h2(.id("fare")) { t("mails.fare") }
      dl(.class("facts")) {
        for state in [MailState.queued, .retried, .sent, .refused] {
          div {
            dt { t("mails.state.\(state.rawValue)") }
            dd { NumberText.grouped(Int64(counts.filter { $0.state == state }.reduce(0) { $0 + $1.count }), t.language) }
          }
        }
      }
      div(.class("actions")) {
        anchor(.class("button"), .href(organised.link.down("mails", "delivery"))) { t("mails.delivery.do") }
      }
    }
  }

  /// What can be sent now.
  private static func ways(_ organised: Organised, _ t: Texts) -> HTML {
    let kinds = MailKind.ofElections.filter { MailStore.canSend($0, in: organised.election.state) }
    return section(.class("sheet stack"), .aria("labelledby", "ways")) {
      h2(.id("ways")) { t("mails.ways") }
      if kinds.isEmpty {
        paragraph(.class("quiet")) { t("mails.ways.none") }
      } else {
        ul(.class("rows rows--links")) {
          for kind in kinds {
            li {
              span {
                bold { anchor(.href(organised.link.down("mails", "send", kind.rawValue))) { t("mails.send.\(kind.rawValue)") } }
                small { t("mails.brief.\(kind.rawValue)") }
              }
            }
          }
        }
      }
    }
  }

  /// All kinds with their numbers; each leads to its text.
  private static func kinds(
    _ counts: [MailCount], _ texts: [(kind: MailKind, isPreset: Bool)], _ organised: Organised, _ t: Texts
  ) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "texts")) {
      h2(.id("texts")) { t("mails.texts") }
      ul(.class("rows rows--links")) {
        for (kind, isPreset) in texts {
          let ofKind = MailState.allCases.compactMap { state in
            counts.first { $0.kind == kind && $0.state == state }.map {
              "\(NumberText.grouped(Int64($0.count), t.language)) \(t("mails.word.\(state.rawValue)"))"
            }
          }
          li {
            span {
              bold { anchor(.href(organised.link.down("mails", "texts", kind.rawValue))) { t("mails.kind.\(kind.rawValue)") } }
              small { t("mails.when.\(kind.rawValue)") }
              if !ofKind.isEmpty { small { ofKind.joined(separator: " · ") } }
            }
            if !isPreset { Chip.labelled(t("mails.own"), .plain) }
          }
        }
      }
      paragraph(.class("fine quiet")) { t("mails.secret") }
    }
  }

  // MARK: What is sent by itself

  private static func automatic(_ settings: MailSettings, _ organised: Organised, _ t: Texts) -> HTML {
    let kinds = [(MailKind.opening, settings.opening), (.result, settings.result), (.confirmation, settings.confirmation)]
    let names = kinds.filter(\.1).map { t("mails.kind.\($0.0.rawValue)") }
    return section(.class("sheet stack"), .aria("labelledby", "itself")) {
      h2(.id("itself")) { t("mails.itself") }
      dl(.class("dl")) {
        dt { t("mails.itself.language") }
        dd(.lang(settings.language.rawValue)) { settings.language.ownName }
        dt { t("mails.itself.kinds") }
        dd { names.isEmpty ? t("mails.itself.none") : names.joined(separator: ", ") }
      }
      if organised.mayChangeRoll {
        div(.class("actions")) {
          anchor(.class("button"), .href(organised.link.down("mails", "settings"))) { t("mails.settings.do") }
        }
      }
    }
  }

  private var showMailSettings: Page {
    .shows("/organise/{e}/mails/settings", may: .permission(.manageRoll)) { context in
      let organised = try await writable(context)
      let settings = try await services.mails.settings(of: organised.reference, for: try context.organiser())
      return .page(mailSettings(organised, context, Filled(settings.form)))
    }
  }

  private var saveMailSettings: Page {
    .does("/organise/{e}/mails/settings", may: .permission(.manageRoll)) { context in
      let organised = try await writable(context)
      let form = context.form
      guard let language = MailLanguage(rawValue: form["language"]) else { throw Problem(.badRequest) }
      let settings = MailSettings(
        language: language, opening: form.has("opening"), result: form.has("result"), confirmation: form.has("confirmation"))
      let found = try await mailFaults(context.t) {
        try await services.mails.set(settings, of: organised.reference, by: try context.organiser())
      }
      guard found.isEmpty else {
        return .page(mailSettings(organised, context, Filled(form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("mails").with(["done": "mails.settings"]))
    }
  }

  private func mailSettings(_ organised: Organised, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return document(t("mails.itself"), .mails, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        SentForm.to(organised.link.down("mails", "settings"), context, name: "form") {
          Field.choice(
            "language", t("mails.language"), MailLanguage.allCases.map { (value: $0.rawValue, text: $0.ownName) }, filled,
            hint: t("mails.language.hint"))
          Field.box("opening", t("mails.settings.opening"), filled)
          Field.box("result", t("mails.settings.result"), filled)
          if organised.manifest.issuer == .authority {
            paragraph(.class("small quiet")) { t("mails.settings.authority") }
          } else {
            Field.box("confirmation", t("mails.settings.confirmation"), filled, hint: t("mails.settings.confirmation.hint"))
          }
          OrganiseForm.actions(t("organise.save")) {
            anchor(.class("button button--plain"), .href(organised.link.down("mails"))) { t("organise.back") }
          }
        }
      }
    }
  }
}

extension MailSettings {
  /// As fields.
  fileprivate var form: Form {
    let boxes = [("opening", opening), ("result", result), ("confirmation", confirmation)].filter(\.1).map { ($0.0, "yes") }
    return Form(pairs: [("language", language.rawValue)] + boxes)
  }
}

extension MailLanguage {
  /// As its speakers call it.
  var ownName: String { Language(rawValue: rawValue)?.ownName ?? rawValue }
}
