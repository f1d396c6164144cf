import Elections
import TrusteeAgent

/// `comitia trustee key create`: makes a key file.
struct TrusteeKeyCreateCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia trustee key create",
    summary: "Make a key file with a fresh signing key. comitia trustee join does so by itself.",
    options: [TrusteeOptions.key, PassphraseSource.option], notes: [TrusteeOptions.note])

  private let path: String
  private let passphrase: PassphraseSource

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let file = try KeyFile.create(path, passphrase: passphrase.new())
    FactList(terminal).say("Fingerprint", file.keyring.signingKey.publicKey.hex)
    return .success
  }
}

/// `comitia trustee key passphrase`: changes the passphrase.
struct TrusteeKeyPassphraseCommand: Command {
  static let syntax = CommandSyntax(
    name: "comitia trustee key passphrase", summary: "Change the passphrase of a key file.",
    options: [TrusteeOptions.key, PassphraseSource.option, PassphraseSource.newOption],
    notes: [
      "Copies made before still open with the old passphrase: make new ones and destroy the old.",
      "The old file is overwritten where it stood. That does not reach what backups, snapshots, flash memory or file systems that copy on write still hold: if the old "
        + "passphrase was seen by somebody who may reach those, the key is as good as stolen.",
      TrusteeOptions.note,
    ])

  private let path: String
  private let passphrase: PassphraseSource
  private let new: PassphraseSource

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.required(TrusteeOptions.key)
    passphrase = PassphraseSource(arguments)
    new = PassphraseSource(newFile: arguments.value(PassphraseSource.newOption))
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let file = try KeyFile.open(path, passphrase: passphrase.existing())
    try file.changePassphrase(new.new())
    terminal.say("\(terminal.mark(true)) \(path.printable) opens with the new passphrase only.")
    return .success
  }
}
