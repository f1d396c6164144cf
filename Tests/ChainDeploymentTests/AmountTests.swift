import Ethereum
import Testing

@testable import ChainDeployment

@Suite("Amounts")
struct AmountTests {
  @Test(
    "coins are written with the places that they need, and read again",
    arguments: [
      ("0", 0), ("2", 2_000_000_000_000_000_000), ("0.000000000000000001", 1), ("0.5", 500_000_000_000_000_000),
      ("1.05", 1_050_000_000_000_000_000),
    ] as [(String, UInt64)])
  func coins(text: String, wei: UInt64) {
    #expect(CoinAmount.text(UInt256(wei)) == text)
    #expect(CoinAmount.wei(text) == UInt256(wei))
  }

  @Test("what is no amount is none", arguments: ["", ".", "1.", ".5", "-1", "1,5", "1e3", " 1", "0.0000000000000000001", "1.2.3"])
  func noAmount(text: String) { #expect(CoinAmount.wei(text) == nil) }

  @Test("gwei")
  func gwei() {
    #expect(CoinAmount.gwei(UInt256(31_500_000_000)) == "31.5")
    #expect(CoinAmount.wei(gwei: "31.5") == UInt256(31_500_000_000))
  }
}
