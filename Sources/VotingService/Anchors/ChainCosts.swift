import Database

/// What recording on the chain has used and cost in some time, and what it would have cost otherwise.
public struct ChainCosts: Equatable, Sendable {
  /// Units of gas of what is written (specification, 12.8).
  public enum Gas {
    public static let anchor: UInt64 = 79_982
    /// A ballot alone.
    public static let single: UInt64 = 56_443
    /// What an election's first ballot costs more.
    public static let first: UInt64 = 17_100
    /// A batch of 50, and a ballot of it.
    public static let fullBatch: UInt64 = 1_204_199
    /// A batch, and each of its ballots.
    public static let batch: UInt64 = 34_400
    public static let batched: UInt64 = 23_400
    /// A ballot recorded by itself, as the design says that this one replaces.
    public static let replacedDesign: UInt64 = 199_900
  }

  /// What one mode would have used for the same ballots.
  public struct Mode: Equatable, Sendable {
    /// `checkpoint`, `batch`, `each`.
    public let name: String
    public let gas: UInt64
    /// Wei, at the average price of the time.
    public let cost: UInt128
  }

  /// Unix milliseconds: from the first to before the second.
  public let from: UInt64
  public let to: UInt64
  /// Ballots that came under an anchor in that time.
  public let ballots: UInt64
  /// Elections that these are of.
  public let elections: Int
  /// Transactions that were carried out, anchors among them.
  public let transactions: Int
  public let anchors: Int
  /// Units.
  public let gas: UInt64
  /// Wei.
  public let cost: UInt128
  /// What the modes would have used: checkpoint, batch, each.
  public let modes: [Mode]

  /// Units a ballot; 0 without any.
  public var gasPerBallot: UInt64 { ballots > 0 ? gas / ballots : 0 }
  /// Wei a ballot.
  public var costPerBallot: UInt128 { ballots > 0 ? cost / UInt128(ballots) : 0 }
  /// Wei a unit, on average.
  public var price: UInt128 { gas > 0 ? cost / UInt128(gas) : 0 }

  /// Thousandths saved against as much gas a ballot; negative: more was used. `nil` without ballots.
  public func saving(against gasPerBallot: UInt64) -> Int? {
    guard ballots > 0, gasPerBallot > 0 else { return nil }
    return 1000 - Int(clamping: UInt128(gas) * 1000 / (UInt128(ballots) * UInt128(gasPerBallot)))
  }

  /// From tables, so that it needs neither chain nor boards.
  ///
  /// - Parameter chain: its number. Of another, which the service wrote to earlier, nothing counts: its coins are others.
  public init(_ session: any SQLSession, chain: UInt64, from: UInt64, to: UInt64) async throws {
    (self.from, self.to) = (from, to)
    let times: [SQLValue] = [.integer(Int64(clamping: from)), .integer(Int64(clamping: to))]
    let number: SQLValue = .integer(Int64(clamping: chain))
    var (gas, cost, transactions, priced): (UInt64, UInt128, Int, UInt64) = (0, 0, 0, 0)
    for row in try await session.query(
      """
      SELECT gas_used, gas_price FROM chain_transactions
      WHERE state IN ('confirmed', 'reverted') AND settled >= $1 AND settled < $2 AND gas_used IS NOT NULL AND account LIKE $3
      """, times + [.text("\(chain):%")])
    {
      let used = UInt64(clamping: try row.integer(0))
      transactions += 1
      gas += used
      guard let price = UInt128(row.isNull(1) ? "" : try row.text(1)) else { continue }
      priced += used
      cost += UInt128(used) * price
    }
    let anchorCount = try await session.query(
      """
      SELECT COUNT(*) FROM chain_records
      WHERE kind = 'anchor' AND confirmed >= $1 AND confirmed < $2 AND COALESCE(chain, $3) = $3
      """, times + [number])[0].integer(0)
    // Under a later anchor are the ballots of earlier ones, too.
    let rows = try await session.query(
      """
      SELECT p.election, MAX(CASE WHEN r.confirmed >= $1 THEN p.ballots ELSE 0 END),
        MAX(CASE WHEN r.confirmed < $1 THEN p.ballots ELSE 0 END)
      FROM chain_places p JOIN chain_records r ON r.election = $3 AND r.hash = p.root
      WHERE r.confirmed < $2 AND COALESCE(r.chain, $4) = $4 GROUP BY p.election
      """, times + [.bytes([]), number])
    let counts = try rows.map { UInt64(clamping: max(0, try $0.integer(1) - (try $0.integer(2)))) }.filter { $0 > 0 }
    let anchors = UInt64(clamping: anchorCount)
    let price = priced > 0 ? cost / UInt128(priced) : 0
    self.ballots = counts.reduce(0, +)
    elections = counts.count
    self.transactions = transactions
    self.anchors = Int(anchorCount)
    self.gas = gas
    self.cost = cost
    modes = [
      ("checkpoint", anchors * Gas.anchor),
      ("batch", anchors * Gas.anchor + counts.reduce(0) { $0 + Self.batched($1) }),
      ("each", anchors * Gas.anchor + counts.reduce(0) { $0 + $1 * Gas.single + Gas.first }),
    ].map { Mode(name: $0.0, gas: $0.1, cost: UInt128($0.1) * price) }
  }

  /// Units for an election's ballots in batches that are as full as they can be.
  private static func batched(_ ballots: UInt64) -> UInt64 {
    let (full, rest) = ballots.quotientAndRemainder(dividingBy: 50)
    return full * Gas.fullBatch + (rest > 0 ? Gas.batch + rest * Gas.batched : 0)
  }
}
