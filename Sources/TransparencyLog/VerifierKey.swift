import Curve25519

/// A public key by its name (signed-note, "Verifier keys").
///
/// ```
/// <name>+<key ID, 8 hex digits>+base64(u8 signature type ‖ public key)
/// ```
public struct VerifierKey: Hashable, Sendable {
  /// What the key signs, and how.
  public enum SignatureType: UInt8, Sendable {
    /// Ed25519 over the text of the note (signed-note, "Ed25519 signatures"): how a log signs.
    case ed25519 = 0x01
    /// Ed25519 over a time and a checkpoint (tlog-cosignature): how a witness signs.
    case cosignature = 0x04
  }

  /// Who signs: for a log its origin, for a witness a name of its own.
  public let name: [UInt8]
  /// What the key signs, and how.
  public let type: SignatureType
  /// Ed25519 public key (RFC 8032), not decoded until it verifies.
  public let publicKey: Bytes32
  /// SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first 4 bytes, big-endian.
  public let keyID: UInt32

  /// The key of a signer.
  ///
  /// - Throws: `keyName`.
  public init(name: [UInt8], type: SignatureType, publicKey: Bytes32) throws(LogError) {
    guard NoteText.isKeyName(name[...]) else { throw .keyName }
    self.name = name
    self.type = type
    self.publicKey = publicKey
    keyID = UInt32(SHA256.hash(name + [newline, type.rawValue] + publicKey.bytes)[..<4].bigEndian)
  }

  /// Reads a verifier key. Every key accepted is exactly what `bytes` returns for it.
  ///
  /// - Throws: `verifierKey`, `keyName`, `signatureType`, `verifierKeyID`.
  public init(parsing bytes: [UInt8]) throws(LogError) {
    let limit = LogLimits.keyNameBytes + 10 + 44
    guard bytes.count <= limit else { throw .tooLong(count: bytes.count, limit: limit) }
    // The name has no plus; the base64 may.
    let parts = bytes.split(separator: 0x2b, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let keyID = Self.parseHex(parts[1]), let key = Base64.decode(parts[2]) else { throw .verifierKey }
    guard let typeByte = key.first else { throw .verifierKey }
    guard let type = SignatureType(rawValue: typeByte) else { throw .signatureType(typeByte) }
    guard let publicKey = Bytes32(Array(key[1...])) else { throw .verifierKey }
    try self.init(name: Array(parts[0]), type: type, publicKey: publicKey)
    guard keyID == self.keyID else { throw .verifierKeyID(expected: self.keyID, found: keyID) }
  }

  /// The verifier key as text.
  public var bytes: [UInt8] {
    var bytes = name
    bytes.append(0x2b)
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: keyID >> shift) & 0xf
      bytes.append(digit < 10 ? digit + 0x30 : digit - 10 + 0x61)
    }
    bytes.append(0x2b)
    return bytes + Base64.encode([type.rawValue] + publicKey.bytes)
  }

  /// Whether `signature` is by this key on a note with this text. A cosignature is on a checkpoint, or it is not valid.
  public func verifies(_ signature: [UInt8], text: [UInt8]) -> Bool {
    switch type {
    case .ed25519:
      return signature.count == Ed25519Signature.byteCount
        && Ed25519.verify(signature: signature, message: text, publicKey: publicKey)
    case .cosignature:
      guard let cosignature = try? Cosignature(parsing: signature) else { return false }
      return cosignature.verifies(text: text, publicKey: publicKey)
    }
  }

  /// Exactly eight lower-case hex digits.
  private static func parseHex(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard text.count == 8 else { return nil }
    var value: UInt32 = 0
    for character in text {
      switch character {
      case 0x30...0x39: value = value << 4 | UInt32(character - 0x30)
      case 0x61...0x66: value = value << 4 | UInt32(character - 0x61 + 10)
      default: return nil
      }
    }
    return value
  }
}

/// Shape of the signatures this module verifies.
enum Ed25519Signature {
  /// R and s (RFC 8032).
  static let byteCount = 64
}
