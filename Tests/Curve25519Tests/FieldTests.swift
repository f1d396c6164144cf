import Testing

@testable import Curve25519

/// Both representations of the field against each other and against its laws. Neither is trusted: one has five limbs of 51 bits and carries
/// in parallel, the other ten of 25.5 and carries in chains.
@Suite struct FieldTests {
  /// The same element in both representations.
  struct Pair {
    var wide: FieldElement51
    var narrow: FieldElement25

    init(_ encoding: Bytes32) {
      wide = FieldElement51(encoding)
      narrow = FieldElement25(encoding)
    }
    init(_ wide: FieldElement51, _ narrow: FieldElement25) {
      self.wide = wide
      self.narrow = narrow
    }

    func expectAgreement(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
      #expect(wide.encoded == narrow.encoded, comment, sourceLocation: sourceLocation)
    }
  }

  static let encodings: [Bytes32] = {
    var random = seededRandom("field")
    return Edge.numbers + (0..<200).map { _ in .random(&random) }
  }()

  @Test func decodingReducesModuloThePrime() {
    for encoding in Self.encodings {
      let pair = Pair(encoding)
      pair.expectAgreement()
      var low = encoding
      low.words.3 &= ~(1 << 63)
      // Values in p ..< 2²⁵⁵ are the only ones not their own encoding.
      let expected = low.isAtLeast(Edge.prime) ? Bytes32(words: (low.words.0 &- Edge.prime.words.0, 0, 0, 0)) : low
      #expect(pair.wide.encoded == expected)
    }
  }

  @Test func everyOperationAgreesOnEdges() {
    let edges = Self.encodings.map { Pair($0) }
    for (index, a) in edges.enumerated() {
      Pair(a.wide.squared(), a.narrow.squared()).expectAgreement()
      Pair(a.wide.doubleSquare(), a.narrow.doubleSquare()).expectAgreement()
      Pair(-a.wide, -a.narrow).expectAgreement()
      Pair(a.wide.absolute, a.narrow.absolute).expectAgreement()
      #expect(a.wide.isNegative.revealed == a.narrow.isNegative.revealed)
      #expect(a.wide.isZero.revealed == a.narrow.isZero.revealed)
      for offset in [1, 7, 100, 321] {
        let b = edges[(index + offset) % edges.count]
        Pair(a.wide * b.wide, a.narrow * b.narrow).expectAgreement()
        Pair(a.wide + b.wide, a.narrow + b.narrow).expectAgreement()
        Pair(a.wide - b.wide, a.narrow - b.narrow).expectAgreement()
      }
    }
  }

  /// The largest limbs that the rules allow, in every combination of factors.
  @Test func looseFactorsDoNotOverflow() {
    let loose: [Pair] = Self.encodings.suffix(40).flatMap { encoding in
      let a = Pair(encoding)
      let top = Pair(Bytes32.zero.adding(-1))
      let b = Pair(a.wide * top.wide, a.narrow * top.narrow)
      return [
        Pair(a.wide + b.wide + top.wide, a.narrow + b.narrow + top.narrow),
        Pair(a.wide + b.wide - top.wide, a.narrow + b.narrow - top.narrow),
        Pair(top.wide - (a.wide + b.wide), top.narrow - (a.narrow + b.narrow)),
      ]
    }
    for a in loose {
      a.expectAgreement()
      Pair(a.wide.squared(), a.narrow.squared()).expectAgreement()
      for b in loose { Pair(a.wide * b.wide, a.narrow * b.narrow).expectAgreement() }
    }
  }

