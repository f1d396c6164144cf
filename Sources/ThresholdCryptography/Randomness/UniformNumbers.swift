import Curve25519

/// The random numbers of one purpose and one number of items: SHA-512 in counter mode (`docs/spec/11-randomness.md`, 11.4).
struct UniformNumbers: Sendable {
  /// All that a block is made of but its number.
  private let start: Transcript
  private var block: [UInt8] = []
  private var blocks: UInt64 = 0
  private var used = 0

  init(_ output: Bytes32, _ purpose: DrawPurpose, items: Int) {
    var transcript = Transcript("draw numbers")
    transcript.absorb("output", output)
    transcript.absorb("purpose", DrawSeed.text(purpose.label))
    transcript.absorb("index", purpose.index)
    transcript.absorb("items", UInt64(items))
    start = transcript
  }

  /// Uniform in 0 ..< `bound`, exactly: of 2⁶⁴ values those beyond the greatest multiple of `bound` are passed over.
  ///
  /// - Precondition: `bound > 0`.
  mutating func next(below bound: UInt64) -> UInt64 {
    let beyond = (0 &- bound) % bound
    while true {
      let word = nextWord()
      if word <= UInt64.max - beyond { return word % bound }
    }
  }

  /// Eight bytes, big-endian.
  private mutating func nextWord() -> UInt64 {
    if used == block.count {
      var transcript = start
      transcript.absorb("block", blocks)
      block = transcript.uniform("numbers")
      blocks += 1
      used = 0
    }
    defer { used += 8 }
    return block[used..<used + 8].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
