import Curve25519
import ThresholdCryptography

/// One message on the log of a ceremony, as one reader sees it (`docs/spec/08-trustee-network.md`, 8.4).
public enum CeremonyLogEntry: Equatable, Sendable {
  /// Kind 0: the whole message.
  case message([UInt8])
  /// Kind 1: SHA-256 of a share message that is for somebody else.
  case shareHash(Bytes32)

  /// What stands for the message in the log's root: its SHA-256.
  public var hash: Bytes32 {
    switch self {
    case .message(let bytes): Bytes32(SHA256.hash(bytes).span)
    case .shareHash(let hash): hash
    }
  }

  /// What stands for the message and for how much of it was shown: its SHA-256, or SHA-256 of a byte 1 and that.
  public var shown: Bytes32 {
    switch self {
    case .message: hash
    case .shareHash(let hash): Bytes32(SHA256.hash([1] + hash.bytes).span)
    }
  }
}

/// Consecutive messages of the log of a ceremony: `count u16 × (position u32 ‖ kind u8 ‖ length u16 ‖ bytes)`.
public struct CeremonyPage: Equatable, Sendable {
  /// Most entries of a page.
  public static let mostEntries = 4096
  /// Bytes of the longest page.
  public static let longest = 2 + mostEntries * (7 + CeremonyMessage.maximumLength)
  /// Bytes of the shortest message: one without a body.
  public static let shortestMessage = 98

  /// Position of the first entry.
  public let start: UInt32
  /// From `start` on, without gaps.
  public let entries: [CeremonyLogEntry]

  /// A page.
  ///
  /// - Precondition: at most 4096 entries, messages of 98 to 5248 bytes.
  public init(start: UInt32, entries: [CeremonyLogEntry]) {
    precondition(entries.count <= Self.mostEntries)
    self.start = start
    self.entries = entries
  }

  /// Reads a page that must begin at `start`.
  public init(_ encoded: [UInt8], start: UInt32) throws(CodecError) {
    var reader = ByteReader(encoded)
    var entries: [CeremonyLogEntry] = []
    for offset in 0..<(try reader.count16("number of messages", in: 0...Self.mostEntries)) {
      guard try reader.u32("position") == start &+ UInt32(offset) else { throw .outOfRange(field: FieldName("position")) }
      entries.append(try Self.entry(&reader))
    }
    try reader.finish()
    self.start = start
    self.entries = entries
  }

  private static func entry(_ reader: inout ByteReader) throws(CodecError) -> CeremonyLogEntry {
    let kind = try reader.u8("kind")
    let length = Int(try reader.u16("length"))
    switch kind {
    case 0:
      guard (shortestMessage...CeremonyMessage.maximumLength).contains(length) else {
        throw .outOfRange(field: FieldName("length"))
      }
      return .message(try reader.raw(length, "message"))
    case 1:
      guard length == 32 else { throw .outOfRange(field: FieldName("length")) }
      return .shareHash(try reader.b32("share hash"))
    default: throw .outOfRange(field: FieldName("kind"))
    }
  }

  /// The encoding.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.u16(UInt16(entries.count))
    for (offset, entry) in entries.enumerated() {
      writer.u32(start + UInt32(offset))
      switch entry {
      case .message(let bytes):
        writer.u8(0)
        writer.counted(bytes)
      case .shareHash(let hash):
        writer.u8(1)
        writer.counted(hash.bytes)
      }
    }
    return writer.bytes
  }
}

/// Messages that a trustee sends together: `count u16 × (length u16 ‖ message)`.
public struct CeremonyBatch: Equatable, Sendable {
  /// Most messages of a batch: all that one trustee can have to say in a ceremony of fifty.
  public static let mostMessages = 128
  /// Bytes of the longest batch.
  public static let longest = 2 + mostMessages * (2 + CeremonyMessage.maximumLength)

  /// In the order in which they are to stand on the log.
  public let messages: [[UInt8]]

  /// Messages to be sent.
  ///
  /// - Precondition: at most 128, of 98 to 5248 bytes.
  public init(_ messages: [[UInt8]]) {
    precondition(messages.count <= Self.mostMessages)
    self.messages = messages
  }

  /// Reads a batch.
  public init(encoded: [UInt8]) throws(CodecError) {
    let lengths = CeremonyPage.shortestMessage...CeremonyMessage.maximumLength
    messages = try MessageList.decode(encoded, most: Self.mostMessages, lengths: lengths)
  }

  /// The encoding.
  public var encoded: [UInt8] { MessageList.encode(messages) }
}
