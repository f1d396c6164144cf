/// SHA-512 (FIPS 180-4), streaming.
///
/// Constant time in the bytes hashed; the number of bytes is public.
public struct SHA512: Sendable {
  /// Bytes in a digest.
  public static let digestLength = 64

  private var state: InlineArray<8, UInt64> = [
    0x6a09e667_f3bcc908, 0xbb67ae85_84caa73b,
    0x3c6ef372_fe94f82b, 0xa54ff53a_5f1d36f1,
    0x510e527f_ade682d1, 0x9b05688c_2b3e6c1f,
    0x1f83d9ab_fb41bd6b, 0x5be0cd19_137e2179,
  ]
  private var block = InlineArray<128, UInt8>(repeating: 0)
  /// Bytes waiting in `block`, always fewer than 128 between calls.
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
        offset = min(128 - pending, bytes.count)
        fill(bytes, 0..<offset)
        if pending == 128 { compressPending() }
      }
      // Whole blocks are read where they are.
      while bytes.count &- offset >= 128 {
        compress(bytes.baseAddress.unsafelyUnwrapped + offset)
        offset &+= 128
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

  /// The digest of everything absorbed: 64 bytes. The hash itself stays usable, so that a prefix can be hashed once.
  public func digest() -> [UInt8] {
    var last = self
    last.pad()
    var output: [UInt8] = []
    output.reserveCapacity(64)
    for index in 0..<8 {
      for shift in stride(from: 56, through: 0, by: -8) {
        output.append(UInt8(truncatingIfNeeded: last.state[index] >> UInt64(shift)))
      }
    }
    return output
  }

  /// The digest of `bytes`: 64 bytes.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA512()
    hash.update(bytes)
    return hash.digest()
  }

  /// Appends the bit 1, zeros and the length in bits (16 bytes, big-endian; FIPS 180-4, 5.1).
  private mutating func pad() {
    block[pending] = 0x80
    pending += 1
    if pending > 112 {
      while pending < 128 {
        block[pending] = 0
        pending += 1
      }
      compressPending()
    }
    while pending < 120 {
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

  /// One block (FIPS 180-4, 6.4.2). Eight rounds a turn: the eight variables change roles instead of places.
  private mutating func compress(_ block: UnsafeRawPointer) {
    var w = InlineArray<80, UInt64>(repeating: 0)
    for t in 0..<16 { w[t] = UInt64(bigEndian: block.loadUnaligned(fromByteOffset: t &* 8, as: UInt64.self)) }
    for t in 16..<80 {
      let x = w[t &- 15]
      let y = w[t &- 2]
      let s0 = rotr(x, 1) ^ rotr(x, 8) ^ (x >> 7)
      let s1 = rotr(y, 19) ^ rotr(y, 61) ^ (y >> 6)
      w[t] = w[t &- 16] &+ s0 &+ w[t &- 7] &+ s1
    }
    var a = state[0], b = state[1], c = state[2], d = state[3]
    var e = state[4], f = state[5], g = state[6], h = state[7]
    var t = 0
    while t < 80 {
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
    _ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: inout UInt64, _ e: UInt64, _ f: UInt64, _ g: UInt64, _ h: inout UInt64,
    _ input: UInt64
  ) {
    let sum1 = rotr(e, 14) ^ rotr(e, 18) ^ rotr(e, 41)
    let t1 = h &+ sum1 &+ (g ^ (e & (f ^ g))) &+ input
    let sum0 = rotr(a, 28) ^ rotr(a, 34) ^ rotr(a, 39)
    d &+= t1
    h = t1 &+ sum0 &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private func rotr(_ x: UInt64, _ n: UInt64) -> UInt64 { x >> n | x << (64 &- n) }

  private static let k: InlineArray<80, UInt64> = [
    0x428a2f98_d728ae22, 0x71374491_23ef65cd,
    0xb5c0fbcf_ec4d3b2f, 0xe9b5dba5_8189dbbc,
    0x3956c25b_f348b538, 0x59f111f1_b605d019,
    0x923f82a4_af194f9b, 0xab1c5ed5_da6d8118,
    0xd807aa98_a3030242, 0x12835b01_45706fbe,
    0x243185be_4ee4b28c, 0x550c7dc3_d5ffb4e2,
    0x72be5d74_f27b896f, 0x80deb1fe_3b1696b1,
    0x9bdc06a7_25c71235, 0xc19bf174_cf692694,
    0xe49b69c1_9ef14ad2, 0xefbe4786_384f25e3,
    0x0fc19dc6_8b8cd5b5, 0x240ca1cc_77ac9c65,
    0x2de92c6f_592b0275, 0x4a7484aa_6ea6e483,
    0x5cb0a9dc_bd41fbd4, 0x76f988da_831153b5,
    0x983e5152_ee66dfab, 0xa831c66d_2db43210,
    0xb00327c8_98fb213f, 0xbf597fc7_beef0ee4,
    0xc6e00bf3_3da88fc2, 0xd5a79147_930aa725,
    0x06ca6351_e003826f, 0x14292967_0a0e6e70,
    0x27b70a85_46d22ffc, 0x2e1b2138_5c26c926,
    0x4d2c6dfc_5ac42aed, 0x53380d13_9d95b3df,
    0x650a7354_8baf63de, 0x766a0abb_3c77b2a8,
    0x81c2c92e_47edaee6, 0x92722c85_1482353b,
    0xa2bfe8a1_4cf10364, 0xa81a664b_bc423001,
    0xc24b8b70_d0f89791, 0xc76c51a3_0654be30,
    0xd192e819_d6ef5218, 0xd6990624_5565a910,
    0xf40e3585_5771202a, 0x106aa070_32bbd1b8,
    0x19a4c116_b8d2d0c8, 0x1e376c08_5141ab53,
    0x2748774c_df8eeb99, 0x34b0bcb5_e19b48a8,
    0x391c0cb3_c5c95a63, 0x4ed8aa4a_e3418acb,
    0x5b9cca4f_7763e373, 0x682e6ff3_d6b2b8a3,
    0x748f82ee_5defb2fc, 0x78a5636f_43172f60,
    0x84c87814_a1f0ab72, 0x8cc70208_1a6439ec,
    0x90befffa_23631e28, 0xa4506ceb_de82bde9,
    0xbef9a3f7_b2c67915, 0xc67178f2_e372532b,
    0xca273ece_ea26619c, 0xd186b8c7_21c0c207,
    0xeada7dd6_cde0eb1e, 0xf57d4f7f_ee6ed178,
    0x06f067aa_72176fba, 0x0a637dc5_a2c898a6,
    0x113f9804_bef90dae, 0x1b710b35_131c471b,
    0x28db77f5_23047d84, 0x32caab7b_40c72493,
    0x3c9ebe0a_15c9bebc, 0x431d67c4_9c100d4c,
    0x4cc5d4be_cb3e42b6, 0x597f299c_fc657e2a,
    0x5fcb6fab_3ad6faec, 0x6c44198c_4a475817,
  ]
}
