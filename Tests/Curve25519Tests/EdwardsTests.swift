import Testing

@testable import Curve25519

@Suite struct EdwardsTests {
  static let points: [EdwardsPoint] = {
    var random = seededRandom("edwards")
    return (0..<40).map { _ in .generatorMultiple(.random(using: &random)) }
  }()

  @Test func encodingsDecode() {
    for point in Self.points + SmallOrder.points {
      #expect(EdwardsPoint(point.encoded) == point)
      #expect(point.isOnCurve)
    }
    #expect(EdwardsPoint.identity.encoded == Bytes32.zero.adding(1))
    #expect(EdwardsPoint.generator.encoded == Bytes32([0x58] + [UInt8](repeating: 0x66, count: 31)))
  }

  @Test func thereAreEightPointsOfSmallOrder() {
    #expect(Set(SmallOrder.points.map(\.encoded)).count == 8)
    for point in SmallOrder.points {
      #expect(point.isSmallOrder)
      #expect(point.multipliedByCofactor() == .identity)
      #expect(point.isTorsionFree == (point == .identity))
    }
  }

  @Test func torsionIsFound() {
    for point in Self.points.prefix(8) {
      #expect(point.isTorsionFree)
      #expect(!point.isSmallOrder)
      for torsion in SmallOrder.points.dropFirst() {
        let mixed = point + torsion
        #expect(!mixed.isTorsionFree)
        #expect(!mixed.isSmallOrder)
        #expect(mixed != point)
        #expect(mixed.multipliedByCofactor() == point.multipliedByCofactor())
        #expect(EdwardsPoint(mixed.encoded) == mixed)
      }
    }
  }

  @Test func nonCanonicalEncodingsAreRefused() {
    // y from p to 2²⁵⁵ − 1, with either sign.
    for offset in 0..<19 {
      for sign: UInt64 in [0, 1 << 63] {
        var encoding = Edge.prime.adding(offset)
        encoding.words.3 |= sign
        #expect(EdwardsPoint(encoding) == nil)
      }
    }
    // x = 0 has no negative: y = 1 and y = −1 with the sign set.
    for var encoding in [Bytes32.zero.adding(1), Edge.prime.adding(-1)] {
      #expect(EdwardsPoint(encoding) != nil)
      encoding.words.3 |= 1 << 63
      #expect(EdwardsPoint(encoding) == nil)
    }
  }

  @Test func validityAgreesWithLibsodium() {
    var random = seededRandom("edwards decoding")
    var accepted = 0
    for encoding in Edge.numbers + (0..<400).map({ _ in .random(&random) }) {
      let point = EdwardsPoint(encoding)
      let valid = point.map { $0.isTorsionFree && !$0.isSmallOrder } ?? false
      #expect(valid == Sodium.isValidEdwards(encoding), "\(hex(encoding.bytes))")
      if let point {
        accepted += 1
        #expect(point.encoded == encoding)
      }
    }
    #expect(accepted > 400)
  }

  @Test func arithmeticAgreesWithLibsodium() {
    var random = seededRandom("edwards arithmetic")
    for (a, b) in zip(Self.points, Self.points.reversed()) {
      #expect((a + b).encoded == Sodium.addEdwards(a.encoded, b.encoded))
      #expect(a.doubled().encoded == Sodium.addEdwards(a.encoded, a.encoded))
      #expect(a - b + b == a)
      #expect(-a + a == .identity)
      let s = Scalar.random(using: &random)
      #expect((s * a).encoded == Sodium.multiplyEdwards(s, a.encoded))
      #expect(a.vartimeMultiplied(by: s) == s * a)
      #expect(EdwardsPoint.generatorMultiple(s) == s * .generator)
    }
  }

  @Test func additionIsComplete() {
    // Every pair of small-order points, with and without a point of prime order: no exception.
    for p in [EdwardsPoint.identity, Self.points[0]] {
      for (i, a) in SmallOrder.points.enumerated() {
        for (j, b) in SmallOrder.points.enumerated() {
          #expect((p + a) + b == p + SmallOrder.points[(i + j) % 8])
          #expect((p + a) - b == p + SmallOrder.points[(i + 8 - j) % 8])
        }
        #expect((p + a).doubled() == p.doubled() + SmallOrder.points[2 * i % 8])
      }
    }
  }

  @Test func wipingLeavesNothing() {
    var point = Self.points[0]
    point.wipe()
    withUnsafeBytes(of: point) { #expect($0.allSatisfy { $0 == 0 }) }
  }
}
