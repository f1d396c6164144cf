import API
import Elections
import VotingService

// What mails say: the text of each kind, and how a voter gets it.
extension OrganisePages {
  var mailTextPages: [Page] { [showMailText, saveMailText, askUsualText, takeUsualText] }

  private static let path = "/organise/{e}/mails/texts/{kind}"

  private var showMailText: Page {
    .shows(Self.path, may: .permission(.readRoll)) { context in
      let (organised, kind) = (try await organised(context), try Self.mailKind(context))
      let (text, _) = try await services.mails.text(kind, of: organised.reference, for: try context.organiser())
      return .page(try await mailText(kind, text, organised, context, Filled(text.form)))
    }
  }

  private var saveMailText: Page {
    .does(Self.path, may: .permission(.manageRoll)) { context in
      let (organised, kind) = (try await writable(context), try Self.mailKind(context))
      let (text, found) = Self.text(context.form, kind)
      guard let text, found.isEmpty else {
        return .page(try await mailText(kind, nil, organised, context, Filled(context.form, faults: found)), status: 422)
      }
      guard context.form["do"] == "save" else {
        return .page(try await mailText(kind, text, organised, context, Filled(context.form), isTried: true))
      }
      let refused = try await mailFaults(context.t) {
        try await services.mails.set(text, for: kind, of: organised.reference, by: try context.organiser())
      }
      guard refused.isEmpty else {
        return .page(try await mailText(kind, text, organised, context, Filled(context.form, faults: refused)), status: 422)
      }
      return .redirect(organised.link.down("mails").with(["done": "mails.text"]))
    }
  }

  /// What a form says; what is wrong with either field, under that field.
  private static func text(_ form: Form, _ kind: MailKind) -> (MailText?, [Fault]) {
    let (subject, body) = (form.trimmed("subject"), form["text"])
    var found: [Fault] = []
    // Each is looked at beside a sound other, so that both are told at once.
    let sound = kind.needed.map { "{\($0.rawValue)}" } ?? "."
    for (subject, body) in [(subject, sound), (".", body)] {
      do { _ = try MailText(subject: subject, body: body, for: kind) } catch {
        if case .invalid(let path, let reason) = error { found.append((path, reason)) }
      }
    }
    return (found.isEmpty ? try? MailText(subject: subject, body: body, for: kind) : nil, found)
  }

  /// - Parameters:
  ///   - text: what is previewed; `nil`: nothing, for it cannot be sent as it stands.
  ///   - isTried: whether it is only looked at, and not saved yet.
  private func mailText(
    _ kind: MailKind, _ text: MailText?, _ organised: Organised, _ context: PageContext, _ filled: Filled, isTried: Bool = false
  ) async throws -> Document {
    let (t, reference, organiser) = (context.t, organised.reference, try context.organiser())
    let isPreset = try await services.mails.text(kind, of: reference, for: organiser).isPreset
    let language = try await services.mails.settings(of: reference, for: organiser).language.rawValue
    var preview: RenderedMail?
    if let text { preview = try await services.mails.preview(kind, text, of: reference, for: organiser) }
    return document(t("mails.kind.\(kind.rawValue)"), .mails, organised, context) {
      div(.class("col")) {
        if isTried { Notice.saying(t("mails.tried"), .wait, isNews: true) }
        div(.class(organised.mayChangeRoll ? "cols cols--two" : "col")) {
          if organised.mayChangeRoll { Self.form(kind, isPreset, organised, context, filled) }
          if let preview { Self.preview(preview, language, t) }
        }
        paragraph { anchor(.href(organised.link.down("mails"))) { t("mails.toMails") } }
      }
    }
  }

  private static func form(
    _ kind: MailKind, _ isPreset: Bool, _ organised: Organised, _ context: PageContext, _ filled: Filled
  ) -> HTML {
    let t = context.t
    let link = organised.link.down("mails", "texts", kind.rawValue)
    let known = kind.places.map { "{\($0.rawValue)}" }.joined(separator: " ")
    return section(.class("sheet stack"), .aria("labelledby", "text-of-kind")) {
      headerTag {
        h2(.id("text-of-kind")) { t("mails.text") }
        isPreset ? Chip.labelled(t("mails.usual"), .plain) : Chip.labelled(t("mails.own"), .plain)
      }
      paragraph(.class("small quiet")) { t("mails.when.\(kind.rawValue)") }
      Field.faults(filled, t)
      SentForm.to(link, context, name: "form") {
        Field.line("subject", t("mails.subject"), filled, hint: t("mails.subject.hint"))
        Field.area("text", t("mails.body"), filled, rows: 14, hint: t("mails.body.hint", ["places": known]), isRequired: true)
        places(kind, t)
        div(.class("actions")) {
          button(.class("button button--primary"), .type("submit"), .name("do"), .value("save")) { t("organise.save") }
          button(.class("button"), .type("submit"), .name("do"), .value("preview")) { t("mails.preview.do") }
          if !isPreset { anchor(.class("button button--plain"), .href(link.down("usual"))) { t("mails.usual.do") } }
        }
      }
    }
  }

  /// What a text may name.
  private static func places(_ kind: MailKind, _ t: Texts) -> HTML {
    details(.class("more")) {
      summary { t("mails.places") }
      dl(.class("dl")) {
        for place in kind.places {
          dt { codeTag { "{\(place.rawValue)}" } }
          dd {
            t("mails.place.\(place.rawValue)")
            if place == kind.needed { " " + t("mails.place.needed") }
          }
        }
      }
    }
  }

  private static func preview(_ mail: RenderedMail, _ language: String, _ t: Texts) -> HTML {
    section(.class("stack"), .aria("labelledby", "preview")) {
      h2(.id("preview")) { t("mails.preview") }
      MailSheet.of(mail, [(t("mails.to"), .text(t("mails.invented")))], language: language, t)
      paragraph(.class("fine quiet")) { t("mails.preview.text") }
    }
  }

  // MARK: The usual text again

  private var askUsualText: Page {
    .shows("\(Self.path)/usual", may: .permission(.manageRoll)) { context in
      let (organised, kind) = (try await writable(context), try Self.mailKind(context))
      let (text, isPreset) = try await services.mails.text(kind, of: organised.reference, for: try context.organiser())
      let link = organised.link.down("mails", "texts", kind.rawValue)
      guard !isPreset else { return .redirect(link) }
      let t = context.t
      return .page(
        document(t("mails.usual.do"), .mails, organised, context) {
          div(.class("sheet stack")) {
            h2 { t("mails.kind.\(kind.rawValue)") }
            paragraph { t("mails.usual.text") }
            MailSheet.of(RenderedMail(subject: text.subject, text: text.body, html: ""), [], t)
            div(.class("actions")) {
              OrganiseForm.oneButton(t("mails.usual.do"), link.down("usual"), context, kind: "button button--stop")
              anchor(.class("button button--plain"), .href(link)) { t("mails.usual.keep") }
            }
          }
        })
    }
  }

  private var takeUsualText: Page {
    .does("\(Self.path)/usual", may: .permission(.manageRoll)) { context in
      let (organised, kind) = (try await writable(context), try Self.mailKind(context))
      try await services.mails.set(nil, for: kind, of: organised.reference, by: try context.organiser())
      return .redirect(organised.link.down("mails").with(["done": "mails.usual"]))
    }
  }
}

extension MailText {
  /// As fields.
  fileprivate var form: Form { Form(["subject": subject, "text": body]) }
}
