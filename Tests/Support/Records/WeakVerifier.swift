import BallotCryptography
import Curve25519

/// Verifies a ballot's proof equation by equation, as `docs/spec/03-ballots.md`, 3.3 has it, or more weakly as one is told: the control that a forgery
/// would have succeeded against the mistake it is made for.
public struct WeakVerifier {
  /// Equations that are left out.
  public struct Weakness {
    /// Leaves out *z·G = x·α + A*.
    public var skipsBitBase = false
    /// Leaves out *z_B·G*.
    public var skipsProductBase = false
    public init() {}
  }

  private let key: RistrettoPoint
  private let layout: SpecLayout
  private let statement: BallotForger.Statement
  private let weakness: Weakness

  /// - Parameter forger: whose transcript is taken over: what it leaves out, the verifier leaves out.
  public init(_ forger: BallotForger, weakness: Weakness = Weakness()) {
    key = forger.key
    layout = forger.layout
    statement = forger.statement
    self.weakness = weakness
  }

  public func accepts(_ ballot: EncryptedBallot) throws -> Bool {
    let n = layout.bits
    var reader = ByteReader(ballot.encoded, 70..<ballot.encoded.count)
    var points: [RistrettoPoint] = []
    for _ in 0..<4 * n + 2 { points.append(try reader.point("point")) }
    var scalars: [Scalar] = []
    for _ in 0..<2 * n + 1 { scalars.append(try reader.scalar("scalar")) }
    let (y, x) = challenges(ballot)
    let f = Array(scalars[..<n])
    let z = Array(scalars[n..<2 * n])
    for i in 0..<n {
      let base = RistrettoPoint.generatorMultiple(z[i]) - x * points[2 * i] - points[2 * n + 2 * i]
      let message = RistrettoPoint.generatorMultiple(f[i]) + z[i] * key - x * points[2 * i + 1] - points[2 * n + 2 * i + 1]
      guard message == .identity, weakness.skipsBitBase || base == .identity else { return false }
    }
    var left = (base: -points[4 * n], message: -points[4 * n + 1])
    left.base += .generatorMultiple(scalars[2 * n])
    left.message += scalars[2 * n] * key
    var power = Scalar.one
    for (f, alpha, beta) in bitValues(f, points, x) {
      left.base -= power * (x - f) * alpha
      left.message -= power * (x - f) * beta
      power *= y
    }
    guard left.message == .identity, weakness.skipsProductBase || left.base == .identity else { return false }
    return layout.contests.allSatisfy { contest in
      guard contest.isLimited, contest.spare == 0 else { return true }
      let sum = zip(contest.form, f[contest.bits]).reduce(Scalar.zero) { $0 + $1.0 * $1.1 }
      return sum == Scalar(small: contest.rules.minimum) * x
    }
  }

  /// *f*, α and β of every bit value.
  private func bitValues(
    _ f: [Scalar], _ points: [RistrettoPoint], _ x: Scalar
  ) -> [(Scalar, RistrettoPoint, RistrettoPoint)] {
    var values = f.indices.map { (f[$0], points[2 * $0], points[2 * $0 + 1]) }
    for contest in layout.contests where contest.isLimited && contest.spare >= 1 {
      let minimum = Scalar(small: contest.rules.minimum)
      var value = (-(minimum * x), RistrettoPoint.identity, -RistrettoPoint.generatorMultiple(minimum))
      for (weight, i) in zip(contest.form, contest.bits) {
        value.0 += weight * f[i]
        value.1 += weight * points[2 * i]
        value.2 += weight * points[2 * i + 1]
      }
      values.append(value)
    }
    return values
  }

  private func challenges(_ ballot: EncryptedBallot) -> (y: Scalar, x: Scalar) {
    let n = ballot.bits
    var transcript = Transcript("ballot")
    if let election = statement.election { transcript.absorb("election", election) }
    if let key = statement.key { transcript.absorb("key", key) }
    if let credential = statement.credential { transcript.absorb("credential", credential) }
    if let number = statement.number { transcript.absorb("number", BallotForger.encoded(number)) }
    if let layout = statement.layout { transcript.absorb("layout", layout) }
    let bytes = ballot.encoded
    if statement.ciphertexts { transcript.absorb("ciphertexts", Array(bytes[70..<70 + 64 * n])) }
    if statement.commitments { transcript.absorb("commitments", Array(bytes[70 + 64 * n..<70 + 128 * n])) }
    let y = transcript.challenge("y")
    if statement.product { transcript.absorb("product", Array(bytes[70 + 128 * n..<134 + 128 * n])) }
    return (y, transcript.challenge("x"))
  }
}
