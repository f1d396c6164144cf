import Ethereum

/// What an account has, and how far it goes.
public struct AccountBalance: Equatable, Sendable {
  /// The account.
  public let account: Address
  /// Wei.
  public let balance: UInt256
  /// Transactions that count.
  public let transactions: UInt64
  /// Transactions that wait at the node.
  public let waiting: UInt64
  /// Wei a unit of gas, now.
  public let gasPrice: UInt256

  /// Units of gas of an anchor (docs/spec/12-anchors.md, 12.8).
  public static let gasOfAnchor: UInt64 = 80_000

  /// Anchors that it pays for at this price.
  public var anchors: UInt256 {
    guard let price = gasPrice.multiplied(by: UInt256(Self.gasOfAnchor))?.uint64, price > 0 else { return .zero }
    return balance.divided(by: price).quotient
  }

  /// Asks for it.
  public static func ask(_ client: EthereumClient, _ account: Address, _ network: ChainNetwork) async throws(DeploymentError)
    -> AccountBalance
  {
    do throws(EthereumError) {
      let history = try await client.feeHistory()
      let fees = try FeePolicy(cap: .max, minimumTip: network.minimumTip).fees(history)
      let (counted, all) = (try await client.nonce(of: account, at: .latest), try await client.nonce(of: account, at: .pending))
      return AccountBalance(
        account: account, balance: try await client.balance(of: account), transactions: counted,
        waiting: all > counted ? all - counted : 0, gasPrice: history.baseFees.last?.adding(fees.tip) ?? fees.maximum)
    } catch { throw .chain(error) }
  }
}
