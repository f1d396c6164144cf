import Curve25519

/// Argon2id, version 1.3 (RFC 9106), with one lane, no key and no additional data, 32 bytes long: how the key of a key file follows from its passphrase
/// (`docs/spec/08-trustee-network.md`, 8.11).
///
/// The first half of the first pass is independent of the passphrase; where later blocks are read from is not, as the algorithm has it.
public enum Argon2id {
  /// Words of a block.
  private static let words = 128
  private static let slices = 4

  /// - Parameters:
  ///   - salt: 16 bytes.
  ///   - passes: over the memory, at least 1.
  ///   - memory: bytes, at least 8 KiB.
  public static func key(passphrase: [UInt8], salt: [UInt8], passes: UInt32, memory: UInt64) -> Bytes32 {
    let count = max(8, Int(memory / 1024) / slices * slices)
    let blocks = UnsafeMutablePointer<UInt64>.allocate(capacity: count * words)
    blocks.initialize(repeating: 0, count: count * words)
    var filler = Filler(blocks: blocks, count: count, passes: Int(passes))
    var seed = start(passphrase, salt, passes, UInt32(memory / 1024))
    for index in 0..<2 {
      var first = long(seed + little(UInt32(index)) + little(0), count: 1024)
      for byte in first.indices { blocks[index * words + byte / 8] |= UInt64(first[byte]) << UInt64(8 * (byte % 8)) }
      first.wipe()
    }
    seed.wipe()
    filler.fill()
    var last: [UInt8] = []
    for word in 0..<words {
      for shift in 0..<8 { last.append(UInt8(truncatingIfNeeded: blocks[(count - 1) * words + word] >> UInt64(8 * shift))) }
    }
    var output = long(last, count: 32)
    defer {
      output.wipe()
      last.wipe()
    }
    // The pages are the passphrase's.
    blocks.update(repeating: 0, count: count * words)
    blocks.deallocate()
    return Bytes32(output.span)
  }

  private static func start(_ passphrase: [UInt8], _ salt: [UInt8], _ passes: UInt32, _ kibibytes: UInt32) -> [UInt8] {
    var input: [UInt8] = []
    for value in [1, 32, kibibytes, passes, 0x13, 2, UInt32(passphrase.count)] { input += little(value) }
    input += passphrase
    input += little(UInt32(salt.count))
    input += salt
    for _ in 0..<2 { input += little(0) }
    defer { input.wipe() }
    return BLAKE2b.hash(input, count: 64)
  }

