import Testing

@testable import Curve25519

@Suite struct RistrettoTests {
  static let elements: [RistrettoPoint] = {
    var random = seededRandom("elements")
    return (0..<64).map { RistrettoPoint.generatorMultiple(Scalar($0)) }
      + (0..<200).map { _ in RistrettoPoint(uniform: random.bytes(64)) }
  }()

  // MARK: RFC 9496, appendix A

  @Test func multiplesOfTheGenerator() {
    var sum = RistrettoPoint.identity
    for (index, encoding) in RFC9496.multiplesOfGenerator.enumerated() {
      let expected = Bytes32(hex: encoding)
      #expect(sum.encoded == expected)
      #expect(RistrettoPoint(expected) == sum)
      #expect(RistrettoPoint.generatorMultiple(Scalar(UInt64(index))).encoded == expected)
      #expect((Scalar(UInt64(index)) * RistrettoPoint.generator).encoded == expected)
      #expect(RistrettoPoint.generator.vartimeMultiplied(by: UInt64(index)).encoded == expected)
      sum += .generator
    }
  }

  @Test(arguments: RFC9496.invalidEncodings)
  func invalidEncodingsAreRefused(_ group: (reason: String, encodings: [String])) {
    for encoding in group.encodings {
      #expect(RistrettoPoint(Bytes32(hex: encoding)) == nil, "\(group.reason): \(encoding)")
      #expect(!Sodium.isValid(Bytes32(hex: encoding)))
    }
  }

  @Test(arguments: RFC9496.derivedElements)
  func derivedElements(_ vector: (input: String, output: String)) {
    #expect(RistrettoPoint(uniform: unhex(vector.input)).encoded == Bytes32(hex: vector.output))
  }

  @Test(arguments: RFC9496.inputsOfSameElement)
  func differentInputsOfTheSameElement(_ input: String) {
    #expect(RistrettoPoint(uniform: unhex(input)).encoded == Bytes32(hex: RFC9496.sameElement))
  }

  @Test func theVectorsAreComplete() {
    #expect(RFC9496.multiplesOfGenerator.count == 16)
    #expect(RFC9496.invalidEncodings.map(\.encodings.count) == [4, 8, 8, 8, 1])
    #expect(RFC9496.derivedElements.count == 7)
    #expect(RFC9496.inputsOfSameElement.count == 4)
    #expect(RFC9496.squareRootRatios.count == 6)
  }

  // MARK: Against libsodium

