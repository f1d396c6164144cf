import Curve25519

/// ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, 5.5): a function of a key and an input whose value only the key's holder can compute and everybody
/// can check. To one key and input there is one value.
///
/// Inputs are public everywhere in the product: try and increment (5.4.1.1) takes a time that depends on them.
public enum ECVRF {
  /// Bytes in a value.
  public static let outputLength = 64

  /// A secret key, derived from 32 bytes as Ed25519 derives its own (RFC 8032, 5.1.5).
  public struct PrivateKey: Sendable {
    /// x, the clamped first half of SHA-512(seed), modulo ℓ.
    private var scalar: Scalar
    /// The second half, from which nonces are derived.
    private var prefix: Bytes32
    /// The encoding of Y = x · B.
    public let publicKey: Bytes32

    /// Derives the key from its 32 secret bytes. Constant time.
    public init(seed: Bytes32) {
      var digest = SHA512.hash(seed.bytes)
      digest[0] &= 248
      digest[31] = digest[31] & 127 | 64
      var clamped = Array(digest[..<32]) + [UInt8](repeating: 0, count: 32)
      scalar = Scalar(wide: clamped)
      prefix = Bytes32(digest.span, at: 32)
      publicKey = EdwardsPoint.generatorMultiple(scalar).encoded
      clamped.wipe()
      digest.wipe()
    }

    /// The proof of the value at `input` (RFC 9381, 5.1), the same each time. Constant time in the key; the input is public.
    ///
    /// - Precondition: one of 256 hashes of the input is the encoding of a point; each is with probability 1/2.
    public func prove(_ input: [UInt8]) -> ECVRFProof {
      guard let base = ECVRF.point(of: input, key: publicKey) else { preconditionFailure("no hash of the input is a point") }
      let encodedBase = base.encoded
      let gamma = scalar * base
      var nonce = nonce(encodedBase)
      defer { nonce.wipe() }
      let challenge = ECVRF.challenge(
        publicKey, encodedBase, gamma.encoded, EdwardsPoint.generatorMultiple(nonce).encoded, (nonce * base).encoded)
      return ECVRFProof(gamma: gamma, challenge: challenge, response: nonce + challenge.scalar * scalar)
    }

    /// The nonce of RFC 8032 for the encoding of H (RFC 9381, 5.4.2.2).
    private func nonce(_ encodedBase: Bytes32) -> Scalar {
      var hash = SHA512()
      hash.update(prefix.bytes)
      hash.update(encodedBase.bytes)
      var digest = hash.digest()
      defer { digest.wipe() }
      return Scalar(wide: digest)
    }

    /// Overwrites the secret parts. Copies made before remain.
    public mutating func wipe() {
      scalar.wipe()
      prefix.wipe()
    }
  }

  /// Whether 32 bytes are a public key: the canonical encoding of a point that is none of the eight of small order (RFC 9381, 5.4.5).
  public static func isPublicKey(_ encoding: Bytes32) -> Bool { validKey(encoding) != nil }

  /// The value, 64 bytes, that a good proof shows for a key and an input; `nil` for a bad proof or key (RFC 9381, 5.3, with key validation).
  ///
  /// Variable time: all of it is public.
  public static func verify(_ proof: ECVRFProof, input: [UInt8], publicKey: Bytes32) -> [UInt8]? {
    guard let key = validKey(publicKey), let base = point(of: input, key: publicKey) else { return nil }
    let c = proof.challenge.scalar
    // c · (−Y) and not (−c) · Y: they differ where a point has a component of small order.
    let u = EdwardsPoint.vartimeSum([proof.response, c], [.generator, -key])
    let v = EdwardsPoint.vartimeSum([proof.response, c], [base, -proof.gamma])
    let expected = challenge(publicKey, base.encoded, proof.gamma.encoded, u.encoded, v.encoded)
    return expected == proof.challenge ? proof.output : nil
  }

  private static func validKey(_ encoding: Bytes32) -> EdwardsPoint? {
    guard let point = EdwardsPoint(encoding), !point.isSmallOrder else { return nil }
    return point
  }

  /// H: eight times the first of the 256 hashes of key and input that is a point, unless that is the neutral element (RFC 9381, 5.4.1.1).
  static func point(of input: [UInt8], key: Bytes32) -> EdwardsPoint? {
    var prefix = SHA512()
    prefix.update([suite, 1])
    prefix.update(key.bytes)
    prefix.update(input)
    for counter in UInt8.min...UInt8.max {
      var hash = prefix
      hash.update([counter, 0])
      guard let point = EdwardsPoint(Bytes32(hash.digest().span))?.multipliedByCofactor(), point != .identity else { continue }
      return point
    }
    return nil
  }

  /// c, from the points Y, H, Γ, U and V (RFC 9381, 5.4.3).
  private static func challenge(
    _ key: Bytes32, _ base: Bytes32, _ gamma: Bytes32, _ u: Bytes32, _ v: Bytes32
  ) -> ECVRFProof.Challenge {
    var hash = SHA512()
    hash.update([suite, 2])
    for point in [key, base, gamma, u, v] { hash.update(point.bytes) }
    hash.update([0])
    return ECVRFProof.Challenge(hash.digest())
  }

  /// The suite's number (RFC 9381, 5.5).
  static let suite: UInt8 = 3
}
