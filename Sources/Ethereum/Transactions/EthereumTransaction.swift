import Curve25519

/// A transaction with fees that follow the base fee (EIP-1559), not yet signed.
public struct EthereumTransaction: Equatable, Sendable {
  /// Storage that a transaction says in advance to touch (EIP-2930).
  public struct Access: Equatable, Sendable {
    /// The contract.
    public var address: Address
    /// Of its storage.
    public var storageKeys: [Bytes32]

    /// A part of an access list.
    public init(address: Address, storageKeys: [Bytes32]) {
      self.address = address
      self.storageKeys = storageKeys
    }
  }

  /// So that no other chain takes it.
  public var chainID: UInt64
  /// Transactions of the account before this one.
  public var nonce: UInt64
  /// Wei a unit of gas.
  public var fees: TransactionFees
  /// Units that it may use; what it needs less is not paid.
  public var gasLimit: UInt64
  /// `nil`: it makes a contract.
  public var receiver: Address?
  /// Wei.
  public var value: UInt256
  /// What the contract is called with, or the bytecode of a new one.
  public var data: [UInt8]
  /// Mostly empty.
  public var accessList: [Access]

  /// A transaction.
  public init(
    chainID: UInt64, nonce: UInt64, fees: TransactionFees, gasLimit: UInt64, receiver: Address?, value: UInt256 = 0,
    data: [UInt8] = [],
    accessList: [Access] = []
  ) {
    self.chainID = chainID
    self.nonce = nonce
    self.fees = fees
    self.gasLimit = gasLimit
    self.receiver = receiver
    self.value = value
    self.data = data
    self.accessList = accessList
  }

  /// What an account signs.
  public var signingHash: Bytes32 { Keccak256.hash([Self.kind] + RLPItem.list(items).encoded) }

  /// The most that it can cost, value included, in wei; `nil` beyond 256 bits.
  public var largestCost: UInt256? { fees.maximum.multiplied(by: UInt256(gasLimit))?.adding(value) }

  /// The first byte of the encoding.
  static let kind: UInt8 = 2

  var items: [RLPItem] {
    [
      .number(chainID), .number(nonce), .number(fees.tip), .number(fees.maximum), .number(gasLimit), .bytes(receiver?.bytes ?? []),
      .number(value), .bytes(data),
      .list(accessList.map { .list([.bytes($0.address.bytes), .list($0.storageKeys.map { .bytes($0.bytes) })]) }),
    ]
  }

  /// From the first nine items of the encoding.
  init(_ items: ArraySlice<RLPItem>) throws(MalformedData) {
    let items = Array(items)
    chainID = try items[0].asUInt64("chain id")
    nonce = try items[1].asUInt64("nonce")
    fees = TransactionFees(maximum: try items[3].asNumber("maximum fee"), tip: try items[2].asNumber("tip"))
    gasLimit = try items[4].asUInt64("gas limit")
    let receiver = try items[5].asBytes("receiver")
    self.receiver = Address(receiver)
    guard self.receiver != nil || receiver.isEmpty else { throw MalformedData("a receiver that is no address") }
    value = try items[6].asNumber("value")
    data = try items[7].asBytes("data")
    accessList = []
    for item in try items[8].asList("access list") {
      let parts = try item.asList("access list")
      guard parts.count == 2, let address = Address(try parts[0].asBytes("access list")) else {
        throw MalformedData("a malformed access list")
      }
      var keys: [Bytes32] = []
      for key in try parts[1].asList("storage keys") {
        guard let key = Bytes32(try key.asBytes("storage key")) else { throw MalformedData("a storage key that has not 32 bytes") }
        keys.append(key)
      }
      accessList.append(Access(address: address, storageKeys: keys))
    }
    guard nonce < .max, fees.tip <= fees.maximum, largestCost != nil else {
      throw MalformedData("fees or nonce that no transaction has")
    }
  }
}

/// What is paid for a unit of gas, in wei.
public struct TransactionFees: Equatable, Sendable {
  /// At most, base fee and tip together.
  public var maximum: UInt256
  /// To whoever makes the block, at most.
  public var tip: UInt256

  /// Fees.
  public init(maximum: UInt256, tip: UInt256) {
    self.maximum = maximum
    self.tip = tip
  }
}

/// A transaction as it is sent.
public struct SignedEthereumTransaction: Equatable, Sendable {
  /// What was signed.
  public let transaction: EthereumTransaction
  /// Of its signing hash.
  public let signature: ECDSASignature
  /// Who signed it.
  public let sender: Address

  /// Puts a signature to a transaction.
  ///
  /// - Throws: where nobody can have signed so.
  public init(_ transaction: EthereumTransaction, signature: ECDSASignature) throws(MalformedData) {
    guard let sender = signature.signer(of: transaction.signingHash) else {
      throw MalformedData("a signature that nobody can have made")
    }
    self.transaction = transaction
    self.signature = signature
    self.sender = sender
  }

  /// Signs a transaction. The same transaction always becomes the same bytes.
  public init(_ transaction: EthereumTransaction, key: AccountKey) {
    self.transaction = transaction
    signature = key.sign(transaction.signingHash)
    sender = key.address
  }

  /// Reads a transaction, in its one encoding.
  ///
  /// - Throws: also for transactions of other kinds, and where nobody can have signed so.
  public init(_ bytes: [UInt8]) throws(MalformedData) {
    guard bytes.first == EthereumTransaction.kind else { throw MalformedData("a transaction of another kind than EIP-1559") }
    let items = try RLPItem(Array(bytes.dropFirst())).asList("transaction")
    guard items.count == 12 else { throw MalformedData("\(items.count) items where a transaction has 12") }
    let transaction = try EthereumTransaction(items[..<9])
    let parity = try items[9].asUInt64("parity")
    guard parity <= 1, let r = Bytes32(try items[10].asNumber("r").bytes), let s = Bytes32(try items[11].asNumber("s").bytes) else {
      throw MalformedData("a signature that is none")
    }
    try self.init(transaction, signature: ECDSASignature(r: r, s: s, isOdd: parity == 1))
  }

  /// The bytes that nodes take.
  public var encoded: [UInt8] {
    let numbers = [signature.r, signature.s].map { RLPItem.bytes(Array($0.bytes.drop { $0 == 0 })) }
    return [EthereumTransaction.kind]
      + RLPItem.list(transaction.items + [.number(signature.isOdd ? UInt64(1) : 0)] + numbers).encoded
  }

  /// By which everybody knows it.
  public var hash: Bytes32 { Keccak256.hash(encoded) }
}
