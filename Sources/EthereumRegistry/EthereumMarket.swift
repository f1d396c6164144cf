import Ethereum
import VoteRegistry

/// Prices, balance and times of a chain that works like Ethereum.
public struct EthereumMarket: ChainMarket {
  private let client: EthereumClient
  private let account: Address
  private let minimumTip: UInt256

  /// - Parameters:
  ///   - account: the one that pays.
  ///   - minimumTip: wei a unit that go to whoever makes the block, at least.
  public init(client: EthereumClient, account: Address, minimumTip: UInt256) {
    self.client = client
    self.account = account
    self.minimumTip = minimumTip
  }

  public func gasPrice() async throws(RegistryError) -> UInt64 {
    do {
      let history = try await client.feeHistory()
      let fees = try FeePolicy(cap: .max, minimumTip: minimumTip).fees(history)
      return (history.baseFees.last?.adding(fees.tip) ?? fees.maximum).uint64 ?? .max
    } catch { throw RegistryError(any: error) }
  }

  public func balance() async throws(RegistryError) -> UInt128 {
    do { return UInt128(try await client.balance(of: account).description) ?? .max } catch { throw RegistryError(any: error) }
  }

  public func time(ofBlock number: UInt64) async throws(RegistryError) -> UInt64 {
    do {
      guard let block = try await client.block(.number(number)) else {
        throw RegistryError.badAnswer("no block \(number), which there was a moment ago")
      }
      return block.time
    } catch { throw RegistryError(any: error) }
  }
}
