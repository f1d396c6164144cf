import Testing

@testable import Curve25519

@Suite struct MultiScalarTests {
  /// Scalars of mixed length, points of known discrete logarithm, and the sum's.
  static func instance(_ count: Int, _ label: String) -> (scalars: [Scalar], points: [RistrettoPoint], sum: Scalar) {
    var random = seededRandom("\(label) \(count)")
    var scalars: [Scalar] = []
    var points: [RistrettoPoint] = []
    var sum = Scalar.zero
    for index in 0..<count {
      let full = Scalar.random(using: &random)
      let scalar =
        switch index % 5 {
        case 0, 1: full
        case 2, 3: Scalar(reduced: (full.words.0, full.words.1, 0, 0))
        default: index % 10 == 4 ? Edge.scalars[index % Edge.scalars.count] : Scalar(full.words.0 & 0xff)
        }
      let logarithm = Scalar.random(using: &random)
      let point = RistrettoPoint.generatorMultiple(logarithm)
      scalars.append(scalar)
      points.append(index % 3 == 0 ? RistrettoPoint(point.encoded) ?? .identity : point)
      sum += scalar * logarithm
    }
    return (scalars, points, sum)
  }

  /// Point by point, in constant-time multiplications.
  static func naive(_ scalars: [Scalar], _ points: [RistrettoPoint]) -> RistrettoPoint {
    zip(scalars, points).reduce(.identity) { $0 + $1.0 * $1.1 }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 16, 59, 60, 61, 100, 189, 200])
  func agreesWithTheNaiveSum(_ count: Int) {
    let (scalars, points, sum) = Self.instance(count, "naive")
    let result = RistrettoPoint.vartimeSum(scalars, points)
    #expect(result == Self.naive(scalars, points))
    #expect(result == RistrettoPoint.generatorMultiple(sum))
    #expect(result.representative.isOnCurve)
  }

  @Test func bothMethodsAgreeAtEverySmallCount() {
    for count in 0...24 {
      let (scalars, points, sum) = Self.instance(count, "methods")
      let representatives = points.map(\.representative)
      #expect(RistrettoPoint(representative: MultiScalar.straus(scalars, representatives)) == .generatorMultiple(sum))
      #expect(RistrettoPoint(representative: MultiScalar.pippenger(scalars, representatives)) == .generatorMultiple(sum))
    }
  }

  @Test func manyPoints() {
    let (scalars, points, sum) = Self.instance(5_000, "many")
    #expect(RistrettoPoint.vartimeSum(scalars, points) == .generatorMultiple(sum))
    let decoded = points.compactMap { RistrettoPoint($0.encoded) }
    #expect(RistrettoPoint.vartimeSum(scalars, decoded) == .generatorMultiple(sum))
  }

  @Test func edgeScalarsOnManyPoints() {
    var random = seededRandom("edges")
    let logarithms = Edge.scalars.map { _ in Scalar.random(using: &random) }
    let points = logarithms.map { RistrettoPoint.generatorMultiple($0) }
    let sum = zip(Edge.scalars, logarithms).reduce(Scalar.zero) { $0 + $1.0 * $1.1 }
    #expect(RistrettoPoint.vartimeSum(Edge.scalars, points) == .generatorMultiple(sum))
    #expect(RistrettoPoint.vartimeSum(points.map { _ in -Scalar.one }, points) == -points.reduce(.identity, +))
    #expect(RistrettoPoint.vartimeSum(points.map { _ in .zero }, points) == .identity)
  }

  @Test(arguments: [2, 100])
  func identitiesAndRepeatsAmongThePoints(_ count: Int) {
    var random = seededRandom("repeats")
    let scalars = (0..<count).map { _ in Scalar.random(using: &random) }
    #expect(RistrettoPoint.vartimeSum(scalars, scalars.map { _ in .identity }) == .identity)
    let sum = scalars.reduce(Scalar.zero, +)
    #expect(RistrettoPoint.vartimeSum(scalars, scalars.map { _ in .generator }) == .generatorMultiple(sum))
  }

  /// On the curve itself, components of small order count.
  @Test func smallOrderComponentsAreKept() {
    var random = seededRandom("torsion")
    let points = SmallOrder.points.flatMap { torsion in
      (0..<12).map { _ in EdwardsPoint.generatorMultiple(.random(using: &random)) + torsion }
    }
    let scalars = points.map { _ in Scalar.random(using: &random) }
    let expected = zip(scalars, points).reduce(EdwardsPoint.identity) { $0 + $1.0 * $1.1 }
    #expect(EdwardsPoint.vartimeSum(scalars, points) == expected)
    #expect(MultiScalar.straus(scalars, points) == expected)
  }

  /// Scalars of all ones, whose recoding carries to the very end, at every length.
  @Test func everyScalarLength() {
    for length in 1...252 {
      let bytes = (0..<32).map { index in
        index * 8 + 8 <= length ? 0xff : index * 8 >= length ? 0 : UInt8(1 << (length % 8)) - 1
      }
      let scalar = Scalar(reducing: Bytes32(bytes.span))
      #expect(scalar.vartimeBitWidth == length)
      let expected = EdwardsPoint.generatorMultiple(scalar)
      #expect(MultiScalar.pippenger([scalar], [.generator]) == expected)
      #expect(MultiScalar.straus([scalar], [.generator]) == expected)
      #expect(scalar * EdwardsPoint.generator == expected)
    }
  }

  @Test func windowsWidenWithThePoints() {
    let widths = [60, 200, 1_000, 20_000, 200_000].map { MultiScalar.windowWidth(bits: 253 * $0, length: 253) }
    #expect(widths == widths.sorted())
    #expect(widths.allSatisfy { $0 >= 4 && $0 <= 15 })
  }

  /// Every window width that a number of points leads to, with full and half-length scalars mixed as in a batch of ballots. A wrong sum here would only
  /// look slow there, because a batch that does not vanish is bisected.
  @Test(arguments: [60, 150, 400, 1_000, 2_500, 6_000, 14_000, 30_000, 70_000])
  func everyWindowWidth(_ count: Int) {
    var random = seededRandom("widths \(count)")
    var points: [RistrettoPoint] = []
    var scalars: [Scalar] = []
    var point = RistrettoPoint.identity
    var sum = Scalar.zero
    for index in 0..<count {
      point += .generator
      points.append(point)
      let full = Scalar.random(using: &random)
      let words = full.encoded.bytes.withUnsafeBytes { ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self)) }
      scalars.append(index % 2 == 0 ? full : Scalar(low: words.0, high: words.1))
      sum += scalars[index] * Scalar(UInt64(index + 1))
    }
    #expect(RistrettoPoint.vartimeSum(scalars, points) == .generatorMultiple(sum))
  }
}
