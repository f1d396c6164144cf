import Curve25519

/// A trustee's share *xⱼ* of the election's secret key. Any *t* of them decrypt.
///
/// A copy of a value type cannot be followed, so nothing is wiped by itself: call `wipe` on the last copy. What the compiler
/// spilled to the stack, or an earlier copy, remains.
public struct SecretShare: Sendable {
  /// *j*.
  public let trustee: Int
  /// *xⱼ*.
  public private(set) var value: Scalar

  /// A share kept from a ceremony.
  public init(trustee: Int, value: Scalar) {
    self.trustee = trustee
    self.value = value
  }

  /// *Yⱼ = xⱼ·G*. Constant time.
  public var publicShare: RistrettoPoint { .generatorMultiple(value) }

  /// Overwrites the secret.
  public mutating func wipe() { value.wipe() }
}

extension SecretShare: CustomStringConvertible {
  /// Nothing about the secret, so that a log line cannot give it away.
  public var description: String { "secret share" }
}
