import Foundation

/// `comitia serve`: runs the service.
struct ServeCommand: Command {
  private static let config = CommandOption("config", "FILE", help: "the configuration file; $COMITIA_CONFIGURATION if not given")
  private static let data = CommandOption("data", "DIR", help: Setting.data.help + " (comitia-data)")
  private static let address = CommandOption("address", "ADDRESS", help: Setting.address.help)
  private static let port = CommandOption("port", "N", help: Setting.port.help + " (8080)")
  private static let database = CommandOption("database", "WHERE", help: Setting.database.help)
  private static let web = CommandOption("web", "DIR", help: Setting.web.help)
  private static let restored = CommandOption(
    "restored", help: "the database was restored from a backup: boards stay read-only until trustees have shown what they saw")
  private static let witness = CommandOption(
    "witness", "WITNESS", isRepeatable: true,
    help: "a witness outside that is asked to cosign each board: “VKEY URL” in quotes, as comitia witness key prints the first")
  private static let check = CommandOption("check", help: "only check the configuration")

  static let syntax = CommandSyntax(
    name: "comitia serve",
    summary: "Run the service: elections, voters, trustees and casting over the network.",
    options: [data, port, address, database, config, web, witness, restored, check],
    notes: [
      "Needs nothing else: without options it keeps everything in the folder comitia-data and listens on http://localhost:8080. What more can be "
        + "set, in a file or in the environment, is in docs/admin/configuration.md.",
      "The log goes to standard error, a JSON object a line. SIGTERM or Ctrl-C stops the service in good order.",
    ],
    examples: ["comitia serve", "comitia serve --config /etc/comitia.json", "comitia serve --data DIR --port 9000"])

  private let file: String?
  private let options: [String: String]
  private let isRestored: Bool
  private let onlyChecks: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    let environment = ProcessInfo.processInfo.environment["COMITIA_CONFIGURATION"]
    file = arguments.value(Self.config) ?? environment.flatMap { $0.isEmpty ? nil : $0 }
    var options: [String: String] = [:]
    for (option, setting) in [
      (Self.data, Setting.data), (Self.address, .address), (Self.port, .port), (Self.database, .database), (Self.web, .web),
    ] {
      if let value = arguments.value(option) { options[setting.name] = value }
    }
    let witnesses = arguments.values(Self.witness)
    if !witnesses.isEmpty { options[Setting.witnesses.name] = witnesses.joined(separator: ",") }
    self.options = options
    isRestored = arguments.has(Self.restored)
    onlyChecks = arguments.has(Self.check)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let settings = try ServerSettings(file: file, options: options)
    if onlyChecks {
      terminal.say("The configuration is in order.")
      return .success
    }
    // Before any other thread starts: they inherit that the signals wait.
    StopSignal.hold()
    ReloadSignal.hold()
    let log = JSONLog(level: settings.logLevel)
    let service = ServiceProcess(settings, log: log, isRestored: isRestored)
    try Blocking.run { try await service.run(terminal) }
    return .success
  }
}
