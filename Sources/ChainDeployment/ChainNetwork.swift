import Ethereum

/// A chain that contracts are deployed on.
public enum ChainNetwork: String, CaseIterable, Sendable {
  /// Polygon: what is paid there is worth something.
  case polygon
  /// Polygon's test network.
  case amoy
  /// A chain on a machine of one's own, for tests.
  case local

  /// By which transactions and nodes name it.
  public var chainID: UInt64 {
    switch self {
    case .polygon: 137
    case .amoy: 80002
    case .local: 31337
    }
  }

  /// Whether its coins cost money, so that its name must be typed before anything is sent.
  public var isOfValue: Bool { self == .polygon }

  /// Wei that an account needs before its first contract, unless told otherwise.
  public var minimumBalance: UInt256 { UInt256(2_000_000_000_000_000_000) }

  /// Blocks, that of the transaction included, after which it counts, unless told otherwise.
  public var confirmations: UInt64 { self == .local ? 1 : 5 }

  /// Wei a unit of gas that go to whoever makes the block, at least: what Polygon's nodes want.
  public var minimumTip: UInt256 { UInt256((self == .local ? 1 : 25) * FeePolicy.gwei) }

  /// Whether an explorer shows its contracts.
  public var hasExplorer: Bool { self != .local }
}
