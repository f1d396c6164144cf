import API
import VotingService

/// The support desk: questions that wait, answers, and how long they took.
struct DeskPages: Sendable {
  let desk: SupportDesk
  let clock: @Sendable () -> UInt64

  private static let path = "/administration/desk/{id}"

  var pages: [Page] { [list, show, answer, setClosed, setSeverity] }

  // MARK: The list

  private var list: Page {
    .shows("/administration/desk", may: .permission(.answerQuestions)) { context in
      let state = TicketState(rawValue: context.query["state"]) ?? .open
      let (tickets, total) = try await desk.list(state, offset: ListPager.page(context) * ListPager.size, limit: ListPager.size)
      let (counts, times, now) = (try await desk.counts(), try await desk.times(), clock())
      let t = context.t
      return .page(
        AdministrationSheet.document(context, .desk, t("administration.desk.title")) {
          Self.figures(times, t)
          section(.class("sheet stack")) {
            Self.states(state, counts, t)
            if tickets.isEmpty {
              div(.class("empty")) { paragraph(.class("small")) { t("administration.desk.none") } }
            } else {
              ul(.class("rows rows--links")) { for ticket in tickets { Self.row(ticket, now, t) } }
            }
            ListPager.links(context, total: total) { Link("/administration/desk").with(["state": state.rawValue, "page": $0]) }
          }
        })
    }
  }

