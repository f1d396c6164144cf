import API
import Elections
import VotingService

// The mails of one voter: sent again, or a lost link replaced by a new one that only the voter gets to see.
extension OrganisePages {
  var voterMailPages: [Page] { [showVoterMails, writeToVoter] }

  private static let path = "/organise/{e}/mails/voters/{v}"

  private var showVoterMails: Page {
    .shows(Self.path, may: .permission(.manageRoll)) { context in
      .page(try await voterMails(try await writable(context), context, Filled()))
    }
  }

  private var writeToVoter: Page {
    .does(Self.path, may: .permission(.manageRoll)) { context in
      let organised = try await writable(context)
      let (reference, organiser, id) = (organised.reference, try context.organiser(), context.value("v"))
      var found: [Fault]
      if context.form["do"] == "replace" {
        found = try await mailFaults(context.t) {
          try await services.mails.replace(id, reason: context.form.trimmed("reason"), in: reference, by: organiser)
        }
      } else {
        var isQueued = true
        found = try await mailFaults(context.t) {
          isQueued = try await services.mails.resend(to: id, in: reference, by: organiser)
        }
        if !isQueued { found = [("", context.t("mails.fault.underWay"))] }
      }
      guard found.isEmpty else {
        return .page(try await voterMails(organised, context, Filled(context.form, faults: found)), status: 422)
      }
      return .redirect(organised.link.down("mails").with(["done": "mails.again"]))
    }
  }

  private func voterMails(_ organised: Organised, _ context: PageContext, _ filled: Filled) async throws -> Document {
    let (t, organiser) = (context.t, try context.organiser())
    let voter = try await services.rolls.voter(context.value("v"), in: organised.reference, for: organiser)
    let mails = try await services.mails.mails(
      of: organised.reference, MailFilter(voter: voter.id), for: organiser, limit: 200)
    let seesContact = context.caller.may(.readContactData)
    let title = seesContact && !voter.details.name.isEmpty ? voter.details.name : voter.details.voterID
    let link = organised.link.down("mails", "voters", voter.id)
    let isWriting =
      services.mails.mode != .none && MailStore.canSend(.invitation, in: organised.election.state)
    return document(title, .mails, organised, context) {
      div(.class("col")) {
        Field.faults(filled, t)
        Self.list(mails, voter, context)
        if isWriting {
          if voter.details.email.isEmpty {
            Notice.saying(t("mails.fault.noAddress"), .wait)
          } else {
            Self.again(voter, organised, context, link)
            if organised.manifest.issuer == .service, [.active, .paused].contains(organised.election.state) {
              Self.replacement(context, link, filled)
            }
          }
        }
        paragraph { anchor(.href(organised.link.down("mails", "delivery"))) { t("mails.toDelivery") } }
      }
    }
  }

  private static func list(_ mails: [ListedMail], _ voter: Voter, _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack"), .aria("labelledby", "sent")) {
      h2(.id("sent")) { t("mails.ofVoter") }
      if context.caller.may(.readContactData), !voter.details.email.isEmpty {
        paragraph(.class("small quiet")) { voter.details.email }
      }
      if mails.isEmpty {
        div(.class("empty")) { paragraph { t("mails.ofVoter.none") } }
      } else {
        ul(.class("rows")) {
          for mail in mails {
            li {
              span {
                bold { t("mails.kind.\(mail.kind.rawValue)") }
                small { TimeText.short(mail.changed, t.language) }
                if let answer = answer(mail, context) { answer }
              }
              chip(mail.state, t)
            }
          }
        }
      }
      paragraph(.class("fine quiet")) { t("mails.secret") }
    }
  }

  private static func again(_ voter: Voter, _ organised: Organised, _ context: PageContext, _ link: Link) -> HTML {
    let t = context.t
    return section(.class("sheet stack"), .aria("labelledby", "again")) {
      h2(.id("again")) { t("mails.again") }
      paragraph { organised.isDraft ? t("mails.again.draft") : t("mails.again.text") }
      div(.class("actions")) {
        OrganiseForm.oneButton(t("mails.again.do"), link, context, kind: "button button--primary", fields: ["do": "again"])
      }
    }
  }

  private static func replacement(_ context: PageContext, _ link: Link, _ filled: Filled) -> HTML {
    let t = context.t
    return section(.class("sheet stack"), .aria("labelledby", "replace")) {
      h2(.id("replace")) { t("organise.replace") }
      paragraph { t("mails.replace.text") }
      SentForm.to(link, context, name: "form") {
        input(.type("hidden"), .name("do"), .value("replace"))
        Field.line("reason", t("organise.replace.reason"), filled, hint: t("organise.replace.reason.hint"))
        div(.class("actions")) {
          button(.class("button button--stop"), .type("submit")) { t("mails.replace.do") }
        }
      }
    }
  }
}
