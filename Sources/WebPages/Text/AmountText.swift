/// Amounts of a chain's coin as people read them. Wei are too small, and whole coins too large, for what a service pays.
enum AmountText {
  private static let coin: UInt128 = 1_000_000_000_000_000_000

  /// Coins with four digits that count, at least two behind the point: `12.35 POL`, `0.002399 POL`.
  static func coins(_ wei: UInt128, _ language: Language) -> String { "\(decimal(wei, of: coin, language))\u{a0}POL" }

  /// The price of a unit of gas: `31.4 gwei`.
  static func gwei(_ wei: UInt64, _ language: Language) -> String { "\(gweiNumber(wei, language))\u{a0}gwei" }

  /// The same without its unit.
  static func gweiNumber(_ wei: UInt64, _ language: Language) -> String { decimal(UInt128(wei), of: 1_000_000_000, language) }

  /// - Parameter unit: a power of ten.
  private static func decimal(_ amount: UInt128, of unit: UInt128, _ language: Language) -> String {
    // Rounded to the last digit that is shown.
    var step: UInt128 = unit / 100
    while step > 1, amount > 0, amount < step * 1000 { step /= 10 }
    let rounded = (amount + step / 2) / step * step
    let (whole, part) = rounded.quotientAndRemainder(dividingBy: unit)
    var digits = String(part + unit)
    digits.removeFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    let text = NumberText.grouped(Int64(clamping: whole), language)
    return digits.isEmpty ? text : text + (language == .english ? "." : ",") + digits
  }
}
