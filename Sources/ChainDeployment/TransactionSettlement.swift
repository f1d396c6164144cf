import Curve25519
import Ethereum

/// Brings a transaction to its end: asked for by its hash before anything is sent, sent again where nodes have forgotten it, replaced by one of the same number where
/// it offers too little, and done when it is deep enough. Whoever uses this keeps what was signed before it is sent, so that a run that was interrupted goes on.
package struct TransactionSettlement: Sendable {
  /// What happens meanwhile.
  package enum Event {
    /// Kept, and sent next.
    case signed(Bytes32)
    /// Handed to a node.
    case sent(Bytes32)
    /// In a block, under so many others as this says, its own included.
    case confirmed(UInt64)
  }

  /// How it went on.
  package enum End {
    /// `conclude` was told the receipt, and is content.
    case concluded
    /// None of the transactions is needed any more, or will ever be executed.
    case over
    /// The latest is in no block yet, or not deep enough.
    case waiting(Bytes32)
  }

  /// What to do about a transaction that a node knows nothing of.
  package enum Fate {
    case sendAgain
    case wait
    case over
  }

  let client: EthereumClient
  /// Blocks, that of the transaction included, after which it counts.
  let confirmations: UInt64
  let fees: FeePolicy
  /// How often a node is asked before this gives up for now.
  let questions: Int
  /// Waits between two questions; what it throws ends the run.
  let pause: @Sendable () async throws -> Void

  package init(
    _ client: EthereumClient, confirmations: UInt64, fees: FeePolicy, questions: Int,
    pause: @escaping @Sendable () async throws -> Void
  ) {
    precondition(confirmations > 0, "at least the block of the transaction")
    self.client = client
    self.confirmations = confirmations
    self.fees = fees
    self.questions = questions
    self.pause = pause
  }

  /// - Parameters:
  ///   - transactions: of one number, of which at most one gets into a block; the latest last, at least one.
  ///   - isNew: whether it cannot have been sent before.
  ///   - fate: asked where a node knows neither block nor transaction.
  ///   - keep: told all of them before another is sent.
  ///   - conclude: told the receipt that counts.
  /// - Throws: `EthereumError` that does not pass, and what the closures throw.
  package func settle(
    _ transactions: [DeploymentRecord.Attempt], isNew: Bool, _ signer: any TransactionSigner,
    fate: (DeploymentRecord.Attempt) async throws -> Fate,
    keep: ([DeploymentRecord.Attempt]) throws -> Void, report: (Event) throws -> Void,
    conclude: (TransactionReceipt) async throws -> Void
  ) async throws -> End {
    guard var latest = transactions.last else { preconditionFailure("nothing was signed") }
    var attempts = transactions
    var mustSend = isNew
    var told: UInt64 = 0
    var last: EthereumError?
    func raise() async throws {
      guard let signed = try await raised(latest, signer) else { return }
      latest = DeploymentRecord.Attempt(signed: signed)
      attempts.append(latest)
      try keep(attempts)
      try report(.signed(latest.hash))
      try await client.send(signed)
      try report(.sent(latest.hash))
    }
    for question in 0..<questions {
      if question > 0 { try await pause() }
      last = nil
      do {
        if !mustSend, let receipt = try await receipt(of: attempts) {
          let blocks = try await confirmations(of: receipt)
          if blocks > told {
            told = blocks
            try report(.confirmed(min(blocks, confirmations)))
          }
          if blocks >= confirmations {
            try await conclude(receipt)
            return .concluded
          }
          continue
        }
        let isUnknown = mustSend ? true : try await client.transaction(latest.hash) == nil
        if isUnknown {
          switch mustSend ? .sendAgain : try await fate(latest) {
          case .over: return .over
          case .wait: continue
          case .sendAgain: break
          }
          mustSend = false
          try await client.send(latest.signed)
          try report(.sent(latest.hash))
        } else if question == 0 {
          try await raise()
        }
      } catch let error as EthereumError {
        guard Self.mayPass(error) else { throw error }
        last = error
        if error == .underpriced {
          do { try await raise() } catch let error as EthereumError { guard Self.mayPass(error) else { throw error } }
        }
      }
    }
    if let last { throw last }
    return .waiting(latest.hash)
  }

  /// Whether it may be over at the next question.
  package static func mayPass(_ error: EthereumError) -> Bool {
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

  /// The latest block that is so deep that it stays; `nil`: the chain is too short.
  package func settledBlock() async throws(EthereumError) -> UInt64? {
    let head = try await client.blockNumber()
    return head + 1 >= confirmations ? head + 1 - confirmations : nil
  }

  /// The same with higher fees, signed, where one that waits offers less than is wanted now. At most one of them is executed, for they have one number.
  private func raised(
    _ latest: DeploymentRecord.Attempt, _ signer: any TransactionSigner
  ) async throws(EthereumError) -> SignedEthereumTransaction? {
    let history = try await client.feeHistory()
    let now = try fees.fees(history)
    guard let wanted = history.baseFees.last?.adding(now.tip), latest.signed.transaction.fees.maximum < wanted else { return nil }
    var transaction = latest.signed.transaction
    transaction.fees = try fees.replacing(transaction.fees, now: now)
    return try await signer.sign(transaction)
  }

  /// What a receipt says for the record.
  ///
  /// - Throws: `badAnswer` where its block is gone.
  package func facts(of receipt: TransactionReceipt) async throws(EthereumError) -> DeploymentRecord.Receipt {
    guard let block = try await client.block(.number(receipt.place.block)) else { throw .badAnswer("a block is gone") }
    guard let cost = receipt.fee else { throw .badAnswer("a receipt that does not fit its transaction") }
    return DeploymentRecord.Receipt(
      transaction: receipt.transaction, block: receipt.place.block, blockHash: receipt.place.blockHash, time: block.time,
      gasUsed: receipt.gasUsed, gasPrice: receipt.gasPrice, cost: cost)
  }
}
