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
    messages = try MessageList.decode(encoded, most: Self.mostMessages, lengths: HandOverMessage.shortest...HandOverMessage.longest)
  }

  /// The encoding.
  public var encoded: [UInt8] { MessageList.encode(messages) }
}
