import Curve25519

/// The second message of a ceremony: what the first one, the commit, was the digest of.
public struct Reveal: Equatable, Sendable {
  /// The commitments to the coefficients, and the proof.
  public let dealer: DealerCommitment
  /// *E*: what others seal their shares to.
  public let transport: RistrettoPoint

  /// What a dealer reveals.
  public init(dealer: DealerCommitment, transport: RistrettoPoint) {
    self.dealer = dealer
    self.transport = transport
  }

  /// The digest that `trustee` publishes first.
  public func digest(trustee: Int, ceremony: Bytes32) -> Bytes32 {
    var proof = ByteWriter(capacity: SchnorrProof.encodedLength)
    dealer.proof.encode(to: &proof)
    var transcript = Transcript("dealer commitment")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("index", UInt64(trustee))
    transcript.absorb("commitments", dealer.commitments.encoded)
    transcript.absorb("proof", proof.bytes)
    transcript.absorb("transport", transport.encoded)
    return transcript.digest("commitment")
  }
}

// MARK: - Codec

extension Reveal {
  init(from reader: inout ByteReader, threshold: Int) throws(CodecError) {
    dealer = try DealerCommitment(from: &reader, threshold: threshold)
    transport = try reader.point("transport")
  }

  func encode(to writer: inout ByteWriter) {
    dealer.encode(to: &writer)
    writer.b32(transport.encoded)
  }
}
