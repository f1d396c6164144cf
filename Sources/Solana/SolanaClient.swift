import Curve25519
import SolanaTransactions
import StrictJSON
import TransparencyLog

/// How sure a node is that something stays.
public enum SolanaCommitment: String, Comparable, Sendable {
  /// Its own word.
  case processed
  /// Voted for by two thirds of the stake.
  case confirmed
  /// Never undone.
  case finalized

  public static func < (a: SolanaCommitment, b: SolanaCommitment) -> Bool { a.order < b.order }
  private var order: Int { self == .processed ? 0 : self == .confirmed ? 1 : 2 }
}

/// An account and its content.
public struct SolanaAccount: Equatable, Sendable {
  /// Which program's it is.
  public let owner: SolanaAddress
  /// Its money.
  public let lamports: UInt64
  /// What it holds.
  public let data: [UInt8]
}

/// How far a transaction is.
public struct SolanaStatus: Equatable, Sendable {
  /// Where it stands.
  public let slot: UInt64
  /// How sure that is.
  public let commitment: SolanaCommitment
  /// Why it failed, in the form of the network's JSON.
  public let error: String?
}

/// A transaction as the ledger has it.
public struct SolanaLedgerEntry: Equatable, Sendable {
  /// Where it stands.
  public let slot: UInt64
  /// Its bytes, read.
  public let transaction: SolanaTransaction
  /// Why it failed, in the form of the network's JSON.
  public let error: String?
  /// What it cost, in lamports.
  public let fee: UInt64
}

/// A transaction in an account's history.
public struct SolanaName: Equatable, Sendable {
  /// Its name.
  public let signature: SolanaSignature
  /// Its memos, each with its length before it.
  public let memo: String?
}

/// Asks nodes of Solana over JSON-RPC. All that nodes say is checked for its form; whether it is true only other nodes can tell.
public struct SolanaClient: Sendable {
  /// Errors of a node that is behind: another may not be.
  public static let transientCodes: Set<Int64> = [-32_005, -32_004, -32_016]

  let rpc: JSONRPC

  /// Asks over these endpoints.
  public init(_ rpc: JSONRPC) { self.rpc = rpc }

  /// The hash of the network's first block, which names the network.
  public func genesisHash() async throws(SolanaError) -> Bytes32 {
    try Self.bytes32(try await call("getGenesisHash").text, "getGenesisHash")
  }

  /// Throws `wrongNetwork` unless the endpoint asked belongs to this one.
  public func check(network: Bytes32) async throws(SolanaError) {
    guard try await genesisHash() == network else { throw .wrongNetwork }
  }

  /// A blockhash with which a transaction can be sent for about a minute.
  public func latestBlockhash(_ commitment: SolanaCommitment = .confirmed) async throws(SolanaError) -> Bytes32 {
    let answer = try await call("getLatestBlockhash", [Self.options(commitment)])
    return try Self.bytes32(answer["value"]?["blockhash"]?.text, "getLatestBlockhash")
  }

  /// Whether a transaction with this blockhash can still be taken.
  public func isValid(blockhash: Bytes32, _ commitment: SolanaCommitment = .confirmed) async throws(SolanaError) -> Bool {
    let answer = try await call("isBlockhashValid", [Self.text(Base58.encode(blockhash.bytes)), Self.options(commitment)])
    guard case .boolean(let value)? = answer["value"] else { throw .badAnswer(method: "isBlockhashValid") }
    return value
  }

  /// Blocks so far.
  public func blockHeight(_ commitment: SolanaCommitment = .confirmed) async throws(SolanaError) -> UInt64 {
    try Self.number(try await call("getBlockHeight", [Self.options(commitment)]), "getBlockHeight")
  }

  /// Lamports of an account; 0 where there is none.
  public func balance(
    of address: SolanaAddress, _ commitment: SolanaCommitment = .confirmed
  ) async throws(SolanaError) -> UInt64 {
    let answer = try await call("getBalance", [Self.text(address.text), Self.options(commitment)])
    return try Self.number(answer["value"], "getBalance")
  }

  /// Lamports that an account with so many bytes must hold.
  public func minimumBalance(bytes count: Int) async throws(SolanaError) -> UInt64 {
    let method = "getMinimumBalanceForRentExemption"
    return try Self.number(try await call(method, [.integer(Int64(count))]), method)
  }

  /// An account; `nil` where there is none.
  public func account(
    _ address: SolanaAddress, _ commitment: SolanaCommitment = .confirmed
  ) async throws(SolanaError) -> SolanaAccount? {
    let answer = try await call("getAccountInfo", [Self.text(address.text), Self.options(commitment, base64: true)])
    guard let value = answer["value"] else { throw .badAnswer(method: "getAccountInfo") }
    if value == .null { return nil }
    guard let owner = (value["owner"]?.text).flatMap({ SolanaAddress(text: Array($0.utf8)) }) else {
      throw .badAnswer(method: "getAccountInfo")
    }
    return SolanaAccount(
      owner: owner, lamports: try Self.number(value["lamports"], "getAccountInfo"),
      data: try Self.base64(value["data"], "getAccountInfo"))
  }

