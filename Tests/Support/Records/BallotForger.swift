import BallotCryptography
import Curve25519

/// A prover of `docs/spec/03-ballots.md`, 3.3, that proves whatever it is told to, by whatever trick it is told to use. Told nothing,
/// it is honest; written from the specification, so that it checks the sources, too.
public struct BallotForger {
  /// What the proof's transcript absorbs; `nil` is left out. A weak Fiat–Shamir transform is one that leaves something out.
  public struct Statement {
    public var election: Bytes32?
    public var key: Bytes32?
    public var credential: Bytes32?
    public var number: UInt32?
    public var layout: [UInt8]?
    public var ciphertexts = true
    public var commitments = true
    public var product = true
  }

  /// How a false statement is to be proven.
  public enum Trick {
    /// By running the honest prover on it.
    case none
    /// By choosing the product's commitment after the last challenge.
    case productLast
    /// By choosing all commitments after the challenges.
    case commitmentsLast
    /// With the election's secret *h*: by moving *δ = shift·x* from an opening to its response, which keeps *f·G + z·H*.
    case movedOpening(bit: Int, shift: Scalar, secret: Scalar)
    /// With the election's secret *h*: by an error in the product's plaintext that its response takes up in the second equation.
    case movedProduct(secret: Scalar)
  }

  public let election: Bytes32
  public let key: RistrettoPoint
  public let layout: SpecLayout
  /// What stands in the ballot as its voter.
  public var credential: Bytes32
  /// Which of the voter's ballots it is.
  public var number: UInt32
  public var statement: Statement
  public var trick = Trick.none
  /// *m*, any numbers at all.
  public var bits: [Scalar]
  /// *r*.
  public var randomness: [Scalar]

  public init<R: RandomSource>(
    election: Bytes32, key: RistrettoPoint, layout: SpecLayout, credential: Bytes32, number: UInt32, bits: [Scalar],
    random: inout R
  ) {
    self.election = election
    self.key = key
    self.layout = layout
    self.credential = credential
    self.number = number
    self.bits = bits
    statement = Statement(election: election, key: key.encoded, credential: credential, number: number, layout: layout.encoded)
    randomness = bits.map { _ in Scalar.random(using: &random) }
  }

