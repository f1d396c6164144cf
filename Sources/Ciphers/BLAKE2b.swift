/// BLAKE2b without key (RFC 7693), as Argon2 uses it. Constant time in its input.
struct BLAKE2b {
  private static let start: [UInt64] = [
    0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
  ]
  /// In which order each round takes the words of a message: four bits each, the first ones lowest.
  private static let orders: [UInt64] = [
    0xfedc_ba98_7654_3210, 0x357b_20c1_6df9_84ae,
    0x4917_63ea_df25_0c8b, 0x8f04_a562_ebcd_1397,
    0xd386_cb1e_fa42_7509, 0x91ef_57d4_38b0_a6c2,
    0xb829_3670_a4de_f15c, 0xa268_4f05_931c_e7bd,
    0x5a41_7d2c_803b_9ef6, 0x0dc3_e9bf_5167_482a,
  ]

  /// The hash of `count` bytes.
  ///
  /// - Precondition: 1 … 64.
  static func hash(_ input: [UInt8], count: Int) -> [UInt8] {
    var state = start
    state[0] ^= 0x0101_0000 ^ UInt64(count)
    var position = 0
    repeat {
      let end = min(position + 128, input.count)
      let block = Array(input[position..<end]) + [UInt8](repeating: 0, count: 128 - (end - position))
      compress(&state, block, read: UInt64(end), isLast: end == input.count)
      position = end
    } while position < input.count
    var output: [UInt8] = []
    output.reserveCapacity(count)
    for index in 0..<count { output.append(UInt8(truncatingIfNeeded: state[index / 8] >> UInt64(8 * (index % 8)))) }
    return output
  }

  private static func compress(_ state: inout [UInt64], _ block: [UInt8], read: UInt64, isLast: Bool) {
    var message = [UInt64](repeating: 0, count: 16)
    for index in 0..<128 { message[index / 8] |= UInt64(block[index]) << UInt64(8 * (index % 8)) }
    var v = state + start
    v[12] ^= read
    if isLast { v[14] = ~v[14] }
    for round in 0..<12 {
      let order = orders[round % 10]
      for index in 0..<8 {
        let column = index % 4
        // Columns, then diagonals.
        let shift = index < 4 ? 0 : 1
        let (a, b, c, d) = (
          column, 4 + (column + shift) % 4, 8 + (column + 2 * shift) % 4, 12 + (column + 3 * shift) % 4
        )
        v[a] = v[a] &+ v[b] &+ word(message, order, 2 * index)
        v[d] = rotated(v[d] ^ v[a], 32)
        v[c] = v[c] &+ v[d]
        v[b] = rotated(v[b] ^ v[c], 24)
        v[a] = v[a] &+ v[b] &+ word(message, order, 2 * index + 1)
        v[d] = rotated(v[d] ^ v[a], 16)
        v[c] = v[c] &+ v[d]
        v[b] = rotated(v[b] ^ v[c], 63)
      }
    }
    for index in 0..<8 { state[index] ^= v[index] ^ v[index + 8] }
  }

  private static func word(_ message: [UInt64], _ order: UInt64, _ index: Int) -> UInt64 {
    message[Int(truncatingIfNeeded: order >> UInt64(4 * index)) & 15]
  }

  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value >> count | value << (64 - count) }
}
