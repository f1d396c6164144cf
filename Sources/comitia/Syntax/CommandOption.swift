/// An option that a command takes: `--name VALUE`, or `--name` alone.
struct CommandOption: Sendable {
  /// Without the dashes.
  let name: String
  /// What stands for the value in the help; `nil` for an option without one.
  let value: String?
  /// What it is for.
  let help: String
  /// Whether it may be given more than once.
  let isRepeatable: Bool
  /// Whether it must be given.
  let isRequired: Bool

  init(_ name: String, _ value: String? = nil, isRequired: Bool = false, isRepeatable: Bool = false, help: String) {
    self.name = name
    self.value = value
    self.help = help
    self.isRepeatable = isRepeatable
    self.isRequired = isRequired
  }

  /// As it is written: `--name VALUE`.
  var text: String { "--" + name + (value.map { " " + $0 } ?? "") }

  static let help = CommandOption("help", help: "show this help")
  static let json = CommandOption("json", help: "answer in JSON on standard output, and with nothing else there")
  static let cores = CommandOption("cores", "N", help: "how many cores to use; all of them if not given")
}

/// What a command takes without a name.
struct Operand: Sendable {
  /// What stands for it in the help.
  let name: String
  /// What it is.
  let help: String
  var isOptional = false
}
