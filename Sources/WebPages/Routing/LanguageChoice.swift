import API
import HTTPServer

/// In which language a reader gets pages: what was chosen (a cookie), else what the browser proposes.
enum LanguageChoice {
  static let cookie = "language"

  static func language(of request: HTTPRequest) -> Language {
    for field in request.headers.all("Cookie") {
      for pair in field.split(separator: ";") {
        let sides = pair.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
        if sides.count == 2, sides[0] == cookie, let language = Language(rawValue: sides[1]) { return language }
      }
    }
    return .preferred(request.headers["Accept-Language"])
  }

  /// Keeps a choice for a year; scripts of the booth read it too.
  static func setting(_ language: Language, _ request: HTTPRequest) -> String {
    "\(cookie)=\(language.rawValue); Path=/; Max-Age=31536000; SameSite=Lax" + (request.isSecure ? "; Secure" : "")
  }

  /// Chooses, and goes back to where the choice was made.
  static let page = Page.does("/language") { context in
    guard let language = Language(rawValue: context.form["language"]) else { throw Problem(.badRequest) }
    return .redirect(
      Link.own(context.form["then"]) ?? Link("/"), headers: HTTPHeaders([("Set-Cookie", setting(language, context.request))]))
  }
}
