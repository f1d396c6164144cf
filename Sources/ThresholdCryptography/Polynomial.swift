import Curve25519

/// A dealer's secret polynomial *f(X) = a₀ + a₁X + … + aₜ₋₁Xᵗ⁻¹*.
///
/// Constant time in the coefficients; degree and places of evaluation are public.
struct Polynomial: Sendable {
  private(set) var coefficients: [Scalar]

  /// - Parameter coefficients: *a₀* first; at least one.
  init(coefficients: [Scalar]) { self.coefficients = coefficients }

  /// *f(x)*, by Horner's rule.
  func evaluated(at x: Int) -> Scalar {
    let place = Scalar(UInt64(x))
    var value = Scalar.zero
    for coefficient in coefficients.reversed() { value = value * place + coefficient }
    return value
  }

  /// *aₖ·G* for every coefficient.
  var commitments: [RistrettoPoint] { coefficients.map { RistrettoPoint.generatorMultiple($0) } }

  /// Overwrites the coefficients. Copies that the compiler or an earlier copy of the array made remain.
  mutating func wipe() {
    for index in coefficients.indices { coefficients[index].wipe() }
  }
}
