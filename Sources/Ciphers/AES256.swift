import Curve25519

/// The block cipher AES-256 (FIPS 197), encryption only.
///
/// Constant time in key and block: no table is looked up, the S-box is computed. Slow, for the few blocks of a ceremony.
final class AES256 {
  private static let rounds = 14
  /// 15 round keys of 16 bytes.
  private var keys: [UInt8]

  /// - Precondition: a key of 32 bytes.
  init(key: [UInt8]) {
    precondition(key.count == 32)
    keys = [UInt8](repeating: 0, count: 16 * (Self.rounds + 1))
    for index in 0..<32 { keys[index] = key[index] }
    var round: UInt8 = 1
    var word: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
    for index in 8..<4 * (Self.rounds + 1) {
      word = (keys[4 * index - 4], keys[4 * index - 3], keys[4 * index - 2], keys[4 * index - 1])
      if index % 8 == 0 {
        word = (Self.substitute(word.1) ^ round, Self.substitute(word.2), Self.substitute(word.3), Self.substitute(word.0))
        round <<= 1
      } else if index % 8 == 4 {
        word = (Self.substitute(word.0), Self.substitute(word.1), Self.substitute(word.2), Self.substitute(word.3))
      }
      keys[4 * index] = keys[4 * index - 32] ^ word.0
      keys[4 * index + 1] = keys[4 * index - 31] ^ word.1
      keys[4 * index + 2] = keys[4 * index - 30] ^ word.2
      keys[4 * index + 3] = keys[4 * index - 29] ^ word.3
    }
  }

  deinit { keys.wipe() }

  /// The encrypted block.
  ///
  /// - Precondition: 16 bytes.
  func encrypt(_ block: [UInt8]) -> [UInt8] {
    var state = block
    add(&state, round: 0)
    for round in 1...Self.rounds {
      for index in state.indices { state[index] = Self.substitute(state[index]) }
      state = Self.shifted(state)
      if round < Self.rounds { Self.mix(&state) }
      add(&state, round: round)
    }
    return state
  }

  private func add(_ state: inout [UInt8], round: Int) {
    for index in 0..<16 { state[index] ^= keys[16 * round + index] }
  }

  private static func shifted(_ state: [UInt8]) -> [UInt8] { (0..<16).map { state[($0 + 4 * ($0 % 4)) % 16] } }

  private static func mix(_ state: inout [UInt8]) {
    for column in stride(from: 0, to: 16, by: 4) {
      let (a, b, c, d) = (state[column], state[column + 1], state[column + 2], state[column + 3])
      let sum = a ^ b ^ c ^ d
      state[column] = a ^ sum ^ double(a ^ b)
      state[column + 1] = b ^ sum ^ double(b ^ c)
      state[column + 2] = c ^ sum ^ double(c ^ d)
      state[column + 3] = d ^ sum ^ double(d ^ a)
    }
  }

  private static func double(_ value: UInt8) -> UInt8 { value << 1 ^ (0 &- (value >> 7)) & 0x1b }

  /// The product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x + 1.
  private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    var (factor, rest, sum) = (a, b, UInt8(0))
    for _ in 0..<8 {
      sum ^= factor & (0 &- (rest & 1))
      factor = double(factor)
      rest >>= 1
    }
    return sum
  }

  /// The S-box: the inverse, x²⁵⁴, and an affine map.
  private static func substitute(_ value: UInt8) -> UInt8 {
    let two = product(value, value)
    let three = product(two, value)
    let six = product(three, three)
    let twelve = product(six, six)
    let fifteen = product(twelve, three)
    var power = fifteen
    for _ in 0..<4 { power = product(power, power) }
    let inverse = product(power, product(twelve, two))
    return inverse ^ rotated(inverse, 1) ^ rotated(inverse, 2) ^ rotated(inverse, 3) ^ rotated(inverse, 4) ^ 0x63
  }

  private static func rotated(_ value: UInt8, _ count: UInt8) -> UInt8 { value << count | value >> (8 - count) }
}