  @Test func decodingAgreesOnEdges() {
    for encoding in Edge.numbers {
      let point = RistrettoPoint(encoding)
      #expect((point != nil) == Sodium.isValid(encoding), "\(hex(encoding.bytes))")
      if let point { #expect(point.encoded == encoding) }
    }
  }

  @Test func decodingAgreesOnRandomBytes() {
    var random = seededRandom("decoding")
    var accepted = 0
    for _ in 0..<4000 {
      var encoding = Bytes32.random(&random)
      // Three in four would fail on sign and top bit alone.
      encoding.words.0 &= ~1
      encoding.words.3 &= ~(1 << 63)
      let point = RistrettoPoint(encoding)
      #expect((point != nil) == Sodium.isValid(encoding))
      if let point {
        accepted += 1
        #expect(point.encoded == encoding)
        #expect(point.representative.isOnCurve)
      }
    }
    // A quarter: v u₂² a square, x y not negative.
    #expect(accepted > 800 && accepted < 1200)
  }

  @Test func additionAgrees() {
    for (index, a) in Self.elements.enumerated() {
      let b = Self.elements[(index * 7 + 3) % Self.elements.count]
      #expect((a + b).encoded == Sodium.add(a.encoded, b.encoded))
      #expect((a - b).encoded == Sodium.subtract(a.encoded, b.encoded))
      #expect(a.doubled().encoded == Sodium.add(a.encoded, a.encoded))
      #expect((-a).encoded == Sodium.subtract(Bytes32.zero, a.encoded))
      #expect((a == b) == (a.encoded == b.encoded))
      var sum = a
      sum += b
      #expect(sum == a + b)
      sum -= b
      #expect(sum == a)
    }
  }

  @Test func multiplicationAgrees() {
    var random = seededRandom("multiplication")
    for (index, scalar) in (Edge.scalars + (0..<60).map { _ in .random(using: &random) }).enumerated() {
      let point = Self.elements[1 + index % (Self.elements.count - 1)]
      let expected = Sodium.multiply(scalar, point.encoded) ?? .zero
      #expect((scalar * point).encoded == expected)
      #expect(point.vartimeMultiplied(by: scalar).encoded == expected)
      #expect(RistrettoPoint.generatorMultiple(scalar).encoded == Sodium.multiplyBase(scalar) ?? .zero)
    }
  }

  @Test func fixedBaseTablesMultiplyAnyPoint() {
    var random = seededRandom("tables")
    for point in [RistrettoPoint.identity, Self.elements[5], Self.elements[100]] {
      let table = FixedBaseTable(point)
      for scalar in Edge.scalars.prefix(60) + (0..<20).map({ _ in .random(using: &random) }) {
        #expect(table.multiplied(by: scalar) == scalar * point)
      }
      for bits in [0, 1, 4, 5, 9, 10, 31, 40, 63, 64] {
        let top = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
        for value in [0, top / 2, top] { #expect(table.multiplied(bySmall: value, bits: bits) == Scalar(value) * point) }
      }
    }
  }

  @Test func derivationAgrees() {
    var random = seededRandom("derivation")
    for _ in 0..<300 {
      let uniform = random.bytes(64)
      #expect(RistrettoPoint(uniform: uniform).encoded == Sodium.fromHash(uniform))
    }
    for edge in Edge.numbers {
      let uniform = edge.bytes + Edge.ones.bytes
      #expect(RistrettoPoint(uniform: uniform).encoded == Sodium.fromHash(uniform))
    }
  }

  // MARK: Cosets

  /// An element is a coset of four points; whichever represents it, equality, encoding and arithmetic are the same.
  @Test func allRepresentativesOfAnElementAreEqual() {
    // Multiples of an order-8 point; the even ones have order 4 or less.
    let fours = [0, 2, 4, 6].map { SmallOrder.points[$0] }
    for element in Self.elements {
      let doubled = element.doubled().encoded
      for four in fours {
        let other = RistrettoPoint(representative: element.representative + four)
        #expect(other == element)
        #expect(other.encoded == element.encoded)
        #expect(RistrettoPoint.doubledEncodings([other]) == [doubled])
        #expect((Scalar(5) * other).encoded == (Scalar(5) * element).encoded)
      }
    }
    #expect(Self.elements[3] != Self.elements[4])
    #expect(Self.elements[3] != .identity)
  }

  @Test func doubledEncodingsAgreeWithEncodingDoubles() {
    for count in [0, 1, 2, 3, Self.elements.count] {
      let points = Array(Self.elements.prefix(count))
      #expect(RistrettoPoint.doubledEncodings(points) == points.map { $0.doubled().encoded })
      #expect(RistrettoPoint.encodings(points) == points.map(\.encoded))
    }
    // The identity among others, in every representation.
    let identities = (0..<8).map { RistrettoPoint(representative: SmallOrder.points[$0 & ~1]) }
    let mixed = identities + [Self.elements[9]] + identities
    #expect(RistrettoPoint.doubledEncodings(mixed) == mixed.map { $0.doubled().encoded })
  }

  @Test func halvedScalarsMakeDoubledEncodingsPlainOnes() {
    var random = seededRandom("halves")
    let scalars = (0..<20).map { _ in Scalar.random(using: &random) }
    let halves = scalars.map { RistrettoPoint.generatorMultiple($0.halved) }
    #expect(RistrettoPoint.doubledEncodings(halves) == scalars.map { RistrettoPoint.generatorMultiple($0).encoded })
  }

  // MARK: Properties

  @Test func groupLaws() {
    for (index, a) in Self.elements.enumerated() {
      let b = Self.elements[(index + 11) % Self.elements.count]
      let c = Self.elements[(index + 101) % Self.elements.count]
      #expect(a + b == b + a)
      #expect((a + b) + c == a + (b + c))
      #expect(a + .identity == a)
      #expect(a - a == .identity)
      #expect((a + b).representative.isOnCurve)
      #expect(Scalar(3) * a == a + a + a)
      #expect((-Scalar.one) * a == -a)
    }
  }

  @Test func smallMultiplesExhaustively() {
    var expected = RistrettoPoint.identity
    for value in UInt64(0)..<600 {
      #expect(RistrettoPoint.generatorMultiple(Scalar(value)) == expected)
      #expect(Scalar(value) * RistrettoPoint.generator == expected)
      #expect(RistrettoPoint.generator.vartimeMultiplied(by: value) == expected)
      #expect(RistrettoPoint.generatorMultiple(-Scalar(value)) == -expected)
      expected += .generator
    }
  }

  @Test func wipingLeavesNothing() {
    var point = Self.elements[7]
    point.wipe()
    withUnsafeBytes(of: point) { #expect($0.allSatisfy { $0 == 0 }) }
  }
}

extension EdwardsPoint {
  /// Whether −x² + y² = 1 + d x² y² and x y = t, projectively.
  var isOnCurve: Bool {
    let (xx, yy, zz) = (x.squared(), y.squared(), z.squared())
    let left = (yy - xx) * zz
    let right = zz.squared() + Constants.d * xx * yy
    return FieldElement.areEqual(left, right).revealed && FieldElement.areEqual(x * y, z * t).revealed && !z.isZero.revealed
  }
}
