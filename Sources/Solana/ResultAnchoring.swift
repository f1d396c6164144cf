import Curve25519
import SolanaTransactions

/// Where a result was marked.
public struct ResultAnchorPlace: Equatable, Sendable {
  /// Its slot.
  public let slot: UInt64
  /// The transaction that is there: the one that was to be sent, or another that the trustees signed for the same result.
  public let transaction: SolanaTransaction
}

/// What became of a mark.
public enum ResultAnchorOutcome: Equatable, Sendable {
  /// It is there, for good.
  case anchored(ResultAnchorPlace)
  /// The nonce was used by a transaction that failed. The trustees sign once more, with the account's new nonce.
  case nonceSpent
  /// It is not there yet, or nobody knows. The same transaction is sent again later, and no other.
  case pending
}

/// Marks a result on Solana, once, whatever is lost on the way: a service's side (`docs/spec/13-anchors-on-solana.md`, 13.4). It keeps nothing: after a crash
/// the same calls go on.
public struct ResultAnchoring: Sendable {
  /// Pages of a thousand names that are searched: anybody may name the nonce account.
  private static let mostPages = 20

  private let client: SolanaClient
  private let anchor: ResultAnchor
  private let payer: SolanaAddress
  private let pause: @Sendable () async -> Void
  private let tries: Int

  /// - Parameters:
  ///   - payer: the service's own account, which makes the nonce account and gives the joint key its money.
  ///   - tries: how often the network is asked what became of something.
  ///   - pause: waits between.
  public init(
    _ client: SolanaClient, election: Bytes32, certificate: [UInt8], jointKey: Bytes32, payer: SolanaAddress, tries: Int = 40,
    pause: @escaping @Sendable () async -> Void
  ) throws(SolanaError) {
    let account = ResultAnchor.nonceAccount(election: election, payer: payer)
    guard
      let anchor = ResultAnchor(election: election, certificate: certificate, jointKey: jointKey, nonceAccount: account)
    else { throw .foreignNonceAccount }
    self.client = client
    self.anchor = anchor
    self.payer = payer
    self.tries = tries
    self.pause = pause
  }

  /// What is signed: for `message(nonce:price:)`.
  public var mark: ResultAnchor { anchor }

  // MARK: Before

  /// Makes the nonce account and gives the joint key the money for its transaction, where that has not been done.
  ///
  /// - Parameters:
  ///   - price: that the transaction will pay a unit.
  ///   - sign: signs a message with the payer's key, 64 bytes.
  /// - Returns: the nonce.
  public func prepare(
    price: UInt64, sign: @Sendable ([UInt8]) async throws(SolanaError) -> [UInt8]
  ) async throws(SolanaError) -> Bytes32 {
    var last = SolanaError.blockhashNotFound
    for _ in 0..<3 {
      let missing = try await missingInstructions(price)
      if missing.isEmpty, let nonce = try await nonce() { return nonce.value }
      do throws(SolanaError) {
        try await pay(missing, sign)
      } catch {
        // Unless it was tried and refused for what it is, it may have come through: the accounts tell.
        switch error {
        case .blockhashNotFound, .unknownOutcome, .transactionFailed: last = error
        default: throw error
        }
      }
    }
    if try await missingInstructions(price).isEmpty, let nonce = try await nonce() { return nonce.value }
    throw last
  }

  /// The nonce account's content, surely; `nil` where there is none yet.
  public func nonce() async throws(SolanaError) -> NonceAccount? {
    guard let account = try await client.account(anchor.nonceAccount, .finalized), !account.data.isEmpty else { return nil }
    guard account.owner == .systemProgram, let nonce = try? NonceAccount(account.data), nonce.authority == anchor.jointAddress
    else { throw .foreignNonceAccount }
    return nonce
  }

  /// What the payer has to do still: nothing, or all at once.
  private func missingInstructions(_ price: UInt64) async throws(SolanaError) -> [SolanaInstruction] {
    var instructions: [SolanaInstruction] = []
    if try await nonce() == nil {
      instructions = ResultAnchor.nonceCreation(
        election: anchor.election, payer: payer, jointKey: anchor.jointAddress.bytes,
        lamports: try await client.minimumBalance(bytes: NonceAccount.length))
    }
    // An account that pays must keep what an empty account has to hold.
    let needed = try await client.minimumBalance(bytes: 0) + ResultAnchor.fee(price: price)
    let held = try await client.balance(of: anchor.jointAddress, .finalized)
    if held < needed {
      instructions.append(SystemProgram.transfer(from: payer, to: anchor.jointAddress, lamports: needed - held))
    }
    return instructions
  }

