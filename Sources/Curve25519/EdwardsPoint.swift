import CKernelSupport

/// A point of edwards25519, −x² + y² = 1 + d x² y², in extended coordinates: x = X/Z, y = Y/Z, x y = T/Z (RFC 8032, 5.1.4).
///
/// For the standards that are defined on this curve: Ed25519, FROST(Ed25519), ECVRF. **The curve has cofactor 8**: a decoded point may have
/// a component of small order. Everything of our own uses `RistrettoPoint`, which has no cofactor.
///
/// Constant time unless `vartime` is in the name.
public struct EdwardsPoint: Sendable, Equatable {
  // Reduced, all four; Z is not zero.
  var x: FieldElement
  var y: FieldElement
  var z: FieldElement
  var t: FieldElement

  @inline(__always)
  init(x: FieldElement, y: FieldElement, z: FieldElement, t: FieldElement) {
    self.x = x
    self.y = y
    self.z = z
    self.t = t
  }

  /// The neutral element (0, 1).
  public static var identity: EdwardsPoint { EdwardsPoint(x: .zero, y: .one, z: .one, t: .zero) }

  /// The generator of the prime-order subgroup: y = 4/5, x even (RFC 8032, 5.1).
  public static var generator: EdwardsPoint {
    EdwardsPoint(x: Constants.generatorX, y: Constants.generatorY, z: .one, t: Constants.generatorT)
  }

  /// Decodes a point (RFC 8032, 5.1.3); `nil` where y is not below p, where no x fits, or where x is zero and its sign set.
  ///
  /// Accepts points outside the prime-order subgroup: see `isTorsionFree`. Constant time up to the refusal.
  public init?(_ encoding: Bytes32) {
    let y = FieldElement(encoding)
    var words = y.words
    let sign = Choice(bit: encoding.words.3 >> 63)
    words.3 |= encoding.words.3 & (1 << 63)
    let yy = y.squared()
    let u = yy - .one
    let v = yy * Constants.d + .one
    // u = yy − 1 is not reduced as the square root needs it.
    let (wasSquare, root) = FieldElement.squareRootRatio(u * .one, v)
    let accepted = wasSquare & !(root.isZero & sign)
    guard Bytes32(words: words) == encoding, accepted.revealed else { return nil }
    let x = root.negated(sign)
    self.init(x: x * .one, y: y, z: .one, t: x * y)
  }

  /// The encoding: y in 255 bits and the parity of x (RFC 8032, 5.1.2).
  public var encoded: Bytes32 {
    let inverse = z.inverted()
    var words = (y * inverse).words
    words.3 |= (x * inverse).isNegative.mask << 63
    return Bytes32(words: words)
  }

  /// Whether both are the same point of the curve.
  public static func == (a: EdwardsPoint, b: EdwardsPoint) -> Bool {
    (FieldElement.areEqual(a.x * b.z, b.x * a.z) & FieldElement.areEqual(a.y * b.z, b.y * a.z)).revealed
  }

  /// The sum.
  public static func + (a: EdwardsPoint, b: EdwardsPoint) -> EdwardsPoint {
    var sum = a
    sum.add(CachedPoint(b))
    return sum
  }
  /// The difference.
  public static func - (a: EdwardsPoint, b: EdwardsPoint) -> EdwardsPoint {
    var difference = a
    difference.subtract(CachedPoint(b))
    return difference
  }
  /// The opposite.
  public static prefix func - (a: EdwardsPoint) -> EdwardsPoint {
    EdwardsPoint(x: -a.x * .one, y: a.y, z: a.z, t: -a.t * .one)
  }

  /// 2 · P.
  public func doubled() -> EdwardsPoint { doubled(times: 1) }

  /// 2^count · P.
  private func doubled(times count: Int) -> EdwardsPoint {
    var result = self
    result.double(times: count)
    return result
  }

  /// 8 · P: takes every component of small order away.
  public func multipliedByCofactor() -> EdwardsPoint { doubled(times: 3) }

  /// Whether ℓ · P is the neutral element: whether the point lies in the prime-order subgroup.
  public var isTorsionFree: Bool {
    // ℓ is no scalar: it would be reduced to zero. P + (ℓ − 1) · P is the same.
    self + Scalar.zero.minusOne * self == .identity
  }

  /// Whether 8 · P is the neutral element: whether the point is one of the eight of small order.
  public var isSmallOrder: Bool { multipliedByCofactor() == .identity }

  /// s · P for a point in the prime-order subgroup or not: the scalar's representative in 0 ..< ℓ counts.
  public static func * (scalar: Scalar, point: EdwardsPoint) -> EdwardsPoint { point.multiplied(by: scalar) }

  /// s · B for the generator B.
  public static func generatorMultiple(_ scalar: Scalar) -> EdwardsPoint { FixedBaseTable.generator.edwardsMultiple(scalar) }

  /// s · P. Variable time: public data only.
  public func vartimeMultiplied(by scalar: Scalar) -> EdwardsPoint { MultiScalar.straus([scalar], [self]) }

  /// Σ sᵢ · Pᵢ. Variable time: public data only.
  public static func vartimeSum(_ scalars: [Scalar], _ points: [EdwardsPoint]) -> EdwardsPoint {
    MultiScalar.vartimeSum(scalars, points)
  }

  /// Overwrites the point in a way that the compiler may not remove. Copies made before remain. What is left is no point.
  public mutating func wipe() { withUnsafeMutableBytes(of: &self) { comitia_wipe($0.baseAddress, $0.count) } }
}

extension Scalar {
  fileprivate var minusOne: Scalar { self - .one }
}
