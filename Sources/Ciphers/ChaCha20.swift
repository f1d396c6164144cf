/// ChaCha20 (RFC 8439) and its hash HChaCha20. Constant time.
enum ChaCha20 {
  /// The sixteen words of a state.
  ///
  /// - Parameter tail: counter and nonce: four words.
  private static func state(_ key: [UInt8], _ tail: [UInt32]) -> [UInt32] {
    [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574] + (0..<8).map { word(key, 4 * $0) } + tail
  }

  static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
  }

  private static func quarter(_ s: inout [UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    s[a] &+= s[b]
    s[d] = rotated(s[d] ^ s[a], 16)
    s[c] &+= s[d]
    s[b] = rotated(s[b] ^ s[c], 12)
    s[a] &+= s[b]
    s[d] = rotated(s[d] ^ s[a], 8)
    s[c] &+= s[d]
    s[b] = rotated(s[b] ^ s[c], 7)
  }

  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }

  private static func permute(_ state: inout [UInt32]) {
    for _ in 0..<10 {
      for column in 0..<4 { quarter(&state, column, 4 + column, 8 + column, 12 + column) }
      for column in 0..<4 {
        quarter(&state, column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
      }
    }
  }

  /// A block of 64 bytes of the key stream.
  ///
  /// - Parameter nonce: 12 bytes.
  static func block(_ key: [UInt8], _ nonce: [UInt8], counter: UInt32) -> [UInt8] {
    let start = state(key, [counter, word(nonce, 0), word(nonce, 4), word(nonce, 8)])
    var mixed = start
    permute(&mixed)
    var output: [UInt8] = []
    output.reserveCapacity(64)
    for index in 0..<16 { append(mixed[index] &+ start[index], to: &output) }
    return output
  }

  /// HChaCha20: a key of 32 bytes from a key and 16 bytes.
  static func derived(_ key: [UInt8], _ input: [UInt8]) -> [UInt8] {
    var mixed = state(key, (0..<4).map { word(input, 4 * $0) })
    permute(&mixed)
    var output: [UInt8] = []
    for index in [0, 1, 2, 3, 12, 13, 14, 15] { append(mixed[index], to: &output) }
    return output
  }

  private static func append(_ word: UInt32, to output: inout [UInt8]) {
    for shift in [0, 8, 16, 24] as [UInt32] { output.append(UInt8(truncatingIfNeeded: word >> shift)) }
  }
}
