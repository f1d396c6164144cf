import Curve25519

/// Why a partial evaluation is refused. Every case names the trustee.
public enum PartialEvaluationError: Error, Equatable, Sendable {
  /// There is no trustee with this number.
  case unknownTrustee(Int)
  /// The proof does not show that the point comes from the trustee's share and from this seed.
  case badProof(trustee: Int)
}

/// One trustee's part of the beacon's output: *Dⱼ = xⱼ·P*, with a proof (`docs/spec/11-randomness.md`, 11.3).
public struct PartialEvaluation: Equatable, Sendable {
  /// Bytes in a partial evaluation.
  public static let encodedLength = 33 + EqualityProof.encodedLength

  /// *j*.
  public let trustee: Int
  /// *Dⱼ*.
  public let evaluation: RistrettoPoint
  /// Proof that one secret made *Yⱼ* and *Dⱼ*.
  public let proof: EqualityProof

  /// A partial evaluation received from elsewhere; `verify` checks it.
  public init(trustee: Int, evaluation: RistrettoPoint, proof: EqualityProof) {
    self.trustee = trustee
    self.evaluation = evaluation
    self.proof = proof
  }

  /// Evaluates with a trustee's share of the beacon key.
  ///
  /// Constant time in the share. Whoever has *t* of them knows the output: the caller sees to it that the seed was fixed before.
  ///
  /// - Parameter random: hedges the nonce.
  public init<R: RandomSource>(of statement: BeaconStatement, with share: SecretShare, using random: inout R) {
    let evaluation = share.value * statement.point
    let transcript = statement.transcript(trustee: share.trustee, publicShare: share.publicShare, evaluation: evaluation)
    let proof = EqualityProof.prove(secret: share.value, base: statement.point, statement: transcript, using: &random)
    self.init(trustee: share.trustee, evaluation: evaluation, proof: proof)
  }

  /// Checks the proof. Variable time: all of it is public.
  public func verify(_ statement: BeaconStatement) throws(PartialEvaluationError) {
    guard let publicShare = statement.key.publicShare(of: trustee) else { throw .unknownTrustee(trustee) }
    let transcript = statement.transcript(trustee: trustee, publicShare: publicShare, evaluation: evaluation)
    guard proof.verify(key: publicShare, base: statement.point, image: evaluation, statement: transcript) else {
      throw .badProof(trustee: trustee)
    }
  }
}

// MARK: - Codec

extension PartialEvaluation {
  /// Reads `trustee u8 ‖ point ‖ proof`, 129 bytes.
  public init(from reader: inout ByteReader) throws(CodecError) {
    trustee = Int(try reader.u8("trustee"))
    evaluation = try reader.point("evaluation")
    proof = try EqualityProof(from: &reader)
  }

  /// Writes `trustee u8 ‖ point ‖ proof`.
  public func encode(to writer: inout ByteWriter) {
    writer.u8(UInt8(trustee))
    writer.b32(evaluation.encoded)
    proof.encode(to: &writer)
  }
}
