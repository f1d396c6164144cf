import Curve25519
import Ethereum

extension Deployment {
  /// Deploys what is not there yet, and checks all of it.
  ///
  /// - Parameters:
  ///   - confirm: asked before anything is signed, with what would be; whether it may.
  ///   - report: told what happens; what it throws ends the run there, and a later one goes on.
  /// - Returns: the complete record, as it was written.
  /// - Throws: `DeploymentError`, or what `confirm`, `report` and `pause` throw.
  public func run(
    _ signer: any TransactionSigner, confirm: (DeploymentPlan) async throws -> Bool,
    report: (DeploymentEvent) throws -> Void
  ) async throws -> DeploymentRecord {
    precondition(signer.address == settings.deployer, "the deployer signs")
    let plan = try await plan()
    try requireBalance(plan)
    if !plan.steps.isEmpty {
      guard try await confirm(plan) else { throw DeploymentError.notConfirmed }
    }
    var record =
      try existing()
      ?? DeploymentRecord(
        network: settings.network, deployer: settings.deployer, owner: settings.owner, recorder: settings.recorder,
        chosen: settings.contracts.map(\.name))
    for artefact in settings.contracts where record[artefact.name]?.receipt == nil {
      try await deploy(artefact, &record, signer, report)
    }
    try await check(record)
    if !record.isChecked {
      for artefact in settings.contracts where settings.network.hasExplorer { try folder.writeInput(artefact, settings.network) }
      record.isChecked = true
      try folder.write(record)
    }
    try report(.checked)
    return record
  }

  private func deploy(
    _ artefact: ContractArtefact, _ record: inout DeploymentRecord, _ signer: any TransactionSigner,
    _ report: (DeploymentEvent) throws -> Void
  ) async throws {
    var isNew = false
    while record[artefact.name]?.receipt == nil {
      if record[artefact.name] == nil {
        try await sign(artefact, &record, signer, report)
        isNew = true
      }
      try await settle(artefact, isNew: isNew, &record, signer, report)
    }
    guard let contract = record[artefact.name] else { return }
    try report(.deployed(contract: artefact.name, address: contract.address))
  }

  /// Signs the first transaction for a contract and writes it down.
  private func sign(
    _ artefact: ContractArtefact, _ record: inout DeploymentRecord, _ signer: any TransactionSigner,
    _ report: (DeploymentEvent) throws -> Void
  ) async throws {
    let signed: SignedEthereumTransaction
    do throws(EthereumError) {
      let nonce = max(try await client.nonce(of: settings.deployer, at: .pending), Self.nextNonce(record))
      let gas = try await client.estimateGas(ContractCall(from: settings.deployer, to: nil, data: data(artefact)))
      let transaction = EthereumTransaction(
        chainID: client.chainID, nonce: nonce, fees: try settings.fees.fees(try await client.feeHistory()),
        gasLimit: Self.withReserve(gas), receiver: nil, data: data(artefact))
      signed = try await signer.sign(transaction)
    } catch { throw DeploymentError.chain(error) }
    let nonce = signed.transaction.nonce
    record.set(
      DeploymentRecord.Contract(
        name: artefact.name, address: settings.deployer.contract(nonce: nonce), nonce: nonce, compiler: artefact.compiler,
        artefact: artefact.hash, state: .sent([DeploymentRecord.Attempt(signed: signed)])))
    record.isChecked = false
    try folder.write(record)
    try report(.signed(contract: artefact.name, transaction: signed.hash))
  }

  /// Brings what was signed to its end: the contract counts in the record, or is no longer there because its number was taken by something else.
  ///
  /// - Parameter isNew: whether it cannot have been sent before.
  private func settle(
    _ artefact: ContractArtefact, isNew: Bool, _ record: inout DeploymentRecord, _ signer: any TransactionSigner,
    _ report: (DeploymentEvent) throws -> Void
  ) async throws {
    guard let contract = record[artefact.name], case .sent(let attempts) = contract.state else { return }
    let end: TransactionSettlement.End
    do {
      end = try await settlement.settle(attempts, isNew: isNew, signer) { _ in
        try await isTaken(contract) ? .over : .sendAgain
      } keep: { attempts in
        var contract = contract
        contract.state = .sent(attempts)
        record.set(contract)
        try folder.write(record)
      } report: { event in
        switch event {
        case .signed(let hash): try report(.signed(contract: contract.name, transaction: hash))
        case .sent(let hash): try report(.sent(contract: contract.name, transaction: hash))
        case .confirmed(let blocks):
          try report(.confirmed(contract: contract.name, blocks: blocks, of: settings.confirmations))
        }
      } conclude: { receipt in
        try await conclude(contract, receipt, &record)
      }
    } catch let error as EthereumError { throw DeploymentError.chain(error) }
    switch end {
    case .concluded: break
    case .over:
      record.remove(contract.name)
      try folder.write(record)
    case .waiting(let hash): throw DeploymentError.stillWaiting(contract: contract.name, transaction: hash)
    }
  }

  private var settlement: TransactionSettlement {
    TransactionSettlement(
      client, confirmations: settings.confirmations, fees: settings.fees, questions: settings.questions, pause: settings.pause)
  }

  private func conclude(
    _ contract: DeploymentRecord.Contract, _ receipt: TransactionReceipt, _ record: inout DeploymentRecord
  ) async throws {
    // Of one that failed, some nodes name no contract.
    guard receipt.sender == settings.deployer, receipt.contract == contract.address || !receipt.hasSucceeded else {
      throw EthereumError.badAnswer("a receipt that does not fit its transaction")
    }
    let facts = try await settlement.facts(of: receipt)
    guard receipt.hasSucceeded else {
      // Only what has made nothing is done again by the next run.
      if try await client.code(of: contract.address, at: .number(receipt.place.block)).isEmpty {
        record.remove(contract.name)
        try folder.write(record)
      }
      throw DeploymentError.failed(contract: contract.name, transaction: receipt.transaction)
    }
    var contract = contract
    contract.state = .deployed(facts)
    record.set(contract)
    try folder.write(record)
  }

  /// Whether another transaction of the account has the number, and so deep that it stays: then none of ours will ever be executed. Number and code are those of one
  /// block, for nodes that are behind would otherwise tell half of two stories.
  private func isTaken(_ contract: DeploymentRecord.Contract) async throws(EthereumError) -> Bool {
    guard let block = try await settlement.settledBlock() else { return false }
    guard try await client.nonce(of: settings.deployer, at: .number(block)) > contract.nonce else { return false }
    return try await client.code(of: contract.address, at: .number(block)).isEmpty
  }
}
