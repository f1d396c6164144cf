import ChainDeployment
import Curve25519
import Ethereum
import Verification

extension CoursePublication {
  /// Takes the steps that the record proves and the contracts do not have, in order, and waits until all of them are so deep that they stay.
  ///
  /// - Parameters:
  ///   - confirm: asked before anything is signed, with what would be; whether it may.
  ///   - report: told what happens; what it throws ends the run there, and a later one goes on.
  /// - Returns: what stands there then.
  /// - Throws: `CourseError`, `DeploymentError`, or what `confirm`, `report` and `pause` throw.
  public func run(
    _ signer: any TransactionSigner, confirm: (CoursePlan) async throws -> Bool, report: (CourseEvent) throws -> Void
  ) async throws -> CourseStanding {
    let plan = try await plan(signer.address)
    if !plan.steps.isEmpty {
      guard try await confirm(plan) else { throw DeploymentError.notConfirmed }
    }
    var journal = try CourseJournal(folder, settings.network, course)
    do {
      while true {
        if let (entry, attempts) = journal.underWay {
          try await settle(entry, attempts, isNew: false, &journal, signer, report)
          continue
        }
        let comparison = CourseComparison(course, try await state(at: try await client.blockNumber()))
        guard comparison.contradictions.isEmpty else { throw CourseError.contradiction(comparison.contradictions) }
        guard let step = comparison.missing.first else { break }
        try await take(step, &journal, signer, report)
      }
      return standing(try await settledState(), journal)
    } catch let error as EthereumError { throw DeploymentError.chain(error) }
  }

  private var settlement: TransactionSettlement {
    TransactionSettlement(
      client, confirmations: settings.confirmations, fees: settings.fees, questions: settings.questions, pause: settings.pause)
  }

  /// Signs a transaction for a step, keeps it, and brings it to its end; none where others of the account wait, for one of them may be this very step.
  private func take(
    _ step: CourseStep, _ journal: inout CourseJournal, _ signer: any TransactionSigner, _ report: (CourseEvent) throws -> Void
  ) async throws {
    guard let address = settings.contracts[step.contract], let nonce = try await freeNonce(signer.address) else { return }
    // Once more after the wait: what waited may have taken it.
    guard try await CourseComparison(course, state(at: client.blockNumber())).missing.first == step else { return }
    let data = step.call(course)
    let gas = try await client.estimateGas(ContractCall(from: signer.address, to: address, data: data))
    let transaction = EthereumTransaction(
      chainID: client.chainID, nonce: nonce, fees: try settings.fees.fees(try await client.feeHistory()),
      gasLimit: Self.withReserve(gas), receiver: address, data: data)
    let attempts = [DeploymentRecord.Attempt(signed: try await signer.sign(transaction))]
    journal[step, at: address] = .sent(attempts)
    try journal.write(folder)
    try report(.signed(step, transaction: attempts[0].hash))
    try await settle(
      CourseJournal.Entry(step: step, contract: address, state: .sent(attempts)), attempts, isNew: true, &journal, signer, report)
  }

  /// The number of the account's next transaction, when none of it waits.
  private func freeNonce(_ account: Address) async throws -> UInt64? {
    var waiting: UInt64 = 0
    for question in 0..<settings.questions {
      if question > 0 { try await settings.pause() }
      let (counted, all) = (try await client.nonce(of: account, at: .latest), try await client.nonce(of: account, at: .pending))
      guard all > counted else { return counted }
      waiting = all - counted
    }
    throw CourseError.accountBusy(account, waiting: waiting)
  }

  /// Brings what was signed to its end.
  ///
  /// - Parameter isNew: whether it cannot have been sent before.
  private func settle(
    _ entry: CourseJournal.Entry, _ attempts: [DeploymentRecord.Attempt], isNew: Bool, _ journal: inout CourseJournal,
    _ signer: any TransactionSigner, _ report: (CourseEvent) throws -> Void
  ) async throws {
    let step = entry.step
    let end = try await settlement.settle(attempts, isNew: isNew, signer) {
      try await fate(of: entry, $0)
    } keep: { attempts in
      journal[step, at: entry.contract] = .sent(attempts)
      try journal.write(folder)
    } report: { event in
      switch event {
      case .signed(let hash): try report(.signed(step, transaction: hash))
      case .sent(let hash): try report(.sent(step, transaction: hash))
      case .confirmed(let blocks): try report(.confirmed(step, blocks: blocks, of: settings.confirmations))
      }
    } conclude: { receipt in
      try await conclude(entry, receipt, &journal)
    }
    switch end {
    case .concluded: try report(.taken(step))
    case .over:
      journal[step, at: entry.contract] = nil
      try journal.write(folder)
      try report(.dropped(step))
    case .waiting(let hash): throw DeploymentError.stillWaiting(contract: step.rawValue, transaction: hash)
    }
  }

  /// What to do about a transaction that a node knows nothing of. Where the step stands there so deep that it stays, somebody else has taken it; where the account's number is
  /// used so deep and it does not, something else has used it.
  private func fate(
    of entry: CourseJournal.Entry, _ attempt: DeploymentRecord.Attempt
  ) async throws -> TransactionSettlement.Fate {
    if let block = try await settlement.settledBlock() {
      if try await isTaken(entry, at: block) { return .over }
      let used = try await client.nonce(of: attempt.signed.sender, at: .number(block))
      if used > attempt.signed.transaction.nonce { return .over }
    }
    // It may be ours, and the node behind: sending it once more would only cost, were it somebody else's.
    return try await isTaken(entry, at: try await client.blockNumber()) ? .wait : .sendAgain
  }

  private func isTaken(_ entry: CourseJournal.Entry, at block: UInt64) async throws -> Bool {
    var contracts = CourseContracts()
    contracts[entry.step.contract] = entry.contract
    let state = try await CourseState.read(client, contracts, of: course.election, at: block)
    return !CourseComparison(course, state).missing.contains(entry.step)
  }

  private func conclude(
    _ entry: CourseJournal.Entry, _ receipt: TransactionReceipt, _ journal: inout CourseJournal
  ) async throws {
    guard receipt.receiver == entry.contract else { throw EthereumError.badAnswer("a receipt that does not fit its transaction") }
    let facts = try await settlement.facts(of: receipt)
    guard receipt.hasSucceeded else {
      journal[entry.step, at: entry.contract] = nil
      try journal.write(folder)
      // Somebody else was faster: the step stands there, and that is what counts.
      if try await isTaken(entry, at: receipt.place.block) { return }
      throw CourseError.failed(entry.step, transaction: receipt.transaction)
    }
    journal[entry.step, at: entry.contract] = .taken(facts)
    try journal.write(folder)
  }

  /// What the contracts keep so deep that it stays, once it is all that the record proves: steps of others are waited for, too.
  private func settledState() async throws -> CourseState {
    for question in 0..<settings.questions {
      if question > 0 { try await settings.pause() }
      do {
        guard let block = try await settlement.settledBlock() else { continue }
        let state = try await state(at: block)
        let comparison = CourseComparison(course, state)
        guard comparison.contradictions.isEmpty else { throw CourseError.contradiction(comparison.contradictions) }
        if comparison.agrees { return state }
      } catch let error as EthereumError where TransactionSettlement.mayPass(error) { continue }
    }
    throw CourseError.notSettled
  }
}
