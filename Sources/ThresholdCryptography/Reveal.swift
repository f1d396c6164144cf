import Curve25519

/// The second message of a ceremony: what the first one, the commit, was the digest of.
public struct Reveal: Equatable, Sendable {
  /// What the trustee deals.
  public let dealing: Dealing
  /// *E*: what others seal their shares to.
  public let transport: RistrettoPoint

  /// What a dealer reveals.
  public init(dealing: Dealing, transport: RistrettoPoint) {
    self.dealing = dealing
    self.transport = transport
  }

  /// The digest that `trustee` publishes first.
  public func digest(trustee: Int, ceremony: Bytes32) -> Bytes32 {
    var encoded = ByteWriter(capacity: 1024)
    dealing.encode(to: &encoded)
    var transcript = Transcript("dealer commitment")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("index", UInt64(trustee))
    transcript.absorb("dealing", encoded.bytes)
    transcript.absorb("transport", transport.encoded)
    return transcript.digest("commitment")
  }
}

// MARK: - Codec

extension Reveal {
  init(from reader: inout ByteReader, threshold: Int) throws(CodecError) {
    dealing = try Dealing(from: &reader, threshold: threshold)
    transport = try reader.point("transport")
  }

  func encode(to writer: inout ByteWriter) {
    dealing.encode(to: &writer)
    writer.b32(transport.encoded)
  }
}
