import API
import HTTPServer
import VotingService

/// What people said of a pilot, with means, and as files.
struct FeedbackListPages: Sendable {
  let box: FeedbackBox
  let isPilot: Bool

  var pages: [Page] { [list, export] }

  private var list: Page {
    .shows("/administration/feedback", may: .permission(.readFeedback)) { context in
      let summary = try await box.summary()
      let entries = try await box.list(offset: ListPager.page(context) * ListPager.size, limit: ListPager.size)
      let t = context.t
      return .page(
        AdministrationSheet.document(context, .feedback, t("administration.feedback.title")) {
          if !isPilot { Notice.saying(t("administration.feedback.off"), .wait) }
          Self.figures(summary, t)
          section(.class("sheet stack")) {
            headerTag {
              h2 { t("administration.feedback.words") }
              span(.class("small quiet")) { t("administration.feedback.count", ["count": summary.count]) }
            }
            if entries.isEmpty {
              div(.class("empty")) { paragraph(.class("small")) { t("administration.feedback.none") } }
            } else {
              ul(.class("rows")) { for entry in entries { Self.row(entry, t) } }
            }
            ListPager.links(context, total: summary.count) { Link("/administration/feedback").with(["page": $0]) }
          }
          if summary.count > 0 { Self.files(context) }
        })
    }
  }

  private static func figures(_ summary: FeedbackSummary, _ t: Texts) -> HTML {
    section(.class("sheet stack")) {
      h2 { t("administration.feedback.means") }
      table {
        caption(.class("vh")) { t("administration.feedback.means") }
        thead {
          tr {
            th(.scope("col")) { t("administration.feedback.question") }
            th(.scope("col"), .class("r")) { t("administration.feedback.mean") }
            th(.scope("col"), .class("r")) { t("administration.feedback.answers") }
          }
        }
        tbody {
          for mark in Feedback.Mark.allCases {
            let found = summary.marks[mark]
            tr {
              th(.scope("row")) { t("feedback.mark.\(mark.rawValue)") }
              td(.class("r")) { found.map { decimal($0.hundredths) } ?? "–" }
              td(.class("r")) { String(found?.count ?? 0) }
            }
          }
          for asked in Feedback.Asked.allCases {
            let answers = summary.answers[asked] ?? [:]
            tr {
              th(.scope("row")) { t("feedback.asked.\(asked.rawValue)") }
              td(.class("r")) {
                Feedback.Answer.allCases.map { "\(t("feedback.answer.\($0.rawValue)")) \(answers[$0] ?? 0)" }.joined(
                  separator: " · ")
              }
              td(.class("r")) { String(answers.values.reduce(0, +)) }
            }
          }
        }
      }
    }
  }

  private static func decimal(_ hundredths: Int) -> String {
    "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + String(hundredths % 100)
  }

  private static func row(_ entry: GivenFeedback, _ t: Texts) -> HTML {
    li {
      div(.class("stack-s")) {
        paragraph(.class("fine quiet")) {
          TimeText.day(entry.day, t.language)
          for mark in Feedback.Mark.allCases {
            if let value = entry.feedback.marks[mark] { " · \(t("administration.mark.\(mark.rawValue)")) \(value)" }
          }
          for asked in Feedback.Asked.allCases {
            if let answer = entry.feedback.answers[asked] {
              " · \(t("administration.asked.\(asked.rawValue)")) \(t("feedback.answer.\(answer.rawValue)"))"
            }
          }
        }
        for part in Feedback.Words.allCases {
          if let text = entry.feedback.words[part] {
            paragraph {
              strong { t("feedback.words.\(part.rawValue)") }
              " " + text
            }
          }
        }
      }
    }
  }

  // MARK: Files

  private static func files(_ context: PageContext) -> HTML {
    let t = context.t
    return section(.class("sheet stack")) {
      h2 { t("administration.feedback.export") }
      paragraph(.class("small quiet")) { t("administration.feedback.export.text") }
      SentForm.to(Link("/administration/feedback/export"), context) {
        div(.class("actions")) {
          button(.class("button"), .type("submit"), .name("format"), .value("csv")) { "CSV" }
          button(.class("button"), .type("submit"), .name("format"), .value("json")) { "JSON" }
        }
      }
    }
  }

  /// A form, for the audit log takes it down.
  private var export: Page {
    .does("/administration/feedback/export", may: .permission(.readFeedback)) { context in
      let isJSON = context.form["format"] == "json"
      let entries = try await box.export(by: context.caller)
      let fields = HTTPHeaders([
        ("Content-Type", isJSON ? "application/json" : "text/csv; charset=utf-8"),
        ("Content-Disposition", "attachment; filename=\"feedback.\(isJSON ? "json" : "csv")\""), ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
      ])
      return .response(
        HTTPResponse(headers: fields, body: .bytes(isJSON ? FeedbackFile.json(entries) : FeedbackFile.csv(entries))))
    }
  }
}
