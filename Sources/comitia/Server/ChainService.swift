import Anchoring
import ChainDeployment
import Database
import Ethereum
import EthereumRegistry
import HTTPClient
import VoteRegistry
import VotingService

/// The public chain of a service: its nodes, its contract, and the account that records.
struct ChainService: Sendable {
  let place: ChainPlace
  /// `0x…`
  let account: String
  private let client: EthereumClient
  private let contract: Address
  private let registry: EthereumRegistry
  private let market: EthereumMarket
  let settings: AnchorSettings

  /// Reads the key file and where the contract is; asks nobody.
  ///
  /// - Throws: `CommandFailure` that says what is wrong, and what to do.
  init(_ settings: ChainSettings) throws {
    let network = settings.network
    let deployed = try Self.deployed(settings)
    contract = deployed.address
    let http = HTTPClient()
    client = EthereumClient(endpoints: settings.endpoints, chainID: network.chainID, http: http)
    let signer: any TransactionSigner =
      switch settings.means {
      case .file(let path, let passphrase): KeySigner(try AccountKeyFiles.open(path, PassphraseSource(newFile: passphrase)))
      case .signer(let url, let address): ExternalSigner(address, endpoint: url, http: http)
      }
    account = signer.address.description
    place = ChainPlace(
      network: network.rawValue, chain: network.chainID, address: contract.bytes, contract: contract.description,
      explorer: settings.explorer)
    var registrySettings = EthereumRegistrySettings()
    registrySettings.fees = FeePolicy(cap: settings.gasCap, minimumTip: network.minimumTip)
    registrySettings.mostPending = UInt64(settings.mostPending)
    registrySettings.code = Self.artefact.runtimeBytecode
    registry = EthereumRegistry(client: client, contract: contract, signer: signer, settings: registrySettings)
    market = EthereumMarket(client: client, account: signer.address, minimumTip: network.minimumTip)
    var anchors = AnchorSettings(place: place, firstBlock: deployed.firstBlock)
    anchors.anchorEvery = Int64(settings.anchorEvery) * 1000
    anchors.cheapWait = Int64(settings.cheapWait) * 1000
    anchors.policy.fullBatch = settings.batchSize
    anchors.policy.enoughForBatch = settings.batchEnough
    anchors.policy.longestWait = Int64(settings.batchWait) * 1000
    anchors.policy.depth = network.confirmations
    // A chain of one's own makes its blocks at once.
    if network == .local { anchors.policy.interval = 1000 }
    self.settings = anchors
  }

  private static var artefact: ContractArtefact {
    guard let artefact = ContractArtefact.all.first(where: { $0.name == "VoteRegistry" }) else {
      preconditionFailure("VoteRegistry")
    }
    return artefact
  }

  private static func deployed(_ settings: ChainSettings) throws(CommandFailure) -> (address: Address, firstBlock: UInt64) {
    let path = settings.deployments + "/\(settings.network.rawValue).json"
    let bytes = try InputFile.read(path)
    let record: DeploymentRecord
    do throws(DeploymentError) { record = try DeploymentRecord(bytes) } catch {
      throw CommandFailure("\(path.printable): \(error.description)")
    }
    guard record.network == settings.network else {
      throw CommandFailure(
        "\(path.printable) is of the network \(record.network.rawValue); chainNetwork is \(settings.network.rawValue)")
    }
    guard let contract = record["VoteRegistry"], let receipt = contract.receipt else {
      throw CommandFailure(
        "\(path.printable): the contract VoteRegistry is not deployed on \(settings.network.rawValue) yet; run comitia chain deploy to its end"
      )
    }
    return (contract.address, receipt.block)
  }

  /// Looks at chain and contract, before the service starts.
  ///
  /// - Returns: what an operator should know, where it cannot be found out now, or something keeps the account from recording; `nil`: all is well.
  /// - Throws: `CommandFailure` where nodes are of another chain, or the contract is not there.
  func check() async throws(CommandFailure) -> String? {
    do throws(EthereumError) {
      try await client.checkChain()
      guard try await client.code(of: contract) == Self.artefact.runtimeBytecode else {
        throw .badAnswer("")
      }
      return try await isRecorder()
        ? nil : "the account \(account) may not record yet: the contract's owner is to appoint it (setRecorder)"
    } catch {
      switch error {
      case .wrongChain(let expected, let found):
        throw CommandFailure(
          "chainEndpoints: a node is of chain \(found), and \(place.network) is chain \(expected); the service does not start, lest it write to another chain"
        )
      case .badAnswer(""):
        throw CommandFailure(
          "the contract VoteRegistry of this program is not at \(place.contract) on \(place.network); chainDeployments is of another chain or another version"
        )
      default: return "the chain cannot be asked now, and will be later; voting goes on without: \(error.sentence)"
      }
    }
  }

  private func isRecorder() async throws(EthereumError) -> Bool {
    guard let function = try? ABIFunction("isRecorder(address)", returns: "(bool)"), let address = Address(account) else {
      preconditionFailure("isRecorder")
    }
    return try await client.call(function, of: contract, [.address(address)]) == [.bool(true)]
  }

  /// What brings boards to the chain.
  func anchors(
    _ database: any Database, _ boards: Boards, metrics: MetricsRegistry = MetricsRegistry(),
    report: @escaping @Sendable (Anchors.Report) -> Void = { _ in }
  ) -> Anchors {
    Anchors(
      settings, database: database, boards: boards, clock: SystemClock(), registry: registry, market: market, metrics: metrics,
      report: report)
  }
}

extension JSONLog {
  /// What happens around the chain. Failures of the recording that come to nothing by themselves are counted, not logged.
  func write(_ report: Anchors.Report) {
    switch report {
    case .recording(.queued(let count, let reason)):
      write(.warning, "chain-queued", ["records": .number(Int64(count)), "reason": .text(reason)])
    case .recording(.contradiction(let reason)): write(.error, "chain-contradiction", ["reason": .text(reason)])
    case .recording(.unreachable(let reason)), .chain(let reason?): write(.warning, "chain-unreachable", ["reason": .text(reason)])
    case .recording(.reorganised): write(.info, "chain-reorganised")
    case .recording(.confirmed(let count)): write(.info, "chain-confirmed", ["records": .number(Int64(count))])
    case .recording(.sent), .recording(.replaced): break
    case .chain(nil): write(.info, "chain-reached")
    case .failure(let election, let reason):
      write(.error, "chain", ["election": .text(election ?? ""), "reason": .text(reason)])
    case .elsewhere(let elections):
      write(.warning, "chain-elsewhere", ["elections": .text(elections.joined(separator: " "))])
    case .findings(let count): write(.error, "chain-findings", ["count": .number(Int64(count))])
    }
  }
}
