import Curve25519

/// Why dealers' commitments make no key.
public enum ThresholdKeyError: Error, Equatable, Sendable {
  /// There is no dealer.
  case noDealers
  /// A dealer's commitments are not as many as the first one's.
  case wrongDegree(trustee: Int)
  /// The sum of the constant commitments is the identity.
  case identityJointKey
}

/// The public result of a key ceremony: what ballots are encrypted to, and what partial decryptions are checked against.
///
/// Variable time: all of it is public.
public struct ThresholdKey: Equatable, Sendable {
  /// *t*: the number of trustees that decrypt.
  public let threshold: Int
  /// *H = Σᵢ Cᵢ₀*, never the identity.
  public let jointKey: RistrettoPoint
  /// *Yⱼ = xⱼ·G* of trustee *j* at position *j* − 1.
  public let publicShares: [RistrettoPoint]

  /// Adds up what all dealers committed to. The caller has verified each of them.
  ///
  /// - Parameter dealers: that of trustee *i* at position *i* − 1; all of the same degree.
  public init(dealers: [DealerCommitment]) throws(ThresholdKeyError) {
    guard let first = dealers.first, !first.commitments.isEmpty else { throw .noDealers }
    // The sums of the commitments commit to the sum of the polynomials: n shares cost n evaluations, not n².
    var sums = first.commitments
    for (index, dealer) in dealers.enumerated().dropFirst() {
      guard dealer.commitments.count == sums.count else { throw .wrongDegree(trustee: index + 1) }
      for k in sums.indices { sums[k] = sums[k] + dealer.commitments[k] }
    }
    guard sums[0] != .identity else { throw .identityJointKey }
    threshold = sums.count
    jointKey = sums[0]
    publicShares = (1...dealers.count).map { DealerCommitment.evaluate(sums, at: $0) }
  }

  /// *Yⱼ*; `nil` where there is no such trustee.
  public func publicShare(of trustee: Int) -> RistrettoPoint? {
    publicShares.indices.contains(trustee - 1) ? publicShares[trustee - 1] : nil
  }
}

extension [Dealing] {
  /// The three keys of all these dealings, that of trustee *i* at position *i* − 1. Variable time: public data.
  public var thresholdKeys: PerKey<ThresholdKey> {
    get throws(ThresholdKeyError) {
      try PerKey { purpose throws(ThresholdKeyError) in try ThresholdKey(dealers: map { $0.commitments[purpose] }) }
    }
  }
}
