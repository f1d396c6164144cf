import Curve25519

/// Where a record's files are read from.
public protocol RecordSource {
  /// The bytes of a file, `nil` if there is none or it cannot be read. The path is ASCII, as in `docs/spec/06-record.md`.
  func read(_ path: [UInt8]) -> [UInt8]?
}

/// Does independent work, side by side where the platform can.
public protocol WorkRunner {
  /// How much work runs at once.
  var width: Int { get }
  /// The results of `work` for every item, in order.
  func map<Item: Sendable, Output: Sendable>(_ items: [Item], _ work: @Sendable (Item) -> Output) -> [Output]
}

/// One thing after the other.
public struct SequentialRunner: WorkRunner, Sendable {
  public init() {}
  public var width: Int { 1 }
  public func map<Item: Sendable, Output: Sendable>(_ items: [Item], _ work: @Sendable (Item) -> Output) -> [Output] {
    items.map(work)
  }
}

/// Why a folder is not a record.
public enum UnreadableRecord: Error, Equatable, Sendable {
  /// A file that every record has is missing or cannot be read.
  case missing(path: [UInt8])
}

/// What the verifier was given from outside the record (7.2).
public struct Expectations: Sendable {
  /// The election id, from the organiser.
  public var electionID: Bytes32?
  /// Checkpoints kept by anyone, as their bytes.
  public var checkpoints: [[UInt8]] = []
  /// Receipts kept by voters, as their bytes.
  public var receipts: [[UInt8]] = []
  /// Result certificates kept by anyone, as the bytes of the file (6.11).
  public var certificates: [[UInt8]] = []

  /// Nothing from outside.
  public init() {}

  /// Whether there is nothing.
  public var isEmpty: Bool { electionID == nil && checkpoints.isEmpty && receipts.isEmpty && certificates.isEmpty }
}

/// How far a verification is.
public struct VerificationProgress: Sendable {
  /// What is being done.
  public enum Stage: Sendable {
    /// Hashing and reading every entry: once, and again for each million ciphertexts.
    case reading
    /// Verifying proofs and signatures.
    case proving
  }
  /// What is being done.
  public let stage: Stage
  /// Entries done in this stage.
  public let done: UInt64
  /// Entries of the board.
  public let total: UInt64
}

/// Where a record's files are written.
public protocol RecordSink {
  /// Why a file cannot be written.
  associatedtype Failure: Error
  /// Writes a file. The path is ASCII, as in `docs/spec/06-record.md`.
  mutating func write(_ bytes: [UInt8], to path: [UInt8]) throws(Failure)
}
