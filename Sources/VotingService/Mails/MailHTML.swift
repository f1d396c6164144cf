/// A mail's plain text as HTML: the same words, calm, nothing from elsewhere.
enum MailHTML {
  private static let page = "margin:0;padding:24px 16px;background:#ffffff;color:#1c2430"
  private static let sheet =
    "max-width:34em;margin:0 auto;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

  /// - Parameters:
  ///   - text: paragraphs with empty lines between them; addresses become links.
  ///   - language: a code such as `de`.
  static func document(subject: String, text: String, language: String) -> String {
    let paragraphs = text.split(separator: "\n\n").map { paragraph in
      let lines = paragraph.split(separator: "\n").map { line($0) }
      return "<p style=\"margin:0 0 1em\">" + lines.joined(separator: "<br>\n") + "</p>\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="\(escape(language))">
      <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(escape(subject))</title></head>
      <body style="\(page)">
      <div style="\(sheet)">
      \(paragraphs.joined())</div>
      </body>
      </html>

      """
  }

  private static func line(_ line: Substring) -> String {
    line.split(separator: " ", omittingEmptySubsequences: false).map { word in
      guard word.hasPrefix("https://") || word.hasPrefix("http://") else { return escape(String(word)) }
      // What ends a sentence is no part of the address.
      let address = word.prefix(upTo: word.lastIndex { !".,;:!?)".contains($0) }.map { word.index(after: $0) } ?? word.endIndex)
      let shown = escape(String(address))
      return "<a style=\"color:#0b57a4;word-break:break-all\" href=\"\(shown)\">\(shown)</a>"
        + escape(String(word[address.endIndex...]))
    }.joined(separator: " ")
  }

  static func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
      .replacing("'", with: "&#39;")
  }
}
