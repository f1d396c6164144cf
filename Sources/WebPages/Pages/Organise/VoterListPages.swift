import API
import VotingService

// Whom the roll takes: approved registrations, and lists of who may and who may not.
extension OrganisePages {
  var voterListPages: [Page] { [showApproved, admit, showLists, saveLists] }

  /// Registrations that are taken over at once.
  private static let mostAccounts = 1000

  // MARK: Approved registrations

  private var showApproved: Page {
    .shows("/organise/{e}/voters/approved", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link.down("voters")) }
      return .page(approved(organised, try await waiting(organised, context), context, Filled()))
    }
  }

  private func waiting(_ organised: Organised, _ context: PageContext) async throws -> [ApprovedAccount] {
    try await services.rolls.approved(
      missingOn: organised.reference, for: try context.organiser(), limit: Self.mostAccounts)
  }

  private var admit: Page {
    .does("/organise/{e}/voters/approved", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      let accounts = try await waiting(organised, context)
      var admissions: [Admission] = []
      let found = try await faults(context.t) {
        admissions = try await services.rolls.admit(accounts, to: organised.reference, by: try context.organiser())
      }
      guard found.isEmpty else {
        return .page(approved(organised, accounts, context, Filled(context.form, faults: found)), status: 422)
      }
      let left = zip(accounts, admissions).filter { $0.1 == .notAllowed || $0.1 == .ambiguous }.map { $0.0 }
      guard left.isEmpty else { return .page(notAdmitted(organised, left, accounts.count - left.count, context)) }
      return .redirect(organised.link.down("voters").with(["done": "organise.admitted"]))
    }
  }

  private func approved(
    _ organised: Organised, _ accounts: [ApprovedAccount], _ context: PageContext, _ filled: Filled
  ) -> Document {
    let t = context.t
    return document(t("organise.approved"), .voters, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        paragraph { t("organise.approved.text") }
        if accounts.isEmpty {
          div(.class("empty")) { paragraph { t("organise.approved.none") } }
        } else {
          if context.caller.may(.readContactData) { names(accounts) }
          SentForm.to(organised.link.down("voters", "approved"), context) {
            div(.class("actions")) {
              button(.class("button button--primary"), .type("submit")) {
                t("organise.approved.do", ["count": accounts.count])
              }
            }
          }
        }
        paragraph { anchor(.href(organised.link.down("voters"))) { t("organise.toVoters") } }
      }
    }
  }

  private func names(_ accounts: [ApprovedAccount]) -> HTML {
    ul(.class("rows")) {
      for account in accounts.prefix(50) {
        li {
          span {
            bold { account.details.name }
            // Who registered without a number is known by the address.
            small {
              if account.details.voterID != account.details.email { account.details.voterID + " · " }
              account.details.email
            }
          }
        }
      }
    }
  }

  private func notAdmitted(
    _ organised: Organised, _ left: [ApprovedAccount], _ taken: Int, _ context: PageContext
  ) -> Document {
    let t = context.t
    return document(t("organise.approved"), .voters, organised, context) {
      div(.class("sheet stack")) {
        Notice.saying(t("organise.approved.some", ["count": taken]), .wait, isNews: true)
        paragraph { t("organise.approved.left", ["count": left.count]) }
        if context.caller.may(.readContactData) { names(left) }
        paragraph { anchor(.href(organised.link.down("voters"))) { t("organise.toVoters") } }
      }
    }
  }

  // MARK: Allowed and excluded

  private var showLists: Page {
    .shows("/organise/{e}/voters/rules", may: .permission(.manageRoll)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link.down("voters")) }
      let rules = try await services.rolls.rules(of: organised.reference, for: try context.organiser())
      let form = Form([
        "allow": rules.allow.joined(separator: "\n"), "exclude": rules.exclude.joined(separator: "\n"),
      ])
      return .page(lists(organised, context, Filled(form)))
    }
  }

  private var saveLists: Page {
    .does("/organise/{e}/voters/rules", may: .permission(.manageRoll), bodyLimit: 4 << 20) { context in
      let organised = try await organised(context)
      func patterns(_ name: String) -> [String] {
        context.form[name].split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.map { text in
          String(text.reversed().drop(while: \.isWhitespace).reversed())
        }.filter { !$0.isEmpty }
      }
      let rules = RollRules(allow: patterns("allow"), exclude: patterns("exclude"))
      let found = try await faults(context.t) {
        try await services.rolls.setRules(rules, of: organised.reference, by: try context.organiser())
      }.map { fault in
        // `allow[3]` is line 4 of the field.
        (name: String(fault.name.prefix { $0 != "[" }), text: fault.text)
      }
      guard found.isEmpty else {
        return .page(lists(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("voters").with(["done": "organise.rules"]))
    }
  }

  private func lists(_ organised: Organised, _ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return document(t("organise.lists"), .voters, organised, context) {
      div(.class("sheet stack")) {
        Field.faults(filled, t)
        paragraph { t("organise.lists.text") }
        SentForm.to(organised.link.down("voters", "rules"), context, name: "form") {
          Field.area("allow", t("organise.allow"), filled, rows: 6, hint: t("organise.allow.hint"))
          Field.area("exclude", t("organise.exclude"), filled, rows: 6, hint: t("organise.exclude.hint"))
          OrganiseForm.actions(t("organise.save")) {
            anchor(.class("button button--plain"), .href(organised.link.down("voters"))) { t("organise.back") }
          }
        }
      }
    }
  }
}
