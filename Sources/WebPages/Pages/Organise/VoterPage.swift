import Elections
import VotingService

/// The page of one voter.
struct VoterPage: Sendable {
  let organised: Organised
  let voter: Voter
  let context: PageContext

  private var t: Texts { context.t }
  private var link: Link { organised.link.down("voters", voter.id) }
  private var title: String { voter.details.name.isEmpty ? voter.details.voterID : voter.details.name }

  func document(_ pages: OrganisePages, _ filled: Filled) -> Document {
    pages.document(title, .voters, organised, context) {
      div(.class("col")) {
        Field.faults(filled, t)
        if organised.isDraft {
          details(filled)
          removal
        } else {
          facts
          if [.active, .paused].contains(organised.election.state) { replacement(filled) }
        }
        paragraph { anchor(.href(organised.link.down("mails", "voters", voter.id))) { t("mails.voter") } }
        paragraph { anchor(.href(organised.link.down("voters"))) { t("organise.toVoters") } }
      }
    }
  }

  private func details(_ filled: Filled) -> HTML {
    div(.class("sheet stack")) {
      SentForm.to(link, context, name: "form") {
        OrganisePages.voterFields(filled, t)
        paragraph(.class("small quiet")) { t("organise.voter.changeText") }
        OrganiseForm.actions(t("organise.save"))
      }
    }
  }

  private var removal: HTML {
    let isExcluded = voter.state == .excluded
    return section(.class("sheet stack")) {
      h2 { t("organise.voter.offRoll") }
      paragraph { t("organise.voter.offRoll.text") }
      div(.class("actions")) {
        OrganiseForm.oneButton(
          isExcluded ? t("organise.voter.admit") : t("organise.voter.exclude"), link, context,
          fields: ["do": isExcluded ? "admit" : "exclude"])
        OrganiseForm.oneButton(t("organise.voter.remove"), link, context, kind: "button button--stop", fields: ["do": "remove"])
      }
    }
  }

  private var facts: HTML {
    section(.class("sheet stack")) {
      dl(.class("dl")) {
        dt { t("organise.voterId") }
        dd { voter.details.voterID }
        dt { t("organise.voterName") }
        dd { voter.details.name }
        dt { t("organise.voterEmail") }
        dd { voter.details.email }
        dt { t("organise.voterWeight") }
        dd { NumberText.grouped(Int64(voter.details.weight), t.language) }
      }
      paragraph(.class("small quiet")) { t("organise.voter.frozen") }
    }
  }

  private func replacement(_ filled: Filled) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("organise.replace") }
      switch organised.manifest.issuer {
      case .authority: paragraph { t("organise.replace.authority") }
      case .service, .voter:
        paragraph { t("organise.replace.text") }
        if organised.manifest.issuer == .service { paragraph { t("organise.replace.seen") } }
        SentForm.to(link, context, name: "form") {
          input(.type("hidden"), .name("do"), .value("replace"))
          Field.line("reason", t("organise.replace.reason"), filled, hint: t("organise.replace.reason.hint"))
          div(.class("actions")) {
            button(.class("button button--stop"), .type("submit")) { t("organise.replace.do") }
          }
        }
      }
    }
  }

  /// After replacing, once: the link stands in no table and on no other page.
  func replaced(_ pages: OrganisePages, _ newLink: String) -> Document {
    pages.document(title, .voters, organised, context) {
      div(.class("col")) {
        Notice.saying(t("organise.replaced"), isNews: true)
        section(.class("sheet stack")) {
          h2 { t("organise.replaced.link") }
          paragraph { t("organise.replaced.text") }
          codeTag(.class("cmd")) { newLink }
          paragraph(.class("small quiet")) { t("organise.replaced.honest") }
        }
        paragraph { anchor(.href(organised.link.down("voters"))) { t("organise.toVoters") } }
      }
    }
  }
}
