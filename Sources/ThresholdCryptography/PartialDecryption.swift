import Curve25519

/// Why a partial decryption is refused. Every case names the trustee.
public enum PartialDecryptionError: Error, Equatable, Sendable {
  /// There is no trustee with this number.
  case unknownTrustee(Int)
  /// Not one point for each total.
  case wrongCount(trustee: Int)
  /// The proof does not show that the points come from the trustee's share and from these totals.
  case badProof(trustee: Int)
}

/// One trustee's part of a decryption: *Dₖ = xⱼ·Aₖ* for every total, and one proof for all (`docs/spec/04-trustees.md`, 4.3).
public struct PartialDecryption: Equatable, Sendable {
  /// *j*.
  public let trustee: Int
  /// *D₁ … Dₘ*.
  public let partials: [RistrettoPoint]
  /// Proof that one secret made *Yⱼ* and all partials.
  public let proof: EqualityProof

  /// A partial decryption received from elsewhere; `verify` checks it.
  public init(trustee: Int, partials: [RistrettoPoint], proof: EqualityProof) {
    self.trustee = trustee
    self.partials = partials
    self.proof = proof
  }

  /// Decrypts with a trustee's share.
  ///
  /// Constant time in the share. A share decrypts one statement of an election and no other, since two that differ by one ballot
  /// reveal it: the caller sees to that.
  ///
  /// - Parameter random: hedges the nonce.
  public init<R: RandomSource>(of statement: DecryptionStatement, with share: SecretShare, using random: inout R) {
    let publicShare = share.publicShare
    let partials = statement.totals.map { share.value * $0.alpha }
    var transcript = statement.transcript(trustee: share.trustee, publicShare: publicShare, partials: partials)
    let joined = Joined(statement, partials, weight: transcript.challenge("weight"))
    let proof = EqualityProof.prove(secret: share.value, base: joined.base, statement: transcript, using: &random)
    self.init(trustee: share.trustee, partials: partials, proof: proof)
  }

  /// Checks the proof: two multi-scalar multiplications of one point a total.
  ///
  /// Variable time: all of it is public.
  public func verify(_ statement: DecryptionStatement, key: ThresholdKey) throws(PartialDecryptionError) {
    guard let publicShare = key.publicShare(of: trustee) else { throw .unknownTrustee(trustee) }
    guard partials.count == statement.totals.count else { throw .wrongCount(trustee: trustee) }
    var transcript = statement.transcript(trustee: trustee, publicShare: publicShare, partials: partials)
    let joined = Joined(statement, partials, weight: transcript.challenge("weight"))
    guard proof.verify(key: publicShare, base: joined.base, image: joined.image, statement: transcript) else {
      throw .badProof(trustee: trustee)
    }
  }
}

/// All totals and all partials, each joined to one point by powers of a weight that the prover could not foresee:
/// *A\* = Σ wᵏ⁻¹·Aₖ* and *D\* = Σ wᵏ⁻¹·Dₖ*.
private struct Joined {
  let base: RistrettoPoint
  let image: RistrettoPoint

  init(_ statement: DecryptionStatement, _ partials: [RistrettoPoint], weight: Scalar) {
    var weights: [Scalar] = []
    weights.reserveCapacity(partials.count)
    var power = Scalar.one
    for _ in partials {
      weights.append(power)
      power = power * weight
    }
    base = .vartimeSum(weights, statement.totals.map { $0.alpha })
    image = .vartimeSum(weights, partials)
  }
}

// MARK: - Codec

extension PartialDecryption {
  /// Reads `trustee u8 ‖ count × point ‖ proof` (`docs/spec/06-record.md`, 6.7).
  public init(from reader: inout ByteReader, count: Int) throws(CodecError) {
    trustee = Int(try reader.u8("trustee"))
    var partials: [RistrettoPoint] = []
    partials.reserveCapacity(count)
    for _ in 0..<count { partials.append(try reader.point("partial")) }
    self.partials = partials
    proof = try EqualityProof(from: &reader)
  }

  /// Writes `trustee u8 ‖ partials ‖ proof`.
  public func encode(to writer: inout ByteWriter) {
    writer.u8(UInt8(trustee))
    writer.raw(partials.encoded)
    proof.encode(to: &writer)
  }
}
