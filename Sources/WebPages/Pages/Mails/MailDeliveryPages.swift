import API
import VotingService

// How mails fare, voter by voter.
extension OrganisePages {
  var mailDeliveryPages: [Page] { [showDelivery] }

  /// Mails of a page.
  private static let pageSize = 50
  /// Those that are listed: the others would tell who has voted.
  static let listedMails = MailKind.ofElections.filter { !$0.tellsWhoVoted }

  /// What is looked for.
  private struct Wanted {
    let state: MailState?
    let kind: MailKind?
    let text: String

    init(_ context: PageContext) {
      state = MailState(rawValue: context.query["state"])
      kind = MailKind(rawValue: context.query["kind"]).flatMap { OrganisePages.listedMails.contains($0) ? $0 : nil }
      // As much as names and addresses have.
      text = String(context.query.trimmed("q").prefix(200))
    }

    /// A page with the same wishes but these.
    func link(_ delivery: Link, state: MailState?, after: String? = nil) -> Link {
      delivery.with([
        "state": state?.rawValue, "kind": kind?.rawValue, "q": text.isEmpty ? nil : text, "after": after,
      ])
    }
  }

  private var showDelivery: Page {
    .shows("/organise/{e}/mails/delivery", may: .permission(.readRoll)) { context in
      let organised = try await organised(context)
      let (reference, organiser, wanted) = (organised.reference, try context.organiser(), Wanted(context))
      let filter = MailFilter(kind: wanted.kind, state: wanted.state, search: wanted.text.isEmpty ? nil : wanted.text)
      let found = try await services.mails.mails(
        of: reference, filter, for: organiser, searchesContact: context.caller.may(.readContactData),
        after: context.query["after"], limit: Self.pageSize + 1)
      let counts = try await services.mails.counts(of: reference, for: organiser)
      return .page(delivery(found, counts.filter { Self.listedMails.contains($0.kind) }, wanted, organised, context))
    }
  }

  private func delivery(
    _ found: [ListedMail], _ counts: [MailCount], _ wanted: Wanted, _ organised: Organised, _ context: PageContext
  ) -> Document {
    let t = context.t
    return document(t("mails.delivery"), .mails, organised, context) {
      div(.class("col")) {
        if services.mails.mode == .outbox { Self.demonstration(context) }
        section(.class("sheet stack"), .aria("label", t("mails.delivery"))) {
          if counts.isEmpty {
            div(.class("empty")) {
              paragraph { strong { t("mails.delivery.none") } }
              paragraph(.class("quiet")) { t("mails.delivery.none.text") }
            }
          } else {
            Self.states(counts, wanted, organised, t)
            Self.search(wanted, organised, t)
            if found.isEmpty {
              div(.class("empty")) {
                paragraph { t("mails.delivery.nothing") }
                paragraph { anchor(.href(organised.link.down("mails", "delivery"))) { t("mails.delivery.all") } }
              }
            } else {
              Self.mailTable(found, organised, context)
              Self.pager(found, wanted, organised, context)
            }
          }
          paragraph(.class("fine quiet")) { t("mails.secret") }
        }
        paragraph { anchor(.href(organised.link.down("mails"))) { t("mails.toMails") } }
      }
    }
  }

  private static func states(_ counts: [MailCount], _ wanted: Wanted, _ organised: Organised, _ t: Texts) -> HTML {
    let delivery = organised.link.down("mails", "delivery")
    let ofKind = counts.filter { wanted.kind == nil || $0.kind == wanted.kind }
    func number(_ state: MailState?) -> String {
      NumberText.grouped(Int64(ofKind.filter { state == nil || $0.state == state }.reduce(0) { $0 + $1.count }), t.language)
    }
    return nav(.class("tabs"), .aria("label", t("mails.states"))) {
      ul {
        for state in [nil] + MailState.allCases.map({ Optional($0) }) {
          let name = "\(state.map { t("mails.state.\($0.rawValue)") } ?? t("mails.state.all")) (\(number(state)))"
          let link = wanted.link(delivery, state: state)
          li { state == wanted.state ? anchor(.href(link), .aria("current", "page")) { name } : anchor(.href(link)) { name } }
        }
      }
    }
  }

