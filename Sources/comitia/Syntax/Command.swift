/// How a command ends: `docs/spec/07-verification.md`, 7.3.
enum ExitStatus: Int32 {
  /// It did what it was asked; every check passed.
  case success = 0
  /// A check failed.
  case checkFailed = 1
  /// Called wrongly, or something could not be read or written.
  case unusable = 2
}

/// Something that can be asked of `comitia`.
protocol Command: SendableMetatype {
  /// What it takes.
  static var syntax: CommandSyntax { get }
  /// Understands what was asked; nothing is read or written yet.
  init(_ arguments: Arguments) throws(UsageError)
  /// Does it.
  func run(_ terminal: Terminal) throws -> ExitStatus
}

/// Why a command could not do what it was asked: what was wrong, then what to do. One line.
struct CommandFailure: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
