import API
import VotingService

/// One account, and what may be done with it.
struct AccountSheet: Sendable {
  let access: AccessService
  /// Where the service is.
  let address: String

  private static let path = "/administration/accounts/{id}"

  var pages: [Page] {
    [
      .shows(Self.path, may: .permission(.readAccounts)) { context in .page(try await document(context)) },
      does("approval", .approveAccounts) { id, context in
        _ = try await access.approve(id, by: context.caller)
        return .redirect(Self.link(id, done: "approved"))
      },
      does("rejection", .approveAccounts) { id, context in
        try await access.reject(id, by: context.caller)
        return .redirect(Link("/administration/accounts").with(["done": "rejected"]))
      },
      does("role", .manageAccounts) { id, context in
        guard let role = Role(rawValue: context.form["role"]) else { throw Problem(.badRequest) }
        _ = try await access.change(id, AccountChange(role: role), by: context.caller)
        return .redirect(Self.link(id, done: "changed"))
      },
      does("suspension", .manageAccounts) { id, context in
        _ = try await access.change(id, AccountChange(isActive: false), by: context.caller)
        return .redirect(Self.link(id, done: "suspended"))
      },
      does("restoration", .manageAccounts) { id, context in
        _ = try await access.change(id, AccountChange(isActive: true), by: context.caller)
        return .redirect(Self.link(id, done: "restored"))
      },
      does("password", .manageAccounts) { id, context in
        let code = try await access.issuePasswordCode(for: id, by: context.caller)
        return .page(try await document(context, code: code))
      },
      does("deletion", .manageAccounts) { id, context in
        let account = try await access.account(id).account
        guard context.form.trimmed("words").lowercased() == account.email else {
          return .page(
            try await document(context, faults: [("words", context.t("administration.account.delete.wrong"))]), status: 422)
        }
        try await access.delete(id, by: context.caller)
        return .redirect(Link("/administration/accounts").with(["done": "deleted"]))
      },
    ]
  }

  private func does(
    _ word: String, _ permission: Permission, run: @escaping @Sendable (String, PageContext) async throws -> PageAnswer
  ) -> Page {
    .does("\(Self.path)/\(word)", may: .permission(permission)) { context in try await run(context.value("id"), context) }
  }

  private static func link(_ id: String, done: String) -> Link { Link("/administration/accounts", id).with(["done": done]) }

  // MARK: The page

  private func document(
    _ context: PageContext, code: OneTimeCode? = nil, faults: [(name: String, text: String)] = []
  ) async throws -> Document {
    let listed = try await access.account(context.value("id"))
    let (account, t) = (listed.account, context.t)
    let mayGovern = context.caller.may(.manageAccounts) && context.caller.role?.governs(account.role) == true
    return AdministrationSheet.document(context, .accounts, Self.name(account, context)) {
      if let code { shown(code, t) }
      div(.class("cols cols--two")) {
        Self.facts(listed, context)
        div(.class("col")) {
          if account.state == .pending, context.caller.may(.approveAccounts) { Self.decision(listed, context) }
          if mayGovern, account.state != .pending { management(account, context) }
          if context.caller.may(.readAuditLog) { Self.history(account, t) }
        }
      }
      if mayGovern, account.state != .pending { Self.deletion(account, Filled(context.form, faults: faults), context) }
    }
  }

  private func shown(_ code: OneTimeCode, _ t: Texts) -> HTML {
    section(.class("sheet sheet--doc stack"), .role("status")) {
      h2 { t("administration.account.code.title") }
      paragraph { t("administration.account.code.text") }
      paragraph { codeTag(.class("cmd"), .id("code")) { "\(address)/password#\(code.code)" } }
      paragraph(.class("small quiet")) {
        t.html("administration.account.code.until", ["time": TimeText.element(code.expires, t.language)])
      }
    }
  }

  private static func facts(_ listed: ListedAccount, _ context: PageContext) -> HTML {
    let (account, t) = (listed.account, context.t)
    return section(.class("sheet stack")) {
      headerTag {
        h2 { t("administration.account.title") }
        chip(account.state, t)
      }
      dl(.class("dl")) {
        if context.caller.may(.readContactData) {
          fact(t("administration.accounts.email"), .text(account.email))
          if let voterID = account.voterID { fact(t("administration.account.voterId"), .text(voterID)) }
        }
        fact(t("administration.accounts.role"), .text(t("administration.role.\(account.role.rawValue)")))
        fact(t("administration.account.created"), TimeText.element(account.created, t.language))
      }
      if !context.caller.may(.readContactData) { paragraph(.class("small quiet")) { t("administration.account.hidden") } }
    }
  }

