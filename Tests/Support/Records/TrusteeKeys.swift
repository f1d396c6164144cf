import Curve25519
import Elections
import ThresholdCryptography

/// Trustees with all their secrets, made by one hand: a forger needs them, and a test has no time for a ceremony.
public struct TrusteeKeys {
  public var parameters: CeremonyParameters
  public var names: [Text]
  public var signing: [Ed25519.PrivateKey]
  /// Each trustee's polynomial for the election's key, *a₀* first.
  public var polynomials: [[Scalar]]
  /// The same for the other two keys.
  public let otherPolynomials: [PerKey<[Scalar]>]
  /// From which the trustees' own random functions follow.
  public let drawSeeds: [Bytes32]
  /// What stands in the record of each of them.
  public var dealings: [Dealing]
  /// What they have since the last renewal, with what of it is public.
  public var renewed: (shares: [SecretShares], acting: ActingTrustees)?

  public init<R: RandomSource>(_ count: Int, threshold: Int, random: inout R) throws {
    parameters = try CeremonyParameters(ceremony: random.b32(), trustees: count, threshold: threshold)
    names = try (1...count).map { try text("Trustee \($0)") }
    signing = (0..<count).map { _ in Ed25519.PrivateKey(seed: random.b32()) }
    polynomials = (0..<count).map { _ in (0..<threshold).map { _ in Scalar.random(using: &random) } }
    otherPolynomials = (0..<count).map { _ in PerKey { _ in (0..<threshold).map { _ in Scalar.random(using: &random) } } }
    drawSeeds = (0..<count).map { _ in random.b32() }
    dealings = []
    for index in 1...count {
      let commitments = PerKey { purpose in
        let polynomial = purpose == .election ? polynomials[index - 1] : otherPolynomials[index - 1][purpose]
        return Self.dealer(polynomial, trustee: index, for: purpose, parameters, random: &random)
      }
      dealings.append(Dealing(commitments: commitments, drawKey: Ed25519.PrivateKey(seed: drawSeeds[index - 1]).publicKey))
    }
  }

  /// What each commits to for the election's key. One more than there are trustees takes the rest of its dealing from the first.
  public var dealers: [DealerCommitment] {
    get { dealings.map { $0.commitments.election } }
    set {
      dealings = newValue.enumerated().map { index, dealer in
        let old = dealings.indices.contains(index) ? dealings[index] : dealings[0]
        return Dealing(
          commitments: PerKey(election: dealer, beacon: old.commitments.beacon, signing: old.commitments.signing),
          drawKey: old.drawKey)
      }
    }
  }

  /// Commits to a polynomial and proves knowledge of its constant (`docs/spec/04-trustees.md`, 4.1).
  public static func dealer<R: RandomSource>(
    _ polynomial: [Scalar], trustee: Int, for purpose: KeyPurpose = .election, _ parameters: CeremonyParameters, random: inout R
  ) -> DealerCommitment {
    let commitments = polynomial.map { RistrettoPoint.generatorMultiple($0) }
    let proof = proof(of: polynomial[0], commitments, trustee: trustee, for: purpose, parameters, random: &random)
    return DealerCommitment(commitments: commitments, proof: proof)
  }

  /// A proof of knowledge of `secret` over any commitments, of which the first need not be its multiple.
  public static func proof<R: RandomSource>(
    of secret: Scalar, _ commitments: [RistrettoPoint], trustee: Int, for purpose: KeyPurpose = .election,
    _ parameters: CeremonyParameters, random: inout R
  ) -> SchnorrProof {
    var transcript = Transcript("dealer")
    transcript.absorb("ceremony", parameters.ceremony)
    transcript.absorb("trustees", UInt64(parameters.trustees))
    transcript.absorb("threshold", UInt64(parameters.threshold))
    transcript.absorb("index", UInt64(trustee))
    transcript.absorb("purpose", purpose.rawValue)
    transcript.absorb("commitments", commitments.flatMap { $0.encoded.bytes })
    return SchnorrProof.prove(secret: secret, statement: transcript, using: &random)
  }

