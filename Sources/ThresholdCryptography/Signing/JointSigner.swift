import Curve25519

/// A trustee that signs one message and no other, in as many sessions as it takes (`docs/spec/10-signing.md`).
///
/// It trusts nobody: a coordinator chooses signers and commitments, never the message. It holds one unused nonce at a time; each response uses that up and
/// brings the next. After a crash a new value sends a new commitment, and what was asked with the old one stays unanswered.
public struct JointSigner: ~Copyable, Sendable {
  private let key: JointSigningKey
  private let message: [UInt8]
  private var share: SecretShare
  private var nonce: SigningNonce
  private var last: SigningResponse?

  /// - Parameters:
  ///   - message: what the trustee has checked and is willing to sign.
  ///   - share: its secret share. Refused where it is not the key's.
  public init<R: RandomSource>(
    key: JointSigningKey, message: [UInt8], share: SecretShare, using random: inout R
  ) throws(SigningError) {
    guard key.matches(share) else { throw .foreignShare(trustee: share.trustee) }
    self.key = key
    self.message = message
    self.share = share
    nonce = SigningNonce(for: share, using: &random)
  }

  /// Overwrites the secret share; the nonce wipes itself. The signer is of no more use.
  public mutating func wipe() { share.wipe() }

  /// The commitment to send first, and whenever the coordinator seems to have lost it.
  public var commitment: SigningCommitment { nonce.commitment }

  /// Has another nonce from now on, as after a crash: the coordinator does not take the commitment of this one any more.
  public mutating func beginAnew<R: RandomSource>(using random: inout R) { nonce = SigningNonce(for: share, using: &random) }

  /// Signs in the session of these commitments. Constant time in the secrets.
  ///
  /// A session that is refused costs nothing: nonce and commitment stay. The session answered last gets the same answer again, as it may have been lost.
  ///
  /// - Parameter commitments: as the coordinator sent them.
  public mutating func respond<R: RandomSource>(
    to commitments: [SigningCommitment], using random: inout R
  ) throws(SigningError) -> SigningResponse {
    let session = try SigningSession(key: key, message: message, commitments: commitments)
    if let last, last.session == session.id { return last }
    try nonce.check(session, share)
    var used = SigningNonce(for: share, using: &random)
    swap(&nonce, &used)
    let signatureShare = try used.sign(session, with: share)
    let response = SigningResponse(session: session.id, share: signatureShare, next: nonce.commitment)
    last = response
    return response
  }
}
