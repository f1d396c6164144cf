import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography

/// Forges proofs of partial decryptions with all secrets of the election (`docs/spec/04-trustees.md`, 4.3).
public enum DecryptionForger {
  /// The transcript up to the weight.
  public static func transcript(
    _ statement: DecryptionStatement, _ share: SecretShare, _ partials: [RistrettoPoint]
  ) -> Transcript {
    var transcript = Transcript("partial decryption")
    transcript.absorb("election", statement.election)
    transcript.absorb("size", statement.size)
    transcript.absorb("root", statement.root)
    transcript.absorb("trustee", UInt64(share.trustee))
    transcript.absorb("share", share.publicShare.encoded)
    transcript.absorb("ciphertexts", statement.totals.flatMap { $0.alpha.encoded.bytes + $0.beta.encoded.bytes })
    transcript.absorb("partials", partials.flatMap { $0.encoded.bytes })
    return transcript
  }

  /// A proof for false points that satisfies the sum of the two equations, *s·(G + A\*) = T₁ + T₂ + e·(Y + D\*)*, though neither of them. Who knows the
  /// logarithm *a\** of *A\** can make it.
  ///
  /// - Parameters:
  ///   - logarithms: of the *A* of each total.
  ///   - shift: the logarithm of what the first point is too small by.
  public static func merged(
    _ statement: DecryptionStatement, _ share: SecretShare, _ partials: [RistrettoPoint], logarithms: [Scalar], shift: Scalar
  ) -> PartialDecryption {
    var transcript = transcript(statement, share, partials)
    let weight = transcript.challenge("weight")
    let a = logarithms.reversed().reduce(Scalar.zero) { $0 * weight + $1 }
    // D* = (x·a* − shift)·G, for the first point has the weight 1.
    let d = share.value * a - shift
    let (k1, k2) = (Scalar(1234), Scalar(5678))
    let (first, second) = (RistrettoPoint.generatorMultiple(k1), RistrettoPoint.generatorMultiple(k2))
    transcript.absorb("commitments", first.encoded.bytes + second.encoded.bytes)
    let e = transcript.challenge("e")
    let s = (k1 + k2 + e * (share.value + d)) * (Scalar.one + a).inverted()
    return PartialDecryption(
      trustee: share.trustee, partials: partials,
      proof: EqualityProof(generatorCommitment: first, baseCommitment: second, response: s))
  }
}

extension Forge {
  /// *1 / λ₁* for the trustees 1 and 2, of which λ₁ = 2 / (2 − 1): what trustee 1 must take away so that a total grows by one.
  public var oneVote: Scalar { Scalar(2).inverted() }
}
