import ManifestJSON

/// The words after a command's name, understood by its syntax.
struct Arguments {
  private let syntax: CommandSyntax
  private var values: [String: [String]] = [:]
  /// What was given without a name, in order.
  private(set) var operands: [String] = []

  /// Reads `--name value`, `--name=value`, `--name` and operands; after `--` all are operands.
  init(_ words: some Sequence<String>, _ syntax: CommandSyntax) throws(UsageError) {
    self.syntax = syntax
    var words = Array(words)[...]
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        break
      } else if word == "-h" {
        values["help", default: []].append("")
      } else if word.hasPrefix("-"), word != "-" {
        try readOption(word, &words)
      } else {
        operands.append(word)
      }
    }
    if has(.help) { return }
    if operands.count > syntax.operands.count {
      throw UsageError(syntax, "“\(operands[syntax.operands.count])” is one argument too many")
    }
    if let missing = syntax.operands.dropFirst(operands.count).first(where: { !$0.isOptional }) {
      throw UsageError(syntax, "\(missing.name) is missing: \(missing.help)")
    }
    if let missing = syntax.options.first(where: { $0.isRequired && !has($0) }) {
      throw UsageError(syntax, "\(missing.text) is missing: \(missing.help)")
    }
  }

  private mutating func readOption(_ word: String, _ words: inout ArraySlice<String>) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = syntax.allOptions.first(where: { "--" + $0.name == parts[0] }) else {
      let names = syntax.allOptions.map { "--" + $0.name }
      throw UsageError(syntax, "unknown option \(parts[0])" + NearestName.suggestion(for: parts[0], among: names))
    }
    var value = ""
    if let placeholder = option.value {
      // A value that looks like an option is one: `--out --json` lacks the folder.
      guard parts.count > 1 || words.first.map({ !$0.hasPrefix("--") }) ?? false else {
        throw UsageError(syntax, "--\(option.name) needs a value: \(option.text), \(option.help)")
      }
      value = parts.count > 1 ? parts[1] : words.removeFirst()
      if value.isEmpty { throw UsageError(syntax, "--\(option.name) has an empty value; give \(placeholder), \(option.help)") }
    } else if parts.count > 1 {
      throw UsageError(syntax, "--\(option.name) takes no value")
    }
    if !option.isRepeatable, values[option.name] != nil, option.value != nil {
      throw UsageError(syntax, "--\(option.name) is given twice; give it once")
    }
    values[option.name, default: []].append(value)
  }

  /// Whether an option was given.
  func has(_ option: CommandOption) -> Bool { values[option.name] != nil }

  /// An option's value.
  func value(_ option: CommandOption) -> String? { values[option.name]?.last }

  /// A repeatable option's values, in order.
  func values(_ option: CommandOption) -> [String] { values[option.name] ?? [] }

  /// The value of an option that must be given.
  func required(_ option: CommandOption) -> String {
    guard option.isRequired, let value = value(option) else { preconditionFailure("--\(option.name) is not declared as required") }
    return value
  }

  /// An option's value as a number.
  func number(_ option: CommandOption, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = value(option) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        syntax, "--\(option.name) is “\(text)”; a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
    }
    return number
  }

  /// An error about these arguments.
  func error(_ reason: String) -> UsageError { UsageError(syntax, reason) }
}

/// A command was called wrongly.
struct UsageError: Error {
  /// What is wrong.
  let reason: String
  /// The command's name.
  let command: String

  init(_ syntax: CommandSyntax, _ reason: String) { self.init(command: syntax.name, reason) }

  init(command: String, _ reason: String) {
    self.reason = reason
    self.command = command
  }
}