  /// Limbs at the very bounds that the types document, beyond what encodings give.
  @Test func extremeLimbsMultiplyRight() {
    let reduced: UInt64 = 1 << 51 + 1 << 15 - 1
    let limit: UInt64 = 1 << 54 - 1
    for bits in 0..<32 {
      func limb(_ index: Int) -> UInt64 { bits >> index & 1 == 1 ? limit : 0 }
      let extreme = FieldElement51(limb(0), limb(1), limb(2), limb(3), limb(4))
      let same = FieldElement51(words: extreme.words)
      #expect((extreme * extreme).encoded == (same * same).encoded)
      #expect(extreme.squared().encoded == same.squared().encoded)
      for limb in [extreme.squared().l0, extreme.squared().l1, extreme.squared().l2, extreme.squared().l3, extreme.squared().l4] {
        #expect(limb <= reduced)
      }
    }
    // 3.01·2²⁶ and 3.01·2²⁵, and what a product may leave.
    let even: Int32 = 201_997_680, odd: Int32 = 100_998_840
    let evenReduced: ClosedRange<Int32> = -0x1_0000...0x401_0000, oddReduced: ClosedRange<Int32> = -0x1_0000...0x201_0000
    for bits in 0..<1024 {
      func limb(_ index: Int) -> Int32 { (bits >> index & 1 == 1 ? 1 : -1) * (index & 1 == 0 ? even : odd) }
      let extreme = FieldElement25(
        limb(0), limb(1), limb(2), limb(3), limb(4), limb(5), limb(6), limb(7), limb(8), limb(9))
      let same = FieldElement25(words: extreme.words)
      #expect((extreme * extreme).encoded == (same * same).encoded)
      #expect(extreme.squared().encoded == same.squared().encoded)
      #expect(extreme.squared().doubleSquare().encoded == (same.squared().squared() + same.squared().squared()).encoded)
      let product = extreme * extreme
      for limb in [product.l0, product.l2, product.l4, product.l6, product.l8] { #expect(evenReduced.contains(limb)) }
      for limb in [product.l1, product.l3, product.l5, product.l7, product.l9] { #expect(oddReduced.contains(limb)) }
    }
  }

  @Test func arithmeticObeysTheLawsOfAField() {
    func laws<F: FieldArithmetic>(_: F.Type) {
      let elements = Self.encodings.map { F($0) }
      for (index, a) in elements.enumerated() {
        let b = elements[(index + 13) % elements.count]
        let c = elements[(index + 77) % elements.count]
        #expect((a * b).encoded == (b * a).encoded)
        #expect((a * (b + c)).encoded == (a * b + a * c).encoded)
        #expect((a * b * c).encoded == (a * (b * c)).encoded)
        #expect((a - b + b).encoded == a.encoded)
        #expect(a.squared().encoded == (a * a).encoded)
        #expect(a.squared(times: 5).encoded == a.squared().squared().squared().squared().squared().encoded)
      }
    }
    laws(FieldElement51.self)
    laws(FieldElement25.self)
  }

  @Test func inversesAndPowersAgree() {
    for encoding in Self.encodings {
      let a = Pair(encoding)
      let inverse = Pair(a.wide.invertedGeneric(), a.narrow.invertedGeneric())
      inverse.expectAgreement()
      #expect((inverse.wide * a.wide).encoded == (a.wide.isZero.revealed ? Bytes32.zero : FieldElement51.one.encoded))
      Pair(a.wide.powerP58Generic(), a.narrow.powerP58Generic()).expectAgreement()
    }
  }

  @Test func batchInversionInvertsAndKeepsZero() {
    for count in [0, 1, 2, 3, 50] {
      let elements = Self.encodings.prefix(count).map { FieldElement($0) }
      var inverses = elements
      FieldElement.invertAll(&inverses)
      for (element, inverse) in zip(elements, inverses) { #expect(inverse.encoded == element.inverted().encoded) }
    }
    var zeros = [FieldElement.zero, .one, .zero]
    FieldElement.invertAll(&zeros)
    #expect(zeros.map(\.encoded) == [FieldElement.zero, .one, .zero].map(\.encoded))
  }

  @Test(arguments: RFC9496.squareRootRatios)
  func squareRootRatioVectors(_ vector: (u: String, v: String, wasSquare: Bool, root: String)) {
    let (wasSquare, root) = FieldElement.squareRootRatio(FieldElement(Bytes32(hex: vector.u)), FieldElement(Bytes32(hex: vector.v)))
    #expect(wasSquare.revealed == vector.wasSquare)
    #expect(root.encoded == Bytes32(hex: vector.root))
  }

  @Test func squareRootRatioHoldsItsDefinition() {
    var squares = 0
    for (index, encoding) in Self.encodings.enumerated() {
      let u = FieldElement(encoding)
      let v = FieldElement(Self.encodings[(index + 31) % Self.encodings.count])
      let (wasSquare, root) = FieldElement.squareRootRatio(u, v)
      #expect(!root.isNegative.revealed)
      if v.isZero.revealed || u.isZero.revealed {
        #expect(root.isZero.revealed)
        #expect(wasSquare.revealed == u.isZero.revealed)
        continue
      }
      let expected = wasSquare.revealed ? u : u * Constants.squareRootOfMinusOne
      #expect((v * root.squared()).encoded == expected.encoded)
      squares += wasSquare.revealed ? 1 : 0
      let (isSquare, inverseRoot) = FieldElement.inverseSquareRoot(v)
      let general = FieldElement.squareRootRatio(.one, v)
      #expect(isSquare.revealed == general.wasSquare.revealed)
      if isSquare.revealed { #expect(inverseRoot.encoded == general.root.encoded) }
    }
    #expect(squares > 300 && squares < 900)
  }

  @Test func constantsAreWhatTheySay() {
    let one = FieldElement.one
    func number(_ value: UInt64) -> FieldElement { FieldElement(words: (value, 0, 0, 0)) }
    let d = Constants.d
    #expect((d * number(121666)).encoded == (-number(121665)).encoded)
    #expect(Constants.twiceD.encoded == (d + d).encoded)
    #expect(Constants.squareRootOfMinusOne.squared().encoded == (-one).encoded)
    #expect(Constants.squareRootOfADMinusOne.squared().encoded == (-(d + one)).encoded)
    #expect((Constants.inverseSquareRootOfAMinusD.squared() * -(d + one)).encoded == one.encoded)
    #expect(Constants.oneMinusDSquared.encoded == (one - d.squared()).encoded)
    #expect(Constants.dMinusOneSquared.encoded == (d - one).squared().encoded)
    #expect((Constants.generatorY * number(5)).encoded == number(4).encoded)
    #expect(!Constants.generatorX.isNegative.revealed)
  }

  @Test func portableWordsAgreeWithWideOnes() {
    var random = seededRandom("words")
    let edges: [UInt64] = [0, 1, 2, 0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_0000_0000, .max, .max - 1, 1 << 63]
    let words = edges + (0..<20).map { _ in Bytes32.random(&random).words.0 }
    for a in words {
      for b in words {
        for c in edges {
          let d = a ^ c
          let wide = UInt128(a) * UInt128(b) + UInt128(c) + UInt128(d)
          for result in [Word.multiplyAdd(a, b, c, d), Word.Portable.multiplyAdd(a, b, c, d)] {
            #expect(result.low == UInt64(truncatingIfNeeded: wide) && result.high == UInt64(truncatingIfNeeded: wide >> 64))
          }
        }
        for carry: UInt64 in [0, 1] {
          let sum = UInt128(a) + UInt128(b) + UInt128(carry)
          for result in [Word.add(a, b, carry: carry), Word.Portable.add(a, b, carry: carry)] {
            #expect(result.sum == UInt64(truncatingIfNeeded: sum) && result.carry == UInt64(sum >> 64))
          }
          for result in [Word.subtract(a, b, borrow: carry), Word.Portable.subtract(a, b, borrow: carry)] {
            #expect(result.difference == a &- b &- carry)
            #expect(result.borrow == (UInt128(a) < UInt128(b) + UInt128(carry) ? 1 : 0))
          }
        }
      }
    }
  }
}

extension Bytes32 {
  /// Whether the little-endian number is at least another.
  func isAtLeast(_ other: Bytes32) -> Bool { !bytes.reversed().lexicographicallyPrecedes(other.bytes.reversed()) }
}
