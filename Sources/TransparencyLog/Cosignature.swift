import Curve25519

/// A witness's statement that, at a time, a checkpoint was the largest it had seen of that log, and consistent with all
/// before (C2SP tlog-cosignature, Ed25519). Encoded as `u64 timestamp ‖ signature`, big-endian, 72 bytes.
public struct Cosignature: Equatable, Sendable {
  /// Seconds since 1970.
  public let timestamp: UInt64
  /// Ed25519 signature of `message`.
  public let signature: [UInt8]

  /// A signature with its time.
  ///
  /// - Throws: `timestamp`, `signatureLength`.
  public init(timestamp: UInt64, signature: [UInt8]) throws(LogError) {
    guard timestamp <= LogLimits.timestamp else { throw .timestamp(timestamp) }
    guard signature.count == Ed25519Signature.byteCount else {
      throw .signatureLength(expected: Ed25519Signature.byteCount, found: signature.count)
    }
    self.timestamp = timestamp
    self.signature = signature
  }

  /// Reads the signature part of a signature line.
  ///
  /// - Throws: `timestamp`, `signatureLength`.
  public init(parsing bytes: [UInt8]) throws(LogError) {
    let expected = 8 + Ed25519Signature.byteCount
    guard bytes.count == expected else { throw .signatureLength(expected: expected, found: bytes.count) }
    try self.init(timestamp: bytes[..<8].bigEndian, signature: Array(bytes[8...]))
  }

  /// The encoding.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: timestamp, count: 8)
    return bytes + signature
  }

  /// What a witness signs: `cosignature/v1`, `time` and the time in decimal, each on its line, then the whole body.
  ///
  /// - Throws: `timestamp`; what `Checkpoint.init(parsing:)` throws when `body` is not a checkpoint.
  public static func message(body: [UInt8], timestamp: UInt64) throws(LogError) -> [UInt8] {
    guard timestamp <= LogLimits.timestamp else { throw .timestamp(timestamp) }
    _ = try Checkpoint(parsing: body)
    var message: [UInt8] = []
    message.append(text: "cosignature/v1\ntime ")
    message.append(decimal: timestamp)
    message.append(newline)
    return message + body
  }

  /// The signature line of a cosignature by `key`.
  ///
  /// - Throws: `signatureType` when it is not a witness's key.
  public func line(by key: VerifierKey) throws(LogError) -> NoteSignature {
    guard key.type == .cosignature else { throw .signatureType(key.type.rawValue) }
    return try NoteSignature(keyName: key.name, keyID: key.keyID, signature: bytes)
  }

  /// Whether this is a signature by `publicKey` on the checkpoint with this body.
  func verifies(text body: [UInt8], publicKey: Bytes32) -> Bool {
    guard let message = try? Self.message(body: body, timestamp: timestamp) else { return false }
    return Ed25519.verify(signature: signature, message: message, publicKey: publicKey)
  }
}
