import API
import Elections
import VotingService

// What is sent when an organiser asks for it: how many will be written to is said before.
extension OrganisePages {
  var mailSendingPages: [Page] { [askSending, send] }

  private static let path = "/organise/{e}/mails/send/{kind}"
  private static let kinds: [MailKind] = [.invitation, .reminder, .opening, .result]

  private var askSending: Page {
    .shows(Self.path, may: .permission(.manageRoll)) { context in
      let (organised, kind) = (try await writable(context), try Self.mailKind(context, among: Self.kinds))
      guard Self.isPossible(kind, organised), services.mails.mode != .none else {
        return .redirect(organised.link.down("mails"))
      }
      return .page(try await sending(kind, organised, context, Filled()))
    }
  }

  private static func isPossible(_ kind: MailKind, _ organised: Organised) -> Bool {
    MailStore.canSend(kind, in: organised.election.state)
  }

  private var send: Page {
    .does(Self.path, may: .permission(.manageRoll)) { context in
      let (organised, kind) = (try await writable(context), try Self.mailKind(context, among: Self.kinds))
      let (reference, organiser) = (organised.reference, try context.organiser())
      let sends = context.form["do"] != "keep"
      var queued = 0
      let found = try await mailFaults(context.t) {
        switch kind {
        case .invitation: queued = try await services.mails.invite(reference, sends: sends, by: organiser).queued
        case .reminder: queued = try await services.mails.remind(reference, by: organiser)
        default: queued = try await services.mails.notify(kind, of: reference, by: organiser)
        }
      }
      guard found.isEmpty else {
        let filled = Filled(context.form, faults: found)
        guard Self.isPossible(kind, organised), services.mails.mode != .none else {
          return .page(impossible(kind, organised, context, filled), status: 422)
        }
        return .page(try await sending(kind, organised, context, filled), status: 422)
      }
      let done = !sends ? "mails.kept" : queued == 0 ? "mails.nobody" : "mails.queued"
      return .redirect(organised.link.down("mails").with(["done": done]))
    }
  }

  /// How many would be written to now, and of invitations what else is to be known.
  private func plan(
    _ kind: MailKind, _ organised: Organised, _ context: PageContext
  ) async throws -> (count: Int, invitations: InvitationReport?) {
    let (reference, organiser) = (organised.reference, try context.organiser())
    switch kind {
    case .invitation:
      let plan = try await services.mails.invitationPlan(reference, for: organiser)
      return (plan.queued, plan)
    case .reminder: return (try await services.mails.reminderPlan(reference, for: organiser), nil)
    default: return (try await services.mails.noticePlan(kind, reference, for: organiser), nil)
    }
  }

  private func sending(
    _ kind: MailKind, _ organised: Organised, _ context: PageContext, _ filled: Filled
  ) async throws -> Document {
    let t = context.t
    let (count, invitations) = try await plan(kind, organised, context)
    let mails = organised.link.down("mails")
    return document(t("mails.send.\(kind.rawValue)"), .mails, organised, context) {
      div(.class("col")) {
        if services.mails.mode == .outbox { Self.demonstration(context) }
        div(.class("sheet stack")) {
          Field.faults(filled, t)
          h2 { count == 0 ? t("mails.plan.nobody") : t("mails.plan", ["count": count]) }
          paragraph { t("mails.consequence.\(kind.rawValue)") }
          if let invitations { remarks(invitations, organised, t) }
          paragraph(.class("small")) { anchor(.href(mails.down("texts", kind.rawValue))) { t("mails.plan.text") } }
          SentForm.to(mails.down("send", kind.rawValue), context, name: "form") {
            div(.class("actions")) {
              if count > 0 {
                button(.class("button button--primary"), .type("submit"), .name("do"), .value("send")) {
                  t("mails.plan.do", ["count": count])
                }
                if let links = invitations?.links, links > 0 {
                  button(.class("button"), .type("submit"), .name("do"), .value("keep")) { t("mails.keep.do", ["count": links]) }
                }
              }
              anchor(.class("button button--plain"), .href(mails)) { count > 0 ? t("mails.notNow") : t("mails.toMails") }
            }
          }
        }
      }
    }
  }

  /// What invitations bring besides mails: links that are made and kept, voters who cannot be written to.
  private func remarks(_ plan: InvitationReport, _ organised: Organised, _ t: Texts) -> HTML {
    group {
      if organised.manifest.issuer == .service {
        if plan.links > 0 { paragraph { t("mails.plan.links", ["count": plan.links]) } }
        paragraph { t("mails.plan.sealed") }
        if services.mails.mode == .server { paragraph { t("mails.plan.unseen") } }
      } else {
        paragraph { t("mails.plan.noSecret") }
      }
      if plan.withoutAddress > 0 { Notice.saying(t("mails.plan.withoutAddress", ["count": plan.withoutAddress]), .wait) }
      if plan.withoutLink > 0 { Notice.saying(t("mails.plan.withoutLink", ["count": plan.withoutLink]), .wait) }
    }
  }

  /// What was asked for cannot be any more.
  private func impossible(_ kind: MailKind, _ organised: Organised, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return document(t("mails.send.\(kind.rawValue)"), .mails, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        paragraph { anchor(.href(organised.link.down("mails"))) { t("mails.toMails") } }
      }
    }
  }
}
