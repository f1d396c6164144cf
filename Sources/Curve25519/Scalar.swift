import CKernelSupport

/// An integer modulo the group order ℓ = 2²⁵² + 27742317777372353535851937790883648493, always reduced (RFC 9496, 4.4).
///
/// Constant time, `==` included, unless `vartime` is in the name.
public struct Scalar: Sendable, Equatable {
  /// Four little-endian words of a value below ℓ.
  var words: (UInt64, UInt64, UInt64, UInt64)

  /// ℓ = 2²⁵² + c, where c has 125 bits.
  private static var order: (UInt64, UInt64, UInt64, UInt64) { (0x5812631a_5cf5d3ed, 0x14def9de_a2f79cd6, 0, 0x10000000_00000000) }

  /// - Parameter words: a value below ℓ.
  @inline(__always)
  init(reduced words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// 0.
  public static var zero: Scalar { Scalar(reduced: (0, 0, 0, 0)) }
  /// 1.
  public static var one: Scalar { Scalar(reduced: (1, 0, 0, 0)) }

  /// A small number.
  public init(_ value: UInt64) { self.init(reduced: (value, 0, 0, 0)) }

  /// The number low + 2⁶⁴ · high, at most 128 bits: a coefficient of a batch.
  public init(low: UInt64, high: UInt64) { self.init(reduced: (low, high, 0, 0)) }

  /// Decodes 32 little-endian bytes; `nil` where the value is not below ℓ.
  public init?(canonical encoding: Bytes32) {
    guard Self.subtractingOrder(encoding.words).borrow == 1 else { return nil }
    self.init(reduced: encoding.words)
  }

  /// Reduces 64 little-endian bytes modulo ℓ.
  ///
  /// - Precondition: `bytes.count == 64`.
  public init(wide bytes: [UInt8]) {
    precondition(bytes.count == 64, "64 bytes needed")
    let low = Bytes32(bytes.span, at: 0).words
    let high = Bytes32(bytes.span, at: 32).words
    self = Self.reduce([low.0, low.1, low.2, low.3, high.0, high.1, high.2, high.3])
  }

  /// Reduces 32 little-endian bytes, any 256-bit number, modulo ℓ.
  init(reducing encoding: Bytes32) {
    let w = encoding.words
    self = Self.reduce([w.0, w.1, w.2, w.3, 0, 0, 0, 0])
  }

  /// A uniform scalar: 64 random bytes reduced modulo ℓ.
  public static func random<R: RandomSource>(using source: inout R) -> Scalar {
    var bytes = source.bytes(64)
    let scalar = Scalar(wide: bytes)
    bytes.withUnsafeMutableBytes { comitia_wipe($0.baseAddress, $0.count) }
    return scalar
  }

  /// The 32 little-endian bytes.
  public var encoded: Bytes32 { Bytes32(words: words) }

  public static func == (a: Scalar, b: Scalar) -> Bool {
    Choice(isZero: (a.words.0 ^ b.words.0) | (a.words.1 ^ b.words.1) | (a.words.2 ^ b.words.2) | (a.words.3 ^ b.words.3)).revealed
  }

  /// a + b mod ℓ.
  public static func + (a: Scalar, b: Scalar) -> Scalar {
    Scalar(reduced: subtractingIfPossible(sum(a.words, b.words), order))
  }

  /// a − b mod ℓ.
  public static func - (a: Scalar, b: Scalar) -> Scalar {
    let (difference, borrow) = Self.difference(a.words, b.words)
    let wrapped = Choice(bit: borrow)
    let l = order
    return Scalar(
      reduced: sum(difference, (wrapped.select(l.0, 0), wrapped.select(l.1, 0), wrapped.select(l.2, 0), wrapped.select(l.3, 0))))
  }

  /// −a mod ℓ.
  public static prefix func - (a: Scalar) -> Scalar { zero - a }

  /// a · b mod ℓ.
  public static func * (a: Scalar, b: Scalar) -> Scalar {
    let x: InlineArray<4, UInt64> = [a.words.0, a.words.1, a.words.2, a.words.3]
    let y: InlineArray<4, UInt64> = [b.words.0, b.words.1, b.words.2, b.words.3]
    return reduce(product(x, y))
  }

  /// Replaces `a` by a + b.
  public static func += (a: inout Scalar, b: Scalar) { a = a + b }
  /// Replaces `a` by a − b.
  public static func -= (a: inout Scalar, b: Scalar) { a = a - b }
  /// Replaces `a` by a · b.
  public static func *= (a: inout Scalar, b: Scalar) { a = a * b }

  /// 1 / a mod ℓ, and 0 for 0: a^(ℓ − 2) by windows of four bits of the (public) exponent.
  public func inverted() -> Scalar {
    var powers = InlineArray<16, Scalar>(repeating: .one)
    for k in 1..<16 { powers[k] = powers[k - 1] * self }
    let exponent: InlineArray<4, UInt64> = [Self.order.0 - 2, Self.order.1, Self.order.2, Self.order.3]
    var result = Scalar.one
    for position in (0..<64).reversed() {
      if position < 63 { for _ in 0..<4 { result *= result } }
      let digit = Int(truncatingIfNeeded: exponent[position >> 4] >> UInt64(4 * (position & 15)) & 15)
      if digit != 0 { result *= powers[digit] }
    }
    return result
  }

  /// Replaces every scalar by its inverse, 0 by 0, with one inversion and three products a scalar. Variable time: public data only.
  public static func vartimeBatchInvert(_ scalars: inout [Scalar]) {
    var prefixes: [Scalar] = []
    prefixes.reserveCapacity(scalars.count)
    var product = Scalar.one
    for scalar in scalars {
      prefixes.append(product)
      if scalar != .zero { product *= scalar }
    }
    var inverse = product.inverted()
    for index in scalars.indices.reversed() where scalars[index] != .zero {
      let scalar = scalars[index]
      scalars[index] = inverse * prefixes[index]
      inverse *= scalar
    }
  }

  /// a / 2 mod ℓ.
  public var halved: Scalar {
    let odd = Choice(bit: words.0 & 1)
    let l = Self.order
    let even = Self.sum(words, (odd.select(l.0, 0), odd.select(l.1, 0), odd.select(l.2, 0), odd.select(l.3, 0)))
    return Scalar(reduced: (even.0 >> 1 | even.1 << 63, even.1 >> 1 | even.2 << 63, even.2 >> 1 | even.3 << 63, even.3 >> 1))
  }

  /// Overwrites the scalar with zero in a way that the compiler may not remove. Copies made before remain.
  public mutating func wipe() { withUnsafeMutableBytes(of: &self) { comitia_wipe($0.baseAddress, $0.count) } }
}

// MARK: - Words

extension Scalar {
  typealias Words = (UInt64, UInt64, UInt64, UInt64)

