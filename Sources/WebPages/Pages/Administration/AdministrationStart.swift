import API
import VotingService

/// What waits for somebody, and the way to every part of the administration.
struct AdministrationStart: Sendable {
  let access: AccessService
  let people: PeopleServices

  var pages: [Page] {
    [
      .shows("/administration", may: .permission(.readAccounts)) { context in
        let caller = context.caller
        let accounts = try await access.accountCounts()
        let questions = caller.may(.answerQuestions) ? try await people.desk.counts() : [:]
        let jobs = caller.may(.readOperations) ? try await people.jobs.statistics() : [:]
        return .page(
          Self.document(
            context, accounts, open: questions[.open] ?? 0, failed: jobs.values.reduce(0) { $0 + $1.failed }))
      }
    ]
  }

  private static func document(_ context: PageContext, _ accounts: [AccountState: Int], open: Int, failed: Int) -> Document {
    let t = context.t
    let caller = context.caller
    let waiting = accounts[.pending] ?? 0
    return AdministrationSheet.document(context, .overview, t("administration.title")) {
      section(.class("sheet")) {
        h2(.class("vh")) { t("administration.now") }
        dl(.class("facts")) {
          figure(t("administration.now.accounts"), accounts[.active] ?? 0)
          figure(t("administration.now.waiting"), waiting)
          if caller.may(.answerQuestions) { figure(t("administration.now.questions"), open) }
          if caller.may(.readOperations) { figure(t("administration.now.failed"), failed) }
        }
      }
      section(.class("sheet")) {
        h2(.class("vh")) { t("administration.parts") }
        ul(.class("rows rows--links")) {
          for part in AdministrationSheet.Part.allCases where part != .overview && caller.may(part.permission) {
            li {
              span {
                bold { anchor(.href(part.link)) { t("administration.part.\(part.rawValue)") } }
                small { t("administration.about.\(part.rawValue)") }
              }
              if part == .accounts, waiting > 0 { Chip.labelled(t("administration.now.wait", ["count": waiting]), .wait) }
              if part == .desk, open > 0 { Chip.labelled(t("administration.now.wait", ["count": open]), .wait) }
              if part == .jobs, failed > 0 { Chip.labelled(t("administration.now.fail", ["count": failed]), .stop) }
            }
          }
        }
      }
    }
  }

  private static func figure(_ name: String, _ count: Int) -> HTML {
    div {
      dt { name }
      dd { String(count) }
    }
  }
}
