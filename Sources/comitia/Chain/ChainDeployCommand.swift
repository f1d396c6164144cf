import ChainDeployment
import Ethereum

/// `comitia chain deploy`: puts the contracts on a chain.
struct ChainDeployCommand: Command {
  private static let owner = CommandOption(
    "owner", "ADDRESS",
    help: "who appoints recorders and can pause; the deployer if not given. A contract of several signers is better")
  private static let recorder = CommandOption(
    "recorder", "ADDRESS", isRequired: true,
    help: "the account that is to write: of VoteRegistry that of the service. none leaves it to the owner to appoint one")
  private static let contracts = CommandOption(
    "contracts", "NAMES", help: "which, separated by commas; all three if not given")
  private static let minimum = CommandOption(
    "minimum-balance", "POL", help: "what the account must have at first, on amoy and local; 2 if not given")

  static let syntax = CommandSyntax(
    name: "comitia chain deploy",
    summary: "Put the contracts VoteRegistry, ElectionManager and VoterRegistry on a chain, each once.",
    options: ChainOptions.connection + [
      ChainOptions.key, PassphraseSource.option, ChainOptions.signer, ChainOptions.account, recorder, owner, contracts, minimum,
    ] + ChainOptions.sending + [.json],
    notes: [
      ContractArtefact.all.map { "\($0.name) \($0.purpose)" }.joined(separator: ". ") + ".",
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
  private let contracts: [ContractArtefact]
  private let sending: ChainSending
  private let minimum: UInt256?
  private let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    connection = try ChainConnection(arguments)
    account = try ChainAccount(arguments)
    let network = connection.network
    owner = if let text = arguments.value(Self.owner) { try ChainOptions.address(text, "--owner", arguments) } else { nil }
    let recorder = arguments.required(Self.recorder)
    self.recorder = recorder == "none" ? nil : try ChainOptions.address(recorder, "--recorder", arguments)
    contracts = try Self.contracts(arguments)
    sending = try ChainSending(arguments, network)
    minimum = try ChainOptions.amount(Self.minimum, arguments)
    guard minimum == nil || !network.isOfValue else {
      throw arguments.error("--minimum-balance is for amoy and local; polygon needs 2 POL")
    }
    isJSON = arguments.has(.json)
  }

  /// Those that are named, in the order of deployment.
  private static func contracts(_ arguments: Arguments) throws(UsageError) -> [ContractArtefact] {
    guard let text = arguments.value(Self.contracts) else { return ContractArtefact.all }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let chosen = ContractArtefact.all.filter { names.contains($0.name) }
    guard chosen.count == names.count else {
      let all = ContractArtefact.all.map(\.name).joined(separator: ",")
      throw arguments.error("--contracts is “\(text.printable)”; names of \(all) are needed, each once, separated by commas")
    }
    return chosen
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let client = try connection.client()
    let signer = sending.isDryRun ? nil : try account.signer(connection.http)
    let settings = settings(try signer?.address ?? account.address())
    let (path, isDryRun) = (sending.folder, sending.isDryRun)
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
    let sending = sending
    let record = try ChainOptions.wait {
      try await deployment.run(signer) { plan in
        terminal.note(ChainDeployText.plan(plan, settings))
        return try sending.confirms()
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
    settings.contracts = contracts
    settings.confirmations = sending.confirmations
    if let cap = sending.cap { settings.fees.cap = cap }
    if let minimum { settings.minimumBalance = minimum }
    return settings
  }

  private func say(_ record: DeploymentRecord, _ folder: DeploymentFolder, _ terminal: Terminal) {
    if isJSON { return terminal.say(JSONAnswer.text(DeploymentAnswer(record, folder))) }
    let facts = FactList(terminal)
    terminal.say("\(terminal.mark(true)) All contracts are on \(record.network.rawValue), with the code of this program.")
    terminal.say()
    for contract in record.contracts {
      let purpose = ContractArtefact.named(contract.name).map { ", " + $0.purpose } ?? ""
      facts.say(contract.name, contract.address.description + purpose)
    }
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
