import API
import HTTPServer

/// What went wrong and what to do, for everything that a page did not say itself.
enum ErrorPage {
  static func document(_ problem: Problem, _ request: HTTPRequest, _ t: Texts, isPilot: Bool) -> Document {
    let key =
      [400, 401, 403, 404, 409, 413, 415, 422, 429, 503].contains(problem.status) ? "error.\(problem.status)" : "error.other"
    let title = problem.kind == .forgery ? t("error.forgery") : t(key)
    return Document(title, Frame(here: "/", isPilot: isPilot)) {
      div(.class("sheet stack")) {
        h1 { title }
        paragraph { problem.kind == .forgery ? t("error.forgery.do") : t("\(key).do") }
        // Which permission is missing is for programs; people ask for help.
        if !problem.detail.isEmpty, problem.kind != .forbidden { paragraph(.class("quiet"), .lang("en")) { problem.detail } }
        if problem.status >= 500 { paragraph(.class("fine quiet")) { t("error.request", ["id": request.id]) } }
        div(.class("actions")) { anchor(.class("button button--primary"), .href(Link("/"))) { t("error.home") } }
      }
    }
  }
}
