/// Addition and doubling on −x² + y² = 1 + d x² y² (Hisil, Wong, Carter, Dawson: "Twisted Edwards Curves Revisited", 2008). The formulas are
/// complete: no pair of points is an exception, so constant-time code needs no special case.

/// A point prepared to be added: (y + x, y − x, 2 z, 2 d t).
struct CachedPoint: Sendable {
  // Loose, all four.
  var yPlusX: FieldElement
  var yMinusX: FieldElement
  var z2: FieldElement
  var t2d: FieldElement

  @inline(__always)
  init(yPlusX: FieldElement, yMinusX: FieldElement, z2: FieldElement, t2d: FieldElement) {
    self.yPlusX = yPlusX
    self.yMinusX = yMinusX
    self.z2 = z2
    self.t2d = t2d
  }

  @inline(__always)
  init(_ point: EdwardsPoint) {
    self.init(
      yPlusX: point.y + point.x, yMinusX: point.y - point.x, z2: point.z + point.z, t2d: point.t * Constants.twiceD)
  }

  static var identity: CachedPoint {
    CachedPoint(yPlusX: .one, yMinusX: .one, z2: .one + .one, t2d: .zero)
  }
}

/// An affine point (z = 1) prepared to be added: (y + x, y − x, 2 d x y). One product cheaper.
struct AffineCachedPoint: Sendable {
  // Loose sums of at most two reduced elements; t2d reduced.
  var yPlusX: FieldElement
  var yMinusX: FieldElement
  var t2d: FieldElement

  @inline(__always)
  init(yPlusX: FieldElement, yMinusX: FieldElement, t2d: FieldElement) {
    self.yPlusX = yPlusX
    self.yMinusX = yMinusX
    self.t2d = t2d
  }

  /// - Parameter point: with z = 1.
  @inline(__always)
  init(affine point: EdwardsPoint) {
    self.init(yPlusX: point.y + point.x, yMinusX: point.y - point.x, t2d: point.t * Constants.twiceD)
  }

  static var identity: AffineCachedPoint { AffineCachedPoint(yPlusX: .one, yMinusX: .one, t2d: .zero) }
}

extension EdwardsPoint {
  /// (E : F : G : H) stands for x = E/G, y = H/F: four products make it extended.
  @inline(__always)
  private init(e: FieldElement, f: FieldElement, g: FieldElement, h: FieldElement) {
    self.init(x: e * f, y: g * h, z: f * g, t: e * h)
  }

  @inline(never)
  func adding(_ other: CachedPoint) -> EdwardsPoint {
    let a = (y - x) * other.yMinusX
    let b = (y + x) * other.yPlusX
    let c = t * other.t2d
    let d = z * other.z2
    return EdwardsPoint(e: b - a, f: d - c, g: d + c, h: b + a)
  }

  @inline(never)
  func subtracting(_ other: CachedPoint) -> EdwardsPoint {
    let a = (y - x) * other.yPlusX
    let b = (y + x) * other.yMinusX
    let c = t * other.t2d
    let d = z * other.z2
    return EdwardsPoint(e: b - a, f: d + c, g: d - c, h: b + a)
  }

  @inline(never)
  func adding(_ other: AffineCachedPoint) -> EdwardsPoint {
    let a = (y - x) * other.yMinusX
    let b = (y + x) * other.yPlusX
    let c = t * other.t2d
    let d = z + z
    return EdwardsPoint(e: b - a, f: d - c, g: d + c, h: b + a)
  }

  @inline(never)
  func subtracting(_ other: AffineCachedPoint) -> EdwardsPoint {
    let a = (y - x) * other.yPlusX
    let b = (y + x) * other.yMinusX
    let c = t * other.t2d
    let d = z + z
    return EdwardsPoint(e: b - a, f: d + c, g: d - c, h: b + a)
  }

  /// 2^count · P; `count` is public and at least 1. Only the last doubling computes T.
  @inline(never)
  func doubled(times count: Int) -> EdwardsPoint {
    var (x, y, z) = (x, y, z)
    var remaining = count
    while true {
      let xx = x.squared()
      let yy = y.squared()
      let sum = (x + y).squared()
      let h = xx + yy
      let g = xx - yy
      let e = h - sum
      let f = g + z.doubleSquare()
      if remaining == 1 { return EdwardsPoint(e: e, f: f, g: g, h: h) }
      x = e * f
      y = g * h
      z = f * g
      remaining &-= 1
    }
  }

  /// s · P in constant time: 64 signed digits of four bits, a table of P … 8 P read in full for every digit.
  func multiplied(by scalar: Scalar) -> EdwardsPoint {
    var multiples = InlineArray<8, CachedPoint>(repeating: CachedPoint(self))
    var multiple = self
    for index in 1..<8 {
      multiple = multiple.adding(multiples[0])
      multiples[index] = CachedPoint(multiple)
    }
    var digits = InlineArray<64, Int8>(repeating: 0)
    scalar.signedDigits(width: 4, &digits)
    var result = EdwardsPoint.identity.adding(CachedPoint.select(digits[63], from: multiples))
    for index in (0..<63).reversed() {
      result = result.doubled(times: 4).adding(CachedPoint.select(digits[index], from: multiples))
    }
    return result
  }
}

extension CachedPoint {
  /// `digit` · P out of a table of P … 8 P, for −8 ≤ digit ≤ 8, reading every entry.
  @inline(never)
  static func select(_ digit: Int8, from multiples: borrowing InlineArray<8, CachedPoint>) -> CachedPoint {
    let (magnitude, negative) = SignedDigit.split(digit)
    var result = CachedPoint.identity
    for index in 0..<8 {
      let chosen = Choice(isZero: magnitude ^ UInt64(truncatingIfNeeded: index &+ 1))
      result.yPlusX = .select(chosen, multiples[index].yPlusX, result.yPlusX)
      result.yMinusX = .select(chosen, multiples[index].yMinusX, result.yMinusX)
      result.z2 = .select(chosen, multiples[index].z2, result.z2)
      result.t2d = .select(chosen, multiples[index].t2d, result.t2d)
    }
    return CachedPoint(
      yPlusX: .select(negative, result.yMinusX, result.yPlusX), yMinusX: .select(negative, result.yPlusX, result.yMinusX),
      z2: result.z2, t2d: .select(negative, -result.t2d, result.t2d))
  }
}

/// Sign and magnitude of a secret digit.
enum SignedDigit {
  @inline(__always)
  static func split(_ digit: Int8) -> (magnitude: UInt64, negative: Choice) {
    let wide = Int64(digit)
    let sign = wide >> 63
    return (UInt64(bitPattern: (wide ^ sign) &- sign), Choice(bit: UInt64(bitPattern: sign) & 1))
  }
}
