/// Thirty-two bytes held inline: the encoding of a point or scalar, a hash, a key.
///
/// Equality and order are *variable time*: for public values only.
public struct Bytes32: Hashable, Sendable {
  /// Four little-endian words: byte `8 k + j` is bits `8 j …` of word `k`.
  @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64)

  @inlinable
  init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// Thirty-two zero bytes.
  public static let zero = Bytes32(words: (0, 0, 0, 0))

  /// Reads the 32 bytes of `bytes` that start at `offset`.
  ///
  /// - Precondition: `offset + 32 <= bytes.count`.
  public init(_ bytes: Span<UInt8>, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.count - offset >= 32, "32 bytes needed")
    func word(_ k: Int) -> UInt64 {
      var value: UInt64 = 0
      for j in 0..<8 { value |= UInt64(bytes[offset &+ 8 &* k &+ j]) << UInt64(8 &* j) }
      return value
    }
    self.init(words: (word(0), word(1), word(2), word(3)))
  }

  /// The value of exactly 32 bytes, `nil` for any other count.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.init(bytes.span)
  }

  /// The byte at `index`, 0 to 31.
  public subscript(index: Int) -> UInt8 {
    let word =
      switch index >> 3 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return UInt8(truncatingIfNeeded: word >> UInt64(8 * (index & 7)))
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(32)
    append(to: &output)
    return output
  }

  /// Appends the 32 bytes to `output`.
  public func append(to output: inout [UInt8]) {
    for index in 0..<32 { output.append(self[index]) }
  }

  public static func == (a: Bytes32, b: Bytes32) -> Bool {
    (a.words.0 ^ b.words.0) | (a.words.1 ^ b.words.1) | (a.words.2 ^ b.words.2) | (a.words.3 ^ b.words.3) == 0
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

extension Bytes32: Comparable {
  /// Lexicographic order of the bytes.
  public static func < (a: Bytes32, b: Bytes32) -> Bool {
    if a.words.0 != b.words.0 { return a.words.0.byteSwapped < b.words.0.byteSwapped }
    if a.words.1 != b.words.1 { return a.words.1.byteSwapped < b.words.1.byteSwapped }
    if a.words.2 != b.words.2 { return a.words.2.byteSwapped < b.words.2.byteSwapped }
    return a.words.3.byteSwapped < b.words.3.byteSwapped
  }
}
