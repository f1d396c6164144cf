import Curve25519

/// Encrypts and proves ballots of one election (`docs/spec/03-ballots.md`, 3.2–3.3).
///
/// The prover knows the exponent of every point it makes, so all multiplications are of the two fixed bases *G* and *H*. They are done with halved scalars and the results
/// doubled while they are encoded together, which shares one inversion among them.
public struct BallotEncryptor: Sendable {
  private let context: BallotContext
  private let keyTable: FixedBaseTable

  /// Prepares the tables of the joint key: some hundred microseconds.
  public init(_ context: BallotContext) {
    self.context = context
    keyTable = FixedBaseTable(context.jointKey)
  }

  /// Encrypts what a voter chose. Constant time in the choices, but for the question whether they keep the rules.
  ///
  /// - Parameters:
  ///   - values: for each contest the value of each option.
  ///   - credential: the voter's public credential.
  ///   - number: one more than that of any ballot that the board shows cast with this credential, or that this device made to be cast.
  /// - Returns: the ballot, and the opening that a challenge would reveal.
  /// - Throws: `BallotError` when the choices break a contest's rules.
  public func encrypt<R: RandomSource>(
    _ values: [[UInt32]], credential: Bytes32, number: UInt32, random: inout R
  ) throws(BallotError) -> (ballot: EncryptedBallot, opening: BallotOpening) {
    precondition(number > 0, "ballots are numbered from 1")
    let bits = try context.layout.split(values)
    var prover = BitProver(context: context, keyTable: keyTable, bits: bits, random: &random)
    defer { prover.wipe() }
    let ballot = prover.prove(credential: credential, number: number, random: &random)
    return (ballot, BallotOpening(bits: bits, randomness: prover.r))
  }
}

/// One run of the proof of 3.3. Names are those of the specification.
private struct BitProver {
  let context: BallotContext
  let keyTable: FixedBaseTable
  let m: [Scalar]
  let mBits: [UInt64]
  let r: [Scalar]
  var a: [Scalar]
  var s: [Scalar]

  init<R: RandomSource>(context: BallotContext, keyTable: FixedBaseTable, bits: [UInt64], random: inout R) {
    self.context = context
    self.keyTable = keyTable
    mBits = bits
    m = bits.map { Scalar($0) }
    r = bits.map { _ in Scalar.random(using: &random) }
    a = bits.map { _ in Scalar.random(using: &random) }
    s = bits.map { _ in Scalar.random(using: &random) }
    for contest in context.layout.contests {
      // lin(a) = 0 where the residue must be zero. The first value bit has weight 1, so it can take up the rest.
      if case .zero = contest.residue { a[contest.firstBit] -= contest.evaluate(a) }
    }
  }

  /// Overwrites what the proof was blinded with; *m* and *r* are the opening's.
  mutating func wipe() {
    a.wipe()
    s.wipe()
  }

  /// `a` of every bit value: the bits, then the residues that are bits. The same for the other sequences below.
  private func withResidues(_ scalars: [Scalar]) -> [Scalar] {
    var all = scalars
    for contest in context.layout.contests {
      if case .bit = contest.residue { all.append(contest.evaluate(scalars)) }
    }
    return all
  }

  func prove<R: RandomSource>(credential: Bytes32, number: UInt32, random: inout R) -> EncryptedBallot {
    let count = m.count
    let points = RistrettoPoint.doubledEncodings(halvedPoints())
    var writer = ByteWriter(capacity: EncryptedBallot.length(bits: count))
    writer.b32(context.election)
    writer.b32(credential)
    writer.u32(number)
    writer.u16(UInt16(count))
    for point in points { writer.b32(point) }

    let head = writer.bytes
    var transcript = context.transcript(
      credential: credential, number: number, ciphertexts: head.span.extracting(EncryptedBallot.ciphertexts(bits: count)),
      commitments: head.span.extracting(EncryptedBallot.commitments(bits: count)))
    let y = transcript.challenge("y")

    var allA = withResidues(a)
    var allR = withResidues(r)
    var allM = residueBits()
    var b = Scalar.zero
    var power = Scalar.one
    for j in allA.indices {
      b += power * allA[j] * allM[j]
      power *= y
    }
    var t = Scalar.random(using: &random)
    defer {
      t.wipe()
      b.wipe()
      allA.wipe()
      allR.wipe()
      allM.wipe()
    }
    let product = RistrettoPoint.doubledEncodings([
      .generatorMultiple(t.halved), .generatorMultiple(b.halved) + keyTable.multiplied(by: t.halved),
    ])
    let encodedProduct = product[0].bytes + product[1].bytes
    writer.raw(encodedProduct)
    transcript.absorb("product", encodedProduct)
    let x = transcript.challenge("x")

    var zB = t
    power = Scalar.one
    for j in allA.indices {
      let f = allM[j] * x + allA[j]
      zB += power * (x - f) * allR[j]
      power *= y
    }
    for i in 0..<count { writer.scalar(m[i] * x + a[i]) }
    for i in 0..<count { writer.scalar(r[i] * x + s[i]) }
    writer.scalar(zB)
    guard let ballot = try? EncryptedBallot(writer.bytes) else { preconditionFailure("own encoding") }
    return ballot
  }

  /// Every bit value: the bits, then the residues that are bits.
  private func residueBits() -> [Scalar] {
    var all = m
    for contest in context.layout.contests {
      if case .bit = contest.residue {
        all.append(contest.evaluate(m) - Scalar(UInt64(contest.rules.minimum)))
      }
    }
    return all
  }

  /// Half of α ‖ β of every bit, then half of A ‖ A′ of every bit.
  private func halvedPoints() -> [RistrettoPoint] {
    var points: [RistrettoPoint] = []
    points.reserveCapacity(4 * m.count)
    for i in m.indices {
      let half = r[i].halved
      points.append(.generatorMultiple(half))
      points.append(Self.halfGenerator.multiplied(bySmall: mBits[i], bits: 1) + keyTable.multiplied(by: half))
    }
    for i in m.indices {
      let half = s[i].halved
      points.append(.generatorMultiple(half))
      points.append(.generatorMultiple(a[i].halved) + keyTable.multiplied(by: half))
    }
    return points
  }

  private static let halfGenerator = FixedBaseTable(smallMultiplesOf: .generatorMultiple(Scalar.one.halved))
}

extension [Scalar] {
  /// Overwrites the scalars. An array that shares its storage is copied first, so that the other keeps them.
  fileprivate mutating func wipe() {
    for index in indices { self[index].wipe() }
  }
}
