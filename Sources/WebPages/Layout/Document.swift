/// A whole page: what stands between header and footer, and what the frame around it needs to know.
struct Document: Sendable {
  let title: String
  var frame: Frame
  /// Modules of `web/js`, by their names without ending. The page must do its work without them.
  var modules: [String] = []
  let content: HTML

  init(_ title: String, _ frame: Frame, modules: [String] = [], @HTMLBuilder content: () -> HTML) {
    self.title = title
    self.frame = frame
    self.modules = modules
    self.content = content()
  }

  func markup(_ t: Texts) -> String {
    let page = html(.lang(t.language.rawValue), .dir("ltr")) {
      head {
        meta(.named("charset", "utf-8"))
        meta(.name("viewport"), .named("content", "width=device-width, initial-scale=1, viewport-fit=cover"))
        meta(.name("color-scheme"), .named("content", "light dark"))
        titleTag { "\(title) · Comitia" }
        linkTag(.named("rel", "icon"), .href(Link("/icon.svg")), .named("type", "image/svg+xml"))
        linkTag(.named("rel", "stylesheet"), .href(Link("/css/comitia.css")))
        for module in ["times"] + modules { scriptTag(.named("type", "module"), .src(Link("/js").down(module + ".mjs"))) }
      }
      body {
        anchor(.class("skip"), .href(.here("main"))) { t("common.skip") }
        frame.top(t)
        main(.id("main"), .tabindex(-1)) { div(.class("wrap")) { content } }
        frame.foot(t)
      }
    }
    return "<!DOCTYPE html>\n" + page.markup + "\n"
  }
}
