import CSodium
import Ciphers
import Curve25519
import Sealing
import Testing

/// Our own ciphers say what OpenSSL and libsodium say, to the byte.
struct CiphersTests {
  private func random(_ seed: UInt8, _ count: Int) -> [UInt8] {
    var source = SeededRandom(seed: [seed, UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8)])
    return source.bytes(count)
  }

  private func key(_ seed: UInt8) -> Bytes32 { Bytes32(random(seed, 32).span) }

  @Test func sharesAreSealedAsOpenSSLSealsThem() {
    for count in [0, 1, 15, 16, 17, 31, 32, 33, 64, 100] {
      for seed in 0..<8 as Range<UInt8> {
        let plaintext = random(seed, count)
        let sealed = PortableAES256GCM.seal(key: key(seed), plaintext: plaintext)
        #expect(sealed == AES256GCM.seal(key: key(seed), plaintext: plaintext))
        #expect(PortableAES256GCM.open(key: key(seed), sealed: sealed) == plaintext)
        #expect(PortableAES256GCM.open(key: key(seed + 1), sealed: sealed) == nil)
      }
    }
    #expect(PortableAES256GCM.open(key: key(1), sealed: random(1, 15)) == nil)
  }

  @Test func noChangedShareOpens() {
    let sealed = PortableAES256GCM.seal(key: key(1), plaintext: random(1, 32))
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 0x80 >> UInt8(index % 8)
      #expect(PortableAES256GCM.open(key: key(1), sealed: changed) == nil, "byte \(index)")
    }
  }

  @Test func keyFilesAreSealedAsLibsodiumSealsThem() {
    for count in [0, 1, 16, 63, 64, 65, 1000, 5000] {
      let (plaintext, nonce, data) = (random(1, count), random(2, 24), random(3, count % 50))
      let sealed = XChaCha20Poly1305.seal(plaintext, key: key(4), nonce: nonce, data: data)
      var expected = [UInt8](repeating: 0, count: count + 16)
      let status = crypto_aead_xchacha20poly1305_ietf_encrypt(
        &expected, nil, plaintext, UInt64(count), data, UInt64(data.count), nil, nonce, key(4).bytes)
      #expect(status == 0)
      #expect(sealed == expected)
      #expect(XChaCha20Poly1305.open(sealed, key: key(4), nonce: nonce, data: data) == plaintext)
      #expect(XChaCha20Poly1305.open(sealed, key: key(4), nonce: nonce, data: data + [0]) == nil)
      #expect(XChaCha20Poly1305.open(sealed, key: key(5), nonce: nonce, data: data) == nil)
    }
  }

  /// Sums next to 2¹³⁰ − 5, where a carry is easily lost.
  @Test func extremeInputsAreAuthenticated() {
    for byte in [0, 0xff] as [UInt8] {
      let plaintext = [UInt8](repeating: byte, count: 64)
      for seed in 0..<64 as Range<UInt8> {
        let nonce = random(seed, 24)
        var expected = [UInt8](repeating: 0, count: 80)
        _ = crypto_aead_xchacha20poly1305_ietf_encrypt(&expected, nil, plaintext, 64, nil, 0, nil, nonce, key(seed).bytes)
        #expect(XChaCha20Poly1305.seal(plaintext, key: key(seed), nonce: nonce, data: []) == expected)
      }
    }
  }

  @Test(arguments: [(1, 8), (2, 8), (1, 9), (3, 15), (1, 64), (3, 1000), (4, 1024), (1, 4096)])
  func passphrasesGiveTheKeysOfLibsodium(passes: Int, kibibytes: Int) {
    for passphrase in [[], Array("correct horse".utf8), random(7, 200)] as [[UInt8]] {
      let salt = random(9, 16)
      var expected = [UInt8](repeating: 0, count: 32)
      let text = passphrase.map { CChar(bitPattern: $0) } + [0]
      let status = crypto_pwhash(
        &expected, 32, text, UInt64(passphrase.count), salt, UInt64(passes), kibibytes << 10, crypto_pwhash_alg_argon2id13())
      #expect(status == 0)
      let found = Argon2id.key(passphrase: passphrase, salt: salt, passes: UInt32(passes), memory: UInt64(kibibytes) << 10)
      #expect(found.bytes == expected)
    }
  }
}
