import Curve25519
import Database
import Elections
import Synchronization

/// Bounds of a board's queues and loops.
public struct BoardLimits: Sendable {
  /// Most ballots that wait to be verified; beyond them, voters are asked to come again.
  public var waiting = 4096
  /// Most ballots verified together.
  public var batch = 512
  /// So many must wait before another batch is verified beside the one that is being verified: more make each hardly cheaper.
  public var fullBatch = 64
  /// Most ballots committed together.
  public var group = 1024
  /// Leaves read at a time when a board is read from the database.
  public var chunk = 2048
  /// How old, in milliseconds, what is told of a board may be where other servers append to it too.
  public var staleness: UInt64 = 500
  /// Seconds a credential waits after its first bad proof; doubled with each, up to an hour.
  public var throttle = 2

  public init() {}

  /// The same for an election whose ballots have `bits` bits: of long ballots fewer are held at a time, so that they take no more memory.
  func scaled(bits: Int) -> BoardLimits {
    var limits = self
    func fewer(_ count: Int, above most: Int) -> Int { bits <= most ? count : max(1, count * most / bits) }
    limits.waiting = fewer(waiting, above: Self.bitsHeld)
    limits.group = fewer(group, above: Self.bitsHeld)
    limits.batch = fewer(batch, above: Self.bitsVerified)
    limits.fullBatch = fewer(fullBatch, above: Self.bitsVerified)
    // Leaves, of which each is shorter than the ballot; enough for one entry.
    if bits > Self.bitsHeld { limits.chunk = max(LongEntry.mostPieces(bits: bits) + 1, chunk / 2) }
    return limits
  }

  /// The bounds are meant for ballots of so many bits, or fewer: held, a bit takes 200 bytes, and three kilobytes while it is verified.
  private static let bitsHeld = 256
  private static let bitsVerified = 64
}

/// Keeps the largest checkpoint signed, of each election, outside the database: a database restored from an old backup is noticed by it.
public protocol HighWater: Sendable {
  /// What was kept last, `nil` if nothing was.
  func read(_ election: String) -> [UInt8]?
  /// Keeps a checkpoint. Called at most once a second for an election; losing the last one is no harm.
  func write(_ election: String, _ checkpoint: [UInt8])
}

/// What all boards work with.
struct BoardEnvironment: Sendable {
  let database: any Database
  let clock: any Clock
  let sealing: any SecretSealing
  let workers: Workers
  let highWater: (any HighWater)?
  let events: EventHub
  let metrics: BoardMetrics
  let limits: BoardLimits
  /// Takes what went wrong with a board, for the operator's log.
  let report: @Sendable (_ election: String, _ error: any Error) -> Void
  /// Whether boards are read-only until trustees have said what they saw.
  let restored: Bool

  /// The purpose under which log keys are sealed.
  static func label(_ election: String) -> String { "log key of \(election)" }
}
