/// How this process was called.
enum Invocation {
  static let version = "0.1.0"

  /// The command as it was typed, for the next step to type.
  static var name: String { TextFormat.shellWord(CommandLine.arguments.first ?? "comitia") }
}
