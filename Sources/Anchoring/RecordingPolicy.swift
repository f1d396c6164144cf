/// When and how often the chain is written to. Times in milliseconds.
public struct RecordingPolicy: Sendable {
  /// Ballots of one transaction, at most; the contract takes 50.
  public var fullBatch = 50
  /// So many that wait are worth a transaction.
  public var enoughForBatch = 10
  /// Nobody waits longer for others.
  public var longestWait: Int64 = 300_000
  /// Transactions under way at once. Nodes keep 16 of an account.
  public var underWay = 16
  /// Blocks from that of a transaction on, itself included, until it counts as confirmed.
  public var depth: UInt64 = 5
  /// Tries after which somebody is told.
  public var tries: Int64 = 3
  /// The pause after the first failure; each further one is twice as long, less a random part of up to half.
  public var firstPause: Int64 = 2_000
  /// The longest of these, and the pause of what is queued.
  public var longestPause: Int64 = 600_000
  /// The pause while gas is too dear.
  public var pricePause: Int64 = 60_000
  /// A transaction that has waited so long is replaced.
  public var stuckAfter: Int64 = 180_000
  /// Ballots whose transaction is of an account that the service writes with no more go to another one after so long.
  public var leftBehindAfter: Int64 = 3_600_000
  /// Between two looks at what is under way.
  public var interval: Int64 = 4_000
  /// How long an account belongs to a worker that says nothing.
  public var lease: Int64 = 120_000

  public init() {}

  /// - Parameter random: a byte.
  func pause(after failures: Int64, random: UInt8) -> Int64 {
    let doublings = max(0, min(failures - 1, 30))
    let whole = min(longestPause, firstPause << doublings)
    return whole - whole * Int64(random) / 512
  }
}

/// What the worker tells whoever counts and warns. Holds public facts only.
public enum RecordingReport: Equatable, Sendable {
  /// A transaction was taken by a node.
  case sent
  /// So many records are on the chain for good, as far as anybody can tell.
  case confirmed(Int)
  /// To be looked at: these records have failed as often as they may, or gas is too dear. They stay, and are tried again later.
  case queued(Int, reason: String)
  /// A dearer transaction takes the place of one that nobody wants.
  case replaced
  /// Transactions that were in blocks are in none any more.
  case reorganised
  /// To be looked at: nodes contradict themselves or the contract.
  case contradiction(String)
  /// To be looked at: the chain could not be asked, as often as it may fail.
  case unreachable(String)
}

/// Where a turn of the worker can be cut off: for tests.
enum RecordingPoint: String, CaseIterable, Sendable {
  case claimed, looked, prepared, stored, sent, marked, settling, settled
}
