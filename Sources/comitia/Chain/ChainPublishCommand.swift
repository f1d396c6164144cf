import ChainCourse
import ChainDeployment
import Curve25519
import Ethereum
import HTTPClient
import Verification

/// `comitia chain publish`: brings what a record proves to the contracts that other programs on the chain read.
struct ChainPublishCommand: Command {
  private static let manager = CommandOption(
    "election-manager", "ADDRESS", help: "the contract ElectionManager, where it is not in the record of deployments")
  private static let registry = CommandOption(
    "voter-registry", "ADDRESS", help: "the contract VoterRegistry, likewise")
  private static let check = CommandOption(
    "check", help: "only compare the contracts with the record, and send nothing; needs no key")

  static let syntax = CommandSyntax(
    name: "comitia chain publish",
    summary: "Verify an election record, and have ElectionManager and VoterRegistry say what it proves.",
    operands: [Operand(name: "RECORD", help: "the folder of the record, as comitia verify takes it")],
    options: ChainOptions.connection + [
      ChainOptions.key, PassphraseSource.option, ChainOptions.signer, ChainOptions.account, manager, registry,
      RecordVerification.electionID, check,
    ] + ChainOptions.sending + [.json, .cores],
    notes: [
      "The record is verified here, and nothing is sent of one that fails. Of an election that goes on, the steps are sent that its board proves so far; run it again when there is "
        + "more. The contracts are those that DIR/NETWORK.json names, or those given by address, also of a deployment of somebody else’s; their code must be that of this program.",
      "The account must be a recorder of these contracts, and nothing else may write with it meanwhile: give it another one than a service has.",
      "What the contracts keep is looked at before anything is sent, and only what is missing is sent, in order. What was signed is kept in DIR/NETWORK-ELECTION.json: a run that was "
        + "interrupted is run again, with the same options. Where the contracts contradict the record, nothing is sent.",
      "Exit code: 0 the contracts say what the record proves, 1 the record does not verify, or the contracts say something else (with --check also: less), 2 it could not be done or "
        + "found out.",
    ],
    examples: [
      "comitia chain publish record --network polygon --rpc-file nodes.txt --key recorder.json --election-id 3f0c…",
      "comitia chain publish record --network polygon --rpc https://node.example.org --election-manager 0x… --check",
    ])

  private let path: String
  private let electionID: Bytes32?
  private let connection: ChainConnection
  /// `nil`: nothing is sent.
  private let account: ChainAccount?
  private let manager: Address?
  private let registry: Address?
  private let sending: ChainSending
  private let cores: Int
  private let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.operands.first ?? ""
    connection = try ChainConnection(arguments)
    electionID = try arguments.electionID()
    if arguments.has(Self.check) {
      for option in [ChainOptions.key, ChainOptions.signer, ChainOptions.account, ChainOptions.dryRun, ChainOptions.yes]
      where arguments.has(option) {
        throw arguments.error("--check sends nothing; leave out --\(option.name)")
      }
      account = nil
    } else {
      account = try ChainAccount(arguments)
    }
    manager = try arguments.value(Self.manager).map { (text) throws(UsageError) in
      try ChainOptions.address(text, "--election-manager", arguments)
    }
    registry = try arguments.value(Self.registry).map { (text) throws(UsageError) in
      try ChainOptions.address(text, "--voter-registry", arguments)
    }
    sending = try ChainSending(arguments, connection.network)
    cores = try arguments.cores()
    isJSON = arguments.has(.json)
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let text = ChainPublishText(terminal: terminal, isJSON: isJSON, network: connection.network)
    let (report, course) = try verify(terminal)
    guard let course else { return text.refuse(report) }
    let isWritten = account != nil && !sending.isDryRun
    let (path, network) = (sending.folder, connection.network)
    let folder = try ChainOptions.wait { try DeploymentFolder(path, isWritten: isWritten) }
    let contracts = try contracts(folder)
    var settings = CourseSettings(network, contracts)
    settings.confirmations = sending.confirmations
    if let cap = sending.cap { settings.fees.cap = cap }
    let publication = CoursePublication(try connection.client(), settings, folder, course)
    text.say(course, report, contracts)
    guard let account else {
      let standing = try ChainOptions.wait { try await publication.look() }
      text.say(standing, course, contracts, isCheck: true)
      return standing.comparison.agrees ? .success : .checkFailed
    }
    do {
      if sending.isDryRun {
        let address = try account.address()
        text.say(try waiting { try await publication.plan(address) }, address, isDryRun: true)
        return .success
      }
      let (signer, sending) = (try account.signer(connection.http), sending)
      let standing = try waiting {
        try await publication.run(signer) { plan in
          text.say(plan, signer.address, isDryRun: false)
          return try sending.confirms()
        } report: { event in
          text.say(event)
        }
      }
      text.say(standing, course, contracts, isCheck: false)
      return .success
    } catch CourseError.contradiction(let differences) {
      return text.refuse(differences, course)
    }
  }

  /// As `ChainOptions.wait`, but lets a contradiction through, which has an exit code of its own.
  private func waiting<Output: Sendable>(_ work: @escaping @Sendable () async throws -> Output) throws -> Output {
    let outcome: Result<Output, CourseError> = try ChainOptions.wait {
      do { return .success(try await work()) } catch let error as CourseError {
        guard case .contradiction = error else { throw error }
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// Those that are given by address, otherwise those of the record of deployments.
  private func contracts(_ folder: DeploymentFolder) throws -> CourseContracts {
    var contracts = CourseContracts()
    (contracts[.electionManager], contracts[.voterRegistry]) = (manager, registry)
    guard contracts.all.isEmpty else { return contracts }
    let network = connection.network
    let record = try ChainOptions.wait { try folder.record(network) }
    for contract in CourseContract.allCases {
      guard let deployed = record?[contract.rawValue], deployed.receipt != nil else { continue }
      contracts[contract] = deployed.address
    }
    guard !contracts.all.isEmpty else {
      throw CommandFailure(
        "\(folder.place(network).printable) names neither ElectionManager nor VoterRegistry; deploy them with comitia chain deploy, or give --election-manager or --voter-registry"
      )
    }
    return contracts
  }

  private func verify(_ terminal: Terminal) throws -> (VerificationReport, ElectionCourse?) {
    var expectations = Expectations()
    expectations.electionID = electionID
    let verification = RecordVerification(try PublishedRecord.folder(path), expectations, cores: cores, terminal, isJSON: isJSON)
    return try verification.run { (verifier) throws(UnreadableRecord) in try verifier.verifyCourse() }
  }
}
