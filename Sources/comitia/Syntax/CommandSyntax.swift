/// What a command takes, declared once: parsing, errors and help all come from it.
struct CommandSyntax: Sendable {
  /// The words that call it, `comitia election run`.
  let name: String
  /// What it does, in a line.
  let summary: String
  var operands: [Operand] = []
  var options: [CommandOption] = []
  /// What else there is to know, each a paragraph of the help.
  var notes: [String] = []
  /// Lines to type.
  var examples: [String] = []

  /// All options, those that every command has included.
  var allOptions: [CommandOption] { options + [.help] }

  /// The last word of the name.
  var word: String { String(name.split(separator: " ").last ?? "") }

  /// The help, at most `width` columns wide.
  func help(width: Int) -> String {
    var text = summary.wrapped(to: width) + "\n\n" + usage(width: width)
    text += HelpText.section("What to give", operands.map { ($0.name, $0.help) }, width: width)
    text += HelpText.section("Options", allOptions.map { ($0.text, $0.help) }, width: width)
    for note in notes { text += "\n" + note.wrapped(to: width) + "\n" }
    return text + HelpText.examples(examples)
  }

  /// How to call it.
  private func usage(width: Int) -> String {
    let needed = operands.map { $0.isOptional ? "[\($0.name)]" : $0.name } + options.filter { $0.isRequired }.map { $0.text }
    let text = ([name] + needed + ["[options]"]).joined(separator: " ")
    return "Usage: " + text.wrapped(to: width, indent: 7).dropFirst(7) + "\n"
  }
}

/// Parts of a help page.
enum HelpText {
  /// A heading with a list of terms and what they mean; nothing if the list is empty.
  static func section(_ title: String, _ rows: [(term: String, meaning: String)], width: Int) -> String {
    guard !rows.isEmpty else { return "" }
    let column = min(24, (rows.map { $0.term.displayWidth }.max() ?? 0) + 4)
    var text = "\n\(title)\n"
    for row in rows {
      let meaning = row.meaning.wrapped(to: width, indent: column)
      let term = "  " + row.term
      // A long term has the line to itself.
      text += term.displayWidth + 2 > column ? term + "\n" + meaning : term.padded(to: column) + meaning.dropFirst(column)
      text += "\n"
    }
    return text
  }

  /// Lines to type.
  static func examples(_ lines: [String]) -> String {
    lines.isEmpty ? "" : "\nExamples\n" + lines.map { "  " + $0 + "\n" }.joined()
  }
}
