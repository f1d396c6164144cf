/// An ElGamal ciphertext: *(r·G, m·G + r·H)*.
public struct Ciphertext: Equatable, Sendable {
  /// *r·G*
  public var alpha: RistrettoPoint
  /// *m·G + r·H*
  public var beta: RistrettoPoint

  /// A ciphertext of these two points.
  public init(alpha: RistrettoPoint, beta: RistrettoPoint) {
    self.alpha = alpha
    self.beta = beta
  }

  /// The encryption of zero without randomness: where sums start.
  public static let zero = Ciphertext(alpha: .identity, beta: .identity)

  /// The encryption of the sum.
  public static func += (a: inout Ciphertext, b: Ciphertext) {
    a.alpha += b.alpha
    a.beta += b.beta
  }

  /// The encryption of a public multiple. Variable time.
  public func vartimeMultiplied(by factor: UInt64) -> Ciphertext {
    if factor == 1 { return self }
    return Ciphertext(alpha: alpha.vartimeMultiplied(by: factor), beta: beta.vartimeMultiplied(by: factor))
  }
}
