/// An integer modulo p = 2²⁵⁵ − 19 in ten signed limbs of alternately 26 and 25 bits, for machines whose widest product has 64 bits.
///
/// The value is Σ 2^⌈25.5 i⌉ lᵢ. Limbs are signed and not unique. Two ranges matter:
/// - *reduced*, −2¹⁶ ≤ lᵢ ≤ 2²⁶ + 2¹⁶ for even i, 2²⁵ + 2¹⁶ for odd i: what products, squares and constants give;
/// - *loose*, |lᵢ| ≤ 3.01·2²⁶ for even i, 3.01·2²⁵ for odd i: what products and squares accept.
///
/// `+` and `-` do not carry; a sum or difference of at most three reduced elements is loose. All operations are constant time.
struct FieldElement25: Sendable {
  var l0: Int32
  var l1: Int32
  var l2: Int32
  var l3: Int32
  var l4: Int32
  var l5: Int32
  var l6: Int32
  var l7: Int32
  var l8: Int32
  var l9: Int32

  @inline(__always)
  init(
    _ l0: Int32, _ l1: Int32, _ l2: Int32, _ l3: Int32, _ l4: Int32,
    _ l5: Int32, _ l6: Int32, _ l7: Int32, _ l8: Int32, _ l9: Int32
  ) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
    self.l3 = l3
    self.l4 = l4
    self.l5 = l5
    self.l6 = l6
    self.l7 = l7
    self.l8 = l8
    self.l9 = l9
  }

  static var zero: FieldElement25 { FieldElement25(0, 0, 0, 0, 0, 0, 0, 0, 0, 0) }
  static var one: FieldElement25 { FieldElement25(1, 0, 0, 0, 0, 0, 0, 0, 0, 0) }

  /// The low 255 bits of four little-endian words; bit 255 is ignored. Values from p up are allowed.
  init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self = .zero
    load(words)
  }

  // Not in the initialiser, which the compiler copies into every global constant that it makes.
  @inline(never)
  private mutating func load(_ w: (UInt64, UInt64, UInt64, UInt64)) {
    self = Self.carried(
      Int64(truncatingIfNeeded: w.0 & 0x3ff_ffff),
      Int64(truncatingIfNeeded: w.0 >> 26 & 0x1ff_ffff),
      Int64(truncatingIfNeeded: (w.0 >> 51 | w.1 << 13) & 0x3ff_ffff),
      Int64(truncatingIfNeeded: w.1 >> 13 & 0x1ff_ffff),
      Int64(truncatingIfNeeded: w.1 >> 38 & 0x3ff_ffff),
      Int64(truncatingIfNeeded: w.2 & 0x1ff_ffff),
      Int64(truncatingIfNeeded: w.2 >> 25 & 0x3ff_ffff),
      Int64(truncatingIfNeeded: (w.2 >> 51 | w.3 << 13) & 0x1ff_ffff),
      Int64(truncatingIfNeeded: w.3 >> 12 & 0x3ff_ffff),
      Int64(truncatingIfNeeded: w.3 >> 38 & 0x1ff_ffff))
  }

  /// The one representative in 0 ..< p, as four little-endian words.
  ///
  /// - Precondition: loose.
  var words: (UInt64, UInt64, UInt64, UInt64) {
    var h0 = l0, h1 = l1, h2 = l2, h3 = l3, h4 = l4
    var h5 = l5, h6 = l6, h7 = l7, h8 = l8, h9 = l9
    // A loose value lies strictly between −4p and 4p. Adding 4p and carrying leaves a value v with 0 ≤ v < 2²⁵⁵ + 2⁸, so that
    // it is at least p exactly when adding 19 carries out of bit 255.
    h0 &+= 0xfffffb4
    h1 &+= 0x7fffffc
    h2 &+= 0xffffffc
    h3 &+= 0x7fffffc
    h4 &+= 0xffffffc
    h5 &+= 0x7fffffc
    h6 &+= 0xffffffc
    h7 &+= 0x7fffffc
    h8 &+= 0xffffffc
    h9 &+= 0x7fffffc
    h1 &+= h0 >> 26
    h0 &= 0x3ff_ffff
    h2 &+= h1 >> 25
    h1 &= 0x1ff_ffff
    h3 &+= h2 >> 26
    h2 &= 0x3ff_ffff
    h4 &+= h3 >> 25
    h3 &= 0x1ff_ffff
    h5 &+= h4 >> 26
    h4 &= 0x3ff_ffff
    h6 &+= h5 >> 25
    h5 &= 0x1ff_ffff
    h7 &+= h6 >> 26
    h6 &= 0x3ff_ffff
    h8 &+= h7 >> 25
    h7 &= 0x1ff_ffff
    h9 &+= h8 >> 26
    h8 &= 0x3ff_ffff
    h0 &+= 19 &* (h9 >> 25)
    h9 &= 0x1ff_ffff
    var q = (h0 &+ 19) >> 26
    q = (h1 &+ q) >> 25
    q = (h2 &+ q) >> 26
    q = (h3 &+ q) >> 25
    q = (h4 &+ q) >> 26
    q = (h5 &+ q) >> 25
    q = (h6 &+ q) >> 26
    q = (h7 &+ q) >> 25
    q = (h8 &+ q) >> 26
    q = (h9 &+ q) >> 25
    h0 &+= 19 &* q
    h1 &+= h0 >> 26
    h0 &= 0x3ff_ffff
    h2 &+= h1 >> 25
    h1 &= 0x1ff_ffff
    h3 &+= h2 >> 26
    h2 &= 0x3ff_ffff
    h4 &+= h3 >> 25
    h3 &= 0x1ff_ffff
    h5 &+= h4 >> 26
    h4 &= 0x3ff_ffff
    h6 &+= h5 >> 25
    h5 &= 0x1ff_ffff
    h7 &+= h6 >> 26
    h6 &= 0x3ff_ffff
    h8 &+= h7 >> 25
    h7 &= 0x1ff_ffff
    h9 &+= h8 >> 26
    h8 &= 0x3ff_ffff
    h9 &= 0x1ff_ffff
    @inline(__always)
    func word(_ limb: Int32) -> UInt64 { UInt64(UInt32(bitPattern: limb)) }
    return (
      word(h0) | word(h1) << 26 | word(h2) << 51,
      word(h2) >> 13 | word(h3) << 13 | word(h4) << 38,
      word(h5) | word(h6) << 25 | word(h7) << 51,
      word(h7) >> 13 | word(h8) << 12 | word(h9) << 38
    )
  }

  /// `a` where `choice` is true, `b` where it is false. A call, for it is long and no hot loop needs it.
  @inline(never)
  static func select(_ choice: Choice, _ a: FieldElement25, _ b: FieldElement25) -> FieldElement25 {
    let mask = Int32(truncatingIfNeeded: choice.mask)
    @inline(__always)
    func pick(_ a: Int32, _ b: Int32) -> Int32 { b ^ (mask & (a ^ b)) }
    return FieldElement25(
      pick(a.l0, b.l0), pick(a.l1, b.l1), pick(a.l2, b.l2), pick(a.l3, b.l3), pick(a.l4, b.l4),
      pick(a.l5, b.l5), pick(a.l6, b.l6), pick(a.l7, b.l7), pick(a.l8, b.l8), pick(a.l9, b.l9))
  }

  @inline(__always)
  static func + (a: FieldElement25, b: FieldElement25) -> FieldElement25 {
    FieldElement25(
      a.l0 &+ b.l0, a.l1 &+ b.l1, a.l2 &+ b.l2, a.l3 &+ b.l3, a.l4 &+ b.l4,
      a.l5 &+ b.l5, a.l6 &+ b.l6, a.l7 &+ b.l7, a.l8 &+ b.l8, a.l9 &+ b.l9)
  }

  @inline(__always)
  static func - (a: FieldElement25, b: FieldElement25) -> FieldElement25 {
    FieldElement25(
      a.l0 &- b.l0, a.l1 &- b.l1, a.l2 &- b.l2, a.l3 &- b.l3, a.l4 &- b.l4,
      a.l5 &- b.l5, a.l6 &- b.l6, a.l7 &- b.l7, a.l8 &- b.l8, a.l9 &- b.l9)
  }

  @inline(__always)
  static func * (f: FieldElement25, g: FieldElement25) -> FieldElement25 {
    // 2²⁵⁵ = 19: what spills past limb 9 comes back multiplied by 19. Two odd limbs meet half a bit high, hence doubled.
    let f0 = Int64(f.l0), f1 = Int64(f.l1), f2 = Int64(f.l2), f3 = Int64(f.l3), f4 = Int64(f.l4)
    let f5 = Int64(f.l5), f6 = Int64(f.l6), f7 = Int64(f.l7), f8 = Int64(f.l8), f9 = Int64(f.l9)
    let g0 = Int64(g.l0), g1 = Int64(g.l1), g2 = Int64(g.l2), g3 = Int64(g.l3), g4 = Int64(g.l4)
    let g5 = Int64(g.l5), g6 = Int64(g.l6), g7 = Int64(g.l7), g8 = Int64(g.l8), g9 = Int64(g.l9)
    let d1 = f1 &+ f1, d3 = f3 &+ f3, d5 = f5 &+ f5, d7 = f7 &+ f7, d9 = f9 &+ f9
    let s1 = 19 &* g1, s2 = 19 &* g2, s3 = 19 &* g3, s4 = 19 &* g4, s5 = 19 &* g5
    let s6 = 19 &* g6, s7 = 19 &* g7, s8 = 19 &* g8, s9 = 19 &* g9
    let h0 = dot(f0, g0, d1, s9, f2, s8, d3, s7, f4, s6) &+ dot(d5, s5, f6, s4, d7, s3, f8, s2, d9, s1)
    let h1 = dot(f0, g1, f1, g0, f2, s9, f3, s8, f4, s7) &+ dot(f5, s6, f6, s5, f7, s4, f8, s3, f9, s2)
    let h2 = dot(f0, g2, d1, g1, f2, g0, d3, s9, f4, s8) &+ dot(d5, s7, f6, s6, d7, s5, f8, s4, d9, s3)
    let h3 = dot(f0, g3, f1, g2, f2, g1, f3, g0, f4, s9) &+ dot(f5, s8, f6, s7, f7, s6, f8, s5, f9, s4)
    let h4 = dot(f0, g4, d1, g3, f2, g2, d3, g1, f4, g0) &+ dot(d5, s9, f6, s8, d7, s7, f8, s6, d9, s5)
    let h5 = dot(f0, g5, f1, g4, f2, g3, f3, g2, f4, g1) &+ dot(f5, g0, f6, s9, f7, s8, f8, s7, f9, s6)
    let h6 = dot(f0, g6, d1, g5, f2, g4, d3, g3, f4, g2) &+ dot(d5, g1, f6, g0, d7, s9, f8, s8, d9, s7)
    let h7 = dot(f0, g7, f1, g6, f2, g5, f3, g4, f4, g3) &+ dot(f5, g2, f6, g1, f7, g0, f8, s9, f9, s8)
    let h8 = dot(f0, g8, d1, g7, f2, g6, d3, g5, f4, g4) &+ dot(d5, g3, f6, g2, d7, g1, f8, g0, d9, s9)
    let h9 = dot(f0, g9, f1, g8, f2, g7, f3, g6, f4, g5) &+ dot(f5, g4, f6, g3, f7, g2, f8, g1, f9, g0)
    return carried(h0, h1, h2, h3, h4, h5, h6, h7, h8, h9)
  }

  @inline(__always)
  func squared() -> FieldElement25 {
    let h = squareSums()
    return Self.carried(h.0, h.1, h.2, h.3, h.4, h.5, h.6, h.7, h.8, h.9)
  }

  /// Twice the square of a reduced element, reduced.
  @inline(__always)
  func doubleSquare() -> FieldElement25 {
    let h = squareSums()
    return Self.carried(
      h.0 &+ h.0, h.1 &+ h.1, h.2 &+ h.2, h.3 &+ h.3, h.4 &+ h.4, h.5 &+ h.5, h.6 &+ h.6, h.7 &+ h.7, h.8 &+ h.8, h.9 &+ h.9)
  }

  private typealias Sums = (Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64)

  @inline(__always)
  private func squareSums() -> Sums {
    let f0 = Int64(l0), f1 = Int64(l1), f2 = Int64(l2), f3 = Int64(l3), f4 = Int64(l4)
    let f5 = Int64(l5), f6 = Int64(l6), f7 = Int64(l7), f8 = Int64(l8), f9 = Int64(l9)
    let d0 = f0 &+ f0, d1 = f1 &+ f1, d2 = f2 &+ f2, d3 = f3 &+ f3, d4 = f4 &+ f4, d5 = f5 &+ f5, d6 = f6 &+ f6, d7 = f7 &+ f7
    let s5 = 38 &* f5, s6 = 19 &* f6, s7 = 38 &* f7, s8 = 19 &* f8, s9 = 38 &* f9
    return (
      Self.dot(f0, f0, d1, s9, d2, s8, d3, s7, d4, s6) &+ f5 &* s5,
      Self.dot(d0, f1, f2, s9, d3, s8, f4, s7, d5, s6),
      Self.dot(d0, f2, d1, f1, d3, s9, d4, s8, d5, s7) &+ f6 &* s6,
      Self.dot(d0, f3, d1, f2, f4, s9, d5, s8, f6, s7),
      Self.dot(d0, f4, d1, d3, f2, f2, d5, s9, d6, s8) &+ f7 &* s7,
      Self.dot(d0, f5, d1, f4, d2, f3, f6, s9, d7, s8),
      Self.dot(d0, f6, d1, d5, d2, f4, d3, f3, d7, s9) &+ f8 &* s8,
      Self.dot(d0, f7, d1, f6, d2, f5, d3, f4, f8, s9),
      Self.dot(d0, f8, d1, d7, d2, f6, d3, d5, f4, f4) &+ f9 &* s9,
      Self.dot(d0, f9, d1, f8, d2, f7, d3, f6, d4, f5)
    )
  }

  /// Five products summed; written so that the type checker, too, is fast.
  @inline(__always)
  private static func dot(
    _ a0: Int64, _ b0: Int64, _ a1: Int64, _ b1: Int64, _ a2: Int64, _ b2: Int64,
    _ a3: Int64, _ b3: Int64, _ a4: Int64, _ b4: Int64
  ) -> Int64 {
    let first = a0 &* b0 &+ a1 &* b1
    let second = a2 &* b2 &+ a3 &* b3
    return first &+ second &+ a4 &* b4
  }

  /// Brings ten sums of products back to reduced limbs: two interleaved chains of carries that round down.
  ///
  /// For loose factors |hᵢ| < 9.1·124.5·2⁵² < 2⁶³ (h0 sums one plain product, four of even limbs times 19 and five of odd ones times 38). The first
  /// carries are below 2³⁸ in size, the one times 19 below 2⁴³ before h0 carries again; so the last, into h1 and h5, are below 2¹⁷.
  @inline(__always)
  private static func carried(
    _ c0: Int64, _ c1: Int64, _ c2: Int64, _ c3: Int64, _ c4: Int64,
    _ c5: Int64, _ c6: Int64, _ c7: Int64, _ c8: Int64, _ c9: Int64
  ) -> FieldElement25 {
    @inline(__always)
    func even(_ from: inout Int64, _ to: inout Int64) {
      to &+= from >> 26
      from &= 0x3ff_ffff
    }
    @inline(__always)
    func odd(_ from: inout Int64, _ to: inout Int64, times factor: Int64 = 1) {
      to &+= (from >> 25) &* factor
      from &= 0x1ff_ffff
    }
    var (h0, h1, h2, h3, h4) = (c0, c1, c2, c3, c4)
    var (h5, h6, h7, h8, h9) = (c5, c6, c7, c8, c9)
    even(&h0, &h1)
    even(&h4, &h5)
    odd(&h1, &h2)
    odd(&h5, &h6)
    even(&h2, &h3)
    even(&h6, &h7)
    odd(&h3, &h4)
    odd(&h7, &h8)
    even(&h4, &h5)
    even(&h8, &h9)
    odd(&h9, &h0, times: 19)
    even(&h0, &h1)
    return FieldElement25(
      Int32(truncatingIfNeeded: h0), Int32(truncatingIfNeeded: h1), Int32(truncatingIfNeeded: h2), Int32(truncatingIfNeeded: h3),
      Int32(truncatingIfNeeded: h4), Int32(truncatingIfNeeded: h5), Int32(truncatingIfNeeded: h6), Int32(truncatingIfNeeded: h7),
      Int32(truncatingIfNeeded: h8), Int32(truncatingIfNeeded: h9))
  }
}