  private static func search(_ wanted: Wanted, _ organised: Organised, _ t: Texts) -> HTML {
    form(.class("cols cols--two"), .method("get"), .action(organised.link.down("mails", "delivery")), .role("search")) {
      if let state = wanted.state { input(.type("hidden"), .name("state"), .value(state.rawValue)) }
      div(.class("field")) {
        label(.for("kind")) { t("mails.kind") }
        selectTag(.id("kind"), .name("kind")) {
          optionTag(.value("")) { t("mails.kind.all") }
          for kind in listedMails {
            optionTag(.value(kind.rawValue), .selected(kind == wanted.kind)) { t("mails.kind.\(kind.rawValue)") }
          }
        }
      }
      div(.class("field")) {
        label(.for("q")) { t("organise.search") }
        div(.class("ask")) {
          input(.type("search"), .id("q"), .name("q"), .value(wanted.text))
          button(.class("button"), .type("submit")) {
            Icon.named("search")
            t("organise.search.do")
          }
        }
      }
    }
  }

  private static func mailTable(_ found: [ListedMail], _ organised: Organised, _ context: PageContext) -> HTML {
    let t = context.t
    return table {
      caption(.class("vh")) { t("mails.delivery") }
      thead {
        tr {
          th(.scope("col")) { t("organise.voterId") }
          th(.scope("col"), .class("wide")) { t("organise.voterName") }
          th(.scope("col")) { t("mails.kind") }
          th(.scope("col")) { t("mails.state") }
          th(.scope("col"), .class("wide")) { t("mails.changed") }
        }
      }
      tbody { for mail in found.prefix(pageSize) { row(mail, organised, context) } }
    }
  }

  private static func row(_ mail: ListedMail, _ organised: Organised, _ context: PageContext) -> HTML {
    let t = context.t
    return tr {
      th(.scope("row")) {
        if organised.mayChangeRoll {
          anchor(.href(organised.link.down("mails", "voters", mail.voter))) { mail.details.voterID }
        } else {
          mail.details.voterID
        }
      }
      td(.class("wide")) { context.caller.may(.readContactData) ? mail.details.name : "" }
      td { t("mails.kind.\(mail.kind.rawValue)") }
      td {
        chip(mail.state, t)
        if let answer = answer(mail, context) { answer }
      }
      td(.class("wide")) { TimeText.short(mail.changed, t.language) }
    }
  }

  static func chip(_ state: MailState, _ t: Texts) -> HTML {
    let kind: Chip.Kind =
      switch state {
      case .queued, .retried: .wait
      case .sent: .ok
      case .refused: .stop
      case .givenUp: .plain
      }
    return Chip.labelled(t("mails.state.\(state.rawValue)"), kind)
  }

  /// What the mail server said last, or why a mail was given up, where it is not as usual.
  static func answer(_ mail: ListedMail, _ context: PageContext) -> HTML? {
    guard let answer = mail.answer, mail.state != .sent else { return nil }
    return paragraph(.class("fine quiet")) {
      span(.lang("en")) { answer }
      if mail.tries > 1 { " · " + context.t("mails.tries", ["count": mail.tries]) }
    }
  }

  private static func pager(_ found: [ListedMail], _ wanted: Wanted, _ organised: Organised, _ context: PageContext) -> HTML? {
    let t = context.t
    let delivery = organised.link.down("mails", "delivery")
    let isFirst = !context.query.has("after")
    func way(after last: ListedMail?, _ caption: String) -> Pager.Way {
      Pager.Way(link: wanted.link(delivery, state: wanted.state, after: last?.id), caption: caption)
    }
    return Pager.markup(
      t("organise.pages"), before: isFirst ? nil : way(after: nil, t("organise.firstPage")),
      here: isFirst ? t("mails.shown", ["count": min(found.count, pageSize)]) : nil,
      after: found.count > pageSize ? way(after: found[pageSize - 1], t("organise.nextPage")) : nil)
  }
}
