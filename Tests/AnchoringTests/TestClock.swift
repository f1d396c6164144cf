import Ethereum
import EthereumRegistry
import Synchronization
import TestEthereum

/// Milliseconds that only a test moves.
final class TestClock: Sendable {
  private let time = Mutex<Int64>(1_800_000_000_000)
  var now: Int64 { time.withLock { $0 } }
  func pass(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

extension TestChain {
  func client(endpoints: [Int] = [0, 1], clock: TestClock) -> EthereumClient { client(endpoints: endpoints) { clock.now } }

  func registry(
    clock: TestClock, endpoints: [Int] = [0, 1], of account: AccountKey? = nil, at contract: Address? = nil
  ) -> EthereumRegistry {
    registry(endpoints: endpoints, of: account, at: contract) { clock.now }
  }
}
