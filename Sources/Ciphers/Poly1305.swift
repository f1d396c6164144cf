import Curve25519

/// The authenticator Poly1305 (RFC 8439). Constant time.
struct Poly1305 {
  /// Limbs of 26 bits.
  private var r: [UInt64]
  private var sum = [UInt64](repeating: 0, count: 5)
  private var pad: [UInt8]
  private var pending: [UInt8] = []

  /// - Precondition: 32 bytes, used once.
  init(key: [UInt8]) {
    var clamped = Array(key[..<16])
    for index in [3, 7, 11, 15] { clamped[index] &= 15 }
    for index in [4, 8, 12] { clamped[index] &= 252 }
    r = Self.limbs(clamped, high: 0)
    pad = Array(key[16...])
    clamped.wipe()
  }

  private static func limbs(_ bytes: [UInt8], high: UInt64) -> [UInt64] {
    let words = (0..<4).map { UInt64(ChaCha20.word(bytes, 4 * $0)) }
    return [
      words[0] & 0x3ff_ffff, (words[0] >> 26 | words[1] << 6) & 0x3ff_ffff, (words[1] >> 20 | words[2] << 12) & 0x3ff_ffff,
      (words[2] >> 14 | words[3] << 18) & 0x3ff_ffff, words[3] >> 8 | high << 24,
    ]
  }

  mutating func update(_ bytes: [UInt8]) {
    pending += bytes
    var start = 0
    while pending.count - start >= 16 {
      absorb(Self.limbs(Array(pending[start..<start + 16]), high: 1))
      start += 16
    }
    pending.removeFirst(start)
  }

  private mutating func absorb(_ block: [UInt64]) {
    for index in 0..<5 { sum[index] += block[index] }
    var product = [UInt64](repeating: 0, count: 5)
    for i in 0..<5 {
      for j in 0..<5 {
        let term = sum[i] &* r[j]
        // 2¹³⁰ is 5.
        product[(i + j) % 5] &+= i + j < 5 ? term : 5 &* term
      }
    }
    sum = product
    carry()
    carry()
  }

  private mutating func carry() {
    var carry: UInt64 = 0
    for index in 0..<5 {
      sum[index] &+= carry
      carry = sum[index] >> 26
      sum[index] &= 0x3ff_ffff
    }
    sum[0] &+= 5 &* carry
  }

  /// The tag of 16 bytes. The authenticator is of no more use.
  mutating func finish() -> [UInt8] {
    if !pending.isEmpty {
      let last = pending + [1] + [UInt8](repeating: 0, count: 15 - pending.count)
      absorb(Self.limbs(last, high: 0))
    }
    carry()
    carry()
    // The sum less 2¹³⁰ − 5, if it is not smaller.
    var reduced = sum
    var carry: UInt64 = 5
    for index in 0..<5 {
      reduced[index] &+= carry
      carry = reduced[index] >> 26
      reduced[index] &= 0x3ff_ffff
    }
    let mask = 0 &- (carry & 1)
    for index in 0..<5 { sum[index] = reduced[index] & mask | sum[index] & ~mask }
    let words = [
      sum[0] | sum[1] << 26, sum[1] >> 6 | sum[2] << 20, sum[2] >> 12 | sum[3] << 14, sum[3] >> 18 | sum[4] << 8,
    ]
    var tag: [UInt8] = []
    var rest: UInt64 = 0
    for index in 0..<4 {
      rest = rest + (words[index] & 0xffff_ffff) + UInt64(ChaCha20.word(pad, 4 * index))
      for shift in [0, 8, 16, 24] as [UInt64] { tag.append(UInt8(truncatingIfNeeded: rest >> shift)) }
      rest >>= 32
    }
    wipe()
    return tag
  }

  private mutating func wipe() {
    for index in 0..<5 { (r[index], sum[index]) = (0, 0) }
    pad.wipe()
    pending.wipe()
  }
}
