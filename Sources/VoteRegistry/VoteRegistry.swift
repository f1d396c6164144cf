import Curve25519

/// The contract of a public chain that keeps anchors and ballots' hashes (specification, 12.3), written to by one account.
///
/// What has been prepared is bytes: who keeps them before he sends them can ask for them and send them again whatever happens, and they can be carried out once.
public protocol VoteRegistry: Sendable {
  /// Chain and account, as text: its transactions have one row of numbers.
  var account: String { get }

  /// Chain and contract.
  var place: RegistryPlace { get }

  /// The same, for the contract and the account of a transaction that was signed once; where that is another account, its key is not here and nothing is signed.
  /// `nil`: it is of another chain, or no transaction.
  func registry(of raw: [UInt8]) -> (any VoteRegistry)?

  /// The number of the latest block.
  func head() async throws(RegistryError) -> UInt64

  /// Transactions of the account until some block.
  func nonce(at moment: RegistryMoment) async throws(RegistryError) -> UInt64

  /// A signed transaction, at the price of now. Nothing is sent.
  ///
  /// - Throws: `reverted` where the contract would refuse it now, `priceAboveCap`, `congested`.
  func prepare(_ call: RegistryCall, nonce: UInt64) async throws(RegistryError) -> PreparedTransaction

  /// Why the contract would refuse a call by the account, in its words; `nil`: it would not.
  ///
  /// - Parameter block: at whose end; `nil`: the latest.
  func refusal(of call: RegistryCall, at block: UInt64?) async throws(RegistryError) -> String?

  /// Whether the account might write at the end of a block, if there is no pause.
  func mayWrite(at block: UInt64) async throws(RegistryError) -> Bool

  /// The same transaction for a higher price, that nodes take in its place. Nothing is sent.
  ///
  /// - Throws: `priceAboveCap`.
  func replace(_ raw: [UInt8]) async throws(RegistryError) -> PreparedTransaction

  /// Hands a transaction to nodes. Doing so again does no harm.
  ///
  /// - Throws: `unknownOutcome` where a node may have it although none has said so.
  func send(_ raw: [UInt8]) async throws(RegistryError)

  /// Whether a node has the transaction and no block has it yet.
  func isWaiting(_ hash: Bytes32) async throws(RegistryError) -> Bool

  /// The block that has a transaction, of the chain as it is now; `nil` where there is none.
  func inclusion(of hash: Bytes32) async throws(RegistryError) -> Inclusion?

  /// The block at which the contract keeps an entry; `nil`: it does not.
  ///
  /// - Parameter earliest: no anchor of an earlier block is meant.
  func find(_ entry: RegistryEntry, since earliest: UInt64) async throws(RegistryError) -> UInt64?

  /// All anchors that the contract keeps from some block on, with their blocks; of one that is there twice, the later.
  func anchors(since earliest: UInt64) async throws(RegistryError) -> [RegistryEntry: UInt64]

  /// Everything that the contract says to have written in some blocks, in its order.
  func written(in blocks: ClosedRange<UInt64>) async throws(RegistryError) -> [WrittenEntry]
}

/// A contract on a chain.
public struct RegistryPlace: Hashable, Sendable {
  /// The chain's number (EIP-155).
  public let chain: UInt64
  /// Its address, 20 bytes.
  public let contract: [UInt8]

  public init(chain: UInt64, contract: [UInt8]) {
    self.chain = chain
    self.contract = contract
  }
}

/// Until when an account's transactions are counted.
public enum RegistryMoment: Equatable, Sendable {
  case latest
  /// With those that wait.
  case pending
  case block(UInt64)
}

/// What is to stand on the chain, once.
public enum RegistryEntry: Hashable, Sendable {
  /// The root of the service's tree, with its number of leaves.
  case anchor(root: Bytes32, leaves: UInt64)
  /// The leaf hash of a ballot under its election.
  case ballot(election: Bytes32, leaf: Bytes32)
}

/// An entry as the chain tells it.
public struct WrittenEntry: Equatable, Sendable {
  public let entry: RegistryEntry
  public let block: UInt64
  /// The transaction that wrote it.
  public let transaction: Bytes32

  public init(entry: RegistryEntry, block: UInt64, transaction: Bytes32) {
    self.entry = entry
    self.block = block
    self.transaction = transaction
  }
}

/// What one transaction does: all of it or nothing.
public enum RegistryCall: Equatable, Sendable {
  /// The most ballots that the contract takes at once.
  public static let largestBatch = 50

  case anchor(root: Bytes32, leaves: UInt64)
  case ballots(election: Bytes32, leaves: [Bytes32])

  /// What it writes.
  public var entries: [RegistryEntry] {
    switch self {
    case .anchor(let root, let leaves): [.anchor(root: root, leaves: leaves)]
    case .ballots(let election, let leaves): leaves.map { .ballot(election: election, leaf: $0) }
    }
  }
}

/// A signed transaction.
public struct PreparedTransaction: Equatable, Sendable {
  public let nonce: UInt64
  public let hash: Bytes32
  public let raw: [UInt8]
  public let gasLimit: UInt64
  /// The most that is paid for a unit of gas, decimal, in the chain's smallest unit.
  public let maximumFee: String

  public init(nonce: UInt64, hash: Bytes32, raw: [UInt8], gasLimit: UInt64, maximumFee: String) {
    self.nonce = nonce
    self.hash = hash
    self.raw = raw
    self.gasLimit = gasLimit
    self.maximumFee = maximumFee
  }
}

/// What has become of a transaction that a block has.
public struct Inclusion: Equatable, Sendable {
  public let block: UInt64
  public let blockHash: Bytes32
  /// Whether it did what it was to do; it is paid for in any case.
  public let hasSucceeded: Bool
  public let gasUsed: UInt64
  /// What a unit of gas has cost, decimal, in the chain's smallest unit.
  public let gasPrice: String

  public init(block: UInt64, blockHash: Bytes32, hasSucceeded: Bool, gasUsed: UInt64, gasPrice: String) {
    self.block = block
    self.blockHash = blockHash
    self.hasSucceeded = hasSucceeded
    self.gasUsed = gasUsed
    self.gasPrice = gasPrice
  }
}
