import Curve25519
import StrictJSON

/// A block by its place.
public enum BlockTag: Equatable, Sendable {
  case latest
  /// With the transactions that wait.
  case pending
  /// That can only be undone at the cost of much stake.
  case finalized
  case number(UInt64)

  var json: JSONValue {
    switch self {
    case .latest: "latest"
    case .pending: "pending"
    case .finalized: "finalized"
    case .number(let number): .text(Hexadecimal.quantity(number))
    }
  }
}

/// A call that is only tried, not sent.
public struct ContractCall: Equatable, Sendable {
  /// Who calls; nobody in particular where `nil`.
  public var sender: Address?
  /// `nil`: it makes a contract.
  public var receiver: Address?
  /// Function and arguments, or the bytecode of a contract.
  public var data: [UInt8]
  /// Wei.
  public var value: UInt256

  /// A call.
  public init(from sender: Address? = nil, to receiver: Address?, data: [UInt8], value: UInt256 = 0) {
    self.sender = sender
    self.receiver = receiver
    self.data = data
    self.value = value
  }

  var json: JSONValue {
    JSONValue.object([])
      .adding("from", sender.map { .text($0.description) })
      .adding("to", receiver.map { .text($0.description) })
      .adding("value", .text(Hexadecimal.quantity(value)))
      // Old nodes know this name, new ones both.
      .adding("data", .text(Hexadecimal.text(data)))
  }
}

extension EthereumClient {
  /// The number of the latest block.
  public func blockNumber() async throws(EthereumError) -> UInt64 {
    try await ask("eth_blockNumber", []) { answer throws(MalformedData) in try answer.quantity("block number") }
  }

  /// Wei of an account.
  public func balance(of address: Address, at block: BlockTag = .latest) async throws(EthereumError) -> UInt256 {
    try await ask("eth_getBalance", [.text(address.description), block.json]) { answer throws(MalformedData) in
      try answer.amount("balance")
    }
  }

  /// Transactions of an account until a block; with those that wait, at `pending`.
  public func nonce(of address: Address, at block: BlockTag) async throws(EthereumError) -> UInt64 {
    try await ask("eth_getTransactionCount", [.text(address.description), block.json]) { answer throws(MalformedData) in
      try answer.quantity("nonce")
    }
  }

  /// The code of a contract; empty where there is none.
  public func code(of address: Address, at block: BlockTag = .latest) async throws(EthereumError) -> [UInt8] {
    try await ask("eth_getCode", [.text(address.description), block.json]) { answer throws(MalformedData) in try answer.data("code")
    }
  }

  /// What gas has cost in the last blocks, with the tips at one percentile.
  public func feeHistory(blocks: UInt64 = 20, percentile: Int = 50) async throws(EthereumError) -> FeeHistory {
    let parameters: [JSONValue] = [.text(Hexadecimal.quantity(blocks)), "latest", [.integer(Int64(percentile))]]
    return try await ask("eth_feeHistory", parameters) { answer throws(MalformedData) in try FeeHistory(answer, percentiles: 1) }
  }

  /// Units of gas that a call would need now.
  ///
  /// - Throws: `reverted` where the contract would refuse.
  public func estimateGas(_ call: ContractCall) async throws(EthereumError) -> UInt64 {
    try await ask("eth_estimateGas", [call.json]) { answer throws(MalformedData) in try answer.quantity("gas") }
  }

  /// What a contract returns.
  ///
  /// - Throws: `reverted` where it refuses.
  public func call(_ call: ContractCall, at block: BlockTag = .latest) async throws(EthereumError) -> [UInt8] {
    try await ask("eth_call", [call.json, block.json]) { answer throws(MalformedData) in try answer.data("result") }
  }

  /// What a function of a contract returns.
  ///
  /// - Throws: also `badAnswer` where an argument is none of its type, or the contract returns something else.
  public func call(
    _ function: ABIFunction, of contract: Address, _ arguments: [ABIValue] = [], at block: BlockTag = .latest
  ) async throws(EthereumError) -> [ABIValue] {
    do {
      let data = function.selector + (try ABIValue.encode(arguments, as: function.parameters))
      return try function.results(of: try await call(ContractCall(to: contract, data: data), at: block))
    } catch let error as EthereumError { throw error } catch {
      throw .badAnswer("\(function.signature): \((error as? MalformedData)?.reason ?? "")")
    }
  }

  /// What has become of a transaction; `nil` while it is in no block.
  public func receipt(of transaction: Bytes32) async throws(EthereumError) -> TransactionReceipt? {
    try await ask("eth_getTransactionReceipt", [.text(Hexadecimal.text(transaction.bytes))]) { answer throws(MalformedData) in
      if answer == .null { return nil }
      let receipt = try TransactionReceipt(answer)
      guard receipt.transaction == transaction else { throw MalformedData("the receipt of another transaction") }
      return receipt
    }
  }

  /// A transaction, in a block or waiting; `nil` where the node does not know it.
  public func transaction(_ hash: Bytes32) async throws(EthereumError) -> KnownTransaction? {
    try await ask("eth_getTransactionByHash", [.text(Hexadecimal.text(hash.bytes))]) { answer throws(MalformedData) in
      if answer == .null { return nil }
      let transaction = try KnownTransaction(answer)
      guard transaction.hash == hash else { throw MalformedData("another transaction") }
      return transaction
    }
  }

  /// A block; `nil` where there is none yet.
  public func block(_ tag: BlockTag) async throws(EthereumError) -> EthereumBlock? {
    try await ask("eth_getBlockByNumber", [tag.json, false]) { answer throws(MalformedData) in
      if answer == .null { return nil }
      let block = try EthereumBlock(answer)
      if case .number(let number) = tag, block.number != number { throw MalformedData("another block") }
      return block
    }
  }

  /// A block by its hash; `nil` where the node does not know it: it may have been undone.
  public func block(hash: Bytes32) async throws(EthereumError) -> EthereumBlock? {
    try await ask("eth_getBlockByHash", [.text(Hexadecimal.text(hash.bytes)), false]) { answer throws(MalformedData) in
      if answer == .null { return nil }
      let block = try EthereumBlock(answer)
      guard block.hash == hash else { throw MalformedData("another block") }
      return block
    }
  }

  /// Transactions that wait at the node; `nil` where it does not say.
  public func pendingTransactions() async throws(EthereumError) -> UInt64? {
    do {
      return try await attempt("txpool_status", []) { answer throws(MalformedData) in try answer.need("pending").quantity("pending")
      }
    } catch {
      switch error {
      // Many nodes have no such method, or not for everybody.
      case .refused: return nil
      case .tooMuch: return nil
      case .failed(let error): throw error
      }
    }
  }
}