  /// A number as the transcript absorbs it.
  static func encoded(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) } }

  private var transcript: Transcript {
    var transcript = Transcript("ballot")
    if let election = statement.election { transcript.absorb("election", election) }
    if let key = statement.key { transcript.absorb("key", key) }
    if let credential = statement.credential { transcript.absorb("credential", credential) }
    if let number = statement.number { transcript.absorb("number", Self.encoded(number)) }
    if let layout = statement.layout { transcript.absorb("layout", layout) }
    return transcript
  }

  /// For each bit value, residues included: the linear form applied to `scalars`, minus its constant times `constant`.
  private func bitValues(_ scalars: [Scalar], constant: Scalar) -> [Scalar] {
    scalars
      + layout.contests.filter { $0.isLimited && $0.spare >= 1 }.map { contest in
        linear(contest, scalars) - Scalar(small: contest.rules.minimum) * constant
      }
  }

  private func linear(_ contest: SpecLayout.Contest, _ scalars: [Scalar]) -> Scalar {
    zip(contest.form, scalars[contest.bits]).reduce(.zero) { $0 + $1.0 * $1.1 }
  }

  private func encryption(of message: Scalar, _ r: Scalar) -> [RistrettoPoint] {
    [.generatorMultiple(r), .generatorMultiple(message) + r * key]
  }

  private func encoded(_ points: [RistrettoPoint]) -> [UInt8] { points.flatMap { $0.encoded.bytes } }

  /// The ciphertexts that the ballot will contain.
  public var ciphertexts: [RistrettoPoint] { zip(bits, randomness).flatMap { encryption(of: $0, $1) } }

  /// Makes the ballot.
  public func prove<R: RandomSource>(random: inout R) throws -> EncryptedBallot {
    var a = bits.map { _ in Scalar.random(using: &random) }
    let s = bits.map { _ in Scalar.random(using: &random) }
    for contest in layout.contests where contest.isLimited && contest.spare == 0 {
      a[contest.bits.lowerBound] -= linear(contest, a)
    }
    var commitments = encoded(zip(a, s).flatMap { encryption(of: $0, $1) })
    var transcript = transcript
    if statement.ciphertexts { transcript.absorb("ciphertexts", encoded(ciphertexts)) }
    if statement.commitments { transcript.absorb("commitments", commitments) }
    let y = transcript.challenge("y")

    let m = bitValues(bits, constant: .one)
    let allA = bitValues(a, constant: .zero)
    let allR = bitValues(randomness, constant: .zero)
    var t = Scalar.random(using: &random)
    var b = sum(y, m.indices.map { allA[$0] * m[$0] })
    if case .movedProduct = trick {
      // The error is still unknown here; any fixed plaintext is as good.
      b = Scalar.random(using: &random)
    }
    var product = encoded(encryption(of: b, t))
    if statement.product, !isProductLast { transcript.absorb("product", product) }
    let x = transcript.challenge("x")

    var f = zip(bits, a).map { $0 * x + $1 }
    var z = zip(randomness, s).map { $0 * x + $1 }
    if case .commitmentsLast = trick {
      // Openings of honest bits under the challenges foreseen, and commitments that fit them.
      f = zip(layout.bits(of: layout.smallestValues), a).map { $0 * x + $1 }
      commitments = encoded(fittingCommitments(f, z, x))
    }
    if case .movedOpening(let bit, let shift, let secret) = trick {
      f[bit] -= shift * x
      z[bit] += shift * x * secret.inverted()
    }
    let allF = bitValues(f, constant: x)
    let rest = sum(y, m.indices.map { (x - allF[$0]) * allR[$0] })
    if isProductLast {
      // Σ yʲ(x − f)m + b = 0 solved for b, knowing x.
      t = Scalar.random(using: &random)
      b = -sum(y, m.indices.map { (x - allF[$0]) * m[$0] })
      product = encoded(encryption(of: b, t))
    }
    var zB = t + rest
    if case .movedProduct(let secret) = trick {
      // z_B·H takes up the plaintext that is left; z_B·G does not.
      let left = sum(y, m.indices.map { (x - allF[$0]) * m[$0] }) + b
      zB += left * secret.inverted()
    }
    return try ballot(commitments, product, f, z, zB)
  }

  private var isProductLast: Bool {
    switch trick {
    case .productLast, .commitmentsLast: true
    case .none, .movedOpening, .movedProduct: false
    }
  }

  /// Σ yʲ·termsⱼ
  private func sum(_ y: Scalar, _ terms: [Scalar]) -> Scalar { terms.reversed().reduce(.zero) { $0 * y + $1 } }

  /// A = z·G − x·α, A′ = f·G + z·H − x·β.
  private func fittingCommitments(_ f: [Scalar], _ z: [Scalar], _ x: Scalar) -> [RistrettoPoint] {
    bits.indices.flatMap { i in
      let fitting = encryption(of: f[i], z[i])
      return [fitting[0] - x * ciphertexts[2 * i], fitting[1] - x * ciphertexts[2 * i + 1]]
    }
  }

  private func ballot(
    _ commitments: [UInt8], _ product: [UInt8], _ f: [Scalar], _ z: [Scalar], _ zB: Scalar
  ) throws -> EncryptedBallot {
    var writer = ByteWriter()
    writer.b32(election)
    writer.b32(credential)
    writer.u32(number)
    writer.u16(UInt16(bits.count))
    writer.raw(encoded(ciphertexts) + commitments + product)
    for scalar in f + z + [zB] { writer.scalar(scalar) }
    return try EncryptedBallot(writer.bytes)
  }
}
