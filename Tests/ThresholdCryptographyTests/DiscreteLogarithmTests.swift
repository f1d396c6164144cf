import Curve25519
import Testing

import ThresholdCryptography

@Suite("Discrete logarithm")
struct DiscreteLogarithmTests {
  private func points(_ numbers: some Sequence<UInt64>) -> [RistrettoPoint] {
    numbers.map { .generatorMultiple(Scalar($0)) }
  }

  @Test("every number within every small bound is found, and the next is not")
  func exhaustive() {
    let all = points(0...302)
    for bound in UInt64(0)...300 where bound < 20 || bound % 7 == 0 {
      let found = DiscreteLogarithm(bound: bound, targets: 3).logarithms(of: all)
      for (number, answer) in found.enumerated() { #expect(answer == (number <= bound ? UInt64(number) : nil)) }
    }
  }

  @Test("tables of every shape answer alike", arguments: [1, 2, 10, 1000, 1 << 30])
  func shapes(targets: Int) {
    let search = DiscreteLogarithm(bound: 1000, targets: targets)
    #expect(search.bound == 1000)
    #expect(search.logarithms(of: points(0...1000)) == Array(0...1000))
    #expect(search.logarithms(of: []) == [])
    let mixed = points([1001, 5, 1 << 50]) + [-RistrettoPoint.generator, .generator]
    #expect(search.logarithms(of: mixed) == [nil, 5, nil, nil, 1])
  }

  @Test("edges of large bounds", arguments: [1 << 16, 1 << 20, (1 << 24) + 12345] as [UInt64])
  func edges(bound: UInt64) {
    let numbers = [0, 1, bound / 2, bound - 1, bound, bound + 1, bound + 2]
    let found = DiscreteLogarithm(bound: bound, targets: numbers.count).logarithms(of: points(numbers))
    #expect(found == numbers.map { $0 <= bound ? $0 : nil })
  }

  @Test("the largest bound takes seconds")
  func largest() {
    var random = seeded(40)
    let number = random.bytes(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let search = DiscreteLogarithm(bound: DiscreteLogarithm.maximumBound, targets: 1)
    let numbers = [number, DiscreteLogarithm.maximumBound, 0]
    #expect(search.logarithms(of: points(numbers)) == numbers)
    #expect(search.logarithms(of: points([DiscreteLogarithm.maximumBound + 1])) == [nil])
  }
}
