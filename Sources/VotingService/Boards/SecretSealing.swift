import Curve25519
import Sealing

/// Encrypts secrets that stand in the database, under a key that does not.
public protocol SecretSealing: Sendable {
  /// The secret sealed. `label` says what it is: opening it under another one fails.
  func seal(_ secret: [UInt8], label: String) -> [UInt8]
  /// The secret, `nil` if it was not sealed by this key under this label, or altered.
  func open(_ sealed: [UInt8], label: String) -> [UInt8]?
}

/// Seals by AES-256-GCM, each secret under a key of its own, derived from the service's master key, the label and 32 random bytes.
///
/// ```
/// sealed := salt[32] ‖ AES-256-GCM(key, secret)
/// key     = Transcript("sealed secret"; key = master key, label = label, salt = salt).digest("key")
/// ```
public struct MasterKey: SecretSealing {
  private let key: Bytes32

  /// - Parameter key: 32 secret bytes, from the master key file.
  public init(_ key: Bytes32) { self.key = key }

  /// - Parameter bytes: the content of the master key file; `nil` unless it has 32 bytes.
  public init?(bytes: [UInt8]) {
    guard let key = Bytes32(bytes) else { return nil }
    self.key = key
  }

  public func seal(_ secret: [UInt8], label: String) -> [UInt8] {
    let salt = SystemRandom().bytes(32)
    return salt + AES256GCM.seal(key: derive(salt, label), plaintext: secret)
  }

  public func open(_ sealed: [UInt8], label: String) -> [UInt8]? {
    guard sealed.count > 32 else { return nil }
    return AES256GCM.open(key: derive(Array(sealed[..<32]), label), sealed: Array(sealed[32...]))
  }

  private func derive(_ salt: [UInt8], _ label: String) -> Bytes32 {
    var transcript = Transcript("sealed secret")
    transcript.absorb("key", key)
    transcript.absorb("label", Array(label.utf8))
    transcript.absorb("salt", salt)
    return transcript.digest("key")
  }
}
