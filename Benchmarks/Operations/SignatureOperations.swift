import Curve25519

/// Ed25519, beside libsodium's.
enum SignatureOperations {
  private static let message = Array("a message of sixty-four bytes, as long as most that are signed ..".utf8)

  static var all: [Operation] {
    [
      Operation(id: "ed25519-sign", group: "kernel", name: "Ed25519 signature") {
        let (key, sodium) = (Ed25519.PrivateKey(seed: seed), Sodium())
        let secretKey = sodium.keyPair(seed: seed.bytes).secretKey
        return .init {
          keep(key.sign(message))
        } libsodium: {
          sodium.sign(message, secretKey: secretKey)
        }
      },
      Operation(id: "ed25519-verify", group: "kernel", name: "Ed25519 verification") {
        let (key, sodium) = (Ed25519.PrivateKey(seed: seed), Sodium())
        let signature = key.sign(message)
        let publicKey = key.publicKey.bytes
        return .init {
          keep(Ed25519.verify(signature: signature, message: message, publicKey: key.publicKey))
        } libsodium: {
          sodium.verify(signature, message, publicKey: publicKey)
        }
      },
    ]
  }

  private static var seed: Bytes32 {
    var inputs = Inputs()
    return Bytes32(inputs.bytes(32).span)
  }
}
