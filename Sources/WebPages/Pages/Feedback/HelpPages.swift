import API
import VotingService

/// Questions to the support desk, and the page where whoever asked sees the answer.
struct HelpPages: Sendable {
  let desk: SupportDesk
  /// Where the service is.
  let address: String

  var pages: [Page] { [show, ask, find, look, add] }

  // MARK: Asking

  private var show: Page { .shows("/help") { context in .page(Self.document(context, Filled(Form(["severity": "4"])))) } }

  private var ask: Page {
    .does("/help", limit: .message) { context in
      let form = context.form
      guard let category = TicketCategory(rawValue: form["category"]),
        let severity = Int(form["severity"]).flatMap({ TicketSeverity(rawValue: $0) })
      else { throw Problem(.badRequest) }
      let question = Question(
        category: category, severity: severity, text: form.trimmed("text"), address: form.trimmed("address"),
        language: MailLanguage(rawValue: context.t.language.rawValue) ?? .english)
      do {
        let (id, code) = try await desk.ask(question)
        return .page(taken(context, id, code))
      } catch TicketError.invalid(let member, let reason) {
        return Self.refused(context, member, context.t("feedback.ticket.\(reason.rawValue)"))
      } catch TicketError.tooMany {
        return Self.refused(context, "", context.t("feedback.ticket.tooMany"))
      }
    }
  }

  private static func refused(_ context: PageContext, _ field: String, _ text: String) -> PageAnswer {
    .page(document(context, Filled(context.form, faults: [(field, text)])), status: 422)
  }

