import Curve25519
import Sealing

/// The secret key of an account. Wiped when the last reference goes.
public final class AccountKey: @unchecked Sendable {
  // Never changed after initialisation, but for being wiped at the end.
  private var secret: [UInt8]
  /// The account.
  public let address: Address

  /// From its 32 bytes, which are wiped; `nil` for what is no key of the curve.
  public init?(wiping bytes: inout [UInt8]) {
    defer { bytes.wipe() }
    guard Secp256k1.isSecret(bytes) else { return nil }
    // A copy of its own, that does not share its memory with the caller's.
    secret = bytes.map { $0 }
    address = Address(publicKey: Secp256k1.publicKey(secret))
  }

  /// A new key.
  public convenience init() {
    while true {
      var bytes = SystemRandom().bytes(32)
      // All but one in 2¹²⁷ are keys.
      if Secp256k1.isSecret(bytes) {
        self.init(checked: &bytes)
        return
      }
    }
  }

  private init(checked bytes: inout [UInt8]) {
    secret = bytes.map { $0 }
    bytes.wipe()
    address = Address(publicKey: Secp256k1.publicKey(secret))
  }

  deinit { secret.wipe() }

  /// Signs a hash: the same hash gets the same signature always.
  public func sign(_ hash: Bytes32) -> ECDSASignature { Secp256k1.sign(hash, secret) }

  /// Lends the secret. Nothing of it may be kept.
  func withSecret<Result>(_ body: ([UInt8]) -> Result) -> Result { body(secret) }
}