  static func fact(_ name: String, _ value: HTML) -> HTML {
    group {
      dt { name }
      dd { value }
    }
  }

  private static func decision(_ listed: ListedAccount, _ context: PageContext) -> HTML {
    let (id, t) = (listed.account.id, context.t)
    return section(.class("sheet stack")) {
      h2 { t("administration.account.waits") }
      if let clash = listed.clash {
        Notice.saying(
          t(
            "administration.account.clash",
            ["member": clash == "email" ? t("administration.accounts.email") : t("administration.account.voterId")]),
          .stop)
        paragraph(.class("small")) { t("administration.account.clash.do") }
      } else {
        paragraph(.class("small")) { t("administration.account.waits.text") }
      }
      div(.class("actions")) {
        if listed.clash == nil {
          SentForm.to(Link("/administration/accounts", id, "approval"), context) {
            button(.class("button button--primary"), .type("submit")) { t("administration.account.approve") }
          }
        }
        SentForm.to(Link("/administration/accounts", id, "rejection"), context) {
          button(.class("button button--stop"), .type("submit")) { t("administration.account.reject") }
        }
      }
      paragraph(.class("fine quiet")) { t("administration.account.reject.text") }
    }
  }

  private func management(_ account: Account, _ context: PageContext) -> HTML {
    let (t, id) = (context.t, account.id)
    let roles = Role.allCases.filter { context.caller.role?.governs($0) == true }.map {
      (value: $0.rawValue, text: t("administration.role.\($0.rawValue)"))
    }
    return section(.class("sheet stack")) {
      h2 { t("administration.account.manage") }
      SentForm.to(Link("/administration/accounts", id, "role"), context) {
        Field.choice(
          "role", t("administration.accounts.role"), roles, Filled(Form(["role": account.role.rawValue])),
          hint: t("administration.account.role.hint"))
        div(.class("actions")) { button(.class("button"), .type("submit")) { t("administration.account.role.do") } }
      }
      hr()
      if account.state == .active {
        SentForm.to(Link("/administration/accounts", id, "password"), context) {
          paragraph(.class("small")) { t("administration.account.code.why") }
          div(.class("actions")) { button(.class("button"), .type("submit")) { t("administration.account.code.do") } }
        }
        hr()
        SentForm.to(Link("/administration/accounts", id, "suspension"), context) {
          paragraph(.class("small")) { t("administration.account.suspend.text") }
          div(.class("actions")) { button(.class("button button--stop"), .type("submit")) { t("administration.account.suspend") } }
        }
      } else {
        SentForm.to(Link("/administration/accounts", id, "restoration"), context) {
          paragraph(.class("small")) { t("administration.account.restore.text") }
          div(.class("actions")) { button(.class("button"), .type("submit")) { t("administration.account.restore") } }
        }
      }
    }
  }

  private static func history(_ account: Account, _ t: Texts) -> HTML {
    section(.class("sheet")) {
      h2 { t("administration.part.audit") }
      paragraph(.class("small")) {
        anchor(.href(Link("/administration/audit-log").with(["account": account.id]))) { t("administration.account.history") }
      }
    }
  }

  private static func deletion(_ account: Account, _ filled: Filled, _ context: PageContext) -> HTML {
    let t = context.t
    return details(.class("sheet"), .open(!filled.faults.isEmpty)) {
      summary { t("administration.account.delete") }
      div(.class("confirm stack")) {
        paragraph(.class("small")) { t("administration.account.delete.text") }
        Field.faults(filled, t)
        SentForm.to(Link("/administration/accounts", account.id, "deletion"), context) {
          Field.line("words", t("administration.account.delete.type", ["email": account.email]), filled)
          div(.class("actions")) {
            button(.class("button button--stop"), .type("submit")) { t("administration.account.delete.do") }
          }
        }
      }
    }
  }

  // MARK: Words

  /// What an account is called here: its id for those who may not see names.
  static func name(_ account: Account, _ context: PageContext) -> String {
    guard context.caller.may(.readContactData) else { return context.t("administration.account.anonymous", ["id": account.id]) }
    return "\(account.name) \(account.surname)"
  }

  static func chip(_ state: AccountState, _ t: Texts) -> HTML {
    let kind: Chip.Kind =
      switch state {
      case .pending: .wait
      case .active: .ok
      case .suspended: .stop
      }
    return Chip.labelled(t("administration.state.\(state.rawValue)"), kind)
  }
}
