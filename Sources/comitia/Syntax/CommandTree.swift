import ManifestJSON

/// The commands and the groups they stand in.
enum CommandTree: Sendable {
  case command(any Command.Type)
  case group(name: String, summary: String, [CommandTree])

  /// The words that call it.
  var name: String {
    switch self {
    case .command(let type): type.syntax.name
    case .group(let name, _, _): name
    }
  }

  var summary: String {
    switch self {
    case .command(let type): type.syntax.summary
    case .group(_, let summary, _): summary
    }
  }

  /// The last word of the name.
  var word: String { String(name.split(separator: " ").last ?? "") }

  /// What is asked for.
  enum Request {
    case run(any Command)
    case help(String)
    case version
  }

  /// Follows the words down the tree.
  func resolve(_ words: ArraySlice<String>, width: Int) throws(UsageError) -> Request {
    switch self {
    case .command(let type):
      let arguments = try Arguments(words, type.syntax)
      return arguments.has(.help) ? .help(type.syntax.help(width: width)) : .run(try type.init(arguments))
    case .group(let name, _, let members):
      guard let word = words.first else { throw UsageError(command: name, "say what to do: \(members.list)") }
      if ["--help", "-h"].contains(word) { return .help(help(width: width)) }
      if word == "--version" { return .version }
      // `comitia help verify` is another way to say `comitia verify --help`.
      if word == "help" { return try resolve(words.dropFirst().prefix { !$0.hasPrefix("-") } + ["--help"], width: width) }
      guard let member = members.first(where: { $0.word == word }) else {
        let what = word.hasPrefix("-") ? "unknown option" : "unknown command"
        let names = members.map { $0.word } + ["--help", "--version"]
        let suggestion = NearestName.suggestion(for: word, among: names)
        throw UsageError(command: name, "\(what) \(word)" + (suggestion.isEmpty ? "; there are \(members.list)" : suggestion))
      }
      return try member.resolve(words.dropFirst(), width: width)
    }
  }

  private func help(width: Int) -> String {
    guard case .group(let name, let summary, let members) = self else { return "" }
    var text = summary + "\n\nUsage: \(name) COMMAND [options]\n"
    text += HelpText.section("Commands", members.flatMap { $0.leaves(below: name) }, width: width)
    text += HelpText.section(
      "Options", [("--help", "show this help; each command has its own"), ("--version", "show the version")], width: width)
    return text
  }

  /// The commands below, each with its words after `prefix`.
  private func leaves(below prefix: String) -> [(term: String, meaning: String)] {
    switch self {
    case .command(let type): [(String(type.syntax.name.dropFirst(prefix.count + 1)), type.syntax.summary)]
    case .group(_, _, let members): members.flatMap { $0.leaves(below: prefix) }
    }
  }
}

extension [CommandTree] {
  /// `election, verify or inspect`
  fileprivate var list: String {
    let words = map { $0.word }
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
