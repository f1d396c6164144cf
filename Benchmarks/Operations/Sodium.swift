import CSodium
import Curve25519

/// libsodium's functions, called without allocating: the output goes to one buffer.
final class Sodium {
  private var output = [UInt8](repeating: 0, count: 64)

  init() { precondition(sodium_init() >= 0, "libsodium cannot be initialised") }

  /// The version of the library in use.
  static var version: String { String(cString: sodium_version_string()) }

  /// s · G, encoded.
  func generatorMultiple(_ scalar: [UInt8]) { keep(crypto_scalarmult_ristretto255_base(&output, scalar)) }

  /// Decodes, multiplies, encodes.
  func multiply(_ scalar: [UInt8], _ point: [UInt8]) { keep(crypto_scalarmult_ristretto255(&output, scalar, point)) }

  /// Decodes, and tells whether that worked.
  func decode(_ point: [UInt8]) { keep(crypto_core_ristretto255_is_valid_point(point)) }

  /// Decodes two, adds, encodes.
  func add(_ a: [UInt8], _ b: [UInt8]) { keep(crypto_core_ristretto255_add(&output, a, b)) }

  /// Maps 64 bytes to the group.
  func hashToGroup(_ uniform: [UInt8]) { keep(crypto_core_ristretto255_from_hash(&output, uniform)) }

  func scalarProduct(_ a: [UInt8], _ b: [UInt8]) { crypto_core_ristretto255_scalar_mul(&output, a, b) }

  func scalarInverse(_ scalar: [UInt8]) { keep(crypto_core_ristretto255_scalar_invert(&output, scalar)) }

  /// An Ed25519 key pair: the 32 public bytes, and the 64 secret ones of libsodium.
  func keyPair(seed: [UInt8]) -> (publicKey: [UInt8], secretKey: [UInt8]) {
    var publicKey = [UInt8](repeating: 0, count: 32)
    var secretKey = [UInt8](repeating: 0, count: 64)
    crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
    return (publicKey, secretKey)
  }

  func sign(_ message: [UInt8], secretKey: [UInt8]) {
    keep(crypto_sign_detached(&output, nil, message, UInt64(message.count), secretKey))
  }

  func verify(_ signature: [UInt8], _ message: [UInt8], publicKey: [UInt8]) {
    keep(crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey))
  }

  func sha512(_ bytes: [UInt8]) { keep(crypto_hash_sha512(&output, bytes, UInt64(bytes.count))) }

  func sha256(_ bytes: [UInt8]) { keep(crypto_hash_sha256(&output, bytes, UInt64(bytes.count))) }
}
