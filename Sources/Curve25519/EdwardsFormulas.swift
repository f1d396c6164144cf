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
  // Makes 128 bytes of 120: four vectors, two cache lines.
  private let padding: UInt64 = 0

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

/// All in place: a result returned by value would be copied once more, which costs as much as a product.
extension EdwardsPoint {
  /// Sets the point to x = E/G, y = H/F.
  @inline(__always)
  private mutating func set(e: FieldElement, f: FieldElement, g: FieldElement, h: FieldElement) {
    x = e * f
    y = g * h
    z = f * g
    t = e * h
  }

  @inline(never)
  mutating func add(_ other: borrowing CachedPoint) {
    let a = (y - x) * other.yMinusX
    let b = (y + x) * other.yPlusX
    let c = t * other.t2d
    let d = z * other.z2
    set(e: b - a, f: d - c, g: d + c, h: b + a)
  }

  @inline(never)
  mutating func subtract(_ other: borrowing CachedPoint) {
    let a = (y - x) * other.yPlusX
    let b = (y + x) * other.yMinusX
    let c = t * other.t2d
    let d = z * other.z2
    set(e: b - a, f: d + c, g: d - c, h: b + a)
  }

  @inline(never)
  mutating func add(_ other: borrowing AffineCachedPoint) {
    let a = (y - x) * other.yMinusX
    let b = (y + x) * other.yPlusX
    let c = t * other.t2d
    let d = z + z
    set(e: b - a, f: d - c, g: d + c, h: b + a)
  }

  @inline(never)
  mutating func subtract(_ other: borrowing AffineCachedPoint) {
    let a = (y - x) * other.yPlusX
    let b = (y + x) * other.yMinusX
    let c = t * other.t2d
    let d = z + z
    set(e: b - a, f: d + c, g: d - c, h: b + a)
  }

  /// Replaces P by 2^count · P; `count` is public and at least 1. Only the last doubling computes T.
  @inline(never)
  mutating func double(times count: Int) {
    var remaining = count
    while true {
      let xx = x.squared()
      let yy = y.squared()
      let sum = (x + y).squared()
      let h = xx + yy
      let g = xx - yy
      let e = h - sum
      let f = g + z.doubleSquare()
      if remaining == 1 {
        set(e: e, f: f, g: g, h: h)
        return
      }
      x = e * f
      y = g * h
      z = f * g
      remaining &-= 1
    }
  }
}
