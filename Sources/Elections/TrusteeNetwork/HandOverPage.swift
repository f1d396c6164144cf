import Curve25519
import ThresholdCryptography

/// Consecutive messages of the log of a hand-over (`docs/spec/08-trustee-network.md`, 8.13): `count u16 × (length u16 ‖ message)`. Everybody reads all of them.
public struct HandOverPage: Equatable, Sendable {
  /// Most messages: every log of a hand-over is shorter.
  public static let mostMessages = 256
  /// Bytes of the longest page.
  public static let longest = 2 + mostMessages * (2 + HandOverMessage.longest)

  /// In the order of the log.
  public let messages: [[UInt8]]

  /// A page.
  ///
  /// - Precondition: at most 256 messages of 130 to 10 752 bytes.
  public init(_ messages: [[UInt8]]) {
    precondition(messages.count <= Self.mostMessages)
    self.messages = messages
  }

  /// Reads a page.
  public init(encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    var messages: [[UInt8]] = []
    for _ in 0..<(try reader.count16("number of messages", in: 0...Self.mostMessages)) {
      let length = Int(try reader.u16("length"))
      guard (HandOverMessage.shortest...HandOverMessage.longest).contains(length) else {
        throw .outOfRange(field: FieldName("length"))
      }
      messages.append(try reader.raw(length, "message"))
    }
    try reader.finish()
    self.messages = messages
  }

  /// The encoding.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.u16(UInt16(messages.count))
    for message in messages { writer.counted(message) }
    return writer.bytes
  }
}
