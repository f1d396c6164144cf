import Curve25519

/// A signer's secret nonce for one share: *d* and *e* (RFC 9591, 4.1 and 5.1).
///
/// Two shares with one nonce give the secret share away. So it cannot be copied, signing consumes it, and there is no way to write it down: who has lost it
/// makes another. It lives in memory of its own, moved by address only, and is wiped when it ends.
public struct SigningNonce: ~Copyable, @unchecked Sendable {
  // Safe to send: noncopyable, so whoever holds it is the only one, and after `init` nothing is written but by `deinit`.
  private let secret: UnsafeMutablePointer<Secret>
  /// What is published of it.
  public let commitment: SigningCommitment

  private struct Secret {
    var hiding: Scalar
    var binding: Scalar
  }

  /// Makes a nonce, hedged: H3(32 random bytes ‖ secret share), so that a broken generator alone does not give it away. Constant time.
  ///
  /// - Parameter share: the signer's secret share.
  public init<R: RandomSource>(for share: SecretShare, using random: inout R) {
    let hiding = Self.scalar(share.value, using: &random)
    let binding = Self.scalar(share.value, using: &random)
    secret = .allocate(capacity: 1)
    secret.initialize(to: Secret(hiding: hiding, binding: binding))
    commitment = SigningCommitment(
      trustee: share.trustee, hidingPoint: .generatorMultiple(hiding), bindingPoint: .generatorMultiple(binding))
  }

  deinit {
    secret.pointee.hiding.wipe()
    secret.pointee.binding.wipe()
    secret.deallocate()
  }

  /// nonce_generate (RFC 9591, 4.1).
  private static func scalar<R: RandomSource>(_ share: Scalar, using random: inout R) -> Scalar {
    var input = random.bytes(32) + share.encoded.bytes
    defer { input.wipe() }
    return SigningHash.nonce(input)
  }

  /// Computes the signer's share for a session, and ends the nonce, whether it succeeds or not. Constant time in the secrets.
  ///
  /// The caller has made the session of a message that is its own. `JointSigner` asks `check` first, so that a refusal costs no nonce.
  public consuming func sign(_ session: SigningSession, with share: SecretShare) throws(SigningError) -> SignatureShare {
    let place = try check(session, share)
    var value = secret.pointee.hiding + secret.pointee.binding * session.bindingFactors[place]
    value += session.coefficients[place] * share.value * session.challenge
    return SignatureShare(trustee: share.trustee, value: value)
  }

  /// Whether this nonce may be used in a session: the signer's place there.
  @discardableResult
  borrowing func check(_ session: SigningSession, _ share: SecretShare) throws(SigningError) -> Int {
    guard let place = session.position(of: commitment.trustee) else { throw .notInSession(trustee: commitment.trustee) }
    guard session.commitments[place] == commitment else { throw .foreignCommitment(trustee: commitment.trustee) }
    guard share.trustee == commitment.trustee else { throw .foreignShare(trustee: share.trustee) }
    return place
  }
}
