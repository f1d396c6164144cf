import Curve25519

/// Scalars and points to compute with, the same in every run.
struct Inputs {
  private var random = SeededRandom(seed: Array("comitia benchmarks: kernel inputs".utf8))

  mutating func bytes(_ count: Int) -> [UInt8] { random.bytes(count) }

  mutating func scalars(_ count: Int) -> [Scalar] { (0..<count).map { _ in .random(using: &random) } }

  /// Coefficients of 128 bits.
  mutating func halfScalars(_ count: Int) -> [Scalar] {
    (0..<count).map { _ in
      let words = random.bytes(16)
      func word(_ range: Range<Int>) -> UInt64 { words[range].reduce(0) { $0 << 8 | UInt64($1) } }
      return Scalar(low: word(0..<8), high: word(8..<16))
    }
  }

  /// Distinct points, as encodings.
  mutating func encodings(_ count: Int) -> [Bytes32] {
    let start = scalars(2).map { RistrettoPoint.generatorMultiple($0) }
    var point = start[0]
    let points = (0..<count).map { _ in
      point += start[1]
      return point
    }
    return RistrettoPoint.doubledEncodings(points)
  }

  /// Distinct points, as they come from the decoder.
  mutating func points(_ count: Int) -> [RistrettoPoint] { encodings(count).compactMap { RistrettoPoint($0) } }
}
