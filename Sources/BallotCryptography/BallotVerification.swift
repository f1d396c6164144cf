import Curve25519

/// Verifies many ballots of one election at once (`docs/spec/03-ballots.md`, 3.3–3.4): a random linear combination of all their equations in one
/// multi-scalar multiplication. When it does not vanish, halves are tried until each bad ballot is found: half a batch a level of halving.
///
/// All data are public: variable time.
public struct BallotBatch: Sendable {
  private let context: BallotContext
  private let verifiesSignatures: Bool
  private var ballots: [BallotStatement] = []

  /// - Parameter signatures: whether the voters' signatures are verified too. Without them the figures of others compare.
  public init(_ context: BallotContext, signatures: Bool = true) {
    self.context = context
    verifiesSignatures = signatures
  }

  /// How many ballots wait for `invalidBallots()`.
  public var count: Int { ballots.count }

  /// Decodes a ballot and adds it to the batch. A ballot that is refused here is not in the batch.
  public mutating func add(_ cast: CastBallot) throws(BallotDefect) {
    ballots.append(try BallotStatement(cast, context, signed: verifiesSignatures))
  }

  /// The ciphertexts of ballot `index`, a pair for each bit.
  public func ciphertexts(_ index: Int) -> [Ciphertext] {
    let points = ballots[index].points
    return (0..<context.layout.bits).map { Ciphertext(alpha: points[2 * $0], beta: points[2 * $0 + 1]) }
  }

  /// The indexes, ascending, of the ballots whose proof or signature does not hold. Wrong with probability about 2⁻¹²⁸.
  public func invalidBallots() -> [Int] {
    guard !ballots.isEmpty else { return [] }
    var coefficients = BatchCoefficients(ballots.map { $0.digest })
    let equations = ballots.map { $0.combine(context.layout, &coefficients) }
    return invalidItems(ballots.count) { sum(equations, $0) }
  }

  /// The combined equations of a range added up: the identity if they hold.
  private func sum(_ equations: [CombinedEquation], _ range: Range<Int>) -> RistrettoPoint {
    var scalars: [Scalar] = []
    var points: [RistrettoPoint] = []
    var generator = Scalar.zero
    var key = Scalar.zero
    let each = ballots[range.lowerBound].points.count
    scalars.reserveCapacity(range.count * each + 2)
    points.reserveCapacity(range.count * each + 2)
    for index in range {
      scalars += equations[index].scalars
      points += ballots[index].points
      generator += equations[index].generator
      key += equations[index].key
    }
    scalars.append(generator)
    points.append(.generator)
    scalars.append(key)
    points.append(context.jointKey)
    return .vartimeSum(scalars, points)
  }
}

extension CastBallot {
  /// What is wrong with one ballot: proof and signature, by itself. Variable time: public data.
  public func verify(_ context: BallotContext) throws(BallotDefect) {
    var batch = BallotBatch(context)
    try batch.add(self)
    if !batch.invalidBallots().isEmpty { throw .invalidProof }
  }
}

/// The combined equations of one ballot: *Σ scalars·points + generator·G + key·H = 0*.
private struct CombinedEquation: Sendable {
  /// In the order of `BallotStatement.points`.
  var scalars: [Scalar]
  var generator: Scalar
  var key: Scalar
}

/// A ballot decoded, with its challenges.
private struct BallotStatement: Sendable {
  /// α, β of every bit; A, A′ of every bit; B, B′; with a signature also R, K.
  let points: [RistrettoPoint]
  let f: [Scalar]
  let z: [Scalar]
  let zB: Scalar
  let x: Scalar
  let y: Scalar
  /// Signature: *s*, *e*.
  let signature: (s: Scalar, e: Scalar)?
  /// A hash of all that the equations depend on.
  let digest: Bytes32

