import Curve25519

/// The hash functions of FROST(Ed25519, SHA-512) (RFC 9591, 6.1), without H2, which is Ed25519's own challenge.
///
/// Constant time in what is hashed.
enum SigningHash {
  private static let context: StaticString = "FROST-ED25519-SHA512-v1"

  /// H1: a binding factor.
  static func bindingFactor(_ input: [UInt8]) -> Scalar { Scalar(wide: hash("rho", input)) }

  /// H3: a nonce.
  static func nonce(_ input: [UInt8]) -> Scalar {
    var digest = hash("nonce", input)
    defer { digest.wipe() }
    return Scalar(wide: digest)
  }

  /// H4: a message, 64 bytes.
  static func message(_ input: [UInt8]) -> [UInt8] { hash("msg", input) }

  /// H5: a list of commitments, 64 bytes.
  static func commitments(_ input: [UInt8]) -> [UInt8] { hash("com", input) }

  /// H2: the challenge of Ed25519 (RFC 8032, 5.1.6), as SHA-512 of `R ‖ A ‖ M`.
  static func challenge(commitment: Bytes32, key: Bytes32, message: [UInt8]) -> Scalar {
    var hash = SHA512()
    hash.update(commitment.bytes)
    hash.update(key.bytes)
    hash.update(message)
    return Scalar(wide: hash.digest())
  }

  private static func hash(_ purpose: StaticString, _ input: [UInt8]) -> [UInt8] {
    var hash = SHA512()
    hash.update(ascii(context))
    hash.update(ascii(purpose))
    hash.update(input)
    return hash.digest()
  }

  private static func ascii(_ text: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
