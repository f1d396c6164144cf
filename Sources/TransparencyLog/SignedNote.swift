import Curve25519

/// A text with signatures (C2SP signed-note).
///
/// ```
/// text, its last newline included
///                                          an empty line
/// — <key name> <base64>                    one signature or more
/// ```
/// Signatures by unknown keys are kept, so that what was parsed serialises to the same bytes. The text is not to be used before
/// `signers(among:)` or a `LogPolicy` verified it.
public struct SignedNote: Equatable, Sendable {
  /// What is signed: text that ends in a newline.
  public let text: [UInt8]
  /// At least one signature, no two by one key.
  public let signatures: [NoteSignature]

  /// A note from its parts.
  ///
  /// - Throws: `noteText`, `notText`, `tooLong`, `noteWithoutSignatures`, `tooManySignatures`, `duplicateSignature`.
  public init(text: [UInt8], signatures: [NoteSignature]) throws(LogError) {
    guard text.count <= LogLimits.noteTextBytes else { throw .tooLong(count: text.count, limit: LogLimits.noteTextBytes) }
    guard text.last == newline else { throw .noteText }
    if let offset = NoteText.firstFault(in: text[...]) { throw .notText(offset: offset) }
    guard !signatures.isEmpty else { throw .noteWithoutSignatures }
    guard signatures.count <= LogLimits.noteSignatures else { throw .tooManySignatures(limit: LogLimits.noteSignatures) }
    for (index, signature) in signatures.enumerated() {
      for earlier in signatures[..<index] where earlier.hasKey(of: signature) { throw .duplicateSignature(index: index) }
    }
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note. Every note accepted is exactly what `bytes` returns for it.
  ///
  /// - Throws: `tooLong`, `notText`, `noteWithoutSignatures`, `signatureLine`, and what `init(text:signatures:)` throws.
  public init(parsing bytes: [UInt8]) throws(LogError) {
    guard bytes.count <= LogLimits.noteBytes else { throw .tooLong(count: bytes.count, limit: LogLimits.noteBytes) }
    if let offset = NoteText.firstFault(in: bytes[...]) { throw .notText(offset: offset) }
    guard let blank = Self.lastBlankLine(of: bytes) else { throw .noteWithoutSignatures }
    let signatures = try Self.parseSignatures(Array(bytes[(blank + 1)...]))
    try self.init(text: Array(bytes[..<blank]), signatures: signatures)
  }

  /// The note as text: canonical.
  public var bytes: [UInt8] {
    var bytes = text
    bytes.append(newline)
    for signature in signatures { bytes += signature.line }
    return bytes
  }

  /// The note with one signature more, for example a cosignature that came later.
  ///
  /// - Throws: `duplicateSignature` when this key has signed already, `tooManySignatures`.
  public func adding(_ signature: NoteSignature) throws(LogError) -> SignedNote {
    try SignedNote(text: text, signatures: signatures + [signature])
  }

  /// Verifies the signatures by known keys and says which keys signed, as positions in `keys` in ascending order. Signatures by
  /// other keys are ignored, even if they share a name or an ID with a known one.
  ///
  /// - Throws: `badSignature` when a signature by any known key does not verify. No known signature at all is an empty answer.
  public func signers(among keys: [VerifierKey]) throws(LogError) -> [Int] {
    var signers: [Int] = []
    for (position, key) in keys.enumerated() {
      guard let signature = signature(by: key) else { continue }
      guard key.verifies(signature.signature, text: text) else {
        throw .badSignature(name: key.name, keyID: key.keyID)
      }
      signers.append(position)
    }
    return signers
  }

  /// The signature with the name and ID of `key`, not verified; `nil` when there is none.
  public func signature(by key: VerifierKey) -> NoteSignature? {
    let keyID = key.keyID
    return signatures.first { $0.keyID == keyID && $0.keyName == key.name }
  }

  /// Reads signature lines up to the end of `bytes`: the end of a note, or a witness's answer.
  ///
  /// - Throws: `tooManySignatures`, `signatureLine`, `noteWithoutSignatures` when there is none.
  static func parseSignatures(_ bytes: [UInt8]) throws(LogError) -> [NoteSignature] {
    var lines = LineReader(bytes)
    var signatures: [NoteSignature] = []
    while !lines.isAtEnd {
      guard signatures.count < LogLimits.noteSignatures else { throw .tooManySignatures(limit: LogLimits.noteSignatures) }
      guard let line = lines.next(), let signature = NoteSignature(line: line) else {
        throw .signatureLine(index: signatures.count)
      }
      signatures.append(signature)
    }
    guard !signatures.isEmpty else { throw .noteWithoutSignatures }
    return signatures
  }

  /// Position of the newline that is the last empty line: the text ends before it, the signatures follow.
  private static func lastBlankLine(of bytes: [UInt8]) -> Int? {
    var position = bytes.count - 1
    while position >= 1 {
      if bytes[position] == newline && bytes[position - 1] == newline { return position }
      position -= 1
    }
    return nil
  }
}
