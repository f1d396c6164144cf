/// Where random bytes come from. Injected everywhere, so that a test can repeat what happened.
public protocol RandomSource {
  /// The next `count` random bytes.
  mutating func bytes(_ count: Int) -> [UInt8]
}

/// Random bytes expanded from a seed: block `i` is SHA-512 of `"comitia/expand" ‖ seed ‖ u64(i)`, big-endian.
///
/// As unpredictable as its seed; whoever knows the seed knows every byte. The browser seeds it from the platform's generator.
public struct SeededRandom: RandomSource, Sendable {
  private let seed: [UInt8]
  private var block: [UInt8] = []
  private var used = 0
  private var counter: UInt64 = 0

  /// - Parameter seed: at least 32 bytes from a secure generator.
  public init(seed: [UInt8]) { self.seed = seed }

  public mutating func bytes(_ count: Int) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(count)
    while output.count < count {
      if used == block.count { refill() }
      let take = min(count - output.count, block.count - used)
      output.append(contentsOf: block[used..<used + take])
      used += take
    }
    return output
  }

  private mutating func refill() {
    var hash = SHA512()
    let label: StaticString = "comitia/expand"
    hash.update(Array(UnsafeBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount)))
    hash.update(seed)
    hash.update((0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) })
    block = hash.digest()
    used = 0
    counter += 1
  }
}
