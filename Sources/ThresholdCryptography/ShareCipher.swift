import Curve25519

/// AES-256-GCM with twelve zero bytes as nonce and no additional data, as it seals shares (`docs/spec/04-trustees.md`, 4.1).
///
/// The kernel has no cipher of its own: OpenSSL is behind this on a server, WebCrypto in a browser.
public protocol ShareCipher: Sendable {
  /// The ciphertext and its tag of 16 bytes. A key seals once.
  static func seal(key: Bytes32, plaintext: [UInt8]) -> [UInt8]
  /// The plaintext; `nil` where the tag is wrong or missing.
  static func open(key: Bytes32, sealed: [UInt8]) -> [UInt8]?
}
