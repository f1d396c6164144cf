/// A piece of a page. Made of elements and plain text only, so that nothing a person has written can become markup: there is no way to a piece
/// from a string but `Text`, which escapes it.
public struct HTML: Sendable, Equatable {
  /// As it is sent.
  let markup: String

  /// Only elements make markup.
  init(markup: String) { self.markup = markup }

  /// Nothing.
  public static let empty = HTML(markup: "")

  /// Plain text, escaped for every place where text or a quoted value may stand.
  public static func text(_ text: some StringProtocol) -> HTML { HTML(markup: escape(text)) }

  static func escape(_ text: some StringProtocol) -> String {
    guard
      text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3c || $0 == 0x3e || $0 == 0x22 || $0 == 0x27 || $0 < 0x20 || $0 == 0x7f })
    else {
      return String(text)
    }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      // What may not stand in HTML at all.
      case "\0"..<" ", "\u{7f}": escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// One piece after the other.
  public static func + (first: HTML, second: HTML) -> HTML { HTML(markup: first.markup + second.markup) }
}

/// Puts pieces one after the other; strings among them are text.
@resultBuilder
public enum HTMLBuilder {
  public static func buildExpression(_ piece: HTML) -> [HTML] { [piece] }
  public static func buildExpression(_ piece: HTML?) -> [HTML] { piece.map { [$0] } ?? [] }
  public static func buildExpression(_ pieces: [HTML]) -> [HTML] { pieces }
  public static func buildExpression(_ text: some StringProtocol) -> [HTML] { [.text(text)] }
  public static func buildBlock(_ pieces: [HTML]...) -> [HTML] { pieces.flatMap { $0 } }
  public static func buildOptional(_ pieces: [HTML]?) -> [HTML] { pieces ?? [] }
  public static func buildEither(first pieces: [HTML]) -> [HTML] { pieces }
  public static func buildEither(second pieces: [HTML]) -> [HTML] { pieces }
  public static func buildArray(_ pieces: [[HTML]]) -> [HTML] { pieces.flatMap { $0 } }
  public static func buildFinalResult(_ pieces: [HTML]) -> HTML { HTML(markup: pieces.map { $0.markup }.joined()) }
}

/// Pieces where no element is wanted around them.
func group(@HTMLBuilder _ content: () -> HTML) -> HTML { content() }