  /// a + b; the caller knows that it fits.
  @inline(__always)
  private static func sum(_ a: Words, _ b: Words) -> Words {
    let r0 = Word.add(a.0, b.0, carry: 0)
    let r1 = Word.add(a.1, b.1, carry: r0.carry)
    let r2 = Word.add(a.2, b.2, carry: r1.carry)
    let r3 = Word.add(a.3, b.3, carry: r2.carry)
    return (r0.sum, r1.sum, r2.sum, r3.sum)
  }

  /// a − b modulo 2²⁵⁶, and 1 where a < b.
  @inline(__always)
  private static func difference(_ a: Words, _ b: Words) -> (words: Words, borrow: UInt64) {
    let r0 = Word.subtract(a.0, b.0, borrow: 0)
    let r1 = Word.subtract(a.1, b.1, borrow: r0.borrow)
    let r2 = Word.subtract(a.2, b.2, borrow: r1.borrow)
    let r3 = Word.subtract(a.3, b.3, borrow: r2.borrow)
    return ((r0.difference, r1.difference, r2.difference, r3.difference), r3.borrow)
  }

  @inline(__always)
  private static func subtractingOrder(_ a: Words) -> (words: Words, borrow: UInt64) { difference(a, order) }

  /// a − b where that is not negative, else a.
  @inline(__always)
  private static func subtractingIfPossible(_ a: Words, _ b: Words) -> Words {
    let (difference, borrow) = Self.difference(a, b)
    let smaller = Choice(bit: borrow)
    return (
      smaller.select(a.0, difference.0), smaller.select(a.1, difference.1),
      smaller.select(a.2, difference.2), smaller.select(a.3, difference.3)
    )
  }

