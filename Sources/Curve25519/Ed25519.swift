import CKernelSupport

/// Ed25519 signatures (RFC 8032, 5.1).
public enum Ed25519 {
  /// A signing key.
  public struct PrivateKey: Sendable {
    /// s, the clamped first half of SHA-512(seed), modulo ℓ.
    private var scalar: Scalar
    /// The second half, from which nonces are derived.
    private var prefix: Bytes32
    /// The encoding of s · B.
    public let publicKey: Bytes32

    /// Derives the key from its 32 secret bytes (RFC 8032, 5.1.5). Constant time.
    public init(seed: Bytes32) {
      var digest = SHA512.hash(seed.bytes)
      digest[0] &= 248
      digest[31] = digest[31] & 127 | 64
      scalar = Scalar(reducing: Bytes32(digest.span, at: 0))
      prefix = Bytes32(digest.span, at: 32)
      publicKey = EdwardsPoint.generatorMultiple(scalar).encoded
      digest.withUnsafeMutableBytes { comitia_wipe($0.baseAddress, $0.count) }
    }

    /// The 64-byte signature R ‖ S (RFC 8032, 5.1.6). Constant time in key and message; deterministic.
    public func sign(_ message: [UInt8]) -> [UInt8] {
      var hash = SHA512()
      hash.update(prefix.bytes)
      hash.update(message)
      var nonce = Scalar(wide: hash.digest())
      let commitment = EdwardsPoint.generatorMultiple(nonce).encoded
      let response = nonce + Ed25519.challenge(commitment, publicKey, message) * scalar
      nonce.wipe()
      return commitment.bytes + response.encoded.bytes
    }

    /// Overwrites the secret parts. Copies made before remain.
    public mutating func wipe() {
      scalar.wipe()
      withUnsafeMutableBytes(of: &prefix) { comitia_wipe($0.baseAddress, $0.count) }
    }
  }

  /// Whether a signature is valid, by one written rule (RFC 8032 leaves room; this is what libsodium's `crypto_sign_verify_detached` decides):
  ///
  /// 1. the signature has 64 bytes, R ‖ S, and the number S is below ℓ;
  /// 2. the key A decodes canonically and is none of the eight points of small order;
  /// 3. R is no encoding of a point of small order;
  /// 4. the encoding of S · B − k · A is R, byte for byte, k = SHA-512(R ‖ A ‖ M) modulo ℓ. Nothing is multiplied by the cofactor.
  ///
  /// Variable time: everything is public.
  public static func verify(signature: [UInt8], message: [UInt8], publicKey: Bytes32) -> Bool {
    guard let (commitment, response, minusKey) = parts(signature, publicKey) else { return false }
    let k = challenge(commitment, publicKey, message)
    // k · (−A) and not (−k) · A: they differ where A has a component of small order.
    let expected = FixedBaseTable.generator.vartimeEdwardsMultiple(response) + minusKey.vartimeMultiplied(by: k)
    return expected.encoded == commitment
  }

  /// The same rule for a caller that has SHA-512 from its platform, by the tables that encrypting needs anyway: slower, but a module that encrypts
  /// grows by little code.
  ///
  /// - Parameter hash: SHA-512(R ‖ A ‖ M), 64 bytes; false unless they are.
  public static func verify(signature: [UInt8], hash: [UInt8], publicKey: Bytes32) -> Bool {
    guard hash.count == 64, let (commitment, response, minusKey) = parts(signature, publicKey) else { return false }
    var expected = FixedBaseTable(edwards: minusKey).edwardsMultiple(Scalar(wide: hash))
    expected.add(CachedPoint(FixedBaseTable.generator.edwardsMultiple(response)))
    return expected.encoded == commitment
  }

  /// R, S and −A, when they keep rules 1 to 3.
  @inline(never)
  private static func parts(_ signature: [UInt8], _ publicKey: Bytes32) -> (Bytes32, Scalar, EdwardsPoint)? {
    guard signature.count == 64 else { return nil }
    let commitment = Bytes32(signature.span, at: 0)
    guard let response = Scalar(canonical: Bytes32(signature.span, at: 32)),
      !hasSmallOrder(commitment), !hasSmallOrder(publicKey),
      // The other sign of x: where x is zero the order is small, and A was refused before.
      let minusKey = EdwardsPoint(publicKey.withOtherSign)
    else { return nil }
    return (commitment, response, minusKey)
  }

  /// k = SHA-512(R ‖ A ‖ M) modulo ℓ.
  private static func challenge(_ commitment: Bytes32, _ publicKey: Bytes32, _ message: [UInt8]) -> Scalar {
    Scalar(wide: SHA512.hash(commitment.bytes + publicKey.bytes + message))
  }

  /// Whether the y of an encoding, canonical or not, belongs to a point of small order: 0, 1, −1 or ± the y of order 8.
  @inline(never)
  private static func hasSmallOrder(_ encoding: Bytes32) -> Bool {
    let yy = FieldElement(encoding).squared()
    return (yy.isZero | FieldElement.areEqual(yy, .one) | FieldElement.areEqual(yy, Constants.orderEightY.squared())).revealed
  }
}

extension Bytes32 {
  /// The encoding of a point with the sign of x turned over.
  fileprivate var withOtherSign: Bytes32 {
    var words = words
    words.3 ^= 1 << 63
    return Bytes32(words: words)
  }
}
