import Curve25519

/// What an election is called in addresses before there is an election id: 100 random bits in 20 characters
/// (`docs/spec/08-trustee-network.md`).
public struct ElectionReference: Hashable, Sendable {
  /// Its characters, ASCII.
  public let ascii: [UInt8]

  /// Characters of a reference.
  public static let length = 20

  /// Letters and digits that nobody mistakes for one another: 32 of them.
  private static var alphabet: [UInt8] {
    var characters: [UInt8] = []
    characters.append(ascii: "abcdefghijkmnpqrstuvwxyz23456789")
    return characters
  }

  /// A new reference.
  public init<R: RandomSource>(using random: inout R) {
    let alphabet = Self.alphabet
    ascii = random.bytes(Self.length).map { alphabet[Int($0 & 31)] }
  }

  /// Reads a reference; `nil` if it is none.
  public init?(_ ascii: [UInt8]) {
    let alphabet = Self.alphabet
    guard ascii.count == Self.length, ascii.allSatisfy({ alphabet.contains($0) }) else { return nil }
    self.ascii = ascii
  }
}

#if !hasFeature(Embedded)
  extension ElectionReference: CustomStringConvertible {
    /// The reference as text.
    public var description: String { String(decoding: ascii, as: UTF8.self) }
  }
#endif
