import Curve25519
import Ethereum

/// What is to be deployed, and how.
public struct DeploymentSettings: Sendable {
  /// Where.
  public var network: ChainNetwork
  /// The account that pays.
  public var deployer: Address
  /// Of the contracts.
  public var owner: Address
  /// Who may write; `nil`: nobody until the owner appoints somebody.
  public var recorder: Address?
  /// Which, in the order of `ContractArtefact.all`.
  public var contracts = ContractArtefact.all
  /// Blocks, that of the transaction included, after which it counts.
  public var confirmations: UInt64
  /// What is offered for gas.
  public var fees: FeePolicy
  /// Wei that the account needs before its first contract.
  public var minimumBalance: UInt256
  /// How often a node is asked for one contract before this gives up for now.
  public var questions = 600
  /// Waits between two questions; what it throws ends the run.
  public var pause: @Sendable () async throws -> Void

  /// What is usual on a network: the deployer owns the contracts.
  public init(_ network: ChainNetwork, deployer: Address, recorder: Address?) {
    self.network = network
    self.deployer = deployer
    owner = deployer
    self.recorder = recorder
    confirmations = network.confirmations
    fees = FeePolicy(minimumTip: network.minimumTip)
    minimumBalance = network.minimumBalance
    // A block of Polygon takes two seconds; a chain of one's own makes them as it likes.
    let wait: Duration = network == .local ? .milliseconds(500) : .seconds(2)
    pause = { try await Task.sleep(for: wait) }
  }
}

/// What happens during a deployment.
public enum DeploymentEvent: Equatable, Sendable {
  /// A transaction was signed and stands in the record; it is sent next.
  case signed(contract: String, transaction: Bytes32)
  /// A transaction was handed to a node.
  case sent(contract: String, transaction: Bytes32)
  /// It is in a block, under so many others as this says, its own included.
  case confirmed(contract: String, blocks: UInt64, of: UInt64)
  /// It counts, and stands in the record.
  case deployed(contract: String, address: Address)
  /// All contracts are as they should be.
  case checked
}

/// What remains to be done, and what it would cost now.
public struct DeploymentPlan: Equatable, Sendable {
  /// A contract that is not there yet.
  public struct Step: Equatable, Sendable {
    /// Of the artefact.
    public let contract: String
    /// Where it would be; another if the account does something else before.
    public let address: Address
    /// Units that it needs, a tenth included that is only paid when it is used.
    public let gasLimit: UInt64
    /// Whether a transaction for it was signed in an earlier run.
    public let isUnderWay: Bool
  }

  /// In their order.
  public let steps: [Step]
  /// Wei a unit of gas.
  public let fees: TransactionFees
  /// Wei that the account has.
  public let balance: UInt256
  /// Wei a unit of gas that would be paid now.
  public let gasPrice: UInt256

  /// Wei of what remains, at what gas costs now.
  public var cost: UInt256 { product(gasPrice) }
  /// Wei, at most.
  public var largestCost: UInt256 { product(fees.maximum) }

  private func product(_ price: UInt256) -> UInt256 {
    price.multiplied(by: UInt256(steps.reduce(0) { $0 + $1.gasLimit })) ?? .max
  }
}

/// Deploys contracts of this repository, one after the other, each exactly once however often it is interrupted: what was signed stands in the record before it
/// is sent, with the number that the account gives it, and is asked for by its hash before anything else is signed.
public struct Deployment: Sendable {
  let client: EthereumClient
  let settings: DeploymentSettings
  let folder: DeploymentFolder

  /// - Precondition: the client is of the network's chain, and at least one block is waited for.
  public init(_ client: EthereumClient, _ settings: DeploymentSettings, _ folder: DeploymentFolder) {
    precondition(client.chainID == settings.network.chainID && settings.confirmations > 0, "a client of the network's chain")
    self.client = client
    self.settings = settings
    self.folder = folder
  }

  /// The constructor's arguments (12.3), the same for all contracts.
  public static func arguments(owner: Address, recorder: Address?) -> [UInt8] {
    guard let encoded = try? ABIValue.encode([.address(owner), .address(recorder ?? nobody)], as: [.address, .address]) else {
      preconditionFailure("addresses are arguments")
    }
    return encoded
  }

