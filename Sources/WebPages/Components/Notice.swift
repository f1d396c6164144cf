/// Something that a reader should know now.
enum Notice {
  enum Kind { case good, wait, stop }

  /// - Parameter isNews: whether it is read out as soon as the page is there: what a form has done, or what was wrong with it.
  static func saying(_ text: String, _ kind: Kind = .good, isNews: Bool = false) -> HTML {
    let name =
      switch kind {
      case .good: "notice"
      case .wait: "notice notice--wait"
      case .stop: "notice notice--stop"
      }
    let content = group {
      switch kind {
      case .good: Icon.named("tick")
      case .wait: Icon.named("clock")
      case .stop: Icon.named("warning")
      }
      paragraph { text }
    }
    guard isNews else { return div(.class(name)) { content } }
    return kind == .stop ? div(.class(name), .role("alert")) { content } : div(.class(name), .role("status")) { content }
  }

  /// What an earlier form has done, by the word that its redirection left in the query.
  static func done(_ context: PageContext, among words: [String]) -> HTML? {
    let word = context.query["done"]
    return words.contains(word) ? saying(context.t("done.\(word)"), isNews: true) : nil
  }
}
