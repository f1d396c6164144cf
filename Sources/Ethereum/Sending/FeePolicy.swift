/// What is offered for gas.
public struct FeePolicy: Equatable, Sendable {
  /// Wei.
  public static let gwei: UInt64 = 1_000_000_000

  /// Wei a unit of gas, base fee and tip together: above it nothing is sent.
  public var cap: UInt256
  /// Wei a unit of gas that go to whoever makes the block, at least. Polygon's nodes refuse less than 25 gwei.
  public var minimumTip: UInt256

  /// A policy; 50 gwei at most unless another is given.
  public init(cap: UInt256 = UInt256(50 * gwei), minimumTip: UInt256 = UInt256(gwei)) {
    self.cap = cap
    self.minimumTip = minimumTip
  }

  /// Fees for a transaction that is to get into one of the next blocks: the usual tip, and a maximum that lets the base fee double.
  ///
  /// - Throws: `gasPriceAboveCap` where a unit of gas costs more than the cap now.
  public func fees(_ history: FeeHistory) throws(EthereumError) -> TransactionFees {
    guard let base = history.baseFees.last else { throw .badAnswer("a fee history without blocks") }
    // Nobody has paid a tip in an empty block.
    let tips = zip(history.tips, history.usedRatios).filter { $1 > 0 }.compactMap(\.0.first).sorted()
    let tip = max(minimumTip, tips.isEmpty ? 0 : tips[tips.count / 2])
    guard let now = base.adding(tip), let maximum = base.multiplied(by: 2)?.adding(tip) else {
      throw .badAnswer("fees beyond 256 bits")
    }
    guard now <= cap else { throw .gasPriceAboveCap(needed: now, cap: cap) }
    return TransactionFees(maximum: min(maximum, cap), tip: tip)
  }

  /// Fees for a transaction that is to take the place of one with `previous`: more than an eighth above both, and at least those of now. Nodes want a tenth.
  ///
  /// - Throws: `gasPriceAboveCap`.
  public func replacing(_ previous: TransactionFees, now: TransactionFees? = nil) throws(EthereumError) -> TransactionFees {
    guard let maximum = Self.raised(previous.maximum), let tip = Self.raised(previous.tip) else {
      throw .badAnswer("fees beyond 256 bits")
    }
    let fees = TransactionFees(maximum: max(maximum, now?.maximum ?? 0), tip: max(tip, now?.tip ?? 0))
    guard fees.maximum <= cap, fees.tip <= cap else { throw .gasPriceAboveCap(needed: max(fees.maximum, fees.tip), cap: cap) }
    return TransactionFees(maximum: max(fees.maximum, fees.tip), tip: fees.tip)
  }

  private static func raised(_ fee: UInt256) -> UInt256? { fee.adding(fee.divided(by: 8).quotient)?.adding(1) }
}
