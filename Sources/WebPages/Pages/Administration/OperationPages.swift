import API
import VotingService

/// How the service does: jobs, health, settings.
struct OperationPages: Sendable {
  let people: PeopleServices

  var pages: [Page] { [jobs, retry, health, settings] }

  // MARK: Jobs

  private var jobs: Page {
    .shows("/administration/jobs", may: .permission(.readOperations)) { context in
      var lists: [(JobState, [JobRecord])] = []
      for state in [JobState.failed, .running, .waiting] { lists.append((state, try await people.jobs.list(state, limit: 100))) }
      let found = lists
      let statistics = try await people.jobs.statistics()
      let t = context.t
      return .page(
        AdministrationSheet.document(context, .jobs, t("administration.jobs.title")) {
          for (state, jobs) in found { Self.list(state, jobs, Self.count(statistics, state), context) }
        })
    }
  }

  private static func count(_ statistics: [String: JobStatistics], _ state: JobState) -> Int {
    statistics.values.reduce(0) { $0 + (state == .failed ? $1.failed : state == .running ? $1.running : $1.waiting) }
  }

  private static func list(_ state: JobState, _ jobs: [JobRecord], _ count: Int, _ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack")) {
      headerTag {
        h2 { t("administration.jobs.\(state.rawValue)") }
        span(.class("small quiet")) { t("administration.jobs.count", ["count": count]) }
      }
      if jobs.isEmpty {
        div(.class("empty")) { paragraph(.class("small")) { t("administration.jobs.none.\(state.rawValue)") } }
      } else {
        ul(.class("rows")) { for job in jobs { row(job, context) } }
      }
    }
  }

  private static func row(_ job: JobRecord, _ context: PageContext) -> HTML {
    let t = context.t
    return li {
      span {
        bold { job.kind }
        small {
          t.html("administration.jobs.due", ["time": TimeText.element(job.due > 0 ? job.due : job.created, t.language)])
          " " + t("administration.jobs.attempts", ["count": job.attempts])
        }
        if let error = job.error { small { t("administration.jobs.error", ["error": error]) } }
      }
      if job.state == .waiting, job.attempts > 0 { Chip.labelled(t("administration.jobs.again"), .wait) }
      if job.state == .failed, context.caller.may(.manageJobs) {
        SentForm.to(Link("/administration/jobs", job.id, "retry"), context) {
          button(.class("button button--small"), .type("submit")) { t("administration.jobs.retry") }
        }
      }
    }
  }

  private var retry: Page {
    .does("/administration/jobs/{id}/retry", may: .permission(.manageJobs)) { context in
      let isDone = try await people.jobs.retry(context.value("id"), by: context.caller)
      return .redirect(Link("/administration/jobs").with(["done": isDone ? "retried" : "notFailed"]))
    }
  }

  // MARK: Health

  private var health: Page {
    .shows("/administration/health", may: .permission(.readOperations)) { context in
      var failed: [String] = []
      for check in people.checks {
        do { try await check.check() } catch { failed.append(check.name) }
      }
      let time = try await people.health.databaseTime()
      let behind = try await people.health.boardsBehind()
      let silent = try await people.health.silentTrustees()
      let (t, failedChecks) = (context.t, failed)
      return .page(
        AdministrationSheet.document(context, .health, t("administration.health.title")) {
          section(.class("sheet")) {
            dl(.class("dl")) {
              for check in people.checks {
                AccountSheet.fact(
                  t("administration.health.\(check.name)"),
                  failedChecks.contains(check.name)
                    ? Chip.labelled(t("administration.health.bad"), .stop) : Chip.labelled(t("administration.health.good"), .ok))
              }
              AccountSheet.fact(t("administration.health.answer"), .text(t("administration.health.microseconds", ["count": time])))
              AccountSheet.fact(t("administration.health.version"), .text(people.version))
            }
          }
          Self.boards(behind, t)
          Self.trustees(silent, t)
        })
    }
  }

  private static func boards(_ behind: [BoardBehind], _ t: Texts) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("administration.health.boards") }
      if behind.isEmpty {
        paragraph(.class("small")) { t("administration.health.boards.none") }
      } else {
        Notice.saying(t("administration.health.boards.do"), .stop)
        ul(.class("rows")) {
          for board in behind {
            li {
              span {
                bold { board.title }
                small { reason(board.evidence, t) }
              }
              Chip.labelled(t("administration.health.readOnly"), .stop)
            }
          }
        }
      }
    }
  }

  private static func reason(_ evidence: BoardEvidence?, _ t: Texts) -> String {
    switch evidence {
    case .truncated(let size)?: t("administration.health.truncated", ["size": size])
    case .forked(let size)?: t("administration.health.forked", ["size": size])
    case .restored?: t("administration.health.restored")
    case nil: t("administration.health.unreadable")
    }
  }

  private static func trustees(_ silent: [SilentTrustee], _ t: Texts) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("administration.health.trustees") }
      if silent.isEmpty {
        paragraph(.class("small")) { t("administration.health.trustees.none") }
      } else {
        paragraph(.class("small")) { t("administration.health.trustees.do") }
        ul(.class("rows")) {
          for trustee in silent {
            li {
              span {
                bold { trustee.name }
                small { trustee.title }
                small {
                  if let seen = trustee.seen {
                    t.html("administration.health.seen", ["time": TimeText.element(seen, t.language)])
                  } else {
                    t("administration.health.never")
                  }
                }
              }
              Chip.labelled(t("administration.health.silent"), .wait)
            }
          }
        }
      }
    }
  }

  // MARK: Settings

  private var settings: Page {
    .shows("/administration/settings", may: .permission(.readOperations)) { context in
      let t = context.t
      return .page(
        AdministrationSheet.document(context, .settings, t("administration.settings.title")) {
          paragraph { t("administration.settings.text") }
          section(.class("sheet")) {
            table {
              caption(.class("vh")) { t("administration.settings.title") }
              thead {
                tr {
                  th(.scope("col")) { t("administration.settings.name") }
                  th(.scope("col")) { t("administration.settings.value") }
                  th(.scope("col"), .class("wide")) { t("administration.settings.help") }
                }
              }
              tbody {
                for setting in people.settings {
                  tr {
                    th(.scope("row")) { codeTag { setting.name } }
                    td {
                      setting.value.isEmpty
                        ? span(.class("quiet")) { t("administration.settings.empty") } : codeTag { setting.value }
                      if !setting.isSet, !setting.value.isEmpty {
                        span(.class("fine quiet")) { " " + t("administration.settings.preset") }
                      }
                    }
                    td(.class("wide small")) { setting.help }
                  }
                }
              }
            }
          }
        })
    }
  }
}