  private static func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }

  /// The hash of variable length, H′.
  private static func long(_ input: [UInt8], count: Int) -> [UInt8] {
    let first = little(UInt32(count)) + input
    if count <= 64 { return BLAKE2b.hash(first, count: count) }
    var output: [UInt8] = []
    var hash = BLAKE2b.hash(first, count: 64)
    while count - output.count > 64 {
      output += hash[..<32]
      let rest = count - output.count
      hash = BLAKE2b.hash(hash, count: rest > 64 ? 64 : rest)
    }
    return output + hash
  }

  /// Fills the memory.
  private struct Filler {
    let blocks: UnsafeMutablePointer<UInt64>
    let count: Int
    let passes: Int
    private let scratch = UnsafeMutablePointer<UInt64>.allocate(capacity: 4 * Argon2id.words)

    init(blocks: UnsafeMutablePointer<UInt64>, count: Int, passes: Int) {
      self.blocks = blocks
      self.count = count
      self.passes = passes
      scratch.initialize(repeating: 0, count: 4 * Argon2id.words)
    }

    private var sliceLength: Int { count / Argon2id.slices }
    private var mixed: UnsafeMutablePointer<UInt64> { scratch }
    private var input: UnsafeMutablePointer<UInt64> { scratch + Argon2id.words }
    private var addresses: UnsafeMutablePointer<UInt64> { scratch + 2 * Argon2id.words }
    private var zero: UnsafeMutablePointer<UInt64> { scratch + 3 * Argon2id.words }

    mutating func fill() {
      for pass in 0..<passes {
        for slice in 0..<Argon2id.slices { fill(pass, slice) }
      }
      scratch.update(repeating: 0, count: 4 * Argon2id.words)
      scratch.deallocate()
    }

    private func fill(_ pass: Int, _ slice: Int) {
      let isIndependent = pass == 0 && slice < 2
      if isIndependent {
        input.update(repeating: 0, count: Argon2id.words)
        input[0] = UInt64(pass)
        input[2] = UInt64(slice)
        input[3] = UInt64(count)
        input[4] = UInt64(passes)
        input[5] = 2
      }
      for index in (pass == 0 && slice == 0 ? 2 : 0)..<sliceLength {
        if isIndependent, index % Argon2id.words == 0 || index == 2 && slice == 0 { nextAddresses() }
        let current = slice * sliceLength + index
        let previous = (current == 0 ? count : current) - 1
        let random = isIndependent ? addresses[index % Argon2id.words] : blocks[previous * Argon2id.words]
        let reference = reference(random, pass, slice, index)
        mix(
          blocks + previous * Argon2id.words, blocks + reference * Argon2id.words, into: blocks + current * Argon2id.words,
          adds: pass > 0)
      }
    }

    private func nextAddresses() {
      input[6] += 1
      mix(zero, input, into: addresses, adds: false)
      mix(zero, addresses, into: addresses, adds: false)
    }

    /// Which block is read.
    private func reference(_ random: UInt64, _ pass: Int, _ slice: Int, _ index: Int) -> Int {
      let area = (pass == 0 ? slice * sliceLength : count - sliceLength) + index - 1
      let low = random & 0xffff_ffff
      let square = (low &* low) >> 32
      let position = area - 1 - Int((UInt64(area) &* square) >> 32)
      let start = pass == 0 || slice == Argon2id.slices - 1 ? 0 : (slice + 1) * sliceLength
      return (start + position) % count
    }

    /// The compression function G.
    private func mix(
      _ a: UnsafeMutablePointer<UInt64>, _ b: UnsafeMutablePointer<UInt64>, into output: UnsafeMutablePointer<UInt64>, adds: Bool
    ) {
      let m = mixed
      for word in 0..<Argon2id.words { m[word] = a[word] ^ b[word] }
      // What is kept of the sum is added at the end.
      for word in 0..<Argon2id.words { output[word] = adds ? output[word] ^ a[word] ^ b[word] : a[word] ^ b[word] }
      for row in 0..<8 {
        let p = m + 16 * row
        round(p, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
      }
      for column in 0..<8 {
        let p = m + 2 * column
        round(p, 0, 1, 16, 17, 32, 33, 48, 49, 64, 65, 80, 81, 96, 97, 112, 113)
      }
      for word in 0..<Argon2id.words { output[word] ^= m[word] }
    }

    @inline(__always)
    private func round(
      _ p: UnsafeMutablePointer<UInt64>, _ i0: Int, _ i1: Int, _ i2: Int, _ i3: Int, _ i4: Int, _ i5: Int, _ i6: Int, _ i7: Int,
      _ i8: Int, _ i9: Int, _ i10: Int, _ i11: Int, _ i12: Int, _ i13: Int, _ i14: Int, _ i15: Int
    ) {
      quarter(p, i0, i4, i8, i12)
      quarter(p, i1, i5, i9, i13)
      quarter(p, i2, i6, i10, i14)
      quarter(p, i3, i7, i11, i15)
      quarter(p, i0, i5, i10, i15)
      quarter(p, i1, i6, i11, i12)
      quarter(p, i2, i7, i8, i13)
      quarter(p, i3, i4, i9, i14)
    }

    @inline(__always)
    private func quarter(_ p: UnsafeMutablePointer<UInt64>, _ i: Int, _ j: Int, _ k: Int, _ l: Int) {
      var (a, b, c, d) = (p[i], p[j], p[k], p[l])
      a = sum(a, b)
      d = rotated(d ^ a, 32)
      c = sum(c, d)
      b = rotated(b ^ c, 24)
      a = sum(a, b)
      d = rotated(d ^ a, 16)
      c = sum(c, d)
      b = rotated(b ^ c, 63)
      (p[i], p[j], p[k], p[l]) = (a, b, c, d)
    }

    @inline(__always)
    private func sum(_ a: UInt64, _ b: UInt64) -> UInt64 { a &+ b &+ 2 &* (a & 0xffff_ffff) &* (b & 0xffff_ffff) }

    @inline(__always)
    private func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value >> count | value << (64 - count) }
  }
}
