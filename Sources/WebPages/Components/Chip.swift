/// A stamp with a word.
enum Chip {
  enum Kind: String { case plain, ok, wait, stop, live }

  static func labelled(_ word: String, _ kind: Kind) -> HTML {
    switch kind {
    case .plain: span(.class("chip")) { word }
    case .live: span(.class("chip chip--ok chip--live")) { word }
    case .ok, .wait, .stop:
      span(.class("chip chip--\(kind.rawValue)")) {
        switch kind {
        case .ok: Icon.named("tick")
        case .wait: Icon.named("clock")
        default: Icon.named("warning")
        }
        word
      }
    }
  }
}
