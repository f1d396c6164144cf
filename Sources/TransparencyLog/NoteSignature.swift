import Curve25519

/// One signature line of a note (signed-note, "Signatures"), verified or not.
///
/// ```
/// — <key name> base64(u32 key ID ‖ signature)
/// ```
public struct NoteSignature: Equatable, Sendable {
  /// Name of the key.
  public let keyName: [UInt8]
  /// ID of the key; with its name it says which key it is.
  public let keyID: UInt32
  /// What the key's algorithm produced.
  public let signature: [UInt8]

  /// A signature by the key with this name and ID.
  ///
  /// - Throws: `keyName`; `tooLong`; `signatureLength` when it is empty.
  public init(keyName: [UInt8], keyID: UInt32, signature: [UInt8]) throws(LogError) {
    guard NoteText.isKeyName(keyName[...]) else { throw .keyName }
    guard !signature.isEmpty else { throw .signatureLength(expected: 1, found: 0) }
    guard signature.count <= LogLimits.signatureBytes else {
      throw .tooLong(count: signature.count, limit: LogLimits.signatureBytes)
    }
    self.keyName = keyName
    self.keyID = keyID
    self.signature = signature
  }

  /// Reads a line without its newline; `nil` unless it is exactly what `line` returns for the result.
  init?(line: ArraySlice<UInt8>) {
    var rest = line
    guard rest.starts(withText: Self.prefix) else { return nil }
    rest = rest.dropFirst(Self.prefix.utf8CodeUnitCount)
    guard let space = rest.firstIndex(of: 0x20), rest.endIndex - space - 1 <= Self.longestBase64 else { return nil }
    guard let data = Base64.decode(rest[(space + 1)...]), data.count > 4 else { return nil }
    try? self.init(
      keyName: Array(rest[..<space]), keyID: UInt32(data[..<4].bigEndian), signature: Array(data[4...]))
  }

  /// The line with its newline.
  public var line: [UInt8] {
    var data: [UInt8] = []
    data.append(bigEndian: UInt64(keyID), count: 4)
    data += signature
    var line: [UInt8] = []
    line.append(text: Self.prefix)
    line += keyName
    line.append(0x20)
    line += Base64.encode(data)
    line.append(newline)
    return line
  }

  /// Whether the same key made both, by name and ID.
  func hasKey(of other: NoteSignature) -> Bool { keyID == other.keyID && keyName == other.keyName }

  /// An em dash and a space.
  private static let prefix: StaticString = "\u{2014} "
  private static let longestBase64 = (LogLimits.signatureBytes + 4 + 2) / 3 * 4
}
