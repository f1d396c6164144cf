import Synchronization

/// Counts what boards do, for operators. No election, credential or account stands in it.
public final class BoardMetrics: Sendable {
  /// Durations or sizes in classes: how many were at most each bound, and their sum.
  public struct Histogram: Sendable, Equatable {
    /// Upper bounds, ascending.
    public let bounds: [Double]
    /// How many fell into the class of each bound; one more class for those above all.
    public private(set) var counts: [UInt64]
    /// Sum of all values.
    public private(set) var sum = 0.0
    /// Number of values.
    public private(set) var count: UInt64 = 0

    init(_ bounds: [Double]) {
      self.bounds = bounds
      counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func observe(_ value: Double) {
      counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
      sum += value
      count += 1
    }
  }

  /// All counts at a moment.
  public struct Snapshot: Sendable {
    /// Entries of voters that were appended, by what they are: `cast`, `challenge`, `opened`.
    public fileprivate(set) var accepted: [String: UInt64] = [:]
    /// Answers to bytes that were on the board already.
    public fileprivate(set) var repeated: UInt64 = 0
    /// Refusals by reason.
    public fileprivate(set) var refused: [String: UInt64] = [:]
    /// Submissions verified together.
    public fileprivate(set) var batches = Histogram([1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    /// Entries committed together.
    public fileprivate(set) var groups = Histogram([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    /// Seconds that verifying a batch took.
    public fileprivate(set) var verification = Histogram(seconds)
    /// Seconds that committing a group took.
    public fileprivate(set) var commit = Histogram(seconds)
    /// Submissions that wait to be verified, over all boards.
    public fileprivate(set) var waiting = 0
    /// Entries of all boards that are in memory.
    public fileprivate(set) var entries: UInt64 = 0

    private static let seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
  }

  private let state = Mutex(Snapshot())

  public init() {}

  /// All counts now.
  public var snapshot: Snapshot { state.withLock { $0 } }

  func accepted(_ kind: String) { state.withLock { $0.accepted[kind, default: 0] += 1 } }
  func repeated() { state.withLock { $0.repeated += 1 } }
  func refused(_ refusal: CastRefusal) { state.withLock { $0.refused[refusal.code, default: 0] += 1 } }
  func verified(_ count: Int, _ duration: Duration) {
    state.withLock {
      $0.batches.observe(Double(count))
      $0.verification.observe(duration.seconds)
    }
  }
  func committed(_ count: Int, _ duration: Duration) {
    state.withLock {
      $0.groups.observe(Double(count))
      $0.commit.observe(duration.seconds)
    }
  }
  func waiting(_ change: Int) { state.withLock { $0.waiting += change } }
  func entries(_ added: UInt64) { state.withLock { $0.entries += added } }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension CastRefusal {
  /// A stable word for the reason.
  public var code: String {
    switch self {
    case .unknownElection: "unknown-election"
    case .malformed: "malformed-ballot"
    case .tooLong: "ballot-too-long"
    case .foreignElection: "foreign-election"
    case .notEligible: "not-eligible"
    case .loginNeeded: "login-needed"
    case .otherAccount: "other-account"
    case .alreadyVoted: "already-voted"
    case .numberTooLow: "number-too-low"
    case .repeatedCiphertext: "repeated-ciphertext"
    case .ballotChallenged: "ballot-challenged"
    case .ballotCast: "ballot-cast"
    case .tooManyChallenges: "too-many-challenges"
    case .notChallenged: "not-challenged"
    case .alreadyOpened: "already-opened"
    case .notOpen: "not-open"
    case .paused: "voting-paused"
    case .closed: "voting-closed"
    case .aborted: "election-aborted"
    case .badSignature: "bad-signature"
    case .badProof: "bad-proof"
    case .throttled: "credential-throttled"
    case .busy: "busy"
    case .behind: "board-behind"
    case .unavailable: "unavailable"
    }
  }
}
