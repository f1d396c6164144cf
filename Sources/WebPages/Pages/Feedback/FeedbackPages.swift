import API
import VotingService

/// How a pilot went, said by whoever wants to.
struct FeedbackPages: Sendable {
  let box: FeedbackBox
  let isPilot: Bool

  var pages: [Page] { isPilot ? [show, give] : [] }

  private var show: Page {
    .shows("/feedback") { context in
      let document = context.query["done"] == "given" ? Self.thanks(context) : Self.document(context, Filled())
      return .page(document)
    }
  }

  private var give: Page {
    .does("/feedback", limit: .message) { context in
      let form = context.form
      let marks = Feedback.Mark.allCases.compactMap { mark in
        Int(form[mark.rawValue]).flatMap { (1...5).contains($0) ? (mark, $0) : nil }
      }
      let answers = Feedback.Asked.allCases.compactMap { asked in
        Feedback.Answer(rawValue: form[asked.rawValue]).map { (asked, $0) }
      }
      let words = Feedback.Words.allCases.map { ($0, form.trimmed($0.rawValue)) }
      let t = context.t
      do {
        try await box.give(
          Feedback(
            marks: Dictionary(uniqueKeysWithValues: marks), answers: Dictionary(uniqueKeysWithValues: answers),
            words: Dictionary(uniqueKeysWithValues: words)))
        return .redirect(Link("/feedback").with(["done": "given"]))
      } catch FeedbackError.empty {
        return Self.refused(context, "worked", t("feedback.empty"))
      } catch FeedbackError.tooLong(let part) {
        return Self.refused(context, part.rawValue, t("feedback.tooLong"))
      } catch FeedbackError.tooMany {
        return Self.refused(context, "", t("feedback.tooMany"))
      }
    }
  }

  private static func refused(_ context: PageContext, _ field: String, _ text: String) -> PageAnswer {
    .page(document(context, Filled(context.form, faults: [(field, text)])), status: 422)
  }

  /// Without the button that leads here.
  private static func frame(_ context: PageContext) -> Frame {
    var frame = Frame(context)
    frame.isPilot = false
    return frame
  }

  private static func thanks(_ context: PageContext) -> Document {
    let t = context.t
    return Document(t("feedback.thanks"), frame(context)) {
      div(.class("page-head")) { h1 { t("feedback.thanks") } }
      div(.class("col")) {
        Notice.saying(t("feedback.thanks.text"), isNews: true)
        div(.class("actions")) { anchor(.class("button"), .href(Link("/"))) { t("error.home") } }
      }
    }
  }

  static func document(_ context: PageContext, _ filled: Filled) -> Document {
    let t = context.t
    return Document(t("feedback.title"), frame(context)) {
      div(.class("page-head")) {
        div {
          h1 { t("feedback.title") }
          paragraph(.class("quiet")) { t("feedback.lead") }
        }
      }
      div(.class("sheet stack")) {
        Notice.saying(t("feedback.secret"), .wait)
        Field.faults(filled, t)
        SentForm.to(Link("/feedback"), context, name: "form") {
          for mark in Feedback.Mark.allCases {
            Scale.field(
              mark.rawValue, t("feedback.mark.\(mark.rawValue)"), filled, low: t("feedback.low"), high: t("feedback.high"))
          }
          for asked in Feedback.Asked.allCases { choice(asked, filled, t) }
          for part in Feedback.Words.allCases {
            Field.area(part.rawValue, t("feedback.words.\(part.rawValue)"), filled, rows: 3)
          }
          div(.class("actions")) { button(.class("button button--primary"), .type("submit")) { t("feedback.do") } }
        }
      }
    }
  }

  private static func choice(_ asked: Feedback.Asked, _ filled: Filled, _ t: Texts) -> HTML {
    fieldset(.class("field")) {
      legend { t("feedback.asked.\(asked.rawValue)") }
      div(.class("choices")) {
        for answer in Feedback.Answer.allCases {
          label(.class("choice")) {
            input(
              .type("radio"), .name(asked.rawValue), .value(answer.rawValue),
              .checked(filled.values[asked.rawValue] == answer.rawValue))
            span { bold { t("feedback.answer.\(answer.rawValue)") } }
          }
        }
      }
    }
  }
}

/// One to five, between two words.
enum Scale {
  static func field(_ name: String, _ caption: String, _ filled: Filled, low: String, high: String) -> HTML {
    fieldset(.class("field")) {
      legend { caption }
      div(.class("scale")) {
        for value in 1...5 {
          label {
            input(.type("radio"), .name(name), .value(String(value)), .checked(filled.values[name] == String(value)))
            String(value)
          }
        }
      }
      paragraph(.class("ends")) {
        span { "1 · \(low)" }
        span { "5 · \(high)" }
      }
    }
  }
}
