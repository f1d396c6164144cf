import Curve25519

/// What one trustee deals another on its way: *fᵢ(j)* of each key, sealed for trustee *j* under a Diffie–Hellman key that is used once.
public struct SealedShare: Equatable, Sendable {
  /// Bytes of what is sealed: three scalars and a tag.
  public static let sealedLength = 112

  /// *j*.
  public let recipient: Int
  /// *Eⱼ* as the dealer knows it. On a log that forks a recipient can show a dealer another key than everybody else: then nobody can measure the share.
  public let transport: RistrettoPoint
  /// *Eᵢⱼ*.
  public let ephemeral: RistrettoPoint
  /// Ciphertext and tag.
  public let sealed: [UInt8]

  /// A sealed share received from elsewhere.
  ///
  /// - Precondition: `sealed` has 112 bytes.
  public init(recipient: Int, transport: RistrettoPoint, ephemeral: RistrettoPoint, sealed: [UInt8]) {
    precondition(sealed.count == Self.sealedLength)
    self.recipient = recipient
    self.transport = transport
    self.ephemeral = ephemeral
    self.sealed = sealed
  }

  /// Seals `shares`. Constant time in them and in the ephemeral secret.
  ///
  /// - Parameters:
  ///   - transport: *Eⱼ*, the recipient's.
  ///   - random: gives the ephemeral secret.
  init<Cipher: ShareCipher, R: RandomSource>(
    _ shares: PerKey<Scalar>, from dealer: Int, to recipient: Int, transport: RistrettoPoint, ceremony: Bytes32,
    cipher: Cipher.Type,
    using random: inout R
  ) {
    var secret = Scalar.random(using: &random)
    defer { secret.wipe() }
    let ephemeral = RistrettoPoint.generatorMultiple(secret)
    let channel = ShareChannel(dealer: dealer, recipient: recipient, ephemeral: ephemeral, transport: transport, ceremony: ceremony)
    var key = channel.key(shared: secret * transport)
    var plaintext: [UInt8] = []
    plaintext.reserveCapacity(96)
    for purpose in KeyPurpose.allCases { shares[purpose].encoded.append(to: &plaintext) }
    self.init(
      recipient: recipient, transport: transport, ephemeral: ephemeral, sealed: Cipher.seal(key: key, plaintext: plaintext))
    key.wipe()
    plaintext.wipe()
  }

  /// The shares inside, if they are some: sealed under this key, and scalars below the group order.
  ///
  /// - Parameter shared: *eⱼ·Eᵢⱼ*.
  func opened<Cipher: ShareCipher>(
    shared: RistrettoPoint, from dealer: Int, ceremony: Bytes32, cipher: Cipher.Type
  ) -> PerKey<Scalar>? {
    let channel = ShareChannel(dealer: dealer, recipient: recipient, ephemeral: ephemeral, transport: transport, ceremony: ceremony)
    var key = channel.key(shared: shared)
    defer { key.wipe() }
    guard var plaintext = Cipher.open(key: key, sealed: sealed) else { return nil }
    defer { plaintext.wipe() }
    var reader = ByteReader(plaintext)
    guard let shares = try? PerKey({ _ throws(CodecError) in try reader.scalar("share") }), (try? reader.finish()) != nil else {
      return nil
    }
    return shares
  }
}

/// The statement that the key of one share is bound to.
private struct ShareChannel {
  let dealer: Int
  let recipient: Int
  let ephemeral: RistrettoPoint
  let transport: RistrettoPoint
  let ceremony: Bytes32

  func key(shared: RistrettoPoint) -> Bytes32 {
    var transcript = Transcript("share")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("dealer", UInt64(dealer))
    transcript.absorb("recipient", UInt64(recipient))
    transcript.absorb("ephemeral", ephemeral.encoded)
    transcript.absorb("transport", transport.encoded)
    transcript.absorb("shared", shared.encoded)
    return transcript.digest("key")
  }
}

// MARK: - Codec

extension SealedShare {
  init(from reader: inout ByteReader) throws(CodecError) {
    recipient = Int(try reader.u8("recipient"))
    transport = try reader.point("transport")
    ephemeral = try reader.point("ephemeral")
    sealed = try reader.raw(Self.sealedLength, "sealed share")
  }

  func encode(to writer: inout ByteWriter) {
    writer.u8(UInt8(recipient))
    writer.b32(transport.encoded)
    writer.b32(ephemeral.encoded)
    writer.raw(sealed)
  }
}
