import Anchoring

/// How a service anchors. Times in milliseconds.
public struct AnchorSettings: Sendable {
  /// Where.
  public let place: ChainPlace
  /// The block of the contract's deployment.
  public let firstBlock: UInt64
  /// Between two anchors, where nothing makes one urgent.
  public var anchorEvery: Int64 = 600_000
  /// While gas is dearer than the median of the last day, wait for so long; 0: never.
  public var cheapWait: Int64 = 0
  /// Between two reconciliations.
  public var checkEvery: Int64 = 86_400_000
  /// How what is added is sent.
  public var policy = RecordingPolicy()

  /// Between two anchors in any case, so that what happens together goes together; an administrator's is made at once.
  var urgentPause: Int64 { min(15_000, anchorEvery) }
  /// Between two samples of the price of gas, and for how long they are kept.
  static let priceEvery: Int64 = 60_000
  static let pricesKept: Int64 = 31 * 86_400_000

  public init(place: ChainPlace, firstBlock: UInt64) {
    self.place = place
    self.firstBlock = firstBlock
  }
}
