/// `comitia chain key create`: makes an account.
struct ChainKeyCreateCommand: Command {
  private static let file = CommandOption("key", "FILE", isRequired: true, help: "the key file to make; nothing may be there yet")

  static let syntax = CommandSyntax(
    name: "comitia chain key create",
    summary: "Make an account for Polygon and chains like it, in a key file that other wallets read, too.",
    options: [file, PassphraseSource.option],
    notes: [
      "Whoever has the file and its passphrase spends what the account has. Make one account to deploy with and another that the service records with."
    ],
    examples: ["comitia chain key create --key deployer.json"])

  private let path: String
  private let passphrase: PassphraseSource

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.required(Self.file)
    passphrase = PassphraseSource(arguments)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    FactList(terminal).say("Account", try AccountKeyFiles.create(path, passphrase).description)
    return .success
  }
}
