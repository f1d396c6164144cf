import Curve25519

/// Choices that follow from a number (SplitMix64).
struct Chance {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// 0 ..< `count`.
  mutating func below(_ count: Int) -> Int { Int(next() >> 1) % count }

  mutating func happens(_ permille: Int) -> Bool { below(1000) < permille }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  mutating func bytes32() -> Bytes32 {
    var random = SeededRandom(seed: (0..<8).map { [value = next()] in UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) })
    return Bytes32(random.bytes(32).span)
  }

  /// The same bytes but for one bit.
  mutating func flipped(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [1] }
    var changed = bytes
    changed[below(bytes.count)] ^= 1 << UInt8(below(8))
    return changed
  }
}

/// The generator of a machine: it goes on where it was when the machine starts again.
final class MachineRandom {
  private var random: SeededRandom
  private let beginning: SeededRandom

  init(seed: UInt64, machine: Int) {
    random = SeededRandom(seed: (0..<8).map { UInt8(truncatingIfNeeded: seed >> UInt64(8 * $0)) } + [UInt8(machine)])
    beginning = random
  }

  func bytes(_ count: Int) -> [UInt8] { random.bytes(count) }

  /// What must never happen to a machine that signs.
  func setBack() { random = beginning }
}

/// A view of it, as the platform hands it out.
struct SharedRandom: RandomSource {
  let source: MachineRandom

  mutating func bytes(_ count: Int) -> [UInt8] { source.bytes(count) }
}
