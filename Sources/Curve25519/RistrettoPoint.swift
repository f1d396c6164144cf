import CKernelSupport

/// An element of ristretto255, the prime-order group of RFC 9496.
///
/// Constant time, `==` included, unless `vartime` is in the name.
public struct RistrettoPoint: Sendable, Equatable {
  /// Any point of the coset that the element is. Its x y z t never leave this module.
  var representative: EdwardsPoint

  @inline(__always)
  init(representative: EdwardsPoint) { self.representative = representative }

  /// The neutral element.
  public static var identity: RistrettoPoint { RistrettoPoint(representative: .identity) }
  /// The generator (RFC 9496, 4).
  public static var generator: RistrettoPoint { RistrettoPoint(representative: .generator) }

  /// Equality of elements (RFC 9496, 4.3.3): representatives of one element may differ.
  public static func == (a: RistrettoPoint, b: RistrettoPoint) -> Bool {
    let (p, q) = (a.representative, b.representative)
    return (FieldElement.areEqual(p.x * q.y, p.y * q.x) | FieldElement.areEqual(p.y * q.y, p.x * q.x)).revealed
  }

  /// The sum.
  public static func + (a: RistrettoPoint, b: RistrettoPoint) -> RistrettoPoint {
    RistrettoPoint(representative: a.representative + b.representative)
  }
  /// The difference.
  public static func - (a: RistrettoPoint, b: RistrettoPoint) -> RistrettoPoint {
    RistrettoPoint(representative: a.representative - b.representative)
  }
  /// The opposite.
  public static prefix func - (a: RistrettoPoint) -> RistrettoPoint { RistrettoPoint(representative: -a.representative) }
  /// Replaces `a` by a + b.
  public static func += (a: inout RistrettoPoint, b: RistrettoPoint) { a = a + b }
  /// Replaces `a` by a − b.
  public static func -= (a: inout RistrettoPoint, b: RistrettoPoint) { a = a - b }

  /// 2 · P.
  public func doubled() -> RistrettoPoint { RistrettoPoint(representative: representative.doubled()) }

  /// s · P in constant time.
  public static func * (scalar: Scalar, point: RistrettoPoint) -> RistrettoPoint {
    RistrettoPoint(representative: point.representative.multiplied(by: scalar))
  }

  /// s · G for the generator G, in constant time: a third of the time of any other point.
  public static func generatorMultiple(_ scalar: Scalar) -> RistrettoPoint { FixedBaseTable.generator.multiplied(by: scalar) }

  /// s · P. Variable time: public data only.
  public func vartimeMultiplied(by scalar: Scalar) -> RistrettoPoint {
    RistrettoPoint(representative: representative.vartimeMultiplied(by: scalar))
  }

  /// n · P. Variable time: public data only.
  public func vartimeMultiplied(by number: UInt64) -> RistrettoPoint { vartimeMultiplied(by: Scalar(number)) }

  /// Σ sᵢ · Pᵢ. Variable time: public data only.
  ///
  /// Time grows with the bits of the scalars: a 128-bit scalar costs half. Points as decoded (or hashed) are a little faster than computed ones.
  ///
  /// - Precondition: as many scalars as points.
  public static func vartimeSum(_ scalars: [Scalar], _ points: [RistrettoPoint]) -> RistrettoPoint {
    RistrettoPoint(representative: MultiScalar.vartimeSum(scalars, points.map { $0.representative }))
  }

  /// ρ(P): the one point without torsion in the coset that the element is, (1/8)·(8·P) (`docs/spec/10-signing.md`, 10.1).
  ///
  /// ρ is an isomorphism onto the prime-order subgroup of edwards25519 and takes the generator to the generator: ρ(s·G) = s·B. So a public key over
  /// ristretto255 is one of Ed25519 too, with the same secret. Constant time; about the time of one multiplication.
  public var torsionFree: EdwardsPoint { Self.eighth * representative.multipliedByCofactor() }

  /// 1/8 modulo ℓ.
  private static var eighth: Scalar { Scalar.one.halved.halved.halved }

  /// Overwrites the point in a way that the compiler may not remove. Copies made before remain. What is left is no point.
  public mutating func wipe() { withUnsafeMutableBytes(of: &self) { comitia_wipe($0.baseAddress, $0.count) } }
}
