import ChainDeployment
import Curve25519
import Ethereum

/// What a deployment says while it goes on.
enum ChainDeployText {
  /// What would be sent, and what it costs.
  static func plan(_ plan: DeploymentPlan, _ settings: DeploymentSettings) -> String {
    guard !plan.steps.isEmpty else { return "All contracts are there already; nothing is to be sent.\n" }
    var text =
      "On \(settings.network.rawValue), chain \(settings.network.chainID), from \(settings.deployer), which has \(CoinAmount.text(plan.balance)) POL:\n"
    for step in plan.steps {
      let state = step.isUnderWay ? ", signed earlier" : ""
      text += "  \(step.contract) at \(step.address), at most \(TextFormat.count(step.gasLimit)) gas\(state)\n"
      if let artefact = ContractArtefact.named(step.contract) { text += "    \(artefact.purpose)\n" }
    }
    text += "  owner \(settings.owner), recorder \(settings.recorder?.description ?? "none")\n"
    text += "  \(CoinAmount.gwei(plan.gasPrice)) gwei now, at most \(CoinAmount.gwei(plan.fees.maximum)): "
    return text + "about \(CoinAmount.text(plan.cost)) POL, at most \(CoinAmount.text(plan.largestCost)) POL\n"
  }

  /// A line about something that happened; `nil` where there is none.
  static func line(_ event: DeploymentEvent) -> String? {
    switch event {
    case .signed: nil
    case .sent(let contract, let transaction): "\(contract): sent, \(Hexadecimal.text(transaction.bytes))"
    case .confirmed(let contract, let blocks, let all): "\(contract): \(blocks) of \(all) blocks"
    case .deployed(let contract, let address): "\(contract): at \(address)"
    case .checked: "Code, owner and recorder are as they should be."
    }
  }
}

/// What would be sent, for programs.
struct DeploymentPlanAnswer: Encodable {
  struct Step: Encodable {
    let name: String
    let address: String
    let gasLimit: UInt64
    let underWay: Bool
  }

  let ok = true
  let dryRun = true
  let network: String
  let chainId: UInt64
  let deployer: String
  let balance: String
  let gasPrice: String
  let cost: String
  let largestCost: String
  let contracts: [Step]

  init(_ plan: DeploymentPlan, _ settings: DeploymentSettings) {
    network = settings.network.rawValue
    chainId = settings.network.chainID
    deployer = settings.deployer.description
    balance = plan.balance.description
    gasPrice = plan.gasPrice.description
    cost = plan.cost.description
    largestCost = plan.largestCost.description
    contracts = plan.steps.map {
      Step(name: $0.contract, address: $0.address.description, gasLimit: $0.gasLimit, underWay: $0.isUnderWay)
    }
  }
}

/// What was deployed, for programs.
struct DeploymentAnswer: Encodable {
  struct Contract: Encodable {
    let name: String
    let address: String
    let transaction: String
    let block: UInt64
    let gasUsed: UInt64
    let gasPrice: String
    let cost: String
    let verification: String?
  }

  let ok = true
  let network: String
  let chainId: UInt64
  let deployer: String
  let owner: String
  let recorder: String?
  let contracts: [Contract]
  let cost: String
  let costPOL: String
  let record: String

  init(_ record: DeploymentRecord, _ folder: DeploymentFolder) {
    network = record.network.rawValue
    chainId = record.network.chainID
    deployer = record.deployer.description
    owner = record.owner.description
    recorder = record.recorder?.description
    contracts = record.contracts.compactMap { contract in
      guard let receipt = contract.receipt else { return nil }
      return Contract(
        name: contract.name, address: contract.address.description, transaction: Hexadecimal.text(receipt.transaction.bytes),
        block: receipt.block,
        gasUsed: receipt.gasUsed, gasPrice: receipt.gasPrice.description, cost: receipt.cost.description,
        verification: record.network.hasExplorer ? ContractVerification(contract, of: record).command(folder) : nil)
    }
    cost = record.cost.description
    costPOL = CoinAmount.text(record.cost)
    self.record = folder.place(record.network)
  }
}
