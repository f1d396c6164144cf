import Curve25519
import Elections

/// What everybody may know of an election on the public chain. From tables alone: nobody who reads it waits for the chain.
public struct ElectionAnchors: Equatable, Sendable {
  /// What the last reconciliation found of the election's ballots.
  public struct Check: Equatable, Sendable {
    /// Ballots that the chain has as it should: their own hash in the modes batch and each, an anchor above them otherwise.
    public let matched: Int
    /// All ballots of the board.
    public let total: Int
    /// When, Unix milliseconds.
    public let time: UInt64

    public init(matched: Int, total: Int, time: UInt64) {
      self.matched = matched
      self.total = total
      self.time = time
    }
  }

  /// Where, by the manifest.
  public let place: ChainPlace
  /// How, by the manifest.
  public let mode: ElectionAnchoring.Mode
  /// The newest first, at most eight: those on their way, then confirmed ones.
  public let anchors: [Anchor]
  /// How many confirmed ones there are.
  public let anchorCount: Int
  /// Leaves of the board under a confirmed anchor.
  public let coveredSize: UInt64
  /// Leaves of the board.
  public let boardSize: UInt64
  /// Of modes batch and each; otherwise 0: ballots cast.
  public let ballots: Int
  /// Of them: with a hash of their own that is confirmed.
  public let recorded: Int
  /// Of them: on their way.
  public let waiting: Int
  /// Of them: tried too often, or gas is too dear; tried again later.
  public let queued: Int
  /// Transactions that wrote something of the election, and the blocks that have them.
  public let transactions: Int
  public let distinctBlocks: Int
  /// Units that these have used; of an anchor the election's share.
  public let gas: UInt64
  /// Times of the first and last block of an anchor, Unix milliseconds.
  public let firstTime: UInt64?
  public let lastTime: UInt64?
  /// `nil`: there was no reconciliation yet.
  public let check: Check?
  /// Whether the record has the file `anchors`: of a board that has ended only when all of it is on the chain.
  public let isInRecord: Bool
  /// The mark of the result on Solana.
  public let result: SolanaMark?

  public init(
    place: ChainPlace, mode: ElectionAnchoring.Mode, anchors: [Anchor], anchorCount: Int, coveredSize: UInt64, boardSize: UInt64,
    ballots: Int, recorded: Int, waiting: Int, queued: Int, transactions: Int, distinctBlocks: Int, gas: UInt64,
    firstTime: UInt64?, lastTime: UInt64?, check: Check?, isInRecord: Bool, result: SolanaMark? = nil
  ) {
    self.place = place
    self.mode = mode
    self.anchors = anchors
    self.anchorCount = anchorCount
    self.coveredSize = coveredSize
    self.boardSize = boardSize
    self.ballots = ballots
    self.recorded = recorded
    self.waiting = waiting
    self.queued = queued
    self.transactions = transactions
    self.distinctBlocks = distinctBlocks
    self.gas = gas
    self.firstTime = firstTime
    self.lastTime = lastTime
    self.check = check
    self.isInRecord = isInRecord
    self.result = result
  }
}

/// One anchor above an election (specification, 12.1).
public struct Anchor: Equatable, Sendable {
  public enum State: String, Sendable {
    /// A node has its transaction.
    case sent
    /// So deep in the chain that it counts.
    case confirmed
  }

  /// The transaction's hash.
  public let transaction: Bytes32
  /// The block that has it; `nil`: none yet.
  public let block: UInt64?
  /// Blocks from that one on, itself included, when the chain was looked at last.
  public let confirmations: UInt64?
  public let state: State
  /// Of its block, or when it was sent; Unix milliseconds.
  public let time: UInt64
  /// The root of the service's tree.
  public let root: Bytes32
  /// Elections in that tree.
  public let leaves: UInt64
  /// Leaves of this election's board under it.
  public let size: UInt64
  /// Units that the transaction used.
  public let gas: UInt64?

  public init(
    transaction: Bytes32, block: UInt64?, confirmations: UInt64?, state: State, time: UInt64, root: Bytes32, leaves: UInt64,
    size: UInt64, gas: UInt64?
  ) {
    self.transaction = transaction
    self.block = block
    self.confirmations = confirmations
    self.state = state
    self.time = time
    self.root = root
    self.leaves = leaves
    self.size = size
    self.gas = gas
  }
}

/// What has become of one ballot on the public chain.
public struct BallotAnchor: Equatable, Sendable {
  public enum State: String, Sendable {
    case waiting
    case sent
    case confirmed
  }

  /// A ballot's own hash on the chain.
  public struct Record: Equatable, Sendable {
    /// `nil`: the contract had it before this service heard of its transaction.
    public let transaction: Bytes32?
    public let block: UInt64

    public init(transaction: Bytes32?, block: UInt64) {
      self.transaction = transaction
      self.block = block
    }
  }

  /// Of its own hash in the modes batch and each, of the anchor otherwise.
  public let state: State
  /// The first anchor above it, confirmed or sent.
  public let anchor: Anchor?
  /// In the modes batch and each, once it is confirmed.
  public let record: Record?
  /// The leaf hash that is recorded or proven.
  public let leaf: Bytes32

  public init(state: State, anchor: Anchor?, record: Record?, leaf: Bytes32) {
    self.state = state
    self.anchor = anchor
    self.record = record
    self.leaf = leaf
  }
}

/// The mark of a result on Solana (specification, chapter 13).
public struct SolanaMark: Equatable, Sendable {
  /// `mainnet-beta`, `devnet`, `testnet` or `local`.
  public let network: String
  /// Its signature, in Base58.
  public let transaction: String
  public let slot: UInt64
  /// The explorer's page, where there is one.
  public let explorer: String?

  public init(network: String, transaction: String, slot: UInt64, explorer: String?) {
    self.network = network
    self.transaction = transaction
    self.slot = slot
    self.explorer = explorer
  }
}
