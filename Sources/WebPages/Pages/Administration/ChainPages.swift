import API
import VotingService

/// The public chain for administrators: how the service stands with it, what it costs, and what can be done.
struct ChainPages: Sendable {
  /// `nil`: the service writes to no chain.
  let chain: ChainAdministration?

  var pages: [Page] { [overview, confirmation, act] }

  /// What can be done, each after a page that says what it means.
  enum Action: String, CaseIterable {
    case retry, anchor, reconcile, repair

    /// A word to be typed, where something is changed in the service's own records.
    var word: String? { self == .repair ? "REPAIR" : nil }
    /// Whether it can make transactions that cost something.
    var costs: Bool { self == .retry || self == .anchor }

    func act(_ chain: ChainAdministration, by caller: Caller) async throws {
      switch self {
      case .retry: try await chain.retryQueued(by: caller)
      case .anchor: try await chain.anchorNow(by: caller)
      case .reconcile: try await chain.reconcileNow(by: caller)
      case .repair: try await chain.repair(by: caller)
      }
    }
  }

  private static let link = Link("/administration/chain")

  private var overview: Page {
    .shows("/administration/chain", may: .permission(.readOperations)) { context in
      let t = context.t
      guard let chain else {
        return .page(
          AdministrationSheet.document(context, .chain, t("administration.chain.title")) {
            div(.class("empty")) { paragraph { t("administration.chain.none") } }
          })
      }
      let overview = try await chain.overview()
      let settings = chain.settings
      return .page(
        AdministrationSheet.document(context, .chain, t("administration.chain.title")) {
          ChainSheet(overview: overview, settings: settings, mayAct: context.caller.may(.manageJobs)).markup(t)
        })
    }
  }

  private func asked(_ context: PageContext) throws -> (ChainAdministration, Action) {
    guard let chain, let action = Action(rawValue: context.value("action")) else { throw Problem(.notFound) }
    return (chain, action)
  }

  private var confirmation: Page {
    .shows("/administration/chain/{action}", may: .permission(.manageJobs)) { context in
      let (_, action) = try asked(context)
      return .page(Self.confirm(action, context, Filled()))
    }
  }

  private var act: Page {
    .does("/administration/chain/{action}", may: .permission(.manageJobs)) { context in
      let (chain, action) = try asked(context)
      if let word = action.word, let fault = OrganiseForm.confirmationFault(word, context) {
        return .page(Self.confirm(action, context, Filled(context.form, faults: [fault])), status: 422)
      }
      try await action.act(chain, by: context.caller)
      return .redirect(Self.link.with(["done": "chain.\(action.rawValue)"]))
    }
  }

  private static func confirm(_ action: Action, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return AdministrationSheet.document(context, .chain, t("administration.chain.do.\(action.rawValue)")) {
      Field.faults(filled, t)
      section(.class("sheet stack confirm")) {
        paragraph { t("administration.chain.means.\(action.rawValue)") }
        if action.costs { paragraph(.class("small quiet")) { t("administration.chain.means.costs") } }
        SentForm.to(link.down(action.rawValue), context, name: "form") {
          if let word = action.word { OrganiseForm.confirmation(word, filled, t) }
          div(.class("actions")) {
            button(.class("button button--primary"), .type("submit")) { t("administration.chain.do.\(action.rawValue)") }
            anchor(.class("button button--plain"), .href(link)) { t("organise.back") }
          }
        }
      }
    }
  }
}
