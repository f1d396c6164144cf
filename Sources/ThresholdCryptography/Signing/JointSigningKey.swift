import Curve25519

/// The trustees' joint key as a key of Ed25519 (`docs/spec/10-signing.md`, 10.1): what any *t* of them sign with and everybody verifies with.
///
/// It is the image of a key over ristretto255 under ρ. Computed once a key: one multiplication a trustee. Variable time: all of it is public.
public struct JointSigningKey: Equatable, Sendable {
  /// *t*: how many trustees sign.
  public let threshold: Int
  /// The public key of Ed25519, which verifies the signatures.
  public let publicKey: Bytes32
  /// *ρ(Yⱼ) = xⱼ·B* of trustee *j* at position *j* − 1.
  let publicShares: [EdwardsPoint]

  /// The joint key of a ceremony, for signing.
  public init(_ key: ThresholdKey) {
    self.init(threshold: key.threshold, jointKey: key.jointKey, publicShares: key.publicShares)
  }

  /// - Parameters:
  ///   - threshold: *t*, at least 1.
  ///   - jointKey: *H*, not the identity.
  ///   - publicShares: *Yⱼ* of trustee *j* at position *j* − 1.
  /// - Precondition: `threshold >= 1`, at most 255 trustees.
  public init(threshold: Int, jointKey: RistrettoPoint, publicShares: [RistrettoPoint]) {
    precondition(threshold >= 1 && publicShares.count <= 255, "a threshold, and trustees whose numbers fit one byte")
    self.threshold = threshold
    publicKey = jointKey.torsionFree.encoded
    self.publicShares = publicShares.map { $0.torsionFree }
  }

  /// *n*. Trustees are numbered from 1.
  public var trustees: Int { publicShares.count }

  /// *ρ(Yⱼ)*; `nil` where there is no such trustee.
  func publicShare(of trustee: Int) -> EdwardsPoint? {
    publicShares.indices.contains(trustee - 1) ? publicShares[trustee - 1] : nil
  }

  /// Whether a trustee's secret share is the one that this key has for it. Constant time in the share.
  public func matches(_ share: SecretShare) -> Bool {
    guard let publicShare = publicShare(of: share.trustee) else { return false }
    return EdwardsPoint.generatorMultiple(share.value) == publicShare
  }

  /// Whether a signature is the trustees' on `message`: Ed25519, by the rule of `docs/spec/02-primitives.md`, 2.7.
  public func verify(signature: [UInt8], message: [UInt8]) -> Bool {
    Ed25519.verify(signature: signature, message: message, publicKey: publicKey)
  }
}
