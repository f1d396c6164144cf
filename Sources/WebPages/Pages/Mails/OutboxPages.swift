import API
import VotingService

/// The mails of a demonstration, which were sent to nobody. They hold voting links: the page is for those who hold elections, on the machine itself, and
/// is not there where a mail server is, or where others can reach the service.
struct OutboxPages: Sendable {
  let mails: MailStore
  /// Where the service is, without a slash at the end.
  let address: String

  var pages: [Page] { [list, show] }

  private static let size = 50

  /// - Throws: a problem with status 404 where there is no outbox.
  private func check(_ context: PageContext) throws(Problem) {
    guard mails.mode == .outbox, NetworkAddress.isLoopback(context.request.remoteAddress) else { throw Problem(.notFound) }
  }

  /// Whoever reads a mail with which a password is set can take the account: owners alone have none above them.
  private static func withPasswords(_ context: PageContext) -> Bool { context.caller.role == .owner }

  // MARK: The list

  private var list: Page {
    .shows("/outbox", may: .permission(.manageElections)) { context in
      try check(context)
      let withPasswords = Self.withPasswords(context)
      let page = min(max((Int(context.query["page"]) ?? 1) - 1, 0), 1000)
      let found = try await mails.outbox(withPasswords: withPasswords, offset: page * Self.size, limit: Self.size)
      let total = try await mails.outboxCount(withPasswords: withPasswords)
      return .page(Self.document(found, total, page, context))
    }
  }

  private static func document(_ found: [OutboxMail], _ total: Int, _ page: Int, _ context: PageContext) -> Document {
    let t = context.t
    return Document(t("mails.outbox"), Frame(context, .elections)) {
      div(.class("page-head")) {
        div {
          paragraph(.class("over")) { anchor(.href(Link("/organise"))) { t("organise.title") } }
          h1 { t("mails.outbox") }
        }
      }
      div(.class("col")) {
        notice(t)
        div(.class("sheet stack")) {
          if total == 0 {
            div(.class("empty")) {
              paragraph { strong { t("mails.outbox.none") } }
              paragraph(.class("quiet")) { t("mails.outbox.none.text") }
            }
          } else {
            ul(.class("rows rows--links")) { for mail in found { row(mail, t) } }
            pager(total, page, t)
          }
        }
      }
    }
  }

  private static func notice(_ t: Texts) -> HTML {
    div(.class("notice notice--wait")) {
      Icon.named("warning")
      div {
        paragraph { strong { t("mails.demonstration") } }
        paragraph { t("mails.outbox.text") }
      }
    }
  }

  private static func row(_ mail: OutboxMail, _ t: Texts) -> HTML {
    li {
      span {
        bold { anchor(.href(Link("/outbox", mail.id))) { mail.mail.subject } }
        small { t("mails.outbox.to", ["address": mail.recipient]) }
        small { TimeText.short(mail.time, t.language) }
      }
    }
  }

  private static func pager(_ total: Int, _ page: Int, _ t: Texts) -> HTML? {
    guard total > size || page > 0 else { return nil }
    func way(_ page: Int, _ caption: String) -> Pager.Way {
      Pager.Way(link: Link("/outbox").with(["page": String(page + 1)]), caption: caption)
    }
    return Pager.markup(
      t("organise.pages"), before: page > 0 ? way(page - 1, t("mails.newer")) : nil, here: t("mails.shown", ["count": total]),
      after: (page + 1) * size < total ? way(page + 1, t("mails.older")) : nil)
  }

  // MARK: One mail

  private var show: Page {
    .shows("/outbox/{id}", may: .permission(.manageElections)) { context in
      try check(context)
      guard let mail = try await mails.outboxMail(context.value("id"), withPasswords: Self.withPasswords(context)) else {
        throw Problem(.notFound)
      }
      return .page(document(mail, context))
    }
  }

  private func document(_ mail: OutboxMail, _ context: PageContext) -> Document {
    let t = context.t
    let facts = [(t("mails.to"), HTML.text(mail.recipient)), (t("mails.time"), TimeText.element(mail.time, t.language))]
    return Document(mail.mail.subject, Frame(context, .elections)) {
      div(.class("page-head")) {
        div {
          paragraph(.class("over")) { anchor(.href(Link("/outbox"))) { t("mails.outbox") } }
          h1 { t("mails.outbox.mail") }
        }
      }
      div(.class("col")) {
        Self.notice(t)
        MailSheet.of(mail.mail, facts, linksTo: address, t)
        Self.source(t("mails.plain"), t("mails.plain.text"), mail.mail.text)
        Self.source(t("mails.html"), t("mails.html.text"), mail.mail.html)
      }
    }
  }

  /// A version as it stands in the message.
  private static func source(_ name: String, _ text: String, _ source: String) -> HTML {
    details(.class("sheet")) {
      summary { name }
      div(.class("stack")) {
        paragraph(.class("small quiet")) { text }
        codeTag(.class("cmd")) { source }
      }
    }
  }
}
