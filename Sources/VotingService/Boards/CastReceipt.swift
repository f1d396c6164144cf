import Curve25519

/// What a voter gets for a ballot or a challenge that is durably on the board.
public struct CastReceipt: Sendable, Equatable {
  /// By which the voter finds it (`docs/spec/03-ballots.md`, 3.5). Of a challenge and of an opened ballot, the ballot's hash.
  public let tracker: Bytes32
  /// The entry's number on the board.
  public let entry: UInt64
  /// The entry's time, Unix milliseconds: with it and the bytes sent, the voter's device has the whole entry, and so its leaf hash.
  public let time: UInt64
  /// The receipt, a tlog-proof as text (`docs/spec/05-log.md`, 5.9): inclusion proof and signed checkpoint.
  public let bytes: [UInt8]
  /// Whether this request brought the entry about. False: the same bytes are on the board already.
  public let isNew: Bool
}