  /// The zero address.
  static let nobody: Address = {
    guard let address = Address([UInt8](repeating: 0, count: 20)) else { preconditionFailure("20 bytes are an address") }
    return address
  }()

  func data(_ artefact: ContractArtefact) -> [UInt8] {
    artefact.bytecode + Self.arguments(owner: settings.owner, recorder: settings.recorder)
  }

  // MARK: - Before anything is sent

  /// Checks everything that must be right before something is sent, and says what would be. Sends nothing, writes nothing.
  ///
  /// - Throws: `chain(.wrongChain)`, `chain(.gasPriceAboveCap)`, `balanceTooLow`, `otherDeployment`, and what reading the record throws.
  public func plan() async throws(DeploymentError) -> DeploymentPlan {
    let record = try existing()
    do throws(EthereumError) {
      try await client.checkChain()
      let history = try await client.feeHistory()
      let balance = try await client.balance(of: settings.deployer)
      var nonce = max(try await client.nonce(of: settings.deployer, at: .pending), record.map(Self.nextNonce) ?? 0)
      var steps: [DeploymentPlan.Step] = []
      for artefact in settings.contracts where record?[artefact.name]?.receipt == nil {
        let earlier = record?[artefact.name]
        let gas = try await client.estimateGas(ContractCall(from: settings.deployer, to: nil, data: data(artefact)))
        steps.append(
          DeploymentPlan.Step(
            contract: artefact.name, address: earlier?.address ?? settings.deployer.contract(nonce: nonce),
            gasLimit: Self.withReserve(gas), isUnderWay: earlier != nil))
        if earlier == nil { nonce += 1 }
      }
      var policy = settings.fees
      // Whatever gas costs does not matter where nothing is to be sent.
      if steps.isEmpty { policy.cap = .max }
      let fees = try policy.fees(history)
      let price = history.baseFees.last?.adding(fees.tip) ?? fees.maximum
      return DeploymentPlan(steps: steps, fees: fees, balance: balance, gasPrice: min(price, fees.maximum))
    } catch { throw .chain(error) }
  }

  /// Whether the account has enough for a plan.
  ///
  /// - Throws: `balanceTooLow`.
  public func requireBalance(_ plan: DeploymentPlan) throws(DeploymentError) {
    guard !plan.steps.isEmpty else { return }
    let isNew = plan.steps.count == settings.contracts.count && !plan.steps.contains { $0.isUnderWay }
    let needs = isNew ? max(settings.minimumBalance, plan.largestCost) : plan.largestCost
    guard plan.balance >= needs else {
      throw .balanceTooLow(account: settings.deployer, has: plan.balance, needs: needs)
    }
  }

  /// The record, where it is of what is wanted now.
  func existing() throws(DeploymentError) -> DeploymentRecord? {
    guard let record = try folder.record(settings.network) else { return nil }
    let place = folder.place(settings.network)
    for (what, before, now) in [
      ("deployer", record.deployer, settings.deployer), ("owner", record.owner, settings.owner),
    ] where before != now {
      throw .otherDeployment("\(place) has \(before) as \(what), not \(now)")
    }
    guard record.recorder == settings.recorder else {
      let (before, now) = (record.recorder?.description ?? "nobody", settings.recorder?.description ?? "nobody")
      throw .otherDeployment("\(place) has \(before) as recorder, not \(now)")
    }
    let chosen = settings.contracts.map(\.name)
    guard record.chosen == chosen else {
      throw .otherDeployment(
        "\(place) is of \(record.chosen.joined(separator: ", ")), not of \(chosen.joined(separator: ", "))")
    }
    for contract in record.contracts {
      guard ContractArtefact.all.contains(where: { $0.name == contract.name && $0.hash == contract.artefact }) else {
        throw .otherDeployment("\(place) has another version of \(contract.name) than this program")
      }
    }
    return record
  }

  /// The first number after those that the record has taken, which a node that is behind may not have heard of.
  static func nextNonce(_ record: DeploymentRecord) -> UInt64 { record.contracts.map { $0.nonce + 1 }.max() ?? 0 }

  static func withReserve(_ gas: UInt64) -> UInt64 { gas + gas / 10 }
}
