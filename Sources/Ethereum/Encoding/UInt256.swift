/// A whole number without sign of 256 bits, as amounts and fees on the chain are. What does not fit is `nil`, never cut off.
///
/// Variable time: for public values only.
public struct UInt256: Hashable, Sendable {
  private let high: UInt128
  private let low: UInt128

  private init(high: UInt128, low: UInt128) {
    self.high = high
    self.low = low
  }

  /// None.
  public static let zero = UInt256(high: 0, low: 0)
  /// 2²⁵⁶ − 1.
  public static let max = UInt256(high: .max, low: .max)

  /// A number of 64 bits.
  public init(_ value: UInt64) { self.init(high: 0, low: UInt128(value)) }

  /// From at most 32 bytes, the highest first.
  public init?(bigEndian bytes: some Collection<UInt8>) {
    guard bytes.count <= 32 else { return nil }
    var high: UInt128 = 0
    var low: UInt128 = 0
    for byte in bytes {
      high = high << 8 | low >> 120
      low = low << 8 | UInt128(byte)
    }
    self.init(high: high, low: low)
  }

  /// From digits alone.
  public init?(decimal text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.count <= 78 else { return nil }
    var value = UInt256.zero
    for byte in text.utf8 {
      guard (0x30...0x39).contains(byte), let next = value.multiplied(by: UInt256(10))?.adding(UInt256(UInt64(byte - 0x30))) else {
        return nil
      }
      value = next
    }
    self = value
  }

  /// 32 bytes, the highest first.
  public var bytes: [UInt8] { Self.bytes(of: high) + Self.bytes(of: low) }

  /// The same without zeros at the front; none for zero.
  public var shortestBytes: [UInt8] { Array(bytes.drop { $0 == 0 }) }

  /// `nil` where it needs more than 64 bits.
  public var uint64: UInt64? { high == 0 ? UInt64(exactly: low) : nil }

  /// As a floating-point number, rounded: for charts and prices.
  public var approximate: Double { Double(high) * 0x1p128 + Double(low) }

  /// Bits from the highest that is set.
  public var bitWidth: Int { high == 0 ? 128 - low.leadingZeroBitCount : 256 - high.leadingZeroBitCount }

  private static func bytes(of half: UInt128) -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: half >> UInt128(120 - 8 * $0)) }
  }
}

extension UInt256 {
  /// `nil` on overflow.
  public func adding(_ other: UInt256) -> UInt256? {
    let (low, carry) = low.addingReportingOverflow(other.low)
    let (sum, overflow) = high.addingReportingOverflow(other.high)
    let (high, second) = sum.addingReportingOverflow(carry ? 1 : 0)
    return overflow || second ? nil : UInt256(high: high, low: low)
  }

  /// `nil` where `other` is the larger.
  public func subtracting(_ other: UInt256) -> UInt256? {
    guard other <= self else { return nil }
    let (low, borrow) = low.subtractingReportingOverflow(other.low)
    return UInt256(high: high &- other.high &- (borrow ? 1 : 0), low: low)
  }

  /// `nil` on overflow.
  public func multiplied(by other: UInt256) -> UInt256? {
    guard high == 0 || other.high == 0 else { return nil }
    let product = low.multipliedFullWidth(by: other.low)
    let (first, one) = high.multipliedReportingOverflow(by: other.low)
    let (second, two) = low.multipliedReportingOverflow(by: other.high)
    // One of both is zero.
    let (high, three) = product.high.addingReportingOverflow(first | second)
    return one || two || three ? nil : UInt256(high: high, low: product.low)
  }

  /// - Precondition: the divisor is not zero.
  public func divided(by divisor: UInt64) -> (quotient: UInt256, remainder: UInt64) {
    let divisor = UInt128(divisor)
    var remainder: UInt128 = 0
    func quotient(_ half: UInt128) -> UInt128 {
      let upper = remainder << 64 | half >> 64
      let lower = (upper % divisor) << 64 | half & UInt128(UInt64.max)
      remainder = lower % divisor
      return (upper / divisor) << 64 | lower / divisor
    }
    let high = quotient(high)
    let low = quotient(low)
    return (UInt256(high: high, low: low), UInt64(truncatingIfNeeded: remainder))
  }

  /// The two's complement of it: what stands for the number with a minus.
  var negated: UInt256 {
    let (low, carry) = (~low).addingReportingOverflow(1)
    return UInt256(high: ~high &+ (carry ? 1 : 0), low: low)
  }
}

extension UInt256: Comparable {
  public static func < (a: UInt256, b: UInt256) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }
}

extension UInt256: CustomStringConvertible {
  /// Decimal.
  public var description: String {
    var groups: [String] = []
    var rest = self
    repeat {
      let (quotient, remainder) = rest.divided(by: 10_000_000_000_000_000_000)
      let digits = String(remainder)
      groups.append(quotient == .zero ? digits : String(repeating: "0", count: 19 - digits.count) + digits)
      rest = quotient
    } while rest != .zero
    return groups.reversed().joined()
  }
}

extension UInt256: ExpressibleByIntegerLiteral {
  /// A number that is written out.
  public init(integerLiteral value: UInt64) { self.init(value) }
}
