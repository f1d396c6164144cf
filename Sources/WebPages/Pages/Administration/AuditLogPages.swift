import API
import StrictJSON
import VotingService

/// What was done by whom, newest first.
struct AuditLogPages: Sendable {
  let access: AccessService

  private static let size = 50

  var pages: [Page] {
    [
      .shows("/administration/audit-log", may: .permission(.readAuditLog)) { context in
        let filter = AuditFilter(action: context.query.trimmed("action"), account: context.query.trimmed("account"))
        let entries = try await access.auditEntries(filter, before: UInt64(context.query["before"]), limit: Self.size)
        let lines = entries.map { AuditLine($0) }
        let mayName = context.caller.may(.readContactData)
        let names = mayName ? try await access.names(of: Set(lines.flatMap { $0.accounts } + [filter.account])) : [:]
        return .page(Self.document(context, lines, names, try await access.auditActions()))
      }
    ]
  }

  private static func document(
    _ context: PageContext, _ lines: [AuditLine], _ names: [String: String], _ actions: [String]
  ) -> Document {
    let t = context.t
    return AdministrationSheet.document(context, .audit, t("administration.audit.title")) {
      finder(context, names, actions)
      section(.class("sheet")) {
        if lines.isEmpty {
          div(.class("empty")) { paragraph(.class("small")) { t("administration.audit.none") } }
        } else {
          entries(lines, names, context)
        }
        pager(lines, context)
      }
      verification(t)
    }
  }

  private static func finder(_ context: PageContext, _ names: [String: String], _ actions: [String]) -> HTML {
    let t = context.t
    let filled = Filled(context.query)
    let options = [(value: "", text: t("administration.all"))] + actions.map { (value: $0, text: $0) }
    let account = context.query.trimmed("account")
    return form(.class("fields"), .method("get"), .action(Link("/administration/audit-log")), .role("search")) {
      Field.choice("action", t("administration.audit.action"), options, filled)
      Field.line("account", t("administration.audit.account"), filled, kind: .search)
      button(.class("button"), .type("submit")) { t("administration.find") }
      if let name = names[account] { paragraph(.class("small quiet")) { t("administration.audit.of", ["name": name]) } }
    }
  }

  private static func entries(_ lines: [AuditLine], _ names: [String: String], _ context: PageContext) -> HTML {
    let t = context.t
    return ul(.class("rows")) {
      for line in lines {
        li {
          span {
            bold { codeTag { line.action } }
            small {
              party(line.actor, names, context)
              if line.subject != nil, line.subject != line.actor {
                " → "
                party(line.subject, names, context)
              }
            }
            if !line.details.isEmpty { small { line.details } }
          }
          span(.class("small quiet")) {
            if let time = line.time { TimeText.element(time, t.language) }
            small { t("administration.audit.entry", ["position": String(line.position)]) }
          }
        }
      }
    }
  }

  /// An account with its name and a way to it; of others what they are.
  private static func party(_ party: AuditLine.Party?, _ names: [String: String], _ context: PageContext) -> HTML {
    let t = context.t
    switch party {
    case nil: return .empty
    case .account(let id)?:
      let link = Link("/administration/accounts", id)
      guard context.caller.may(.readContactData) else { return anchor(.href(link)) { codeTag { id } } }
      guard let name = names[id] else { return span(.class("quiet")) { t("administration.audit.gone", ["id": id]) } }
      return anchor(.href(link)) { name }
    case .service?: return .text(t("administration.audit.service"))
    case .other(let kind, let id)?:
      return span {
        kind + " "
        codeTag { id }
      }
    }
  }

  private static func pager(_ lines: [AuditLine], _ context: PageContext) -> HTML? {
    let t = context.t
    let query = context.query
    let link = Link("/administration/audit-log")
    let hasMore = lines.count == size && lines.last.map { $0.position > 0 } == true
    func way(before position: String?, _ caption: String) -> Pager.Way {
      Pager.Way(link: link.with(["action": query["action"], "account": query["account"], "before": position]), caption: caption)
    }
    let oldest = hasMore ? lines.last.map { String($0.position) } : nil
    return Pager.markup(
      t("administration.pages"), before: query.has("before") ? way(before: nil, t("administration.audit.newest")) : nil,
      after: oldest.map { way(before: $0, t("administration.audit.older")) })
  }

  private static func verification(_ t: Texts) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("administration.audit.verify") }
      paragraph { t("administration.audit.verify.text") }
      div(.class("actions")) {
        anchor(.class("button"), .href(Link("/api/v1/audit-log/export")), .download("audit-log.txt")) {
          t("administration.audit.export")
        }
        anchor(.class("button"), .href(Link("/api/v1/audit-log/key")), .download("audit.key")) { t("administration.audit.key") }
      }
      paragraph { codeTag(.class("cmd")) { "comitia audit verify audit-log.txt --key audit.key" } }
      paragraph(.class("small quiet")) { t("administration.audit.verify.limit") }
    }
  }
}

/// An entry of the audit log as it is shown.
struct AuditLine {
  enum Party: Equatable {
    case account(String)
    case service
    case other(String, String)
  }

  let position: UInt64
  /// Unix milliseconds.
  let time: UInt64?
  let action: String
  let actor: Party?
  let subject: Party?
  /// The further facts, as `name: value`.
  let details: String

  init(_ entry: AuditEntry) {
    let document = (try? JSONParser.parse(entry.bytes)) ?? .null
    position = entry.position
    time = document["time"]?.text.flatMap { JSONTime.parse($0) }
    action = document["action"]?.text ?? ""
    actor = Self.party(document["actor"])
    subject = Self.party(document["subject"])
    details = Self.words(document["details"])
  }

  private static func party(_ value: JSONValue?) -> Party? {
    guard let value, let kind = value["kind"]?.text else { return nil }
    guard let id = value["id"]?.text ?? value["key"]?.text else { return kind == "service" ? .service : .other(kind, "") }
    return kind == "account" ? .account(id) : .other(kind, id)
  }

  private static func words(_ details: JSONValue?) -> String {
    guard case .object(let members)? = details else { return "" }
    return members.map { "\($0.name): \($0.value.text ?? String(decoding: $0.value.bytes, as: UTF8.self))" }.joined(
      separator: " · ")
  }

  /// The accounts that it names.
  var accounts: [String] {
    [actor, subject].compactMap { party in if case .account(let id)? = party { id } else { nil } }
  }
}