  /// The middle one of the prices that were paid lately for changing these accounts, in millionths of a lamport a unit; 0 where nothing was.
  public func recentPrice(changing addresses: [SolanaAddress]) async throws(SolanaError) -> UInt64 {
    let method = "getRecentPrioritizationFees"
    guard case .list(let items) = try await call(method, [.list(addresses.map { Self.text($0.text) })]) else {
      throw .badAnswer(method: method)
    }
    var prices: [UInt64] = []
    for item in items { prices.append(try Self.number(item["prioritizationFee"], method)) }
    return prices.isEmpty ? 0 : prices.sorted()[prices.count / 2]
  }

  /// What a message costs, in lamports; `nil` where its blockhash is too old.
  public func fee(of message: SolanaMessage) async throws(SolanaError) -> UInt64? {
    let answer = try await call("getFeeForMessage", [Self.text(Base64.encode(message.encoded)), Self.options(.confirmed)])
    guard let value = answer["value"], value != .null else { return nil }
    return try Self.number(value, "getFeeForMessage")
  }

  /// Has money made, on networks for tests.
  public func requestAirdrop(to address: SolanaAddress, lamports: UInt64) async throws(SolanaError) -> SolanaSignature {
    let answer = try await call("requestAirdrop", [Self.text(address.text), .integer(Int64(lamports))])
    return try Self.signature(answer, "requestAirdrop")
  }

  /// Sends a transaction, which a node tries first. To send one again is safe: it has one name and happens once.
  ///
  /// Returns also where the network has it already. `blockhashNotFound` may mean the same where the transaction uses a nonce.
  public func send(_ transaction: SolanaTransaction, _ commitment: SolanaCommitment = .confirmed) async throws(SolanaError) {
    let options: JSONValue = ["encoding": "base64", "preflightCommitment": .text(commitment.rawValue)]
    do {
      let answer = try await rpc.call("sendTransaction", [Self.text(Base64.encode(transaction.encoded)), options])
      guard try Self.signature(answer, "sendTransaction") == transaction.id else {
        throw SolanaError.unknownOutcome(transaction.id)
      }
    } catch let failure as JSONRPCFailure {
      if SolanaError.isDone(failure) { return }
      throw SolanaError(failure, sending: transaction)
    } catch {
      // An answer that is none: it may have been sent.
      throw .unknownOutcome(transaction.id)
    }
  }

  /// How far a transaction is; `nil` where the node does not know it.
  public func status(of signature: SolanaSignature) async throws(SolanaError) -> SolanaStatus? {
    let method = "getSignatureStatuses"
    let answer = try await call(method, [.list([Self.text(signature.text)]), ["searchTransactionHistory": true]])
    guard let value = answer["value"]?[0] else { throw .badAnswer(method: method) }
    if value == .null { return nil }
    guard let commitment = (value["confirmationStatus"]?.text).flatMap(SolanaCommitment.init) else {
      throw .badAnswer(method: method)
    }
    return SolanaStatus(slot: try Self.number(value["slot"], method), commitment: commitment, error: Self.error(value["err"]))
  }

  /// A transaction of the ledger; `nil` where the node does not know it, or not as surely as asked.
  public func transaction(
    _ signature: SolanaSignature, _ commitment: SolanaCommitment = .finalized
  ) async throws(SolanaError) -> SolanaLedgerEntry? {
    let method = "getTransaction"
    let answer = try await call(
      method,
      [
        Self.text(signature.text),
        ["encoding": "base64", "commitment": .text(commitment.rawValue), "maxSupportedTransactionVersion": 0],
      ])
    if answer == .null { return nil }
    let bytes = try Self.base64(answer["transaction"], method)
    guard let transaction = try? SolanaTransaction(bytes), transaction.id == signature else { throw .badAnswer(method: method) }
    return SolanaLedgerEntry(
      slot: try Self.number(answer["slot"], method), transaction: transaction, error: Self.error(answer["meta"]?["err"]),
      fee: try Self.number(answer["meta"]?["fee"], method))
  }

  /// Transactions that named an account, the newest first, at most 1000.
  ///
  /// - Parameter last: of the page before this one.
  public func signatures(
    naming address: SolanaAddress, after last: SolanaSignature? = nil
  ) async throws(SolanaError) -> [SolanaName] {
    let method = "getSignaturesForAddress"
    let options: JSONValue = ["commitment": "finalized", "limit": 1000]
    let answer = try await call(method, [Self.text(address.text), options.adding("before", last.map { Self.text($0.text) })])
    guard case .list(let items) = answer else { throw .badAnswer(method: method) }
    var names: [SolanaName] = []
    for item in items {
      guard let signature = item["signature"] else { throw .badAnswer(method: method) }
      names.append(SolanaName(signature: try Self.signature(signature, method), memo: item["memo"]?.text))
    }
    return names
  }
}