  private static func figures(_ times: TicketTimes, _ t: Texts) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("administration.desk.times") }
      dl(.class("facts")) {
        figure(t("administration.desk.asked"), String(times.asked))
        figure(t("administration.desk.firstAnswer"), times.firstAnswer.map { duration($0, t) } ?? "–")
        figure(t("administration.desk.resolution"), times.resolution.map { duration($0, t) } ?? "–")
        figure(t("administration.desk.late"), String(times.late))
      }
      paragraph(.class("fine quiet")) { t("administration.desk.targets") }
    }
  }

  private static func figure(_ name: String, _ value: String) -> HTML {
    div {
      dt { name }
      dd { value }
    }
  }

  /// In the largest unit that fits twice.
  static func duration(_ milliseconds: UInt64, _ t: Texts) -> String {
    let minutes = milliseconds / 60_000
    if minutes < 120 { return t("administration.minutes", ["count": minutes]) }
    if minutes < 48 * 60 { return t("administration.hours", ["count": minutes / 60]) }
    return t("administration.days", ["count": minutes / 1440])
  }

  private static func states(_ current: TicketState, _ counts: [TicketState: Int], _ t: Texts) -> HTML {
    nav(.class("tabs"), .aria("label", t("administration.accounts.state"))) {
      ul {
        for state in TicketState.allCases {
          let name = "\(t("administration.desk.\(state.rawValue)")) (\(counts[state] ?? 0))"
          let link = Link("/administration/desk").with(["state": state.rawValue])
          li { state == current ? anchor(.href(link), .aria("current", "page")) { name } : anchor(.href(link)) { name } }
        }
      }
    }
  }

  private static func row(_ ticket: Ticket, _ now: UInt64, _ t: Texts) -> HTML {
    li {
      span {
        bold {
          anchor(.href(Link("/administration/desk", ticket.id))) { t("feedback.category.\(ticket.category.rawValue)") }
        }
        small { t("administration.desk.severity.\(String(ticket.severity.rawValue))") }
        small { t.html("administration.desk.since", ["time": TimeText.element(ticket.asked, t.language)]) }
      }
      if ticket.isLate(at: now) {
        Chip.labelled(t("administration.desk.isLate"), .stop)
      } else {
        TicketParts.chip(ticket.state, t)
      }
    }
  }

  // MARK: A question

  private var show: Page {
    .shows(Self.path, may: .permission(.answerQuestions)) { context in
      .page(document(context, try await found(context), Filled()))
    }
  }

  /// - Throws: a problem with status 404 where there is none.
  private func found(_ context: PageContext) async throws -> TicketThread {
    do { return try await desk.thread(context.value("id")) } catch TicketError.notFound { throw Problem(.notFound) }
  }

  private func document(_ context: PageContext, _ thread: TicketThread, _ filled: Filled) -> Document {
    let (t, ticket) = (context.t, thread.ticket)
    return AdministrationSheet.document(
      context, .desk, t("administration.desk.question", ["reference": String(ticket.id.prefix(6))])
    ) {
      div(.class("cols cols--side")) {
        div(.class("col")) {
          TicketParts.messages(thread, t)
          Self.reply(ticket, filled, context)
        }
        Self.facts(ticket, clock(), context)
      }
    }
  }

  private static func reply(_ ticket: Ticket, _ filled: Filled, _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack")) {
      h2 { t("administration.desk.answer") }
      Field.faults(filled, t)
      SentForm.to(Link("/administration/desk", ticket.id, "answer"), context) {
        Field.area(
          "text", t("administration.desk.answer.text"), filled, rows: 6, hint: t("administration.desk.answer.hint"),
          isRequired: true)
        Field.box("closing", t("administration.desk.closing"), filled)
        div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("administration.desk.answer.do") } }
      }
    }
  }

  private static func facts(_ ticket: Ticket, _ now: UInt64, _ context: PageContext) -> HTML {
    let t = context.t
    let severities = TicketSeverity.allCases.map {
      (value: String($0.rawValue), text: t("administration.desk.severity.\(String($0.rawValue))"))
    }
    return section(.class("sheet stack")) {
      headerTag {
        h2 { t("administration.desk.facts") }
        ticket.isLate(at: now) ? Chip.labelled(t("administration.desk.isLate"), .stop) : TicketParts.chip(ticket.state, t)
      }
      dl(.class("dl")) {
        AccountSheet.fact(t("feedback.ticket.reference"), codeTag { ticket.id })
        AccountSheet.fact(t("feedback.help.category"), .text(t("feedback.category.\(ticket.category.rawValue)")))
        if !ticket.address.isEmpty, context.caller.may(.readContactData) {
          AccountSheet.fact(t("administration.desk.address"), anchor(.href(.mail(ticket.address))) { ticket.address })
        }
        AccountSheet.fact(
          t("administration.desk.firstAnswer"), .text(ticket.answered.map { duration($0 - ticket.asked, t) } ?? "–"))
        AccountSheet.fact(t("administration.desk.resolution"), .text(ticket.closed.map { duration($0 - ticket.asked, t) } ?? "–"))
      }
      SentForm.to(Link("/administration/desk", ticket.id, "severity"), context) {
        Field.choice(
          "severity", t("administration.desk.severity"), severities, Filled(Form(["severity": String(ticket.severity.rawValue)])))
        div(.class("actions")) { button(.class("button button--small"), .type("submit")) { t("administration.desk.severity.do") } }
      }
      SentForm.to(Link("/administration/desk", ticket.id, ticket.state == .closed ? "opening" : "closing"), context) {
        div(.class("actions")) {
          button(.class("button button--small"), .type("submit")) {
            ticket.state == .closed ? t("administration.desk.reopen") : t("administration.desk.close")
          }
        }
      }
    }
  }

  // MARK: What is done with it

  private static func back(_ context: PageContext, _ done: String) -> PageAnswer {
    .redirect(Link("/administration/desk", context.value("id")).with(["done": done]))
  }

  private var answer: Page {
    .does("\(Self.path)/answer", may: .permission(.answerQuestions)) { context in
      let thread = try await found(context)
      do {
        try await desk.answer(
          thread.ticket.id, context.form.trimmed("text"), closing: context.form.has("closing"), by: context.caller)
        return Self.back(context, "answered")
      } catch TicketError.invalid(let member, let reason) {
        let fault = (name: member, text: context.t("feedback.ticket.\(reason.rawValue)"))
        return .page(document(context, thread, Filled(context.form, faults: [fault])), status: 422)
      }
    }
  }

  private var setClosed: Page {
    .does("\(Self.path)/{word}", may: .permission(.answerQuestions)) { context in
      let isClosing = context.value("word") == "closing"
      guard isClosing || context.value("word") == "opening" else { throw Problem(.notFound) }
      try await desk.setClosed(isClosing, try await found(context).ticket.id, by: context.caller)
      return Self.back(context, isClosing ? "closed" : "reopened")
    }
  }

  private var setSeverity: Page {
    .does("\(Self.path)/severity", may: .permission(.answerQuestions)) { context in
      guard let severity = Int(context.form["severity"]).flatMap({ TicketSeverity(rawValue: $0) }) else {
        throw Problem(.badRequest)
      }
      try await desk.setSeverity(severity, try await found(context).ticket.id, by: context.caller)
      return Self.back(context, "severity")
    }
  }
}
