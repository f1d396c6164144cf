import Curve25519

/// A signer's part of a signature: *zᵢ = dᵢ + eᵢ·ρᵢ + λᵢ·xᵢ·c* (RFC 9591, 5.2). Public; `SigningSession.verify` checks it.
public struct SignatureShare: Equatable, Sendable {
  /// *i*.
  public let trustee: Int
  /// *zᵢ*.
  public let value: Scalar

  /// A share received from elsewhere.
  public init(trustee: Int, value: Scalar) {
    self.trustee = trustee
    self.value = value
  }
}

/// What a signer answers in a session: its share, and the commitment of the nonce that it holds for the next one.
public struct SigningResponse: Equatable, Sendable {
  /// Bytes in a response.
  public static let encodedLength = 128

  /// The session's id, so that nobody can hold an answer against its signer in another session.
  public let session: Bytes32
  /// The signer's share.
  public let share: SignatureShare
  /// The commitment for the next session.
  public let next: SigningCommitment

  /// A response of one signer.
  ///
  /// - Precondition: share and commitment are of the same trustee.
  public init(session: Bytes32, share: SignatureShare, next: SigningCommitment) {
    precondition(share.trustee == next.trustee, "one signer's")
    self.session = session
    self.share = share
    self.next = next
  }

  /// Who answers.
  public var trustee: Int { share.trustee }
}

// MARK: - Codec

extension SigningResponse {
  /// Reads `session ‖ share ‖ hiding ‖ binding` of a signer known otherwise, and nothing else.
  public init(_ encoding: [UInt8], trustee: Int) throws(CodecError) {
    var reader = ByteReader(encoding)
    session = try reader.b32("session")
    share = SignatureShare(trustee: trustee, value: try reader.scalar("signature share"))
    next = try SigningCommitment(from: &reader, trustee: trustee)
    try reader.finish()
  }

  /// `session ‖ share ‖ hiding ‖ binding`.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.encodedLength)
    writer.b32(session)
    writer.scalar(share.value)
    next.encode(to: &writer)
    return writer.bytes
  }
}
