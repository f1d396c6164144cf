import ChainDeployment
import Ethereum

/// `comitia chain deploy`: puts the contracts on a chain.
struct ChainDeployCommand: Command {
  private static let owner = CommandOption(
    "owner", "ADDRESS",
    help: "who appoints recorders and can pause; the deployer if not given. A contract of several signers is better")
  private static let recorder = CommandOption(
    "recorder", "ADDRESS", isRequired: true,
    help: "the account that the service records with; none leaves it to the owner to appoint one")
  private static let confirmations = CommandOption(
    "confirmations", "N", help: "blocks that each contract waits for, 1 to 64; 5, on local 1, if not given")
  private static let cap = CommandOption("gas-cap", "GWEI", help: "what a unit of gas may cost at most; 50 if not given")
  private static let minimum = CommandOption(
    "minimum-balance", "POL", help: "what the account must have at first, on amoy and local; 2 if not given")
  private static let folder = CommandOption("folder", "DIR", help: "where the record of deployments is; deployments if not given")
  private static let dryRun = CommandOption(
    "dry-run", help: "check everything, say what would be sent and what it costs, and send nothing")
  private static let yes = CommandOption("yes", help: "do not ask, on amoy and local")

  static let syntax = CommandSyntax(
    name: "comitia chain deploy",
    summary: "Put the contracts VoteRegistry, ElectionManager and VoterRegistry on a chain, each once.",
    options: ChainOptions.connection + [
      ChainOptions.key, PassphraseSource.option, ChainOptions.signer, ChainOptions.account, recorder, owner, confirmations, cap,
      minimum,
      folder, dryRun, yes, .json,
    ],
    notes: [
      "Before anything is sent, chain id, balance and the price of gas are checked; on polygon you type the network’s name to go on.",
      "DIR/NETWORK.json is written after each step. A run that was interrupted is run again, with the same options: it goes on where it was, and asks the chain what "
        + "has become of what it had sent. Keep that file: without it everything would be deployed anew.",
      "At the end the code of each contract is compared with what this program was built with, and its owner and recorder are asked for. For explorers, "
        + "DIR/NETWORK-CONTRACT-input.json has what they compile.",
      "Exit code: 0 all contracts are there and as they should be, 2 they are not.",
    ],
    examples: [
      "comitia chain deploy --network amoy --rpc https://node.example.org --key deployer.json --recorder 0x… --dry-run",
      "comitia chain deploy --network polygon --rpc-file nodes.txt --key deployer.json --owner 0x… --recorder 0x…",
    ])

  private let connection: ChainConnection
  private let account: ChainAccount
  private let owner: Address?
  private let recorder: Address?
  private let confirmations: UInt64
  private let cap: UInt256?
  private let minimum: UInt256?
  private let folder: String
  private let isDryRun: Bool
  private let isYes: Bool
  private let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    connection = try ChainConnection(arguments)
    account = try ChainAccount(arguments)
    let network = connection.network
    owner = if let text = arguments.value(Self.owner) { try ChainOptions.address(text, "--owner", arguments) } else { nil }
    let recorder = arguments.required(Self.recorder)
    self.recorder = recorder == "none" ? nil : try ChainOptions.address(recorder, "--recorder", arguments)
    confirmations = try arguments.number(Self.confirmations, in: 1...64).map { UInt64($0) } ?? network.confirmations
    if let text = arguments.value(Self.cap) {
      guard let wei = CoinAmount.wei(gwei: text), wei > .zero else {
        throw arguments.error("--gas-cap is “\(text.printable)”; a number of gwei such as 80 is needed")
      }
      cap = wei
    } else {
      cap = nil
    }
    minimum = try ChainOptions.amount(Self.minimum, arguments)
    guard minimum == nil || !network.isOfValue else {
      throw arguments.error("--minimum-balance is for amoy and local; polygon needs 2 POL")
    }
    folder = arguments.value(Self.folder) ?? "deployments"
    isDryRun = arguments.has(Self.dryRun)
    isYes = arguments.has(Self.yes)
    guard !isYes || !network.isOfValue else {
      throw arguments.error("--yes is for amoy and local; on polygon a person types the network’s name")
    }
    isJSON = arguments.has(.json)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let client = try connection.client()
    let signer = isDryRun ? nil : try account.signer(connection.http)
    let settings = settings(try signer?.address ?? account.address())
    let (path, isDryRun) = (folder, isDryRun)
    let place = try ChainOptions.wait { try DeploymentFolder(path, isWritten: !isDryRun) }
    let deployment = Deployment(client, settings, place)
    guard let signer else {
      let plan = try ChainOptions.wait {
        let plan = try await deployment.plan()
        try deployment.requireBalance(plan)
        return plan
      }
      terminal.note(ChainDeployText.plan(plan, settings))
      if isJSON { terminal.say(JSONAnswer.text(DeploymentPlanAnswer(plan, settings))) }
      return .success
    }
    if owner == nil {
      terminal.note(
        "The deployer will own the contracts; a contract of several signers is safer, see --owner. Ownership can be handed over later.\n"
      )
    }
    let isYes = isYes
    let record = try ChainOptions.wait {
      try await deployment.run(signer) { plan in
        terminal.note(ChainDeployText.plan(plan, settings))
        return try Self.confirms(settings.network, isYes: isYes)
      } report: {
        if let line = ChainDeployText.line($0) { terminal.note(line + "\n") }
      }
    }
    say(record, place, terminal)
    return .success
  }

  private func settings(_ deployer: Address) -> DeploymentSettings {
    var settings = DeploymentSettings(connection.network, deployer: deployer, recorder: recorder)
    if let owner { settings.owner = owner }
    settings.confirmations = confirmations
    if let cap { settings.fees.cap = cap }
    if let minimum { settings.minimumBalance = minimum }
    return settings
  }

  /// Whether a person says yes; where money is spent, by typing the network's name.
  private static func confirms(_ network: ChainNetwork, isYes: Bool) throws(CommandFailure) -> Bool {
    if isYes { return true }
    if network.isOfValue {
      guard let line = TerminalInput.ask("Type \(network.rawValue) to send this: ") else {
        throw CommandFailure("there is no terminal to confirm at; on \(network.rawValue) a person types the network’s name")
      }
      return String(decoding: line, as: UTF8.self) == network.rawValue
    }
    guard let answer = TerminalInput.confirms("Send this?") else {
      throw CommandFailure("there is no terminal to confirm at; give --yes")
    }
    return answer
  }

  private func say(_ record: DeploymentRecord, _ folder: DeploymentFolder, _ terminal: Terminal) {
    if isJSON { return terminal.say(JSONAnswer.text(DeploymentAnswer(record, folder))) }
    let facts = FactList(terminal)
    terminal.say("\(terminal.mark(true)) All contracts are on \(record.network.rawValue), with the code of this program.")
    terminal.say()
    for contract in record.contracts { facts.say(contract.name, contract.address.description) }
    facts.say("Cost", "\(CoinAmount.text(record.cost)) POL, \(TextFormat.count(record.gasUsed)) gas")
    facts.say("Record", folder.place(record.network).printable)
    guard record.network.hasExplorer else { return }
    terminal.say()
    terminal.say("To show the sources in the explorer, with a key of Etherscan in ETHERSCAN_KEY:")
    for contract in record.contracts {
      terminal.say()
      terminal.say("  " + ContractVerification(contract, of: record).command(folder))
    }
  }
}

extension ContractVerification {
  /// The command, for files in a folder.
  func command(_ folder: DeploymentFolder) -> String {
    command(input: TextFormat.shellWord(folder.inputPlace(network, contract)))
  }
}
