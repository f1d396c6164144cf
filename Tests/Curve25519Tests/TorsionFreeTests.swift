import Testing

@testable import Curve25519

/// ρ, from ristretto255 to the prime-order subgroup of edwards25519.
@Suite struct TorsionFreeTests {
  @Test func theGeneratorGoesToTheGenerator() {
    #expect(RistrettoPoint.generator.torsionFree == .generator)
    #expect(RistrettoPoint.identity.torsionFree == .identity)
  }

  @Test func secretsStayTheSame() {
    var random = seededRandom("torsion free secrets")
    for scalar in Edge.scalars.prefix(40) + (0..<60).map({ _ in .random(using: &random) }) {
      let image = RistrettoPoint.generatorMultiple(scalar).torsionFree
      #expect(image == .generatorMultiple(scalar))
      #expect((scalar * RistrettoPoint.generator).torsionFree.encoded == image.encoded)
    }
  }

  @Test func everyPointOfACosetGivesTheSame() {
    var random = seededRandom("torsion free cosets")
    for _ in 0..<20 {
      let point = EdwardsPoint.generatorMultiple(.random(using: &random))
      for torsion in SmallOrder.points {
        #expect(RistrettoPoint(representative: point + torsion).torsionFree == point)
      }
    }
  }

  /// Elements whose representatives come from decoding and from hashing, with torsion and without.
  @Test func imagesAddUpAndLieInThePrimeOrderSubgroup() throws {
    var random = seededRandom("torsion free images")
    var representativesWithTorsion = 0
    for _ in 0..<40 {
      let hashed = RistrettoPoint(uniform: random.bytes(64))
      let decoded = try #require(RistrettoPoint(RistrettoPoint(uniform: random.bytes(64)).encoded))
      if !hashed.representative.isTorsionFree || !decoded.representative.isTorsionFree { representativesWithTorsion += 1 }
      #expect(hashed.torsionFree.isTorsionFree)
      #expect((hashed + decoded).torsionFree == hashed.torsionFree + decoded.torsionFree)
      #expect(RistrettoPoint(representative: decoded.torsionFree) == decoded)
      let scalar = Scalar.random(using: &random)
      #expect((scalar * hashed).torsionFree == scalar * hashed.torsionFree)
      #expect(try #require(RistrettoPoint(hashed.encoded)).torsionFree == hashed.torsionFree)
    }
    #expect(representativesWithTorsion > 20)
  }
}
