import Curve25519

/// Why an election was paused or aborted: the body of such an entry (`docs/spec/06-record.md`, 6.3), for everybody to read.
public struct PublicReason: Equatable, Sendable {
  /// One line of 1 to 500 bytes.
  public let text: Text

  /// Bytes of the longest reason.
  public static let longest = 500

  /// A reason; `nil` if it is empty, longer than 500 bytes or has line feeds.
  public init?(_ text: Text) {
    guard (1...Self.longest).contains(text.utf8.count), !text.utf8.contains(0x0a) else { return nil }
    self.text = text
  }

  /// Reads the body of a pause or abort entry.
  public init(_ body: [UInt8]) throws(CodecError) {
    var reader = ByteReader(body)
    guard let text = Text(utf8: try reader.counted("reason", maximum: Self.longest)), let reason = PublicReason(text) else {
      throw .invalidText(field: FieldName("reason"))
    }
    try reader.finish()
    self = reason
  }

  /// The body of the entry.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.text(text)
    return writer.bytes
  }
}
