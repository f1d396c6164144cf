import Curve25519

/// One attempt to sign one message with one list of signers and commitments (RFC 9591, 5.2), checked: who holds a value knows that the signers
/// are enough, known, distinct and in ascending order.
///
/// Signers and coordinator each make their own of it from the list. Every share is bound to the whole of it: another message, signer or commitment
/// gives other binding factors. Variable time: all of it is public.
public struct SigningSession: Sendable {
  /// The key that the signature shall verify with.
  public let key: JointSigningKey
  /// What is signed.
  public let message: [UInt8]
  /// The signers' commitments, in ascending order of signers.
  public let commitments: [SigningCommitment]
  /// Tells this session from all others: a digest of key, message and commitments.
  public let id: Bytes32
  /// *R*, the first half of the signature.
  let commitment: Bytes32
  /// *c*, Ed25519's challenge.
  let challenge: Scalar
  /// *ρᵢ* of each signer.
  let bindingFactors: [Scalar]
  /// *λᵢ* of each signer.
  let coefficients: [Scalar]

  /// Checks signers and computes what all shares have in common.
  ///
  /// - Parameter commitments: one of each signer, in any order.
  public init(key: JointSigningKey, message: [UInt8], commitments: [SigningCommitment]) throws(SigningError) {
    guard commitments.count >= key.threshold else {
      throw .tooFewSigners(found: commitments.count, needed: key.threshold)
    }
    let sorted = commitments.sorted { $0.trustee < $1.trustee }
    for (index, commitment) in sorted.enumerated() {
      guard key.publicShare(of: commitment.trustee) != nil else { throw .unknownSigner(commitment.trustee) }
      guard index == 0 || sorted[index - 1].trustee != commitment.trustee else { throw .repeatedSigner(commitment.trustee) }
    }
    guard let coefficients = try? Combination.lagrangeCoefficients(sorted.map { $0.trustee }) else { throw .wrongSigners }
    let factors = Self.bindingFactors(key: key, message: message, commitments: sorted)
    let sum = Self.groupCommitment(sorted, factors)
    guard sum != .identity else { throw .identityCommitment }
    self.key = key
    self.message = message
    self.commitments = sorted
    self.coefficients = coefficients
    bindingFactors = factors
    commitment = sum.encoded
    challenge = SigningHash.challenge(commitment: commitment, key: key.publicKey, message: message)
    id = Self.id(key: key, message: message, commitments: sorted)
  }

  /// The signers' numbers, ascending.
  public var signers: [Int] { commitments.map { $0.trustee } }

  /// A signer's place in the lists; `nil` where it does not sign here.
  func position(of trustee: Int) -> Int? { commitments.firstIndex { $0.trustee == trustee } }

  /// What the coordinator sends to the signers.
  public var encodedCommitments: [UInt8] { SigningCommitmentList.encode(commitments) }
}

// MARK: - What is computed of the list

extension SigningSession {
  /// compute_binding_factors (RFC 9591, 4.4), of signers in ascending order.
  static func bindingFactors(key: JointSigningKey, message: [UInt8], commitments: [SigningCommitment]) -> [Scalar] {
    var list = ByteWriter(capacity: 96 * commitments.count)
    for commitment in commitments {
      list.scalar(Scalar(UInt64(commitment.trustee)))
      commitment.encode(to: &list)
    }
    let prefix = key.publicKey.bytes + SigningHash.message(message) + SigningHash.commitments(list.bytes)
    return commitments.map { SigningHash.bindingFactor(prefix + Scalar(UInt64($0.trustee)).encoded.bytes) }
  }

  /// compute_group_commitment (RFC 9591, 4.5): *R = Σ (Dᵢ + ρᵢ·Eᵢ)*.
  private static func groupCommitment(_ commitments: [SigningCommitment], _ factors: [Scalar]) -> EdwardsPoint {
    var sum = EdwardsPoint.vartimeSum(factors, commitments.map { $0.bindingPoint })
    for commitment in commitments { sum = sum + commitment.hidingPoint }
    return sum
  }

  private static func id(key: JointSigningKey, message: [UInt8], commitments: [SigningCommitment]) -> Bytes32 {
    var transcript = Transcript("signing session")
    transcript.absorb("key", key.publicKey)
    transcript.absorb("message", message)
    transcript.absorb("commitments", SigningCommitmentList.encode(commitments))
    return transcript.digest("session")
  }
}

// MARK: - Shares

extension SigningSession {
  /// Whether a share is what its signer had to compute (RFC 9591, 5.4): *zᵢ·B = Dᵢ + ρᵢ·Eᵢ + c·λᵢ·ρ(Yᵢ)*. False for who does not sign here.
  ///
  /// Variable time: shares are public.
  public func verify(_ share: SignatureShare) -> Bool {
    guard let place = position(of: share.trustee), let publicShare = key.publicShare(of: share.trustee) else { return false }
    let expected = EdwardsPoint.vartimeSum(
      [-share.value, bindingFactors[place], challenge * coefficients[place]],
      [.generator, commitments[place].bindingPoint, publicShare])
    return expected + commitments[place].hidingPoint == .identity
  }

  /// Joins the shares of all signers to a signature of Ed25519, 64 bytes (RFC 9591, 5.3), and verifies it; where it is wrong, names whoever's share is.
  public func signature(from shares: [SignatureShare]) throws(SigningError) -> [UInt8] {
    guard shares.map({ $0.trustee }).sorted() == signers else { throw .wrongSigners }
    var sum = Scalar.zero
    for share in shares { sum += share.value }
    let signature = commitment.bytes + sum.encoded.bytes
    guard key.verify(signature: signature, message: message) else {
      throw .wrongShares(by: shares.filter { !verify($0) }.map { $0.trustee }.sorted())
    }
    return signature
  }
}
