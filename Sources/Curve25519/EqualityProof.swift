/// A proof that *Y = y·G* and *D = y·A* for one *y* (Chaum–Pedersen; `docs/spec/02-primitives.md`, 2.6).
///
/// The caller's transcript holds the whole statement, *Y*, *A* and *D* included: the proof adds only its commitments.
public struct EqualityProof: Equatable, Sendable {
  /// Bytes in a proof.
  public static let encodedLength = 96

  /// *T₁ = k·G*.
  public let generatorCommitment: RistrettoPoint
  /// *T₂ = k·A*.
  public let baseCommitment: RistrettoPoint
  /// *s = k + e·y*.
  public let response: Scalar

  /// A proof received from elsewhere.
  public init(generatorCommitment: RistrettoPoint, baseCommitment: RistrettoPoint, response: Scalar) {
    self.generatorCommitment = generatorCommitment
    self.baseCommitment = baseCommitment
    self.response = response
  }

  /// Proves that `secret` is the logarithm of two points, one to the generator, one to `base`.
  ///
  /// Constant time in the secret.
  ///
  /// - Parameters:
  ///   - secret: *y*.
  ///   - base: *A*.
  ///   - statement: a transcript that has absorbed all that the proof shall be bound to.
  ///   - random: hedges the nonce.
  public static func prove<R: RandomSource>(
    secret: Scalar, base: RistrettoPoint, statement: Transcript, using random: inout R
  ) -> EqualityProof {
    var nonce = statement.hedgedNonce(secret: secret, using: &random)
    defer { nonce.wipe() }
    let first = RistrettoPoint.generatorMultiple(nonce)
    let second = nonce * base
    let e = challenge(statement, first, second)
    return EqualityProof(generatorCommitment: first, baseCommitment: second, response: nonce + e * secret)
  }

  /// Whether *s·G = T₁ + e·Y* and *s·A = T₂ + e·D*: two equations, never merged.
  ///
  /// Variable time: a proof is public.
  ///
  /// - Parameters:
  ///   - key: *Y*.
  ///   - base: *A*.
  ///   - image: *D*.
  ///   - statement: a transcript that has absorbed what the prover's had.
  public func verify(key: RistrettoPoint, base: RistrettoPoint, image: RistrettoPoint, statement: Transcript) -> Bool {
    let e = Self.challenge(statement, generatorCommitment, baseCommitment)
    return RistrettoPoint.vartimeSum([response, -e], [.generator, key]) == generatorCommitment
      && RistrettoPoint.vartimeSum([response, -e], [base, image]) == baseCommitment
  }

  private static func challenge(_ statement: Transcript, _ first: RistrettoPoint, _ second: RistrettoPoint) -> Scalar {
    var commitments = ByteWriter(capacity: 64)
    commitments.b32(first.encoded)
    commitments.b32(second.encoded)
    var transcript = statement
    transcript.absorb("commitments", commitments.bytes)
    return transcript.challenge("e")
  }
}

// MARK: - Codec

extension EqualityProof {
  /// Reads `T₁ ‖ T₂ ‖ s`.
  public init(from reader: inout ByteReader) throws(CodecError) {
    generatorCommitment = try reader.point("proof generator commitment")
    baseCommitment = try reader.point("proof base commitment")
    response = try reader.scalar("proof response")
  }

  /// Writes `T₁ ‖ T₂ ‖ s`.
  public func encode(to writer: inout ByteWriter) {
    writer.b32(generatorCommitment.encoded)
    writer.b32(baseCommitment.encoded)
    writer.scalar(response)
  }
}
