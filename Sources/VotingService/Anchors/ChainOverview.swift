import Curve25519

/// How the service stands with the public chain, for administrators.
public struct ChainOverview: Equatable, Sendable {
  /// A price of gas at a time.
  public struct Price: Equatable, Sendable {
    /// Unix milliseconds.
    public let time: UInt64
    /// Wei a unit.
    public let wei: UInt64

    public init(time: UInt64, wei: UInt64) {
      self.time = time
      self.wei = wei
    }
  }

  /// What the service writes: by state.
  public struct Queue: Equatable, Sendable {
    /// Not sent yet.
    public let pending: Int
    /// Handed to nodes.
    public let sent: Int
    /// Tried too often, or gas is too dear.
    public let queued: Int
    public let confirmed: Int
    /// When what waits longest was added, Unix milliseconds.
    public let oldest: UInt64?

    public init(pending: Int, sent: Int, queued: Int, confirmed: Int, oldest: UInt64?) {
      self.pending = pending
      self.sent = sent
      self.queued = queued
      self.confirmed = confirmed
      self.oldest = oldest
    }
  }

  /// The newest anchor.
  public struct LastAnchor: Equatable, Sendable {
    /// Of its block, Unix milliseconds.
    public let time: UInt64
    public let block: UInt64

    public init(time: UInt64, block: UInt64) {
      self.time = time
      self.block = block
    }
  }

  /// Why something is not there yet.
  public struct Trouble: Equatable, Sendable {
    public let reason: String
    /// Records that it keeps back.
    public let records: Int

    public init(reason: String, records: Int) {
      self.reason = reason
      self.records = records
    }
  }

  public let place: ChainPlace
  /// The account that writes, `0x…`.
  public let account: String
  /// Wei; `nil`: no node has answered yet.
  public let balance: UInt128?
  /// The latest block that was seen.
  public let head: UInt64?
  /// When balance and head were asked for last with success, Unix milliseconds.
  public let asked: UInt64?
  /// What a node or the network said when they could not be asked since.
  public let error: String?
  public let queue: Queue
  /// The most frequent first.
  public let troubles: [Trouble]
  /// References of elections that are not anchored to their end, and name another contract than the one that this service writes to.
  public let elsewhere: [String]
  /// The newest that is confirmed.
  public let lastAnchor: LastAnchor?
  /// Whether an administrator has asked for an anchor that is not added yet.
  public let isAnchorAsked: Bool
  /// Whether a reconciliation was asked for, or runs.
  public let isCheckAsked: Bool
  /// The last reconciliation; `nil`: there was none.
  public let check: ChainCheck?
  /// Of the last seven days, ascending; at most one for each quarter of an hour.
  public let prices: [Price]
  /// Of the last thirty days.
  public let costs: ChainCosts

  public init(
    place: ChainPlace, account: String, balance: UInt128?, head: UInt64?, asked: UInt64?, error: String?, queue: Queue,
    troubles: [Trouble], elsewhere: [String] = [], lastAnchor: LastAnchor?, isAnchorAsked: Bool, isCheckAsked: Bool,
    check: ChainCheck?, prices: [Price], costs: ChainCosts
  ) {
    self.place = place
    self.account = account
    self.balance = balance
    self.head = head
    self.asked = asked
    self.error = error
    self.queue = queue
    self.troubles = troubles
    self.elsewhere = elsewhere
    self.lastAnchor = lastAnchor
    self.isAnchorAsked = isAnchorAsked
    self.isCheckAsked = isCheckAsked
    self.check = check
    self.prices = prices
    self.costs = costs
  }
}

/// One reconciliation: every record of the service against the chain and the boards.
public struct ChainCheck: Equatable, Sendable {
  /// Something that does not agree.
  public struct Finding: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
      /// Confirmed here, and not on the chain.
      case missing
      /// Confirmed from one block, and on the chain in another.
      case differing
      /// On the chain, and not known here to be.
      case unnoticed
      /// On the chain, and no record here wants it.
      case extra
      /// On the chain more than once.
      case repeated
      /// An anchor whose leaves, as they are kept here, do not give its root.
      case damaged
      /// The contract's events and its storage do not agree: a node lies.
      case contradiction
      /// An anchor of a state that the election's board never had.
      case otherBoard
      /// A ballot of the board that was never handed on to be recorded.
      case unrecorded
      /// A record of a ballot that the board does not have.
      case stray
    }

    public let kind: Kind
    /// The election's reference; `nil`: of none, or of one that is not known here.
    public let election: String?
    /// A ballot's leaf hash, or the root of an anchor.
    public let hash: Bytes32
    /// Where the service has it.
    public let here: UInt64?
    /// Where the chain has it.
    public let chain: UInt64?
    /// The transaction that wrote it, where the chain has something that nobody here wants.
    public let transaction: Bytes32?
    /// Whether it was mended.
    public let isMended: Bool

    public init(
      _ kind: Kind, election: String?, hash: Bytes32, here: UInt64? = nil, chain: UInt64? = nil, transaction: Bytes32? = nil,
      isMended: Bool = false
    ) {
      self.kind = kind
      self.election = election
      self.hash = hash
      self.here = here
      self.chain = chain
      self.transaction = transaction
      self.isMended = isMended
    }
  }

  /// When it ended, Unix milliseconds.
  public let time: UInt64
  /// The latest block that was looked at.
  public let head: UInt64
  /// Records that were compared.
  public let compared: Int
  /// How many things do not agree.
  public let findingCount: Int
  /// The first hundred of them.
  public let findings: [Finding]

  public init(time: UInt64, head: UInt64, compared: Int, findingCount: Int, findings: [Finding]) {
    self.time = time
    self.head = head
    self.compared = compared
    self.findingCount = findingCount
    self.findings = findings
  }
}
