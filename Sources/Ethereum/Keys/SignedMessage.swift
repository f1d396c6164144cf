import Curve25519

/// Messages as wallets sign them (EIP-191): never the hash of a transaction.
public enum SignedMessage {
  /// The hash that is signed for a message of a person, version `E`.
  public static func hash(_ message: [UInt8]) -> Bytes32 {
    Keccak256.hash(Array("\u{19}Ethereum Signed Message:\n\(message.count)".utf8) + message)
  }

  /// The hash for data that a contract checks, version 0.
  public static func hash(_ data: [UInt8], validator: Address) -> Bytes32 { Keccak256.hash([0x19, 0x00] + validator.bytes + data) }

  /// The hash for typed data, version 1 (EIP-712).
  static func hash(domain: Bytes32, message: Bytes32) -> Bytes32 { Keccak256.hash([0x19, 0x01] + domain.bytes + message.bytes) }
}
