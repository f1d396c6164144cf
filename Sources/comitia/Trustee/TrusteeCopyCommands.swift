import Elections
import TrusteeAgent

/// `comitia trustee key export`: makes a copy.
struct TrusteeKeyExportCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia trustee key export", summary: "Make a copy of a key file for emergencies, under a passphrase of its own.",
    operands: [Operand(name: "FILE", help: "the copy; it must not be there yet")],
    options: [TrusteeOptions.key, PassphraseSource.option, PassphraseSource.newOption],
    notes: [
      "comitia trustee run need not be stopped. Make another copy after the key ceremony: one from before holds no share.",
      "The copy says of itself that it is one: whoever goes on from it cosigns and decrypts only what enough of the other trustees have cosigned. Keep it as well as the "
        + "key file, on no machine that runs.",
    ], examples: ["comitia trustee key export /media/stick/trustee.copy --key trustee.key"])

  private let copy: String
  private let path: String
  private let passphrase: PassphraseSource
  private let new: PassphraseSource

  init(_ arguments: Arguments) throws(UsageError) {
    copy = arguments.operands[0]
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
    new = PassphraseSource(newFile: arguments.value(PassphraseSource.newOption))
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let bytes = try KeyFile.copy(path, passphrase: passphrase.existing(), under: new.new())
    try OutputFile.write(bytes, to: copy, isPrivate: true, otherwise: "give another name")
    terminal.say("\(terminal.mark(true)) \(copy.printable) is a copy of \(path.printable).")
    return .success
  }
}

/// `comitia trustee key restore`: goes on from a copy.
struct TrusteeKeyRestoreCommand: Command {
  private static let newest = CommandOption(
    "newest", help: "you are sure that nothing was done with the key since the copy was made: act without waiting for the others")

  static let syntax = CommandSyntax(
    name: "comitia trustee key restore", summary: "Go on from a copy after the key file is lost.",
    operands: [Operand(name: "FILE", help: "the copy")],
    options: [TrusteeOptions.key, PassphraseSource.option, newest],
    notes: [
      "The key file must not be there yet; it opens with the copy's passphrase. Only if the lost machine will never run again: two that use one key contradict each other.",
      "An old copy does not know what was cosigned since. So a trustee that was restored follows: it cosigns what as many others as the quorum have cosigned, or what "
        + "carries its own cosignature already, and decrypts nothing else. --newest lifts that; where so few are left that the election cannot end otherwise, first have "
        + "the other trustees tell you that they see the same board.",
    ], examples: ["comitia trustee key restore /media/stick/trustee.copy --key trustee.key"])

  private let copy: String
  private let path: String
  private let passphrase: PassphraseSource
  private let isNewest: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    copy = arguments.operands[0]
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
    isNewest = arguments.has(Self.newest)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let file = try KeyFile.restore(path, from: copy, passphrase: passphrase.existing(), isNewest: isNewest)
    FactList(terminal).say("Fingerprint", file.keyring.signingKey.publicKey.hex)
    terminal.say("\(terminal.mark(true)) \(path.printable) goes on from the copy. Never run the lost one again.")
    if !isNewest { terminal.say("  It follows the other trustees from now on; comitia trustee key restore --help says why.") }
    return .success
  }
}