  /// Sends a transaction of the payer's, until it is there for good or can never be.
  private func pay(
    _ instructions: [SolanaInstruction], _ sign: @Sendable ([UInt8]) async throws(SolanaError) -> [UInt8]
  ) async throws(SolanaError) {
    let blockhash = try await client.latestBlockhash()
    let message = SolanaMessage(payer: payer, instructions: instructions, blockhash: blockhash)
    guard let signature = SolanaSignature(try await sign(message.encoded)),
      let transaction = SolanaTransaction(message, signatures: [signature]), transaction.isSigned
    else { throw .badSignature }
    for _ in 0..<tries {
      // The blockhash first: what is not there when it is too old never will be.
      let isValid = try await client.isValid(blockhash: blockhash, .finalized)
      if let status = try await client.status(of: transaction.id) {
        if let error = status.error { throw .transactionFailed(error) }
        if status.commitment == .finalized { return }
      } else {
        guard isValid else { throw .blockhashNotFound }
        try await send(transaction)
      }
      await pause()
    }
    throw .unknownOutcome(transaction.id)
  }

  // MARK: After

  /// Sends the transaction that the trustees have signed, unless the result is marked already. May be called again at any time.
  ///
  /// - Parameter signature: the joint key's on `message(nonce:price:)`.
  public func submit(_ message: SolanaMessage, signature: [UInt8]) async throws(SolanaError) -> ResultAnchorOutcome {
    guard let signature = SolanaSignature(signature), let transaction = SolanaTransaction(message, signatures: [signature]),
      anchor.isAnchored(by: transaction)
    else { throw .badSignature }
    if let place = try await find() { return .anchored(place) }
    for _ in 0..<tries {
      // What became of it before anything else.
      let outcome = try await outcome(of: transaction)
      guard case .pending = outcome else { return outcome }
      try await send(transaction)
      await pause()
    }
    return .pending
  }

  /// Sends a transaction, perhaps once more, where what became of it is asked next.
  private func send(_ transaction: SolanaTransaction) async throws(SolanaError) {
    do throws(SolanaError) { try await client.send(transaction) } catch {
      switch error {
      // A blockhash is not found either where this very transaction has used it up as a nonce.
      case .unknownOutcome, .blockhashNotFound: return
      default: throw error
      }
    }
  }

  /// What became of a transaction, or of another one with the same mark. Nothing is sent.
  public func outcome(of transaction: SolanaTransaction) async throws(SolanaError) -> ResultAnchorOutcome {
    if let status = try await client.status(of: transaction.id) {
      guard status.commitment == .finalized else { return .pending }
      // A status alone is only a word; the ledger's bytes are what was signed.
      if status.error == nil, let place = try await place(transaction.id) { return .anchored(place) }
    }
    // While the nonce is there, the transaction may still come.
    guard try await nonce()?.value != transaction.message.blockhash else { return .pending }
    return try await search(transaction.message.blockhash)
  }

  /// Where a mark of this result stands, whichever of the trustees' signatures it has; `nil` where none is found. To be asked before the trustees are.
  public func find() async throws(SolanaError) -> ResultAnchorPlace? {
    guard case .anchored(let place) = try await search(nil) else { return nil }
    return place
  }

  private func place(_ id: SolanaSignature) async throws(SolanaError) -> ResultAnchorPlace? {
    guard let entry = try await client.transaction(id), entry.error == nil, anchor.isAnchored(by: entry.transaction) else {
      return nil
    }
    return ResultAnchorPlace(slot: entry.slot, transaction: entry.transaction)
  }

  /// Goes through all that named the nonce account. That a nonce is spent without a mark is believed only when what has spent it is found: a node may know an
  /// account before it knows the transaction that changed it.
  private func search(_ nonce: Bytes32?) async throws(SolanaError) -> ResultAnchorOutcome {
    let text = String(decoding: anchor.memo, as: UTF8.self)
    var isSpent = false
    var last: SolanaSignature?
    for _ in 0..<Self.mostPages {
      let page = try await client.signatures(naming: anchor.nonceAccount, after: last)
      for named in page where named.memo?.contains(text) == true {
        guard let entry = try await readable(named.signature), anchor.isAnchored(by: entry.transaction) else { continue }
        guard entry.error != nil else { return .anchored(ResultAnchorPlace(slot: entry.slot, transaction: entry.transaction)) }
        if entry.transaction.message.blockhash == nonce { isSpent = true }
      }
      guard page.count == 1000, let end = page.last?.signature else { return isSpent ? .nonceSpent : .pending }
      last = end
    }
    return .pending
  }

  /// A transaction that others may have made, in a form that is not read here.
  private func readable(_ id: SolanaSignature) async throws(SolanaError) -> SolanaLedgerEntry? {
    do throws(SolanaError) { return try await client.transaction(id) } catch {
      if case .badAnswer = error { return nil }
      throw error
    }
  }
}
