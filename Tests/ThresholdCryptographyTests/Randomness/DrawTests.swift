import Curve25519
import Testing

@testable import ThresholdCryptography

@Suite("Draws")
struct DrawTests {
  private func draw(_ number: Int) -> Draw {
    var random = seeded(number)
    return Draw(value: random.bytes32())
  }

  private static let purposes: [DrawPurpose] = [
    .optionOrder(contest: 0), .optionOrder(contest: 1), .lotOrder(contest: 0), .lotOrder(contest: 1), .dutyOrder, .auditSample,
  ]

  @Test("numbers are those of the specification, and the highest words are passed over")
  func numbers() {
    var transcript = Transcript("draw numbers")
    transcript.absorb("output", Bytes32.zero)
    transcript.absorb("purpose", Array("lot order".utf8))
    transcript.absorb("index", 3)
    transcript.absorb("items", 5)
    var words: [UInt64] = []
    for block in UInt64(0)..<40 {
      var fork = transcript
      fork.absorb("block", block)
      let bytes = fork.uniform("numbers")
      words += (0..<8).map { k in bytes[8 * k..<8 * k + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    }
    // Of this bound's multiples below 2⁶⁴ there is one: every second word is passed over.
    let bound = UInt64(1) << 63 + 1
    var numbers = UniformNumbers(.zero, .lotOrder(contest: 3), items: 5)
    let expected = words.filter { $0 < bound }
    #expect(expected.count < 200 && expected.count > 120)
    for word in expected { #expect(numbers.next(below: bound) == word) }
    numbers = UniformNumbers(.zero, .lotOrder(contest: 3), items: 5)
    for word in words { #expect(numbers.next(below: 1 << 40) == word % (1 << 40)) }
  }

  @Test("a permutation has every item once, and a sample is its beginning in ascending order")
  func permutationsAndSamples() {
    for count in 0...40 {
      let permutation = draw(count).permutation(of: count, purpose: .dutyOrder)
      #expect(permutation.sorted() == Array(0..<count))
      for size in 0...count {
        #expect(draw(count).sample(of: size, outOf: count, purpose: .dutyOrder) == permutation.prefix(size).sorted())
      }
    }
  }

  @Test("a thousand of ten million")
  func largeSample() {
    let sample = draw(1).sample(of: 1000, outOf: 10_000_000, purpose: .auditSample)
    #expect(Set(sample).count == 1000 && sample == sample.sorted())
    #expect(sample.allSatisfy { (0..<10_000_000).contains($0) })
    let smaller = draw(1).sample(of: 100, outOf: 10_000_000, purpose: .auditSample)
    #expect(Set(smaller).isSubset(of: sample))
  }

  @Test("output, purpose, index and number of items each change everything")
  func separation() {
    var seen = Set<[Int]>()
    for purpose in Self.purposes {
      for number in 1...2 { seen.insert(draw(number).permutation(of: 30, purpose: purpose)) }
    }
    #expect(seen.count == 2 * Self.purposes.count)
    let longer = draw(1).permutation(of: 31, purpose: .dutyOrder)
    #expect(longer.filter { $0 < 30 } != draw(1).permutation(of: 30, purpose: .dutyOrder))
    #expect(draw(1).permutation(of: 30, purpose: .dutyOrder) == draw(1).permutation(of: 30, purpose: .dutyOrder))
  }

  /// All that can come out for up to four items comes out, each as often as chance has it: Σ (found − expected)² / expected is below a bound that
  /// a fair draw passes but once in more than a million; the outputs are fixed, so that the test says the same each time.
  @Test("all orders of up to four items are equally likely", arguments: [(1, 0.1), (2, 25.0), (3, 37.0), (4, 69.0)])
  func permutationsAreFair(count: Int, bound: Double) {
    var found: [[Int]: Int] = [:]
    for number in 0..<4800 { found[draw(number).permutation(of: count, purpose: .optionOrder(contest: 2)), default: 0] += 1 }
    let orders = (1...count).reduce(1, *)
    #expect(found.count == orders)
    let expected = 4800 / Double(orders)
    #expect(found.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < bound)
  }

  @Test("all samples of up to four items are equally likely", arguments: 1...4)
  func samplesAreFair(count: Int) {
    for size in 0...count {
      var found: [[Int]: Int] = [:]
      for number in 0..<2400 { found[draw(number).sample(of: size, outOf: count, purpose: .auditSample), default: 0] += 1 }
      let sets = subsets(of: Array(0..<count), size: size)
      #expect(Set(found.keys) == Set(sets))
      let expected = 2400 / Double(sets.count)
      // At most six sets: five degrees of freedom.
      #expect(found.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 37)
    }
  }

  @Test("in an order of twenty each item is at each place, and in a sample of ten each of hundred, as often as chance has it")
  func placesAreFair() {
    var places = [Int](repeating: 0, count: 400)
    var members = [Int](repeating: 0, count: 100)
    for number in 0..<2000 {
      for (place, item) in draw(number).permutation(of: 20, purpose: .dutyOrder).enumerated() { places[20 * place + item] += 1 }
      for item in draw(number).sample(of: 10, outOf: 100, purpose: .auditSample) { members[item] += 1 }
    }
    func statistic(_ counts: [Int], _ expected: Double) -> Double {
      counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    }
    // 361 and 99 degrees of freedom: six deviations up and down.
    #expect((200...523).contains(statistic(places, 100)))
    #expect((30...185).contains(statistic(members, 200)))
  }
}
