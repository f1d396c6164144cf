import API
import Elections
import VotingService

/// What is done after its consequence was read.
enum ConfirmedAction: String, CaseIterable, Sendable {
  case pause, close, abort, delete

  /// The word that must be typed; `nil` for what can be undone.
  var word: String? { self == .pause ? nil : rawValue.uppercased() }

  /// Whether everybody reads why.
  var hasReason: Bool { self == .pause || self == .abort }

  func isPossible(in state: ElectionState) -> Bool {
    let action: ElectionAction =
      switch self {
      case .pause: .pause
      case .close: .close
      case .abort: .abort
      case .delete: .delete
      }
    // A draft is deleted: nobody but its organiser has seen it.
    return action.next(from: state) != nil && !(self == .abort && state == .draft)
  }
}

// Opened elections: interrupted, ended, given up, put away; copies and deletion.
extension OrganisePages {
  var actionPages: [Page] {
    ConfirmedAction.allCases.flatMap { [ask($0), confirm($0)] } + [resume, archiving, cloning]
  }

  private func ask(_ action: ConfirmedAction) -> Page {
    .shows("/organise/{e}/\(action.rawValue)", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      guard action.isPossible(in: organised.election.state) else { return .redirect(organised.link) }
      return .page(question(action, organised, context, Filled()))
    }
  }

  private func confirm(_ action: ConfirmedAction) -> Page {
    .does("/organise/{e}/\(action.rawValue)", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      let reason = Text(context.form.trimmed("reason")).flatMap { PublicReason($0) }
      var found: [Fault] = []
      if action.hasReason, reason == nil {
        found.append(("reason", context.t("organise.fault.reason", ["count": PublicReason.longest])))
      }
      if let word = action.word, let fault = OrganiseForm.confirmationFault(word, context) { found.append(fault) }
      if found.isEmpty {
        found = try await faults(context.t) { try await perform(action, organised.reference, reason, context) }
      }
      guard found.isEmpty else {
        let filled = Filled(context.form, faults: found)
        return .page(question(action, try await self.organised(context), context, filled), status: 422)
      }
      if action == .delete { return .redirect(Link("/organise").with(["done": "organise.deleted"])) }
      return .redirect(organised.link.with(["done": "organise.\(action.done)"]))
    }
  }

  private func perform(
    _ action: ConfirmedAction, _ reference: String, _ reason: PublicReason?, _ context: PageContext
  ) async throws {
    let organiser = try context.organiser()
    let version = Int64(context.form["version"])
    switch (action, reason) {
    case (.delete, _): try await services.elections.delete(reference, version: version, by: organiser)
    case (.close, _): _ = try await services.life.close(reference, version: version, by: organiser)
    case (.pause, let reason?):
      _ = try await services.life.pause(reference, reason: reason, version: version, by: organiser)
    case (.abort, let reason?):
      _ = try await services.life.abort(reference, reason: reason, version: version, by: organiser)
    case (.pause, nil), (.abort, nil): throw Problem(.badRequest)
    }
  }

  private func question(
    _ action: ConfirmedAction, _ organised: Organised, _ context: PageContext, _ filled: Filled
  ) -> Document {
    let t = context.t
    let name = action.rawValue
    return document(t("organise.\(name)"), .overview, organised, context) {
      div(.class(action.word == nil ? "sheet stack" : "sheet stack confirm")) {
        Field.faults(filled, t)
        h2 { organised.title }
        paragraph { t("organise.consequence.\(name)") }
        SentForm.to(organised.link.down(name), context, name: "form") {
          organised.version
          if action.hasReason {
            Field.line("reason", t("organise.reason"), filled, hint: t("organise.reason.hint"))
          }
          if let word = action.word { OrganiseForm.confirmation(word, filled, t) }
          div(.class("actions")) {
            button(.class(action.word == nil ? "button button--primary" : "button button--stop"), .type("submit")) {
              t("organise.\(name)")
            }
            anchor(.class("button button--plain"), .href(organised.link)) { t("organise.back") }
          }
        }
      }
    }
  }

  private var resume: Page {
    .does("/organise/{e}/resume", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      _ = try await services.life.resume(
        organised.reference, version: Int64(context.form["version"]), by: try context.organiser())
      return .redirect(organised.link.with(["done": "organise.resumed"]))
    }
  }

  private var archiving: Page {
    .does("/organise/{e}/archive", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      _ = try await services.life.archive(
        organised.reference, version: Int64(context.form["version"]), by: try context.organiser())
      return .redirect(organised.link.with(["done": "organise.archived"]))
    }
  }

  private var cloning: Page {
    .does("/organise/{e}/clone", may: .permission(.manageElections)) { context in
      let organised = try await organised(context)
      let copy = try await services.elections.clone(organised.reference, by: try context.organiser())
      return .redirect(Link("/organise", copy.reference).with(["done": "organise.cloned"]))
    }
  }
}

extension ConfirmedAction {
  /// What is said when it is done.
  fileprivate var done: String {
    switch self {
    case .pause: "paused"
    case .close: "closed"
    case .abort: "aborted"
    case .delete: "deleted"
    }
  }
}
