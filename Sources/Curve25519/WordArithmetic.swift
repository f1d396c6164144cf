/// Sixty-four-bit words with carries, without a branch.
///
/// Swift compiles the overflow flag of `addingReportingOverflow`, once it is made a number, to a branch; hence the forms below.
/// WebAssembly has no 128-bit product: there `UInt128` would be a library call.
enum Word {
  #if arch(wasm32) || FIELD_32
    /// `a · b + c + d` in two words; it cannot overflow.
    @inline(__always)
    static func multiplyAdd(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> (low: UInt64, high: UInt64) {
      Portable.multiplyAdd(a, b, c, d)
    }
    /// `a + b + carry` and the next carry, 0 or 1.
    @inline(__always)
    static func add(_ a: UInt64, _ b: UInt64, carry: UInt64) -> (sum: UInt64, carry: UInt64) { Portable.add(a, b, carry: carry) }
    /// `a − b − borrow` and the next borrow, 0 or 1.
    @inline(__always)
    static func subtract(_ a: UInt64, _ b: UInt64, borrow: UInt64) -> (difference: UInt64, borrow: UInt64) {
      Portable.subtract(a, b, borrow: borrow)
    }
  #else
    /// `a · b + c + d` in two words; it cannot overflow.
    @inline(__always)
    static func multiplyAdd(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> (low: UInt64, high: UInt64) {
      let wide =
        UInt128(truncatingIfNeeded: a) &* UInt128(truncatingIfNeeded: b)
        &+ UInt128(truncatingIfNeeded: c) &+ UInt128(truncatingIfNeeded: d)
      return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide &>> 64))
    }
    /// `a + b + carry` and the next carry, 0 or 1.
    @inline(__always)
    static func add(_ a: UInt64, _ b: UInt64, carry: UInt64) -> (sum: UInt64, carry: UInt64) {
      let wide = UInt128(truncatingIfNeeded: a) &+ UInt128(truncatingIfNeeded: b) &+ UInt128(truncatingIfNeeded: carry)
      return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide &>> 64))
    }
    /// `a − b − borrow` and the next borrow, 0 or 1.
    @inline(__always)
    static func subtract(_ a: UInt64, _ b: UInt64, borrow: UInt64) -> (difference: UInt64, borrow: UInt64) {
      let wide = UInt128(truncatingIfNeeded: a) &- UInt128(truncatingIfNeeded: b) &- UInt128(truncatingIfNeeded: borrow)
      return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide &>> 64) & 1)
    }
  #endif

  /// The same in 64-bit products of 32-bit halves; compiled everywhere, so that tests can compare the two.
  enum Portable {
    @inline(__always)
    static func multiplyAdd(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> (low: UInt64, high: UInt64) {
      let half: UInt64 = 0xffff_ffff
      let a0 = a & half, a1 = a >> 32, b0 = b & half, b1 = b >> 32
      // Each sum is at most (2³² − 1)² + 2 (2³² − 1) = 2⁶⁴ − 1.
      let t = a0 &* b0 &+ (c & half) &+ (d & half)
      let u = a1 &* b0 &+ (c >> 32) &+ (t >> 32)
      let v = a0 &* b1 &+ (d >> 32) &+ (u & half)
      return (t & half | v << 32, a1 &* b1 &+ (u >> 32) &+ (v >> 32))
    }
    @inline(__always)
    static func add(_ a: UInt64, _ b: UInt64, carry: UInt64) -> (sum: UInt64, carry: UInt64) {
      let sum = a &+ b &+ carry
      return (sum, ((a & b) | ((a | b) & ~sum)) >> 63)
    }
    @inline(__always)
    static func subtract(_ a: UInt64, _ b: UInt64, borrow: UInt64) -> (difference: UInt64, borrow: UInt64) {
      let difference = a &- b &- borrow
      return (difference, ((~a & b) | ((~a | b) & difference)) >> 63)
    }
  }
}