  init(_ cast: CastBallot, _ context: BallotContext, signed: Bool) throws(BallotDefect) {
    let ballot = cast.ballot
    let bits = context.layout.bits
    guard ballot.election == context.election else { throw .foreignElection }
    guard ballot.bits == bits else { throw .wrongNumberOfBits(expected: bits) }
    do throws(CodecError) {
      var reader = ByteReader(ballot.encoded, EncryptedBallot.headLength..<ballot.encoded.count)
      var points: [RistrettoPoint] = []
      points.reserveCapacity(4 * bits + 4)
      for _ in 0..<2 * bits { points.append(try reader.point("ciphertext")) }
      for _ in 0..<2 * bits { points.append(try reader.point("commitment")) }
      for _ in 0..<2 { points.append(try reader.point("product")) }
      var f: [Scalar] = []
      var z: [Scalar] = []
      for _ in 0..<bits { f.append(try reader.scalar("opening")) }
      for _ in 0..<bits { z.append(try reader.scalar("response")) }
      zB = try reader.scalar("product response")
      self.f = f
      self.z = z
      let hash = ballot.hash
      var digest = Transcript("batch item")
      digest.absorb("ballot", hash)
      if signed {
        let statement = try SignatureStatement(cast, hash: hash)
        points += statement.points
        signature = (statement.s, statement.e)
        digest.absorb("signature", cast.signature.encoded)
      } else {
        signature = nil
      }
      self.points = points
      self.digest = digest.digest("item")
    } catch let error {
      throw .malformed(error)
    }

    let bytes = ballot.encoded.span
    var transcript = context.transcript(
      credential: ballot.credential, number: ballot.number,
      ciphertexts: bytes.extracting(EncryptedBallot.ciphertexts(bits: bits)),
      commitments: bytes.extracting(EncryptedBallot.commitments(bits: bits)))
    y = transcript.challenge("y")
    transcript.absorb("product", bytes.extracting(ballot.product))
    x = transcript.challenge("x")
    try checkFixedSums(context.layout)
  }

  /// Equation 3 of 3.3.
  private func checkFixedSums(_ layout: BallotLayout) throws(BallotDefect) {
    for (index, contest) in layout.contests.enumerated() {
      if case .zero = contest.residue {
        let minimum = Scalar(UInt64(contest.rules.minimum))
        guard contest.evaluate(f) == minimum * x else { throw .wrongSum(contest: index) }
      }
    }
  }

  /// Equations 1 and 2 of 3.3 and that of the signature, each times its own coefficient.
  func combine(_ layout: BallotLayout, _ coefficients: inout BatchCoefficients) -> CombinedEquation {
    let bits = layout.bits
    let productAlpha = coefficients.next()
    let productBeta = coefficients.next()
    // What the products contribute to each bit: yʲ(x − fⱼ), residues spread over their bits.
    var spread: [Scalar] = []
    spread.reserveCapacity(bits)
    var power = Scalar.one
    for i in 0..<bits {
      spread.append(power * (x - f[i]))
      power *= y
    }
    var generator = Scalar.zero
    var key = Scalar.zero
    for contest in layout.contests {
      guard case .bit = contest.residue else { continue }
      let minimum = Scalar(UInt64(contest.rules.minimum))
      let factor = power * (x - (contest.evaluate(f) - minimum * x))
      power *= y
      for (weight, index) in zip(contest.form, contest.bits) { spread[index] += factor.times(weight) }
      generator -= productBeta * factor * minimum
    }

    var scalars: [Scalar] = []
    scalars.reserveCapacity(points.count)
    var commitments: [Scalar] = []
    commitments.reserveCapacity(2 * bits)
    for i in 0..<bits {
      let alpha = coefficients.next()
      let beta = coefficients.next()
      scalars.append(alpha * x + productAlpha * spread[i])
      scalars.append(beta * x + productBeta * spread[i])
      commitments.append(alpha)
      commitments.append(beta)
      generator -= alpha * z[i] + beta * f[i]
      key -= beta * z[i]
    }
    scalars += commitments
    scalars.append(productAlpha)
    scalars.append(productBeta)
    generator -= productAlpha * zB
    key -= productBeta * zB
    if let signature {
      let coefficient = coefficients.next()
      scalars.append(coefficient)
      scalars.append(coefficient * signature.e)
      generator -= coefficient * signature.s
    }
    return CombinedEquation(scalars: scalars, generator: generator, key: key)
  }
}

extension Scalar {
  /// Times a small public integer, which mostly is 1.
  fileprivate func times(_ weight: Int64) -> Scalar { weight == 1 ? self : self * Scalar(signed: weight) }
}
