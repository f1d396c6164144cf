import Curve25519

/// What a draw is made from: a value that was fixed when nobody could foresee the beacon's output on it (`docs/spec/11-randomness.md`, 11.2).
public struct DrawSeed: Equatable, Sendable {
  /// The 32 bytes that trustees evaluate the beacon at; also the input of their own verifiable random functions.
  public let value: Bytes32

  private init(_ transcript: Transcript) {
    var transcript = transcript
    value = transcript.digest("seed")
  }

  /// The seed of the opening draw, for the order of options and of trustees' duties.
  ///
  /// - Parameters:
  ///   - ceremony: the ceremony's id.
  ///   - size: the number of the ceremony's messages, when it was complete.
  ///   - root: their root.
  public static func opening(ceremony: Bytes32, size: UInt64, root: Bytes32) -> DrawSeed {
    var transcript = Transcript("draw")
    transcript.absorb("ceremony", ceremony)
    transcript.absorb("purpose", text("opening"))
    transcript.absorb("size", size)
    transcript.absorb("root", root)
    return DrawSeed(transcript)
  }

  /// The seed of the closing draw, for lots in ties and for the ballots to be audited.
  ///
  /// - Parameters:
  ///   - election: the election id.
  ///   - size: the log's size at the closing checkpoint.
  ///   - root: the log's root there.
  public static func closing(election: Bytes32, size: UInt64, root: Bytes32) -> DrawSeed {
    var transcript = Transcript("draw")
    transcript.absorb("election", election)
    transcript.absorb("purpose", text("closing"))
    transcript.absorb("size", size)
    transcript.absorb("root", root)
    return DrawSeed(transcript)
  }

  /// The bytes of an ASCII text.
  static func text(_ text: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
