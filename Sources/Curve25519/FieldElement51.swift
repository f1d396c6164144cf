/// An integer modulo p = 2²⁵⁵ − 19 in five limbs of 51 bits, for machines with a 64 × 64 → 128 bit product.
///
/// The value is l0 + 2⁵¹ l1 + 2¹⁰² l2 + 2¹⁵³ l3 + 2²⁰⁴ l4. Limbs are unsigned and not unique. Two ranges matter:
/// - *reduced*, every limb < 2⁵¹ + 2¹⁵: what products, squares, constants and decoding give;
/// - *loose*, every limb < 2⁵⁴: what products and squares accept.
///
/// `+` and `-` do not carry. What is subtracted must be reduced or the sum of two reduced elements (limbs ≤ 2⁵³ − 76); a sum or
/// difference of at most four reduced elements is loose. All operations are constant time.
struct FieldElement51: Sendable {
  var l0: UInt64
  var l1: UInt64
  var l2: UInt64
  var l3: UInt64
  var l4: UInt64

  private static var mask: UInt64 { 0x7_ffff_ffff_ffff }

  @inline(__always)
  init(_ l0: UInt64, _ l1: UInt64, _ l2: UInt64, _ l3: UInt64, _ l4: UInt64) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
    self.l3 = l3
    self.l4 = l4
  }

  static var zero: FieldElement51 { FieldElement51(0, 0, 0, 0, 0) }
  static var one: FieldElement51 { FieldElement51(1, 0, 0, 0, 0) }

  /// The low 255 bits of four little-endian words; bit 255 is ignored. Values from p up are allowed.
  @inline(__always)
  init(words w: (UInt64, UInt64, UInt64, UInt64)) {
    let mask: UInt64 = 0x7_ffff_ffff_ffff
    self.init(
      w.0 & mask,
      (w.0 >> 51 | w.1 << 13) & mask,
      (w.1 >> 38 | w.2 << 26) & mask,
      (w.2 >> 25 | w.3 << 39) & mask,
      (w.3 >> 12) & mask)
  }

  /// The one representative in 0 ..< p, as four little-endian words.
  ///
  /// - Precondition: loose.
  var words: (UInt64, UInt64, UInt64, UInt64) {
    let mask = Self.mask
    var (r0, r1, r2, r3, r4) = (l0, l1, l2, l3, l4)
    r1 &+= r0 &>> 51
    r2 &+= r1 &>> 51
    r3 &+= r2 &>> 51
    r4 &+= r3 &>> 51
    r0 = (r0 & mask) &+ 19 &* (r4 &>> 51)
    r1 &= mask
    r2 &= mask
    r3 &= mask
    r4 &= mask
    // Now the value is below 2p, and at least p exactly when adding 19 carries out of bit 255.
    var q = (r0 &+ 19) &>> 51
    q = (r1 &+ q) &>> 51
    q = (r2 &+ q) &>> 51
    q = (r3 &+ q) &>> 51
    q = (r4 &+ q) &>> 51
    r0 &+= 19 &* q
    r1 &+= r0 &>> 51
    r2 &+= r1 &>> 51
    r3 &+= r2 &>> 51
    r4 &+= r3 &>> 51
    r0 &= mask
    r1 &= mask
    r2 &= mask
    r3 &= mask
    r4 &= mask
    return (r0 | r1 << 51, r1 >> 13 | r2 << 38, r2 >> 26 | r3 << 25, r3 >> 39 | r4 << 12)
  }

  /// `a` where `choice` is true, `b` where it is false.
  @inline(__always)
  static func select(_ choice: Choice, _ a: FieldElement51, _ b: FieldElement51) -> FieldElement51 {
    FieldElement51(
      choice.select(a.l0, b.l0), choice.select(a.l1, b.l1), choice.select(a.l2, b.l2),
      choice.select(a.l3, b.l3), choice.select(a.l4, b.l4))
  }

  @inline(__always)
  static func + (a: FieldElement51, b: FieldElement51) -> FieldElement51 {
    FieldElement51(a.l0 &+ b.l0, a.l1 &+ b.l1, a.l2 &+ b.l2, a.l3 &+ b.l3, a.l4 &+ b.l4)
  }

  @inline(__always)
  static func - (a: FieldElement51, b: FieldElement51) -> FieldElement51 {
    // 4p, limb by limb, keeps every limb from going below zero.
    let low: UInt64 = 0x1f_ffff_ffff_ffb4
    let rest: UInt64 = 0x1f_ffff_ffff_fffc
    return FieldElement51(
      a.l0 &+ low &- b.l0, a.l1 &+ rest &- b.l1, a.l2 &+ rest &- b.l2, a.l3 &+ rest &- b.l3, a.l4 &+ rest &- b.l4)
  }

  @inline(__always)
  static func * (f: FieldElement51, g: FieldElement51) -> FieldElement51 {
    // 2²⁵⁵ = 19: what spills past limb 4 comes back multiplied by 19.
    let g1s = 19 &* g.l1, g2s = 19 &* g.l2, g3s = 19 &* g.l3, g4s = 19 &* g.l4
    return carried(
      wide(f.l0, g.l0) &+ wide(f.l1, g4s) &+ wide(f.l2, g3s) &+ wide(f.l3, g2s) &+ wide(f.l4, g1s),
      wide(f.l0, g.l1) &+ wide(f.l1, g.l0) &+ wide(f.l2, g4s) &+ wide(f.l3, g3s) &+ wide(f.l4, g2s),
      wide(f.l0, g.l2) &+ wide(f.l1, g.l1) &+ wide(f.l2, g.l0) &+ wide(f.l3, g4s) &+ wide(f.l4, g3s),
      wide(f.l0, g.l3) &+ wide(f.l1, g.l2) &+ wide(f.l2, g.l1) &+ wide(f.l3, g.l0) &+ wide(f.l4, g4s),
      wide(f.l0, g.l4) &+ wide(f.l1, g.l3) &+ wide(f.l2, g.l2) &+ wide(f.l3, g.l1) &+ wide(f.l4, g.l0))
  }

  @inline(__always)
  func squared() -> FieldElement51 {
    let d0 = l0 &+ l0, d1 = l1 &+ l1
    let l3s = 19 &* l3, l4s = 19 &* l4
    let d3s = l3s &+ l3s, d4s = l4s &+ l4s
    return Self.carried(
      Self.wide(l0, l0) &+ Self.wide(l1, d4s) &+ Self.wide(l2, d3s),
      Self.wide(d0, l1) &+ Self.wide(l2, d4s) &+ Self.wide(l3, l3s),
      Self.wide(d0, l2) &+ Self.wide(l1, l1) &+ Self.wide(l3, d4s),
      Self.wide(d0, l3) &+ Self.wide(d1, l2) &+ Self.wide(l4, l4s),
      Self.wide(d0, l4) &+ Self.wide(d1, l3) &+ Self.wide(l2, l2))
  }

  /// Twice the square, counted as one reduced element in a sum (never in what is subtracted).
  @inline(__always)
  func doubleSquare() -> FieldElement51 {
    let square = squared()
    return square + square
  }

  @inline(__always)
  private static func wide(_ a: UInt64, _ b: UInt64) -> UInt128 {
    UInt128(truncatingIfNeeded: a) &* UInt128(truncatingIfNeeded: b)
  }

  /// Brings five sums of products back to reduced limbs.
  ///
  /// All limbs carry at once and do so twice: that is a third faster than one carry after the other, each waiting for the last. For
  /// loose factors the sums are below 77·2¹⁰⁸ (c0), 59·2¹⁰⁸, 41·2¹⁰⁸, 23·2¹⁰⁸, 5·2¹⁰⁸ (c4). So every c >> 51 fits in 64 bits, 19 (c4 >> 51)
  /// too, and the second carries are below 2¹³, the last (c3's) below 2¹¹: every limb ends below 2⁵¹ + 2¹⁵.
  @inline(__always)
  private static func carried(_ c0: UInt128, _ c1: UInt128, _ c2: UInt128, _ c3: UInt128, _ c4: UInt128) -> FieldElement51 {
    let mask: UInt64 = 0x7_ffff_ffff_ffff
    let r0 = (UInt64(truncatingIfNeeded: c0) & mask) &+ 19 &* UInt64(truncatingIfNeeded: c4 &>> 51)
    let r1 = (UInt64(truncatingIfNeeded: c1) & mask) &+ UInt64(truncatingIfNeeded: c0 &>> 51)
    let r2 = (UInt64(truncatingIfNeeded: c2) & mask) &+ UInt64(truncatingIfNeeded: c1 &>> 51)
    let r3 = (UInt64(truncatingIfNeeded: c3) & mask) &+ UInt64(truncatingIfNeeded: c2 &>> 51)
    let r4 = (UInt64(truncatingIfNeeded: c4) & mask) &+ UInt64(truncatingIfNeeded: c3 &>> 51)
    return FieldElement51(
      (r0 & mask) &+ 19 &* (r4 &>> 51), (r1 & mask) &+ (r0 &>> 51), (r2 & mask) &+ (r1 &>> 51),
      (r3 & mask) &+ (r2 &>> 51), (r4 & mask) &+ (r3 &>> 51))
  }
}
