import Curve25519

/// What a dealer seals for one new trustee: *gᵢ(j)* of each key, under a key that is used once.
struct HandOverChannel {
  let terms: HandOverTerms
  let dealer: Int
  let recipient: Int
  /// *Eᵢ*.
  let ephemeral: RistrettoPoint

  private func key(shared: RistrettoPoint) -> Bytes32 {
    var transcript = Transcript("hand-over share")
    transcript.absorb("terms", terms.digest)
    transcript.absorb("dealer", UInt64(dealer))
    transcript.absorb("recipient", UInt64(recipient))
    transcript.absorb("ephemeral", ephemeral.encoded)
    transcript.absorb("transport", terms.recipients[recipient - 1].transport.encoded)
    transcript.absorb("shared", shared.encoded)
    return transcript.digest("key")
  }

  /// What the proof of a complaint is bound to.
  func statement(shared: RistrettoPoint) -> Transcript {
    var transcript = Transcript("hand-over complaint")
    transcript.absorb("terms", terms.digest)
    transcript.absorb("accuser", UInt64(recipient))
    transcript.absorb("accused", UInt64(dealer))
    transcript.absorb("transport", terms.recipients[recipient - 1].transport.encoded)
    transcript.absorb("ephemeral", ephemeral.encoded)
    transcript.absorb("shared", shared.encoded)
    return transcript
  }

  /// Seals shares. Constant time in them and in the point.
  func sealed<Cipher: ShareCipher>(_ shares: PerKey<Scalar>, shared: RistrettoPoint, cipher: Cipher.Type) -> [UInt8] {
    var key = key(shared: shared)
    var plaintext: [UInt8] = []
    plaintext.reserveCapacity(96)
    for purpose in KeyPurpose.allCases { shares[purpose].encoded.append(to: &plaintext) }
    defer {
      key.wipe()
      plaintext.wipe()
    }
    return Cipher.seal(key: key, plaintext: plaintext)
  }

  /// The shares for this recipient, if they are what the dealer has committed to. Constant time in them as far as they are good.
  func goodShares<Cipher: ShareCipher>(
    in all: [UInt8], of deal: HandOverDeal, shared: RistrettoPoint, cipher: Cipher.Type
  ) -> PerKey<Scalar>? {
    let start = (recipient - 1) * SealedShare.sealedLength
    var key = key(shared: shared)
    defer { key.wipe() }
    guard var plaintext = Cipher.open(key: key, sealed: Array(all[start..<start + SealedShare.sealedLength])) else { return nil }
    defer { plaintext.wipe() }
    var reader = ByteReader(plaintext)
    guard let shares = try? PerKey({ _ throws(CodecError) in try reader.scalar("share") }), (try? reader.finish()) != nil,
      deal.commits(to: shares, at: recipient)
    else { return nil }
    return shares
  }
}
