import StrictJSON
import Testing

@testable import Ethereum

@Suite("What is offered for gas")
struct FeePolicyTests {
  private func history(_ base: UInt64, tips: [(tip: UInt64, ratio: Double)]) throws -> FeeHistory {
    try FeeHistory(
      [
        "oldestBlock": "0x1", "baseFeePerGas": .list(Array(repeating: .text(Hexadecimal.quantity(base)), count: tips.count + 1)),
        "gasUsedRatio": .list(tips.map { .number($0.ratio) }), "reward": .list(tips.map { [.text(Hexadecimal.quantity($0.tip))] }),
      ], percentiles: 1)
  }

  private let gwei = FeePolicy.gwei

  @Test("twice the base fee and the middle tip of blocks that had any")
  func usual() throws {
    let policy = FeePolicy(cap: UInt256(500 * gwei), minimumTip: UInt256(gwei))
    let some = try history(10 * gwei, tips: [(3 * gwei, 0.5), (0, 0), (5 * gwei, 1), (0, 0), (4 * gwei, 0.1)])
    #expect(try policy.fees(some) == TransactionFees(maximum: UInt256(24 * gwei), tip: UInt256(4 * gwei)))
    let none = try history(10 * gwei, tips: [(0, 0)])
    #expect(try policy.fees(none) == TransactionFees(maximum: UInt256(21 * gwei), tip: UInt256(gwei)))
  }

  @Test("the maximum stays below the cap; above it nothing is offered")
  func cap() throws {
    let policy = FeePolicy()
    #expect(
      try policy.fees(history(40 * gwei, tips: [(10 * gwei, 1)]))
        == TransactionFees(maximum: UInt256(50 * gwei), tip: UInt256(10 * gwei)))
    let dear = try history(40 * gwei + 1, tips: [(10 * gwei, 1)])
    #expect(throws: EthereumError.gasPriceAboveCap(needed: UInt256(50 * gwei + 1), cap: UInt256(50 * gwei))) {
      try policy.fees(dear)
    }
  }

  @Test("whoever replaces a transaction offers more than an eighth more of both, and what is usual now")
  func replacing() throws {
    let policy = FeePolicy(cap: 10_000)
    for (maximum, tip) in [(1, 0), (1, 1), (7, 3), (800, 80), (8888, 1)] as [(UInt64, UInt64)] {
      let fees = try policy.replacing(TransactionFees(maximum: UInt256(maximum), tip: UInt256(tip)))
      let (newMaximum, newTip) = (try #require(fees.maximum.uint64), try #require(fees.tip.uint64))
      #expect(newMaximum * 8 >= maximum * 9 && newMaximum > maximum)
      #expect(newTip * 8 >= tip * 9 && newTip > tip && newTip <= newMaximum)
    }
    let now = TransactionFees(maximum: 5000, tip: 50)
    #expect(try policy.replacing(TransactionFees(maximum: 100, tip: 80), now: now) == TransactionFees(maximum: 5000, tip: 91))
    #expect(throws: EthereumError.gasPriceAboveCap(needed: 10_001, cap: 10_000)) {
      try policy.replacing(TransactionFees(maximum: 8889, tip: 1))
    }
  }

  @Test("a history whose lists do not fit each other is none")
  func malformed() {
    let good: JSONValue = ["oldestBlock": "0x1", "baseFeePerGas": ["0x1", "0x1"], "gasUsedRatio": [1], "reward": [["0x1"]]]
    #expect(throws: Never.self) { try FeeHistory(good, percentiles: 1) }
    for (name, value) in [
      ("baseFeePerGas", ["0x1"]), ("gasUsedRatio", [.number(-0.5)]), ("gasUsedRatio", []), ("reward", [["0x1", "0x2"]]),
      ("reward", .null), ("oldestBlock", 1),
    ] as [(String, JSONValue)] {
      let members = ["oldestBlock", "baseFeePerGas", "gasUsedRatio", "reward"].map {
        JSONValue.Member($0, $0 == name ? value : good[$0] ?? .null)
      }
      #expect(throws: MalformedData.self, "\(name)") { try FeeHistory(.object(members), percentiles: 1) }
    }
  }
}
