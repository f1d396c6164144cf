import Curve25519
import StrictJSON

/// A block, as far as it matters here.
public struct EthereumBlock: Equatable, Sendable {
  /// Blocks before it.
  public let number: UInt64
  /// By which everybody knows it.
  public let hash: Bytes32
  /// Of the block before.
  public let parentHash: Bytes32
  /// Seconds since 1970.
  public let time: UInt64
  /// The most that its transactions may use.
  public let gasLimit: UInt64
  /// What they did use.
  public let gasUsed: UInt64
  /// Wei a unit of gas; `nil` before EIP-1559.
  public let baseFee: UInt256?

  /// From a node's answer.
  package init(_ json: JSONValue) throws(MalformedData) {
    number = try json.need("number").quantity("number")
    hash = try json.need("hash").hash("hash")
    parentHash = try json.need("parentHash").hash("parentHash")
    time = try json.need("timestamp").quantity("timestamp")
    gasLimit = try json.need("gasLimit").quantity("gasLimit")
    gasUsed = try json.need("gasUsed").quantity("gasUsed")
    baseFee = try json.optional("baseFeePerGas")?.amount("baseFeePerGas")
  }
}

/// Where a transaction stands in the chain.
public struct BlockPlace: Hashable, Sendable {
  /// The number of the block.
  public let block: UInt64
  /// Its hash: after a reorganisation another block has the number.
  public let blockHash: Bytes32
  /// Transactions before it in the block.
  public let index: UInt64

  /// From a node's answer.
  package init(_ json: JSONValue) throws(MalformedData) {
    block = try json.need("blockNumber").quantity("blockNumber")
    blockHash = try json.need("blockHash").hash("blockHash")
    index = try json.need("transactionIndex").quantity("transactionIndex")
  }
}

/// What a contract has said in a transaction.
public struct EthereumLog: Equatable, Sendable {
  /// The contract.
  public let address: Address
  /// The event and its indexed fields.
  public let topics: [Bytes32]
  /// The other fields.
  public let data: [UInt8]
  /// The transaction in its block.
  public let place: BlockPlace
  /// Its hash.
  public let transaction: Bytes32
  /// Logs before it in the block.
  public let index: UInt64

  /// From a node's answer.
  package init(_ json: JSONValue) throws(MalformedData) {
    guard json["removed"] ?? false == false else { throw MalformedData("a log that was removed") }
    address = try json.need("address").address("address")
    topics = try json.need("topics").members("topics") { item throws(MalformedData) in try item.hash("topic") }
    guard topics.count <= 4 else { throw MalformedData("more than four topics") }
    data = try json.need("data").data("data")
    place = try BlockPlace(json)
    transaction = try json.need("transactionHash").hash("transactionHash")
    index = try json.need("logIndex").quantity("logIndex")
  }
}

/// What has become of a transaction in a block.
public struct TransactionReceipt: Equatable, Sendable {
  /// Its hash.
  public let transaction: Bytes32
  /// Its block.
  public let place: BlockPlace
  /// The account that pays.
  public let sender: Address
  /// `nil`: it makes a contract.
  public let receiver: Address?
  /// The contract that it has made.
  public let contract: Address?
  /// Whether it did what it was to do; the fee is paid in any case.
  public let hasSucceeded: Bool
  /// Units.
  public let gasUsed: UInt64
  /// Wei a unit of gas, base fee and tip.
  public let gasPrice: UInt256
  /// In their order. Polygon logs the fee even of transactions that failed.
  public let logs: [EthereumLog]

  /// Wei; `nil` beyond 256 bits.
  public var fee: UInt256? { gasPrice.multiplied(by: UInt256(gasUsed)) }

  /// From a node's answer.
  package init(_ json: JSONValue) throws(MalformedData) {
    transaction = try json.need("transactionHash").hash("transactionHash")
    let place = try BlockPlace(json)
    self.place = place
    sender = try json.need("from").address("from")
    receiver = try json.optional("to")?.address("to")
    contract = try json.optional("contractAddress")?.address("contractAddress")
    let status = try json.need("status").quantity("status")
    guard status <= 1 else { throw MalformedData("a status that is neither 0 nor 1") }
    hasSucceeded = status == 1
    gasUsed = try json.need("gasUsed").quantity("gasUsed")
    gasPrice = try json.need("effectiveGasPrice").amount("effectiveGasPrice")
    logs = try json.need("logs").members("logs") { item throws(MalformedData) in try EthereumLog(item) }
    let transaction = transaction
    guard logs.allSatisfy({ $0.transaction == transaction && $0.place == place }) else {
      throw MalformedData("a log of another transaction in the receipt")
    }
  }
}

