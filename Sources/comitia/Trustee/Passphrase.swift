import Foundation

/// Where the passphrase of a key file comes from: a file, or a person at a terminal. Never an argument, which every user of the machine can see.
struct PassphraseSource {
  static let option = CommandOption(
    "passphrase-file", "FILE",
    help: "a file whose first line is the passphrase; or name it in COMITIA_PASSPHRASE_FILE; else it is asked for")
  static let newOption = CommandOption(
    "new-passphrase-file", "FILE", help: "a file whose first line is the new passphrase; else it is asked for")
  /// Characters below which a passphrase is refused when it is made.
  static let shortest = 12

  private let file: String?

  init(_ arguments: Arguments) {
    let environment = ProcessInfo.processInfo.environment["COMITIA_PASSPHRASE_FILE"] ?? ""
    file = arguments.value(Self.option) ?? (environment.isEmpty ? nil : environment)
  }

  /// - Parameter newFile: of the new passphrase.
  init(newFile: String?) { file = newFile }

  /// The passphrase of a file that is there.
  func existing() throws -> [UInt8] { try file.map(Self.read) ?? Self.ask("Passphrase: ") }

  /// A new one, asked for twice.
  func new() throws -> [UInt8] {
    let passphrase: [UInt8]
    if let file {
      passphrase = try Self.read(file)
    } else {
      passphrase = try Self.ask("New passphrase, at least \(Self.shortest) characters: ")
      guard try Self.ask("The same again: ") == passphrase else {
        throw CommandFailure("these were two different passphrases; nothing was changed")
      }
    }
    guard String(decoding: passphrase, as: UTF8.self).count >= Self.shortest else {
      throw CommandFailure(
        "the passphrase is shorter than \(Self.shortest) characters; take a longer one, such as five random words")
    }
    return passphrase
  }

  private static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let line = try InputFile.read(path).prefix { $0 != 0x0a && $0 != 0x0d }
    guard !line.isEmpty else { throw CommandFailure("the first line of \(path.printable) is empty; write the passphrase there") }
    return Array(line)
  }

  private static func ask(_ question: String) throws(CommandFailure) -> [UInt8] {
    guard let line = TerminalInput.ask(question, isSecret: true) else {
      throw CommandFailure("there is no terminal to ask for the passphrase; give --passphrase-file")
    }
    return line
  }
}

/// Asks a person, whatever standard input is.
enum TerminalInput {
  /// A line; `nil` where there is no terminal.
  ///
  /// - Parameter isSecret: whether what is typed is not shown.
  static func ask(_ question: String, isSecret: Bool = false) -> [UInt8]? {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var shown = termios()
    guard tcgetattr(terminal, &shown) == 0 else { return nil }
    if isSecret {
      var hidden = shown
      hidden.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(terminal, TCSAFLUSH, &hidden)
    }
    defer { if isSecret { tcsetattr(terminal, TCSAFLUSH, &shown) } }
    write(terminal, question)
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while Glibc.read(terminal, &byte, 1) == 1, byte != 0x0a { line.append(byte) }
    if isSecret { write(terminal, "\n") }
    return line
  }

  /// Whether a person says yes.
  static func confirms(_ question: String) -> Bool? {
    ask(question + " [y/N] ").map { ["y", "yes"].contains(String(decoding: $0, as: UTF8.self).lowercased()) }
  }

  private static func write(_ terminal: Int32, _ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { Glibc.write(terminal, $0.baseAddress, $0.count) }
  }
}