  /// The file `trustees` (`docs/spec/06-record.md`, 6.2), whatever stands in it.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.raw(Array("COMITIAT".utf8) + [0, 1])
    writer.b32(parameters.ceremony)
    writer.u8(UInt8(dealings.count))
    writer.u8(UInt8(parameters.threshold))
    for (index, dealing) in dealings.enumerated() {
      writer.counted(names[index].utf8)
      writer.b32(signing[index].publicKey)
      dealing.encode(to: &writer)
    }
    return writer.bytes
  }

  /// The opening draw by these trustees, on a log that nobody has.
  public func openingDraw(by numbers: [Int]) -> (record: DrawRecord, output: Bytes32) {
    let (size, root) = (UInt64(3 * drawSeeds.count), SHA256.digest(Array("log of the ceremony".utf8)))
    let seed = DrawSeed.opening(ceremony: parameters.ceremony, size: size, root: root)
    let record = DrawRecord(size: size, root: root, parts: draw(at: seed, by: numbers))
    return (record, output(of: record, at: seed))
  }

  /// Parts in a draw.
  public func draw(at seed: DrawSeed, by numbers: [Int]) -> [DrawPart] {
    guard let key = renewed?.acting.keys.beacon ?? (try? dealings.thresholdKeys.beacon) else { return [] }
    var random = seeded("draws")
    let statement = BeaconStatement(seed: seed, key: key)
    return numbers.map { DrawPart(in: statement, with: shares(of: $0), using: &random) }
  }

  private func output(of record: DrawRecord, at seed: DrawSeed) -> Bytes32 {
    guard let key = try? dealings.thresholdKeys.beacon else { return .zero }
    return (try? record.output(at: seed, key: key, drawKeys: dealings.map { $0.drawKey }))?.value ?? .zero
  }

  /// The joint key of the third purpose, as Ed25519 knows it.
  public var jointSigningKey: Bytes32 {
    EdwardsPoint.generatorMultiple(otherPolynomials.reduce(Scalar.zero) { $0 + $1.signing[0] }).encoded
  }

  /// A signature by the joint signing key, which one who has all secrets makes alone.
  public func signature(of message: [UInt8]) -> [UInt8] {
    let secret = otherPolynomials.reduce(Scalar.zero) { $0 + $1.signing[0] }
    let nonce = Scalar(wide: SHA512.hash(secret.encoded.bytes + message))
    let commitment = EdwardsPoint.generatorMultiple(nonce).encoded
    let key = EdwardsPoint.generatorMultiple(secret).encoded
    let challenge = Scalar(wide: SHA512.hash(commitment.bytes + key.bytes + message))
    return commitment.bytes + (nonce + challenge * secret).encoded.bytes
  }

  /// What all of them together know: the election's secret.
  public var electionSecret: Scalar { polynomials.reduce(.zero) { $0 + $1[0] } }

  /// *H* by what stands in the record.
  public var jointKey: RistrettoPoint { dealers.reduce(.identity) { $0 + $1.commitments[0] } }

  /// *xⱼ* of the election's key.
  public func share(of trustee: Int) -> SecretShare { shares(of: trustee)[.election] }

  /// All that a trustee has after the ceremony.
  ///
  /// - Parameter trustee: may be one that there is not.
  public func shares(of trustee: Int) -> SecretShares {
    if let renewed, renewed.shares.indices.contains(trustee - 1) { return renewed.shares[trustee - 1] }
    let x = Scalar(small: trustee)
    let values = PerKey { purpose in
      (purpose == .election ? polynomials : otherPolynomials.map { $0[purpose] }).reduce(Scalar.zero) { sum, polynomial in
        sum + polynomial.reversed().reduce(.zero) { $0 * x + $1 }
      }
    }
    return SecretShares(
      trustee: trustee, values: values, drawSeed: drawSeeds.indices.contains(trustee - 1) ? drawSeeds[trustee - 1] : .zero)
  }
}
