import HTTPClient
import TestEthereum

@testable import Ethereum

extension ChainProcess {
  func client(chain: UInt64 = 31337, clock: TestClock = TestClock()) -> EthereumClient {
    EthereumClient(endpoints: addresses, chainID: chain, http: HTTPClient(), clock: clock.read)
  }
}
