import Curve25519

/// Signs notes with an Ed25519 key held in memory.
///
/// Whoever keeps the key elsewhere (threshold signing, a hardware token) signs the same bytes there: the text of the note, or
/// `Cosignature.message`; and makes the line with `NoteSignature` or `Cosignature.line`.
public struct NoteSigner: Sendable {
  /// The public side.
  public let key: VerifierKey
  private let privateKey: Ed25519.PrivateKey

  /// - Throws: `keyName`.
  public init(name: [UInt8], type: VerifierKey.SignatureType, privateKey: Ed25519.PrivateKey) throws(LogError) {
    key = try VerifierKey(name: name, type: type, publicKey: privateKey.publicKey)
    self.privateKey = privateKey
  }

  /// Signs a text as a log signs its checkpoint's body.
  ///
  /// - Throws: `signatureType` when this is a witness's key.
  public func sign(text: [UInt8]) throws(LogError) -> NoteSignature {
    guard key.type == .ed25519 else { throw .signatureType(key.type.rawValue) }
    return try NoteSignature(keyName: key.name, keyID: key.keyID, signature: privateKey.sign(text))
  }

  /// Signs a checkpoint: a note with this one signature.
  ///
  /// - Throws: `signatureType` when this is a witness's key.
  public func sign(_ checkpoint: Checkpoint) throws(LogError) -> SignedCheckpoint {
    let body = checkpoint.body
    return try SignedCheckpoint(note: SignedNote(text: body, signatures: [sign(text: body)]))
  }

  /// Cosigns a checkpoint. The caller has verified that it continues the last one this key cosigned.
  ///
  /// - Parameter timestamp: seconds since 1970.
  /// - Throws: `signatureType` when this is a log's key, `timestamp`.
  public func cosign(_ checkpoint: Checkpoint, timestamp: UInt64) throws(LogError) -> NoteSignature {
    guard key.type == .cosignature else { throw .signatureType(key.type.rawValue) }
    let message = try Cosignature.message(body: checkpoint.body, timestamp: timestamp)
    return try Cosignature(timestamp: timestamp, signature: privateKey.sign(message)).line(by: key)
  }
}
