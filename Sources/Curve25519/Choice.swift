import CKernelSupport

/// A truth value that may be secret: it selects by masks and never by a branch.
struct Choice: Sendable {
  /// All ones for true, zero for false; opaque to the optimiser, which otherwise turns masks back into branches.
  let mask: UInt64

  @inline(__always)
  private init(mask: UInt64) { self.mask = mask }

  /// - Parameter bit: 0 or 1.
  @inline(__always)
  init(bit: UInt64) { mask = comitia_opaque(0 &- bit) }

  /// Whether `word` is zero.
  @inline(__always)
  init(isZero word: UInt64) { self.init(bit: ((word | (0 &- word)) >> 63) ^ 1) }

  /// The truth value as an ordinary one. Only for what may become public, such as the outcome of a check.
  @inline(__always)
  var revealed: Bool { mask != 0 }

  @inline(__always)
  static func & (a: Choice, b: Choice) -> Choice { Choice(mask: a.mask & b.mask) }

  @inline(__always)
  static func | (a: Choice, b: Choice) -> Choice { Choice(mask: a.mask | b.mask) }

  @inline(__always)
  static func ^ (a: Choice, b: Choice) -> Choice { Choice(mask: a.mask ^ b.mask) }

  @inline(__always)
  static prefix func ! (a: Choice) -> Choice { Choice(mask: ~a.mask) }

  /// `a` where true, `b` where false.
  @inline(__always)
  func select(_ a: UInt64, _ b: UInt64) -> UInt64 { b ^ (mask & (a ^ b)) }
}