  /// The 512-bit product of two 256-bit numbers.
  @inline(__always)
  private static func product(_ a: InlineArray<4, UInt64>, _ b: InlineArray<4, UInt64>) -> InlineArray<8, UInt64> {
    var result = InlineArray<8, UInt64>(repeating: 0)
    for i in 0..<4 {
      var carry: UInt64 = 0
      for j in 0..<4 {
        let step = Word.multiplyAdd(a[i], b[j], result[i &+ j], carry)
        result[i &+ j] = step.low
        carry = step.high
      }
      result[i &+ 4] = carry
    }
    return result
  }

  /// A 512-bit number modulo ℓ.
  ///
  /// 2²⁵² = −c modulo ℓ, c of 125 bits. So with x = x₀ + 2²⁵² x₁, and likewise y = c x₁ (< 2³⁸⁵) and z = c y₁ (< 2²⁵⁸),
  /// x = x₀ − y₀ + z₀ − c z₁, where z₁ < 2⁶. Adding 2ℓ makes that positive and below 4ℓ: two subtractions finish.
  @inline(never)
  private static func reduce(_ x: InlineArray<8, UInt64>) -> Scalar {
    let top: UInt64 = 0x0fff_ffff_ffff_ffff
    let c = order
    let x1: InlineArray<5, UInt64> = [
      x[3] >> 60 | x[4] << 4, x[4] >> 60 | x[5] << 4, x[5] >> 60 | x[6] << 4, x[6] >> 60 | x[7] << 4, x[7] >> 60,
    ]
    var y = InlineArray<7, UInt64>(repeating: 0)
    var carry: UInt64 = 0
    for i in 0..<5 {
      let step = Word.multiplyAdd(x1[i], c.0, carry, 0)
      y[i] = step.low
      carry = step.high
    }
    y[5] = carry
    carry = 0
    for i in 0..<5 {
      let step = Word.multiplyAdd(x1[i], c.1, y[i &+ 1], carry)
      y[i &+ 1] = step.low
      carry = step.high
    }
    y[6] = carry
    let y1: InlineArray<3, UInt64> = [y[3] >> 60 | y[4] << 4, y[4] >> 60 | y[5] << 4, y[5] >> 60 | y[6] << 4]
    let a0 = Word.multiplyAdd(y1[0], c.0, 0, 0)
    let a1 = Word.multiplyAdd(y1[1], c.0, a0.high, 0)
    let a2 = Word.multiplyAdd(y1[2], c.0, a1.high, 0)
    let b0 = Word.multiplyAdd(y1[0], c.1, a1.low, 0)
    let b1 = Word.multiplyAdd(y1[1], c.1, a2.low, b0.high)
    let b2 = Word.multiplyAdd(y1[2], c.1, a2.high, b1.high)
    let z: InlineArray<5, UInt64> = [a0.low, b0.low, b1.low, b2.low, b2.high]
    let last = z[3] >> 60 | z[4] << 4
    let w0 = Word.multiplyAdd(last, c.0, 0, 0)
    let w1 = Word.multiplyAdd(last, c.1, w0.high, 0)
    let twiceOrder: Words = (c.0 << 1, c.1 << 1 | c.0 >> 63, 0, c.3 << 1)
    let positive = sum(sum((x[0], x[1], x[2], x[3] & top), (z[0], z[1], z[2], z[3] & top)), twiceOrder)
    let negative = sum((y[0], y[1], y[2], y[3] & top), (w0.low, w1.low, w1.high, 0))
    let total = difference(positive, negative).words
    return Scalar(reduced: subtractingIfPossible(subtractingIfPossible(total, twiceOrder), c))
  }
}
