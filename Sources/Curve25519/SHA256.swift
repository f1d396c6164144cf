/// SHA-256 (FIPS 180-4), streaming.
///
/// Constant time in the bytes hashed; the number of bytes is public.
public struct SHA256: Sendable {
  /// Bytes in a digest.
  public static let digestLength = 32

  private var state: InlineArray<8, UInt32> = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]
  private var block = InlineArray<64, UInt8>(repeating: 0)
  /// Bytes waiting in `block`, always fewer than 64 between calls.
  private var pending = 0
  /// Bytes absorbed so far.
  private var count: UInt64 = 0

  public init() {}

  /// Absorbs bytes.
  public mutating func update(_ bytes: Span<UInt8>) {
    count &+= UInt64(bytes.count)
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      if pending > 0 {
        offset = min(64 - pending, bytes.count)
        fill(bytes, 0..<offset)
        if pending == 64 { compressPending() }
      }
      // Whole blocks are read where they are.
      while bytes.count &- offset >= 64 {
        compress(bytes.baseAddress.unsafelyUnwrapped + offset)
        offset &+= 64
      }
      fill(bytes, offset..<bytes.count)
    }
  }

  /// Appends bytes to `block`, where there is room for them.
  @inline(__always)
  private mutating func fill(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    for index in range {
      block[pending] = bytes[index]
      pending &+= 1
    }
  }

  private mutating func compressPending() {
    let full = block
    withUnsafeBytes(of: full) { compress($0.baseAddress.unsafelyUnwrapped) }
    pending = 0
  }

  /// Absorbs bytes.
  public mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

  /// The digest of everything absorbed: 32 bytes. The hash itself stays usable, so that a prefix can be hashed once.
  public func digest() -> [UInt8] {
    var last = self
    last.pad()
    var output: [UInt8] = []
    output.reserveCapacity(32)
    for index in 0..<8 {
      for shift in stride(from: 24, through: 0, by: -8) {
        output.append(UInt8(truncatingIfNeeded: last.state[index] >> UInt32(shift)))
      }
    }
    return output
  }

  /// The digest of `bytes`: 32 bytes.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest()
  }

  /// Appends the bit 1, zeros and the length in bits (8 bytes, big-endian; FIPS 180-4, 5.1).
  private mutating func pad() {
    block[pending] = 0x80
    pending += 1
    if pending > 56 {
      while pending < 64 {
        block[pending] = 0
        pending += 1
      }
      compressPending()
    }
    while pending < 56 {
      block[pending] = 0
      pending += 1
    }
    let bits = count << 3
    for shift in stride(from: 56, through: 0, by: -8) {
      block[pending] = UInt8(truncatingIfNeeded: bits >> UInt64(shift))
      pending += 1
    }
    compressPending()
  }

  /// One block (FIPS 180-4, 6.2.2). Eight rounds a turn: the eight variables change roles instead of places.
  private mutating func compress(_ block: UnsafeRawPointer) {
    var w = InlineArray<64, UInt32>(repeating: 0)
    for t in 0..<16 { w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: t &* 4, as: UInt32.self)) }
    for t in 16..<64 {
      let x = w[t &- 15]
      let y = w[t &- 2]
      let s0 = rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3)
      let s1 = rotr(y, 17) ^ rotr(y, 19) ^ (y >> 10)
      w[t] = w[t &- 16] &+ s0 &+ w[t &- 7] &+ s1
    }
    var a = state[0], b = state[1], c = state[2], d = state[3]
    var e = state[4], f = state[5], g = state[6], h = state[7]
    var t = 0
    while t < 64 {
      round(a, b, c, &d, e, f, g, &h, Self.k[t] &+ w[t])
      round(h, a, b, &c, d, e, f, &g, Self.k[t &+ 1] &+ w[t &+ 1])
      round(g, h, a, &b, c, d, e, &f, Self.k[t &+ 2] &+ w[t &+ 2])
      round(f, g, h, &a, b, c, d, &e, Self.k[t &+ 3] &+ w[t &+ 3])
      round(e, f, g, &h, a, b, c, &d, Self.k[t &+ 4] &+ w[t &+ 4])
      round(d, e, f, &g, h, a, b, &c, Self.k[t &+ 5] &+ w[t &+ 5])
      round(c, d, e, &f, g, h, a, &b, Self.k[t &+ 6] &+ w[t &+ 6])
      round(b, c, d, &e, f, g, h, &a, Self.k[t &+ 7] &+ w[t &+ 7])
      t &+= 8
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always)
  private func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32,
    _ input: UInt32
  ) {
    let sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)
    let t1 = h &+ sum1 &+ (g ^ (e & (f ^ g))) &+ input
    let sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)
    d &+= t1
    h = t1 &+ sum0 &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private func rotr(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 &- n) }

  private static let k: InlineArray<64, UInt32> = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
    0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]
}
