import Curve25519

/// Why what a trustee dealt cannot be used. Every case names the trustee.
public enum DealerError: Error, Equatable, Sendable {
  /// The number of commitments is not the threshold.
  case wrongDegree(trustee: Int)
  /// The constant commitment is the identity.
  case identityConstant(trustee: Int)
  /// The proof of knowledge of the constant coefficient is bad.
  case badProof(trustee: Int)
  /// The key of its own verifiable random function is no point of the prime-order subgroup, or its identity.
  case badDrawKey(trustee: Int)
}

/// What a trustee commits to for one key: *Cₖ = aₖ·G* for each coefficient of its polynomial, with a proof that it knows *a₀*
/// (`docs/spec/04-trustees.md`, 4.1).
///
/// The proof keeps a trustee from choosing a constant that cancels the others'.
public struct DealerCommitment: Equatable, Sendable {
  /// *C₀ … Cₜ₋₁*.
  public let commitments: [RistrettoPoint]
  /// Proof of knowledge of *a₀*.
  public let proof: SchnorrProof

  /// A commitment received from elsewhere; `verify` checks it.
  public init(commitments: [RistrettoPoint], proof: SchnorrProof) {
    self.commitments = commitments
    self.proof = proof
  }

  /// Commits to a polynomial. Constant time in it.
  init<R: RandomSource>(
    to polynomial: Polynomial, by trustee: Int, for purpose: KeyPurpose, _ parameters: CeremonyParameters, using random: inout R
  ) {
    let commitments = polynomial.commitments
    let statement = Self.statement(commitments, trustee, purpose, parameters)
    self.init(
      commitments: commitments, proof: .prove(secret: polynomial.coefficients[0], statement: statement, using: &random))
  }

  /// Checks degree, constant and proof.
  ///
  /// Variable time: all of it is public.
  ///
  /// - Parameter trustee: the dealer's number.
  public func verify(trustee: Int, purpose: KeyPurpose, parameters: CeremonyParameters) throws(DealerError) {
    guard commitments.count == parameters.threshold else { throw .wrongDegree(trustee: trustee) }
    guard commitments[0] != .identity else { throw .identityConstant(trustee: trustee) }
    guard proof.verify(key: commitments[0], statement: Self.statement(commitments, trustee, purpose, parameters)) else {
      throw .badProof(trustee: trustee)
    }
  }

  /// *Σₖ jᵏ·Cₖ = f(j)·G*: what the share of trustee `index` must match. Variable time.
  public func evaluated(at index: Int) -> RistrettoPoint { Self.evaluate(commitments, at: index) }

  /// Horner's rule on points; trustees' numbers are short, so that each step is a short multiplication.
  static func evaluate(_ commitments: [RistrettoPoint], at index: Int) -> RistrettoPoint {
    var value = RistrettoPoint.identity
    for commitment in commitments.reversed() { value = value.vartimeMultiplied(by: UInt64(index)) + commitment }
    return value
  }

  private static func statement(
    _ commitments: [RistrettoPoint], _ trustee: Int, _ purpose: KeyPurpose, _ parameters: CeremonyParameters
  ) -> Transcript {
    var transcript = Transcript("dealer")
    transcript.absorb("ceremony", parameters.ceremony)
    transcript.absorb("trustees", UInt64(parameters.trustees))
    transcript.absorb("threshold", UInt64(parameters.threshold))
    transcript.absorb("index", UInt64(trustee))
    transcript.absorb("purpose", purpose.rawValue)
    transcript.absorb("commitments", commitments.encoded)
    return transcript
  }
}

extension [RistrettoPoint] {
  /// The encodings of the points, one after another.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * count)
    for point in self { point.encoded.append(to: &bytes) }
    return bytes
  }
}

// MARK: - Codec

extension DealerCommitment {
  /// Reads `threshold` points and a proof.
  public init(from reader: inout ByteReader, threshold: Int) throws(CodecError) {
    var commitments: [RistrettoPoint] = []
    commitments.reserveCapacity(threshold)
    for _ in 0..<threshold { commitments.append(try reader.point("commitment")) }
    self.commitments = commitments
    proof = try SchnorrProof(from: &reader)
  }

  /// Writes the points and the proof.
  public func encode(to writer: inout ByteWriter) {
    writer.raw(commitments.encoded)
    proof.encode(to: &writer)
  }
}
