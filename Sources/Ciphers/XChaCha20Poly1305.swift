import Curve25519

/// XChaCha20-Poly1305 as libsodium has it (draft-irtf-cfrg-xchacha-03): the seal of key files (`docs/spec/08-trustee-network.md`, 8.11). Constant time.
public enum XChaCha20Poly1305 {
  /// Bytes of a nonce.
  public static let nonceLength = 24
  /// Bytes of a tag, which stands at the end.
  public static let tagLength = 16

  /// The ciphertext and its tag.
  ///
  /// - Parameter data: authenticated with it.
  public static func seal(_ plaintext: [UInt8], key: Bytes32, nonce: [UInt8], data: [UInt8]) -> [UInt8] {
    var (subkey, short) = derived(key, nonce)
    defer { subkey.wipe() }
    let ciphertext = stream(plaintext, subkey, short)
    let tag = tag(ciphertext, data, subkey, short)
    short.wipe()
    return ciphertext + tag
  }

  /// The plaintext; `nil` where key, nonce, data or a byte are other ones.
  public static func open(_ sealed: [UInt8], key: Bytes32, nonce: [UInt8], data: [UInt8]) -> [UInt8]? {
    guard sealed.count >= tagLength else { return nil }
    var (subkey, short) = derived(key, nonce)
    defer { subkey.wipe() }
    let ciphertext = Array(sealed.dropLast(tagLength))
    guard isEqual(tag(ciphertext, data, subkey, short), Array(sealed.suffix(tagLength))) else { return nil }
    let plaintext = stream(ciphertext, subkey, short)
    short.wipe()
    return plaintext
  }

  private static func derived(_ key: Bytes32, _ nonce: [UInt8]) -> ([UInt8], [UInt8]) {
    var bytes = key.bytes
    defer { bytes.wipe() }
    return (ChaCha20.derived(bytes, Array(nonce[..<16])), [0, 0, 0, 0] + nonce[16...])
  }

  private static func stream(_ bytes: [UInt8], _ key: [UInt8], _ nonce: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var block: [UInt8] = []
    for index in bytes.indices {
      if index % 64 == 0 { block = ChaCha20.block(key, nonce, counter: UInt32(1 + index / 64)) }
      output.append(bytes[index] ^ block[index % 64])
    }
    block.wipe()
    return output
  }

  private static func tag(_ ciphertext: [UInt8], _ data: [UInt8], _ key: [UInt8], _ nonce: [UInt8]) -> [UInt8] {
    var block = ChaCha20.block(key, nonce, counter: 0)
    defer { block.wipe() }
    var authenticator = Poly1305(key: Array(block[..<32]))
    for part in [data, ciphertext] {
      authenticator.update(part)
      authenticator.update([UInt8](repeating: 0, count: (16 - part.count % 16) % 16))
    }
    for part in [data, ciphertext] {
      authenticator.update((0..<8).map { UInt8(truncatingIfNeeded: UInt64(part.count) >> UInt64(8 * $0)) })
    }
    return authenticator.finish()
  }
}
