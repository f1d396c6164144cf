import API
import VotingService

/// All accounts: who waits, who may what.
struct AccountList: Sendable {
  let access: AccessService

  var pages: [Page] {
    [
      .shows("/administration/accounts", may: .permission(.readAccounts)) { context in
        let search = Self.search(context)
        let found = try await access.search(search, offset: ListPager.page(context) * ListPager.size, limit: ListPager.size)
        return .page(Self.document(context, found))
      }
    ]
  }

  private static func search(_ context: PageContext) -> AccountSearch {
    AccountSearch(
      text: context.query.trimmed("q"),
      filter: AccountFilter(state: AccountState(rawValue: context.query["state"]), role: Role(rawValue: context.query["role"])),
      withContact: context.caller.may(.readContactData))
  }

  private static func document(_ context: PageContext, _ found: AccountPage) -> Document {
    let t = context.t
    return AdministrationSheet.document(context, .accounts, t("administration.accounts.title")) {
      finder(context)
      section(.class("sheet")) {
        if found.accounts.isEmpty {
          div(.class("empty")) { paragraph(.class("small")) { t("administration.accounts.none") } }
        } else {
          list(found.accounts, context)
        }
        ListPager.links(context, total: found.total) { page in
          Link("/administration/accounts").with([
            "q": context.query["q"], "state": context.query["state"], "role": context.query["role"], "page": page,
          ])
        }
      }
    }
  }

  private static func finder(_ context: PageContext) -> HTML {
    let t = context.t
    let filled = Filled(context.query)
    let states =
      [("", t("administration.all"))] + AccountState.allCases.map { ($0.rawValue, t("administration.state.\($0.rawValue)")) }
    let roles = [("", t("administration.all"))] + Role.allCases.map { ($0.rawValue, t("administration.role.\($0.rawValue)")) }
    return form(.class("fields"), .method("get"), .action(Link("/administration/accounts")), .role("search")) {
      if context.caller.may(.readContactData) {
        Field.line("q", t("administration.accounts.search"), filled, kind: .search)
      }
      Field.choice("state", t("administration.accounts.state"), states, filled)
      Field.choice("role", t("administration.accounts.role"), roles, filled)
      button(.class("button"), .type("submit")) { t("administration.find") }
    }
  }

  private static func list(_ accounts: [ListedAccount], _ context: PageContext) -> HTML {
    let t = context.t
    return table {
      caption(.class("vh")) { t("administration.accounts.title") }
      thead {
        tr {
          th(.scope("col")) { t("administration.accounts.name") }
          th(.scope("col"), .class("wide")) { t("administration.accounts.email") }
          th(.scope("col"), .class("wide")) { t("administration.accounts.role") }
          th(.scope("col")) { t("administration.accounts.state") }
        }
      }
      tbody {
        for listed in accounts {
          let account = listed.account
          tr {
            th(.scope("row")) {
              anchor(.href(Link("/administration/accounts", account.id))) { AccountSheet.name(account, context) }
            }
            td(.class("wide")) { context.caller.may(.readContactData) ? account.email : "" }
            td(.class("wide")) { t("administration.role.\(account.role.rawValue)") }
            td {
              AccountSheet.chip(account.state, t)
              if listed.clash != nil { span(.class("fine")) { " " + t("administration.accounts.clash") } }
            }
          }
        }
      }
    }
  }
}
