/// A proof of knowledge of *y* for *Y = y·G* (Schnorr; `docs/spec/02-primitives.md`, 2.5).
///
/// The caller's transcript holds the whole statement, *Y* included: the proof adds only its commitment.
public struct SchnorrProof: Equatable, Sendable {
  /// Bytes in a proof.
  public static let encodedLength = 64

  /// *R = k·G*.
  public let commitment: RistrettoPoint
  /// *s = k + e·y*.
  public let response: Scalar

  /// A proof received from elsewhere.
  public init(commitment: RistrettoPoint, response: Scalar) {
    self.commitment = commitment
    self.response = response
  }

  /// Proves knowledge of `secret`.
  ///
  /// Constant time.
  ///
  /// - Parameters:
  ///   - secret: *y*.
  ///   - statement: a transcript that has absorbed all that the proof shall be bound to.
  ///   - random: hedges the nonce.
  public static func prove<R: RandomSource>(
    secret: Scalar, statement: Transcript, using random: inout R
  ) -> SchnorrProof {
    var nonce = statement.hedgedNonce(secret: secret, using: &random)
    defer { nonce.wipe() }
    let commitment = RistrettoPoint.generatorMultiple(nonce)
    return SchnorrProof(commitment: commitment, response: nonce + challenge(statement, commitment) * secret)
  }

  /// Whether *s·G = R + e·Y*.
  ///
  /// Variable time: a proof is public.
  ///
  /// - Parameters:
  ///   - key: *Y*.
  ///   - statement: a transcript that has absorbed what the prover's had.
  public func verify(key: RistrettoPoint, statement: Transcript) -> Bool {
    let e = Self.challenge(statement, commitment)
    return RistrettoPoint.vartimeSum([response, -e], [.generator, key]) == commitment
  }

  private static func challenge(_ statement: Transcript, _ commitment: RistrettoPoint) -> Scalar {
    challenge(statement, encodedCommitment: commitment.encoded)
  }

  /// The challenge *e*, for verifiers that check many proofs in one equation.
  public static func challenge(_ statement: Transcript, encodedCommitment: Bytes32) -> Scalar {
    var transcript = statement
    transcript.absorb("commitment", encodedCommitment)
    return transcript.challenge("e")
  }
}

// MARK: - Codec

extension SchnorrProof {
  /// Reads `R ‖ s`.
  public init(from reader: inout ByteReader) throws(CodecError) {
    commitment = try reader.point("proof commitment")
    response = try reader.scalar("proof response")
  }

  /// Writes `R ‖ s`.
  public func encode(to writer: inout ByteWriter) {
    writer.b32(commitment.encoded)
    writer.scalar(response)
  }
}