/// A transaction that a node knows.
public struct KnownTransaction: Equatable, Sendable {
  /// By which it was asked for.
  public let hash: Bytes32
  /// The account that pays.
  public let sender: Address
  /// Transactions of the account before it.
  public let nonce: UInt64
  /// `nil` while it waits.
  public let place: BlockPlace?
  /// The transaction itself, whose hash is this; `nil` where it is of another kind than EIP-1559.
  public let signed: SignedEthereumTransaction?

  /// From a node's answer.
  package init(_ json: JSONValue) throws(MalformedData) {
    hash = try json.need("hash").hash("hash")
    sender = try json.need("from").address("from")
    nonce = try json.need("nonce").quantity("nonce")
    place = json.optional("blockHash") == nil ? nil : try BlockPlace(json)
    guard try json.optional("type")?.quantity("type") == 2 else {
      signed = nil
      return
    }
    let read = try Self.signed(json)
    // So no node can pass one transaction off as another.
    guard read.hash == hash, read.sender == sender else { throw MalformedData("a transaction whose hash is another") }
    signed = read
  }

  /// A number of a signature: some nodes write it as 32 bytes, others without zeros at the front. The transaction's hash tells whether it is right.
  private static func number(_ json: JSONValue) -> Bytes32? {
    guard let text = json.text, text.hasPrefix("0x"), text.utf8.count <= 66 else { return nil }
    let digits = Array(text.utf8.dropFirst(2))
    return Hexadecimal.bytes(digits: Array(repeating: UInt8(ascii: "0"), count: 64 - digits.count) + digits).flatMap { Bytes32($0) }
  }

  private static func access(_ json: JSONValue) throws(MalformedData) -> EthereumTransaction.Access {
    EthereumTransaction.Access(
      address: try json.need("address").address("address"),
      storageKeys: try json.need("storageKeys").members("storageKeys") { key throws(MalformedData) in try key.hash("storage key") })
  }

  private static func signed(_ json: JSONValue) throws(MalformedData) -> SignedEthereumTransaction {
    let fees = TransactionFees(
      maximum: try json.need("maxFeePerGas").amount("maxFeePerGas"),
      tip: try json.need("maxPriorityFeePerGas").amount("maxPriorityFeePerGas"))
    let accesses = try json.optional("accessList")?.members("accessList") { item throws(MalformedData) in try access(item) }
    let transaction = EthereumTransaction(
      chainID: try json.need("chainId").quantity("chainId"), nonce: try json.need("nonce").quantity("nonce"), fees: fees,
      gasLimit: try json.need("gas").quantity("gas"), receiver: try json.optional("to")?.address("to"),
      value: try json.need("value").amount("value"), data: try json.need("input").data("input"), accessList: accesses ?? [])
    // Older nodes have it as `v` alone.
    let parity = try json.need(json.optional("yParity") == nil ? "v" : "yParity").quantity("v")
    guard parity <= 1, let r = Self.number(try json.need("r")), let s = Self.number(try json.need("s"))
    else {
      throw MalformedData("a signature that is none")
    }
    return try SignedEthereumTransaction(transaction, signature: ECDSASignature(r: r, s: s, isOdd: parity == 1))
  }
}

/// What gas has cost in the last blocks.
public struct FeeHistory: Equatable, Sendable {
  /// The number of the first block.
  public let oldestBlock: UInt64
  /// Wei a unit of gas; one more than there are blocks: the last is the next block's.
  public let baseFees: [UInt256]
  /// Of each block's gas, what was used: 0 to 1.
  public let usedRatios: [Double]
  /// Of each block, the tips at the percentiles asked for.
  public let tips: [[UInt256]]

  /// From a node's answer, which must have so many tips a block.
  package init(_ json: JSONValue, percentiles: Int) throws(MalformedData) {
    oldestBlock = try json.need("oldestBlock").quantity("oldestBlock")
    baseFees = try json.need("baseFeePerGas").members("baseFeePerGas") { item throws(MalformedData) in try item.amount("base fee") }
    usedRatios = try json.need("gasUsedRatio").members("gasUsedRatio") { item throws(MalformedData) in try item.ratio("ratio") }
    tips =
      try json.optional("reward")?.members("reward") { block throws(MalformedData) in
        try block.members("reward") { item throws(MalformedData) in try item.amount("reward") }
      } ?? []
    guard !usedRatios.isEmpty, baseFees.count == usedRatios.count + 1, tips.count == usedRatios.count,
      tips.allSatisfy({ $0.count == percentiles }), usedRatios.allSatisfy({ $0 >= 0 })
    else { throw MalformedData("a fee history whose lists do not fit each other") }
  }
}
