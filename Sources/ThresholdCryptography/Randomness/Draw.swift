import Curve25519

/// What follows from one output of the beacon: orders and samples (`docs/spec/11-randomness.md`, 11.4).
///
/// Everything is public and deterministic; whoever has the 32 bytes draws the same.
public struct Draw: Sendable {
  private let output: Bytes32

  /// Draws from the beacon's output.
  public init(_ output: BeaconOutput) { self.init(value: output.value) }

  /// Draws from the bytes of an output that was checked, or is about to be.
  public init(value: Bytes32) { output = value }

  /// A uniformly random order of the items 0 ..< `count`: the item at position 0 comes first.
  ///
  /// Fisher and Yates, upwards: position *i* gets one of the items that stand at *i* and after it.
  ///
  /// - Precondition: `count` is not negative.
  public func permutation(of count: Int, purpose: DrawPurpose) -> [Int] {
    var items = Array(0..<count)
    var numbers = UniformNumbers(output, purpose, items: count)
    for position in 0..<count {
      items.swapAt(position, position + Int(numbers.next(below: UInt64(count - position))))
    }
    return items
  }

  /// A uniformly random set of `size` of the items 0 ..< `count`, ascending: the first of `permutation(of: count, purpose:)`. So a larger sample
  /// holds every smaller one.
  ///
  /// Takes memory and time for `size` items, however large `count` is.
  ///
  /// - Precondition: 0 ≤ `size` ≤ `count`.
  public func sample(of size: Int, outOf count: Int, purpose: DrawPurpose) -> [Int] {
    precondition(0 <= size && size <= count, "a sample is not larger than what it is taken of")
    // Of the permutation only the items that are not in their own places.
    var moved: [Int: Int] = [:]
    var numbers = UniformNumbers(output, purpose, items: count)
    var sample: [Int] = []
    sample.reserveCapacity(size)
    for position in 0..<size {
      let other = position + Int(numbers.next(below: UInt64(count - position)))
      sample.append(moved[other] ?? other)
      moved[other] = moved[position] ?? position
    }
    return sample.sorted()
  }
}
