import Testing

@testable import Ethereum

@Suite("Numbers of 256 bits")
struct UInt256Tests {
  private let maximum = number("115792089237316195423570985008687907853269984665640564039457584007913129639935")

  /// Numbers at the borders of words.
  private var interesting: [UInt256] {
    let powers = [0, 1, 63, 64, 65, 127, 128, 129, 191, 192, 255].compactMap { shift in
      (0..<shift).reduce(UInt256(1)) { value, _ in value.multiplied(by: 2) ?? .zero }
    }
    return powers + powers.compactMap { $0.subtracting(1) } + [.max, 10, number("340282366920938463463374607431768211457")]
  }

  @Test("decimal there and back")
  func decimal() {
    #expect(UInt256.max == maximum)
    #expect(maximum.description == "115792089237316195423570985008687907853269984665640564039457584007913129639935")
    #expect(UInt256.zero.description == "0")
    #expect(number("10000000000000000000").description == "10000000000000000000")
    for value in interesting { #expect(UInt256(decimal: value.description) == value) }
    let refused = [
      "", "-1", "1.0", "0x1", " 1", "115792089237316195423570985008687907853269984665640564039457584007913129639936", "٣",
    ]
    for text in refused { #expect(UInt256(decimal: text) == nil, "\(text)") }
  }

  @Test("sum, difference, product and quotient agree with each other")
  func arithmetic() throws {
    for a in interesting {
      for b in interesting {
        if let sum = a.adding(b) {
          #expect(sum.subtracting(b) == a && sum.subtracting(a) == b)
        } else {
          #expect(try #require(UInt256.max.subtracting(a)) < b)
        }
        #expect((a.subtracting(b) == nil) == (a < b))
        guard let divisor = b.uint64, divisor > 0 else { continue }
        let (quotient, remainder) = a.divided(by: divisor)
        #expect(remainder < divisor)
        #expect(quotient.multiplied(by: b)?.adding(UInt256(remainder)) == a)
        if let product = a.multiplied(by: b) {
          #expect(product.divided(by: divisor).quotient == a && product.divided(by: divisor).remainder == 0)
        } else {
          #expect(a > UInt256.max.divided(by: divisor).quotient)
        }
      }
    }
  }

  @Test("products do not wrap")
  func products() {
    #expect(
      number("340282366920938463463374607431768211456").multiplied(by: number("340282366920938463463374607431768211456")) == nil)
    let square = number("340282366920938463463374607431768211455").multiplied(by: number("340282366920938463463374607431768211455"))
    #expect(square == number("115792089237316195423570985008687907852589419931798687112530834793049593217025"))
    #expect(UInt256.max.multiplied(by: 2) == nil)
    #expect(UInt256.max.multiplied(by: 1) == .max)
  }

  @Test("bytes there and back")
  func encoding() {
    for value in interesting {
      #expect(UInt256(bigEndian: value.bytes) == value)
      #expect(UInt256(bigEndian: value.shortestBytes) == value)
      #expect(value.bitWidth == value.shortestBytes.count * 8 - (value.shortestBytes.first?.leadingZeroBitCount ?? 0))
      #expect(Hexadecimal.quantity(Hexadecimal.quantity(value)) == value)
    }
    #expect(UInt256(bigEndian: [UInt8](repeating: 0, count: 33)) == nil)
    #expect(UInt256(bigEndian: [1, 0]) == 256)
    #expect(UInt256(1).negated == .max && UInt256.zero.negated == .zero)
    #expect(number("18446744073709551616").approximate == 0x1p64)
  }

  @Test("quantities are written in their shortest form, and read in no other")
  func quantities() {
    #expect(Hexadecimal.quantity(UInt256.zero) == "0x0")
    #expect(Hexadecimal.quantity(UInt256(1024)) == "0x400")
    #expect(Hexadecimal.quantity(UInt64(16)) == "0x10")
    #expect(Hexadecimal.quantity("0x0") == .zero)
    for text in ["0x", "0x00", "0x0400", "400", "0x-1", "0xg", "", "0x1" + String(repeating: "0", count: 64)] {
      #expect(Hexadecimal.quantity(text) == nil, "\(text)")
    }
    #expect(Hexadecimal.bytes("0x0aFf") == [10, 255])
    for text in ["0x1", "1", "0x1g", "0X12", ""] { #expect(Hexadecimal.bytes(text) == nil, "\(text)") }
  }
}
