import Testing

@testable import Curve25519

@Suite struct ScalarTests {
  static let scalars: [Scalar] = {
    var random = seededRandom("scalars")
    return Edge.scalars + (0..<200).map { _ in .random(using: &random) }
  }()

  @Test func exactlyTheNumbersBelowTheOrderDecode() {
    for number in Edge.numbers {
      let scalar = Scalar(canonical: number)
      #expect((scalar != nil) == !number.isAtLeast(Edge.order))
      if let scalar { #expect(scalar.encoded == number) }
    }
    #expect(Scalar(canonical: Edge.order.adding(-1)) == -Scalar.one)
    #expect(Scalar(canonical: Edge.order) == nil)
  }

  @Test func reductionAgreesWithLibsodium() {
    var random = seededRandom("wide")
    for low in Edge.numbers {
      for high in [Bytes32.zero, Edge.ones, Edge.order, .random(&random)] {
        let wide = low.bytes + high.bytes
        #expect(Scalar(wide: wide).encoded == Sodium.reduce(wide))
        let swapped = high.bytes + low.bytes
        #expect(Scalar(wide: swapped).encoded == Sodium.reduce(swapped))
      }
      #expect(Scalar(reducing: low).encoded == Sodium.reduce(low.bytes + [UInt8](repeating: 0, count: 32)))
    }
  }

  @Test func arithmeticAgreesWithLibsodium() {
    for (index, a) in Self.scalars.enumerated() {
      #expect((-a).encoded == Sodium.negate(a))
      for offset in [0, 1, 5, 50, 333] {
        let b = Self.scalars[(index + offset) % Self.scalars.count]
        #expect((a + b).encoded == Sodium.add(a, b))
        #expect((a - b).encoded == Sodium.subtract(a, b))
        #expect((a * b).encoded == Sodium.multiply(a, b))
        #expect((a == b) == (a.encoded == b.encoded))
      }
    }
  }

  @Test func inversesAgreeWithLibsodium() {
    for a in Self.scalars {
      // libsodium refuses zero; here its inverse is zero.
      #expect(a.inverted().encoded == (Sodium.invert(a) ?? .zero))
    }
  }

  @Test func batchInversionAgreesWithSingleInversions() {
    for count in [0, 1, 2, 100] {
      var batch = Array(Self.scalars.prefix(count))
      Scalar.vartimeBatchInvert(&batch)
      #expect(batch == Self.scalars.prefix(count).map { $0.inverted() })
    }
  }

  @Test func halvesDoubleBack() {
    for a in Self.scalars {
      #expect(a.halved + a.halved == a)
      #expect(a.halved == a * Scalar(2).inverted())
    }
  }

  @Test func compoundAssignments() {
    let a = Self.scalars[300], b = Self.scalars[400]
    var c = a
    c += b
    #expect(c == a + b)
    c -= b
    #expect(c == a)
    c *= b
    #expect(c == a * b)
    c.wipe()
    #expect(c == .zero)
  }

  @Test func digitsAddUpToTheScalar() {
    func sum(_ digits: [Int8], width: Int) -> Scalar {
      digits.reversed().reduce(.zero) { value, digit in
        value * Scalar(1 << UInt64(width)) + (digit < 0 ? -Scalar(UInt64(-Int(digit))) : Scalar(UInt64(digit)))
      }
    }
    for a in Self.scalars {
      var four = InlineArray<64, Int8>(repeating: 0)
      a.signedDigits(width: 4, &four)
      #expect(sum(four.indices.map { four[$0] }, width: 4) == a)
      #expect(four.indices.allSatisfy { four[$0] > -8 && four[$0] <= 8 })
      var five = InlineArray<51, Int8>(repeating: 0)
      a.signedDigits(width: 5, &five)
      #expect(sum(five.indices.map { five[$0] }, width: 5) == a)
      #expect(five.indices.allSatisfy { five[$0] > -16 && five[$0] <= 16 })
      let form = a.vartimeNonAdjacentForm(width: 5)
      let digits = form.indices.map { form[$0] }
      #expect(sum(digits, width: 1) == a)
      #expect(digits.allSatisfy { $0 == 0 || ($0 & 1 == 1 && $0 > -16 && $0 < 16) })
      #expect(a.vartimeBitWidth == (a.encoded.bytes.flatMap { byte in (0..<8).map { byte >> $0 & 1 } }.lastIndex(of: 1) ?? -1) + 1)
    }
  }

  @Test func randomScalarsAreTheReductionOf64Bytes() {
    var a = seededRandom("random"), b = seededRandom("random")
    for _ in 0..<20 { #expect(Scalar.random(using: &a) == Scalar(wide: b.bytes(64))) }
  }
}
