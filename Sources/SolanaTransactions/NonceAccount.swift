import Curve25519

/// What an account holds that keeps a nonce: a value that stands for a blockhash once, whenever that is.
public struct NonceAccount: Equatable, Sendable {
  /// Bytes of its data.
  public static let length = 80

  /// Who may use the nonce.
  public let authority: SolanaAddress
  /// The nonce.
  public let value: Bytes32
  /// What a signature cost when the nonce was made.
  public let lamportsPerSignature: UInt64

  /// A nonce account's content.
  public init(authority: SolanaAddress, value: Bytes32, lamportsPerSignature: UInt64) {
    self.authority = authority
    self.value = value
    self.lamportsPerSignature = lamportsPerSignature
  }

  /// Reads the data of an account of the system program. The form before nonces were set apart from blockhashes is refused, as the network does, and so is
  /// an account that has its space but no nonce.
  public init(_ data: [UInt8]) throws(CodecError) {
    var reader = ByteReader(data)
    guard try reader.little(4, "nonce version") == 1 else { throw .outOfRange(field: FieldName("nonce version")) }
    guard try reader.little(4, "nonce state") == 1 else { throw .outOfRange(field: FieldName("nonce state")) }
    authority = SolanaAddress(try reader.b32("nonce authority"))
    value = try reader.b32("nonce")
    lamportsPerSignature = try reader.little(8, "nonce fee")
    try reader.finish()
  }

  /// The data.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.length)
    writer.little(1, bytes: 4)
    writer.little(1, bytes: 4)
    writer.b32(authority.bytes)
    writer.b32(value)
    writer.little(lamportsPerSignature, bytes: 8)
    return writer.bytes
  }
}
