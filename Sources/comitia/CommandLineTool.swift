import Foundation

/// The command `comitia`: understands its arguments, does what they ask, and says what went wrong.
struct CommandLineTool {
  private let terminal: Terminal

  /// All commands.
  static let tree = CommandTree.group(
    name: "comitia", summary: "Elections whose result anyone can check.",
    [
      .group(name: "comitia election", summary: "Hold an election.", [.command(ElectionRunCommand.self)]),
      .group(
        name: "comitia trustee", summary: "Hold a share of an election's key, and decrypt its tally with others.",
        [
          .command(TrusteeJoinCommand.self), .command(TrusteeRunCommand.self), .command(TrusteeApproveCommand.self),
          .command(TrusteeStatusCommand.self),
          .group(
            name: "comitia trustee key", summary: "Make a key file, copy it, go on from a copy, or change its passphrase.",
            [
              .command(TrusteeKeyCreateCommand.self), .command(TrusteeKeyPassphraseCommand.self),
              .command(TrusteeKeyExportCommand.self),
              .command(TrusteeKeyRestoreCommand.self),
            ]),
        ]),
      .group(
        name: "comitia witness", summary: "Cosign what logs show, so that none shows one thing to some and another to others.",
        [
          .command(WitnessCreateCommand.self), .command(WitnessKeyCommand.self), .command(WitnessAddCommand.self),
          .command(WitnessRunCommand.self), .command(WitnessStatusCommand.self), .command(WitnessPassphraseCommand.self),
        ]),
      .command(ServeCommand.self), .command(DemonstrationCommand.self), .command(VerifyCommand.self), .command(InspectCommand.self),
      .command(ReceiptCommand.self), .command(CredentialsCommand.self),
      .group(
        name: "comitia chain",
        summary: "Deploy the contracts of elections, write what a record proves, and look after what pays for it.",
        [
          .command(ChainDeployCommand.self), .command(ChainPublishCommand.self), .command(ChainBalanceCommand.self),
          .command(ChainReconcileCommand.self), .command(ChainCostsCommand.self),
          .group(
            name: "comitia chain key", summary: "Make accounts for chains.", [.command(ChainKeyCreateCommand.self)]),
        ]),
      .group(name: "comitia audit", summary: "Look after the audit log of a service.", [.command(AuditVerifyCommand.self)]),
    ])

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// Does what the words after the command's name ask.
  func run(_ words: [String]) -> ExitStatus {
    do {
      let status = try answer(words)
      if terminal.hasLostOutput { throw CommandFailure("standard output cannot be written; the answer is not complete") }
      return status
    } catch {
      Interruption.waitIfStopping()
      report(Self.message(error), words)
      return .unusable
    }
  }

  private func answer(_ words: [String]) throws -> ExitStatus {
    switch try Self.tree.resolve(words[...], width: min(terminal.width, 100)) {
    case .run(let command): return try command.run(terminal)
    case .help(let text):
      terminal.say(String(text.dropLast()))
      return .success
    case .version:
      terminal.say("comitia \(Invocation.version)")
      return .success
    }
  }

  /// What went wrong, in one line.
  private static func message(_ error: any Error) -> String {
    switch error {
    case let error as UsageError: "\(error.reason) (\(error.command) --help tells more)"
    case let error as CommandFailure: error.message
    default: "unexpected failure: \(error)"
    }
  }

  private func report(_ message: String, _ words: [String]) {
    // The arguments may not have been understood, so they are looked at as they are.
    if words.prefix(while: { $0 != "--" }).contains("--json") { terminal.say(JSONAnswer.text(ErrorAnswer(error: message))) }
    terminal.note("comitia: \(message.printable)\n")
  }
}
