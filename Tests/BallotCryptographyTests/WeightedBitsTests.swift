import Testing

@testable import BallotCryptography

/// Numbers as sums of weights (3.1).
struct WeightedBitsTests {
  @Test func splitsEveryNumberOfEveryRange() {
    for largest in 1...1000 {
      let bits = WeightedBits(upTo: largest)
      #expect(bits.weights.map { Int($0) } == SpecLayout.weights(largest))
      #expect(bits.weights.reduce(0, +) == largest)
      #expect(bits.weights[0] == 1)
      for value in 0...largest {
        let split = bits.split(UInt64(value))
        let sum = zip(split, bits.weights).reduce(0) { $0 + $1.0 * UInt64($1.1) }
        // One expectation a range would hide which value fails; one a value would take minutes.
        if split.count != bits.weights.count || split.contains(where: { $0 > 1 }) || sum != value {
          Issue.record("\(value) of \(largest): \(split)")
        }
      }
    }
  }

  /// Whatever bits a prover encrypts, the number lies in the range: no sum of weights leaves it, and each number in it is one.
  @Test func sumsAreExactlyTheRange() {
    for largest in 1...1000 {
      var sums: Set<Int> = [0]
      for weight in WeightedBits(upTo: largest).weights { sums.formUnion(sums.map { $0 + Int(weight) }) }
      #expect(sums == Set(0...largest))
    }
  }

  @Test func nothingHasNoWeights() {
    #expect(WeightedBits(upTo: 0).weights.isEmpty)
    #expect(WeightedBits(upTo: 0).split(0).isEmpty)
  }

  /// Limits of large contests: sums up to 250 000.
  @Test func splitsLargeNumbers() {
    for largest in [65_535, 65_536, 250_000] {
      let bits = WeightedBits(upTo: largest)
      for value in [0, 1, 32_767, 32_768, 65_535, largest - 1, largest] where value <= largest {
        let split = bits.split(UInt64(value))
        #expect(split.allSatisfy { $0 <= 1 })
        #expect(zip(split, bits.weights).reduce(0) { $0 + $1.0 * UInt64($1.1) } == value)
      }
    }
  }
}
