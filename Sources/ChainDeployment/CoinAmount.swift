import Ethereum

/// Amounts in whole coins, as people write them: 1 POL is 10¹⁸ wei.
public enum CoinAmount {
  private static let places = 18
  private static let coin: UInt64 = 1_000_000_000_000_000_000

  /// Coins with as many decimal places as are needed: `2`, `0.0357`.
  public static func text(_ wei: UInt256) -> String {
    let (coins, rest) = wei.divided(by: coin)
    guard rest > 0 else { return coins.description }
    let digits = String(rest)
    var fraction = String(repeating: "0", count: places - digits.count) + digits
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(coins).\(fraction)"
  }

  /// Gwei, likewise: prices of gas.
  public static func gwei(_ wei: UInt256) -> String {
    let (whole, rest) = wei.divided(by: FeePolicy.gwei)
    guard rest > 0 else { return whole.description }
    let digits = String(rest)
    var fraction = String(repeating: "0", count: 9 - digits.count) + digits
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(whole).\(fraction)"
  }

  /// The wei of coins as people write them; `nil` for anything else, and for parts of a wei.
  public static func wei(_ text: String) -> UInt256? { scaled(text, places: places) }

  /// The wei of gwei, likewise.
  public static func wei(gwei text: String) -> UInt256? { scaled(text, places: 9) }

  private static func scaled(_ text: String, places: Int) -> UInt256? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard 1...2 ~= parts.count, !parts[0].isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard fraction.utf8.count <= places else { return nil }
    return UInt256(decimal: parts[0] + fraction + String(repeating: "0", count: places - fraction.utf8.count))
  }
}
