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
        network: settings.network, deployer: settings.deployer, owner: settings.owner, recorder: settings.recorder)
    for artefact in ContractArtefact.all where record[artefact.name]?.receipt == nil {
      try await deploy(artefact, &record, signer, report)
    }
    try await check(record)
    if !record.isChecked {
      for artefact in ContractArtefact.all where settings.network.hasExplorer { try folder.writeInput(artefact, settings.network) }
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
    var mustSend = isNew
    var told: UInt64 = 0
    var last: EthereumError?
    for question in 0..<settings.questions {
      if question > 0 { try await settings.pause() }
      last = nil
      guard let contract = record[artefact.name], case .sent(let attempts) = contract.state, let latest = attempts.last else {
        return
      }
      do {
        if !mustSend, let receipt = try await receipt(of: attempts) {
          let blocks = try await confirmations(of: receipt)
          if blocks > told {
            told = blocks
            try report(.confirmed(contract: artefact.name, blocks: min(blocks, settings.confirmations), of: settings.confirmations))
          }
          if blocks >= settings.confirmations { return try await conclude(contract, receipt, &record) }
          continue
        }
        let isUnknown = mustSend ? true : try await client.transaction(latest.hash) == nil
        if isUnknown {
          if !mustSend, try await isTaken(contract) {
            record.remove(contract.name)
            return try folder.write(record)
          }
          mustSend = false
          try await client.send(latest.signed)
          try report(.sent(contract: artefact.name, transaction: latest.hash))
        } else if question == 0 {
          try await raiseFees(contract, attempts, &record, signer, report)
        }
      } catch let error as EthereumError {
        guard Self.mayPass(error) else { throw DeploymentError.chain(error) }
        last = error
        if error == .underpriced {
          do { try await raiseFees(contract, attempts, &record, signer, report) } catch let error as EthereumError {
            guard Self.mayPass(error) else { throw DeploymentError.chain(error) }
          }
        }
      }
    }
    if let last { throw DeploymentError.chain(last) }
    guard case .sent(let attempts)? = record[artefact.name]?.state, let hash = attempts.last?.hash else { return }
    throw DeploymentError.stillWaiting(contract: artefact.name, transaction: hash)
  }

  /// Whether it may be over at the next question.
  private static func mayPass(_ error: EthereumError) -> Bool {
    switch error {
    case .connectionLost, .congested, .unknownOutcome, .nonceTooLow, .nonceTooHigh, .underpriced: true
    // One lie or slip of a node; another may step in.
    case .badAnswer: true
    default: false
    }
  }

  /// Of the one of these transactions that is in a block.
  private func receipt(of attempts: [DeploymentRecord.Attempt]) async throws(EthereumError) -> TransactionReceipt? {
    for attempt in attempts.reversed() {
      if let receipt = try await client.receipt(of: attempt.hash) { return receipt }
    }
    return nil
  }

  /// Blocks from the transaction's to the head; 0 where the chain has another block at its place.
  private func confirmations(of receipt: TransactionReceipt) async throws(EthereumError) -> UInt64 {
    let head = try await client.blockNumber()
    guard head >= receipt.place.block, let block = try await client.block(.number(receipt.place.block)),
      block.hash == receipt.place.blockHash
    else { return 0 }
    return head - receipt.place.block + 1
  }

  private func conclude(
    _ contract: DeploymentRecord.Contract, _ receipt: TransactionReceipt, _ record: inout DeploymentRecord
  ) async throws {
    guard let block = try await client.block(.number(receipt.place.block)) else { throw EthereumError.badAnswer("a block is gone") }
    // Of one that failed, some nodes name no contract.
    guard receipt.sender == settings.deployer, receipt.contract == contract.address || !receipt.hasSucceeded,
      let cost = receipt.gasPrice.multiplied(by: UInt256(receipt.gasUsed))
    else { throw EthereumError.badAnswer("a receipt that does not fit its transaction") }
    guard receipt.hasSucceeded else {
      // Only what has made nothing is done again by the next run.
      if try await client.code(of: contract.address, at: .number(receipt.place.block)).isEmpty {
        record.remove(contract.name)
        try folder.write(record)
      }
      throw DeploymentError.failed(contract: contract.name, transaction: receipt.transaction)
    }
    var contract = contract
    contract.state = .deployed(
      DeploymentRecord.Receipt(
        transaction: receipt.transaction, block: receipt.place.block, blockHash: receipt.place.blockHash, time: block.time,
        gasUsed: receipt.gasUsed, gasPrice: receipt.gasPrice, cost: cost))
    record.set(contract)
    try folder.write(record)
  }

  /// Whether another transaction of the account has the number, and so deep that it stays: then none of ours will ever be executed. Number and code are those of one
  /// block, for nodes that are behind would otherwise tell half of two stories.
  private func isTaken(_ contract: DeploymentRecord.Contract) async throws(EthereumError) -> Bool {
    let head = try await client.blockNumber()
    guard head + 1 >= settings.confirmations else { return false }
    let block = BlockTag.number(head + 1 - settings.confirmations)
    guard try await client.nonce(of: settings.deployer, at: block) > contract.nonce else { return false }
    return try await client.code(of: contract.address, at: block).isEmpty
  }

  /// Puts a transaction with higher fees beside one that waits and offers less than is wanted now. At most one of them is executed, for they have one number.
  private func raiseFees(
    _ contract: DeploymentRecord.Contract, _ attempts: [DeploymentRecord.Attempt], _ record: inout DeploymentRecord,
    _ signer: any TransactionSigner, _ report: (DeploymentEvent) throws -> Void
  ) async throws {
    guard let latest = attempts.last else { return }
    let history = try await client.feeHistory()
    let now = try settings.fees.fees(history)
    guard let wanted = history.baseFees.last?.adding(now.tip), latest.signed.transaction.fees.maximum < wanted else { return }
    var transaction = latest.signed.transaction
    transaction.fees = try settings.fees.replacing(transaction.fees, now: now)
    let signed = try await signer.sign(transaction)
    var contract = contract
    contract.state = .sent(attempts + [DeploymentRecord.Attempt(signed: signed)])
    record.set(contract)
    try folder.write(record)
    try report(.signed(contract: contract.name, transaction: signed.hash))
    try await client.send(signed)
    try report(.sent(contract: contract.name, transaction: signed.hash))
  }
}
