import Curve25519

/// The indexes, ascending, of the items whose equations do not hold, by halving.
///
/// - Parameter sum: the equations of a range added up, each times coefficients of its own: the identity if all of them hold.
func invalidItems(_ count: Int, sum: (Range<Int>) -> RistrettoPoint) -> [Int] {
  var invalid: [Int] = []
  bisect(0..<count, sum(0..<count), sum, &invalid)
  return invalid
}

/// - Parameter whole: that of the range. The second half's is what the first half's leaves of it, and costs nothing.
private func bisect(
  _ range: Range<Int>, _ whole: RistrettoPoint, _ sum: (Range<Int>) -> RistrettoPoint, _ invalid: inout [Int]
) {
  if whole == .identity { return }
  if range.count == 1 {
    invalid.append(range.lowerBound)
    return
  }
  let middle = range.lowerBound + range.count / 2
  let first = sum(range.lowerBound..<middle)
  bisect(range.lowerBound..<middle, first, sum, &invalid)
  bisect(middle..<range.upperBound, whole - first, sum, &invalid)
}

/// Coefficients of 128 bits from a hash of the whole batch, so that nobody can choose a ballot knowing them.
struct BatchCoefficients {
  private let seed: Bytes32
  private var counter: UInt64 = 0
  private var block: [UInt8] = []
  private var used = 64

  init(_ digests: [Bytes32]) {
    var transcript = Transcript("batch")
    for digest in digests { transcript.absorb("item", digest) }
    seed = transcript.digest("seed")
  }

  mutating func next() -> Scalar {
    if used == 64 {
      var hash = SHA512()
      hash.update(seed.bytes)
      hash.update((0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(8 * $0)) })
      block = hash.digest()
      counter += 1
      used = 0
    }
    var low: UInt64 = 0
    var high: UInt64 = 0
    for byte in 0..<8 {
      low |= UInt64(block[used + byte]) << UInt64(8 * byte)
      high |= UInt64(block[used + 8 + byte]) << UInt64(8 * byte)
    }
    used += 16
    return Scalar(low: low, high: high)
  }
}
