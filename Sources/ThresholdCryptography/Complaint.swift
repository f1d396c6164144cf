import Curve25519

/// A trustee's claim that a dealer's share is bad, made so that everyone can judge it.
///
/// It reveals the point that opens this one share, proves that it is the right one, and brings the dealer's own signed words: the
/// commit that the share must match, so that nobody judges it by other commitments, and the share.
public struct Complaint: Equatable, Sendable {
  /// *i*.
  public let accused: Int
  /// *P = eⱼ·Eᵢⱼ*.
  public let shared: RistrettoPoint
  /// Proof that the accuser's transport secret made *P*.
  public let proof: EqualityProof
  /// The dealer's signed commit message.
  public let commit: [UInt8]
  /// The dealer's signed share message.
  public let share: [UInt8]

  /// A complaint received from elsewhere.
  public init(accused: Int, shared: RistrettoPoint, proof: EqualityProof, commit: [UInt8], share: [UInt8]) {
    self.accused = accused
    self.shared = shared
    self.proof = proof
    self.commit = commit
    self.share = share
  }

  /// What the proof is bound to.
  static func statement(
    accuser: Int, accused: Int, transport: RistrettoPoint, ephemeral: RistrettoPoint, shared: RistrettoPoint, ceremony: Bytes32
  ) -> Transcript {
    var transcript = Transcript("complaint")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("accuser", UInt64(accuser))
    transcript.absorb("accused", UInt64(accused))
    transcript.absorb("transport", transport.encoded)
    transcript.absorb("ephemeral", ephemeral.encoded)
    transcript.absorb("shared", shared.encoded)
    return transcript
  }
}

// MARK: - Codec

extension Complaint {
  init(from reader: inout ByteReader) throws(CodecError) {
    accused = Int(try reader.u8("accused"))
    shared = try reader.point("shared")
    proof = try EqualityProof(from: &reader)
    commit = try reader.counted("commit message", maximum: CeremonyMessage.commitLength)
    share = try reader.counted("share message", maximum: CeremonyMessage.shareLength)
  }

  func encode(to writer: inout ByteWriter) {
    writer.u8(UInt8(accused))
    writer.b32(shared.encoded)
    proof.encode(to: &writer)
    writer.counted(commit)
    writer.counted(share)
  }
}