  private static func document(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("feedback.help.title"), Frame(context)) {
      div(.class("page-head")) {
        div {
          h1 { t("feedback.help.title") }
          paragraph(.class("quiet")) { t("feedback.help.lead") }
        }
      }
      div(.class("col")) {
        div(.class("sheet stack")) {
          Notice.saying(t("feedback.help.secret"), .wait)
          Field.faults(filled, t)
          SentForm.to(Link("/help"), context, name: "form") {
            Field.choice(
              "category", t("feedback.help.category"),
              TicketCategory.allCases.map { (value: $0.rawValue, text: t("feedback.category.\($0.rawValue)")) }, filled)
            Field.area("text", t("feedback.help.text"), filled, rows: 6, hint: t("feedback.help.text.hint"), isRequired: true)
            severities(filled, t)
            Field.line(
              "address", t("feedback.help.address"), filled, kind: .email, hint: t("feedback.help.address.hint"), isRequired: false,
              autocomplete: "email")
            div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("feedback.help.do") } }
          }
        }
        section(.class("sheet stack-s")) {
          h2 { t("feedback.help.asked") }
          paragraph(.class("small")) { anchor(.href(Link("/help/answer"))) { t("feedback.help.asked.do") } }
        }
      }
    }
  }

  private static func severities(_ filled: Filled, _ t: Texts) -> HTML {
    fieldset(.class("field")) {
      legend { t("feedback.help.severity") }
      div(.class("choices")) {
        for severity in TicketSeverity.allCases {
          let value = String(severity.rawValue)
          label(.class("choice")) {
            input(.type("radio"), .name("severity"), .value(value), .checked(filled.values["severity"] == value))
            span {
              bold { t("feedback.severity.\(value)") }
              small { t("feedback.severity.target", ["count": severity.target / 3_600_000]) }
            }
          }
        }
      }
    }
  }

  /// Shown once: reference and code, and the link that has both.
  private func taken(_ context: PageContext, _ id: String, _ code: String) -> Document {
    let t = context.t
    return Document(t("feedback.taken.title"), Frame(context)) {
      div(.class("page-head")) { h1 { t("feedback.taken.title") } }
      div(.class("sheet sheet--doc stack")) {
        paragraph(.role("status")) { t("feedback.taken.text") }
        dl(.class("dl")) {
          AccountSheet.fact(t("feedback.ticket.reference"), codeTag(.id("reference")) { id })
          AccountSheet.fact(t("feedback.ticket.code"), codeTag(.id("code")) { code })
        }
        paragraph { t("feedback.taken.link") }
        // The code stands behind the #, which browsers never send.
        paragraph {
          anchor(.class("cmd"), .href(Link("/help/answer").with(["reference": id]).at(code))) {
            "\(address)/help/answer?reference=\(id)#\(code)"
          }
        }
        paragraph(.class("small quiet")) { t("feedback.taken.limit") }
      }
    }
  }

  // MARK: Answers

  private var find: Page {
    .shows("/help/answer") { context in .page(Self.finder(context, Filled(Form(["reference": context.query["reference"]])))) }
  }

  private static func finder(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("feedback.answer.title"), Frame(context), modules: ["code-of-link"]) {
      div(.class("page-head")) { h1 { t("feedback.answer.title") } }
      div(.class("sheet sheet--narrow stack")) {
        Field.faults(filled, t)
        SentForm.to(Link("/help/answer"), context) {
          Field.line("reference", t("feedback.ticket.reference"), filled)
          Field.line("code", t("feedback.ticket.code"), filled, hint: t("feedback.answer.hint"))
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("feedback.answer.do") } }
        }
      }
    }
  }

  private var look: Page {
    .does("/help/answer", limit: .message) { context in
      let (id, code) = (context.form.trimmed("reference"), context.form.trimmed("code"))
      do {
        return .page(Self.thread(context, try await desk.thread(id, code: code), code, Filled()))
      } catch TicketError.notFound {
        let fault = (name: "reference", text: context.t("feedback.answer.wrong"))
        return .page(Self.finder(context, Filled(Form(["reference": id]), faults: [fault])), status: 422)
      }
    }
  }

  private var add: Page {
    .does("/help/answer/more", limit: .message) { context in
      let (id, code) = (context.form.trimmed("reference"), context.form.trimmed("code"))
      var filled = Filled()
      do {
        try await desk.add(context.form.trimmed("text"), to: id, code: code)
      } catch TicketError.invalid(let member, let reason) {
        filled = Filled(context.form, faults: [(member, context.t("feedback.ticket.\(reason.rawValue)"))])
      } catch TicketError.tooMany {
        filled = Filled(context.form, faults: [("text", context.t("feedback.ticket.full"))])
      }
      return .page(
        Self.thread(context, try await desk.thread(id, code: code), code, filled), status: filled.faults.isEmpty ? 200 : 422)
    }
  }

  private static func thread(_ context: PageContext, _ thread: TicketThread, _ code: String, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("feedback.answer.title"), Frame(context)) {
      div(.class("page-head")) {
        div {
          paragraph(.class("over")) { t("feedback.category.\(thread.ticket.category.rawValue)") }
          h1 { t("feedback.answer.yours") }
          paragraph { TicketParts.chip(thread.ticket.state, t) }
        }
      }
      div(.class("col")) {
        TicketParts.messages(thread, t)
        section(.class("sheet stack")) {
          h2 { t("feedback.answer.more") }
          Field.faults(filled, t)
          SentForm.to(Link("/help/answer/more"), context) {
            input(.type("hidden"), .name("reference"), .value(thread.ticket.id))
            input(.type("hidden"), .name("code"), .value(code))
            Field.area("text", t("feedback.help.text"), filled, rows: 4, hint: t("feedback.help.secret"), isRequired: true)
            div(.class("actions")) { button(.class("button"), .type("submit")) { t("feedback.help.do") } }
          }
        }
      }
    }
  }
}

/// What the pages of those who ask and of those who answer share.
enum TicketParts {
  static func chip(_ state: TicketState, _ t: Texts) -> HTML {
    let kind: Chip.Kind =
      switch state {
      case .open: .wait
      case .answered: .ok
      case .closed: .plain
      }
    return Chip.labelled(t("feedback.state.\(state.rawValue)"), kind)
  }

  /// The question and its answers, oldest first.
  static func messages(_ thread: TicketThread, _ t: Texts) -> HTML {
    group {
      for message in thread.messages {
        article(.class("sheet stack-s")) {
          headerTag {
            h2 { message.isAnswer ? t("feedback.message.desk") : t("feedback.message.person") }
            span(.class("small quiet")) { TimeText.element(message.written, t.language) }
          }
          for line in message.text.split(separator: "\n") { paragraph { line } }
        }
      }
    }
  }
}
