import CSecp256k1
import Curve25519
import Sealing

/// The curve of Ethereum's signatures; all arithmetic is libsecp256k1's, constant time where it touches secrets.
enum Secp256k1 {
  /// Made once, blinded at random, and never changed afterwards: any thread may use it.
  private struct Context: @unchecked Sendable {
    let pointer: OpaquePointer

    init() {
      guard let pointer = secp256k1_context_create(comitia_secp256k1_context) else { preconditionFailure("no memory for a curve") }
      let seed = SystemRandom().bytes(32)
      precondition(secp256k1_context_randomize(pointer, seed) == 1, "libsecp256k1 takes no randomness")
      self.pointer = pointer
    }
  }

  private static let context = Context()

  static func isSecret(_ bytes: [UInt8]) -> Bool { bytes.count == 32 && secp256k1_ec_seckey_verify(context.pointer, bytes) == 1 }

  /// The 64 bytes of the public key.
  ///
  /// - Precondition: `secret` is one.
  static func publicKey(_ secret: [UInt8]) -> [UInt8] {
    var key = secp256k1_pubkey()
    precondition(secp256k1_ec_pubkey_create(context.pointer, &key, secret) == 1, "a secret that is none")
    return encoded(&key)
  }

  /// Deterministic (RFC 6979), `s` in the lower half.
  ///
  /// - Precondition: `secret` is one.
  static func sign(_ hash: Bytes32, _ secret: [UInt8]) -> ECDSASignature {
    var signature = secp256k1_ecdsa_recoverable_signature()
    precondition(
      secp256k1_ecdsa_sign_recoverable(context.pointer, &signature, hash.bytes, secret, nil, nil) == 1, "a secret that is none")
    var compact = [UInt8](repeating: 0, count: 64)
    var recovery: Int32 = 0
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context.pointer, &compact, &recovery, &signature)
    // Bit 1 tells of an x beyond the group's order, which nobody can find.
    precondition(recovery & ~1 == 0, "a signature that cannot be")
    return ECDSASignature(r: Bytes32(compact.span), s: Bytes32(compact.span, at: 32), isOdd: recovery == 1)
  }

  /// The 64 bytes of the public key that made a signature; `nil` where none did.
  static func recover(_ signature: ECDSASignature, _ hash: Bytes32) -> [UInt8]? {
    var parsed = secp256k1_ecdsa_recoverable_signature()
    var key = secp256k1_pubkey()
    let compact = signature.r.bytes + signature.s.bytes
    guard
      secp256k1_ecdsa_recoverable_signature_parse_compact(context.pointer, &parsed, compact, signature.isOdd ? 1 : 0) == 1,
      secp256k1_ecdsa_recover(context.pointer, &key, &parsed, hash.bytes) == 1
    else { return nil }
    return encoded(&key)
  }

  private static func encoded(_ key: inout secp256k1_pubkey) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: 65)
    var count = output.count
    precondition(
      secp256k1_ec_pubkey_serialize(context.pointer, &output, &count, &key, comitia_secp256k1_uncompressed) == 1 && count == 65)
    return Array(output.dropFirst())
  }
}
