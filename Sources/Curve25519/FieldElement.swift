/// The field of the curve: integers modulo p = 2²⁵⁵ − 19, in the limbs that suit the machine.
#if arch(wasm32) || FIELD_32
  typealias FieldElement = FieldElement25
#else
  typealias FieldElement = FieldElement51
#endif

extension FieldElement51: FieldArithmetic {}
extension FieldElement25: FieldArithmetic {}

/// What both representations offer, so that what follows is written once and tests can run both.
///
/// The rules on *reduced* and *loose* elements that hold in both: a product or square is reduced, and so are constants and decoded elements;
/// a factor may be a sum or difference of at most three reduced elements with at most one subtraction; what is subtracted must be
/// reduced or the sum of two reduced elements.
protocol FieldArithmetic: Sendable {
  static var zero: Self { get }
  static var one: Self { get }
  /// The low 255 bits of four little-endian words.
  init(words: (UInt64, UInt64, UInt64, UInt64))
  /// The representative in 0 ..< p.
  var words: (UInt64, UInt64, UInt64, UInt64) { get }
  static func select(_ choice: Choice, _ a: Self, _ b: Self) -> Self
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  func squared() -> Self
  func doubleSquare() -> Self
}

extension FieldArithmetic {
  @inline(__always)
  static prefix func - (a: Self) -> Self { zero - a }

  /// The low 255 bits of an encoding.
  @inline(__always)
  init(_ encoding: Bytes32) { self.init(words: encoding.words) }

  /// The canonical encoding.
  var encoded: Bytes32 { Bytes32(words: words) }

  /// Whether the element is zero.
  var isZero: Choice {
    let w = words
    return Choice(isZero: w.0 | w.1 | w.2 | w.3)
  }

  /// Whether the canonical representative is odd: what RFC 9496 (4.1) calls negative.
  var isNegative: Choice { Choice(bit: words.0 & 1) }

  /// The element or its opposite, whichever is not negative. The element must be reduced.
  var absolute: Self { negated(isNegative) }

  /// The opposite where `choice` is true. The element must be reduced.
  @inline(__always)
  func negated(_ choice: Choice) -> Self { Self.select(choice, -self, self) }

  /// Whether two reduced elements are equal.
  @inline(__always)
  static func areEqual(_ a: Self, _ b: Self) -> Choice { (a - b).isZero }

  /// self^(2^count). `count` is public and at least 1.
  @inline(never)
  func squared(times count: Int) -> Self {
    var result = self.squared()
    for _ in 1..<count { result = result.squared() }
    return result
  }

  /// self^(2²⁵⁰ − 1), and self^11 on the way.
  @inline(__always)
  private func commonPower() -> (power: Self, eleven: Self) {
    let x2 = self.squared()
    let x9 = x2.squared(times: 2) * self
    let x11 = x9 * x2
    let x5bits = x11.squared() * x9
    let x10bits = x5bits.squared(times: 5) * x5bits
    let x20bits = x10bits.squared(times: 10) * x10bits
    let x40bits = x20bits.squared(times: 20) * x20bits
    let x50bits = x40bits.squared(times: 10) * x10bits
    let x100bits = x50bits.squared(times: 50) * x50bits
    let x200bits = x100bits.squared(times: 100) * x100bits
    let x250bits = x200bits.squared(times: 50) * x50bits
    return (x250bits, x11)
  }

  /// 1 / self; zero for zero. Constant time.
  @inline(__always)
  func invertedGeneric() -> Self {
    let (power, eleven) = commonPower()
    return power.squared(times: 5) * eleven
  }

  /// self^((p − 5) / 8) = self^(2²⁵² − 3). Constant time.
  @inline(__always)
  func powerP58Generic() -> Self { commonPower().power.squared(times: 2) * self }
}

extension FieldElement {
  /// 1 / self; zero for zero. Constant time.
  @inline(never)
  func inverted() -> FieldElement { invertedGeneric() }

  /// self^((p − 5) / 8). Constant time.
  @inline(never)
  func powerP58() -> FieldElement { powerP58Generic() }

  /// SQRT_RATIO_M1 of RFC 9496 (4.2): the non-negative root of u / v and true; of i·u / v and false where u / v is not a square;
  /// (0, true) where u is zero, (0, false) where only v is. `u` and `v` are reduced. Constant time.
  static func squareRootRatio(_ u: FieldElement, _ v: FieldElement) -> (wasSquare: Choice, root: FieldElement) {
    let v3 = v.squared() * v
    let v7 = v3.squared() * v
    var root = u * v3 * (u * v7).powerP58()
    let check = v * root.squared()
    let iu = u * Constants.squareRootOfMinusOne
    let correct = areEqual(check, u)
    let flipped = (check + u).isZero
    let flippedI = (check + iu).isZero
    root = select(flipped | flippedI, root * Constants.squareRootOfMinusOne, root)
    return (correct | flipped, root.absolute)
  }

  /// SQRT_RATIO_M1(1, v) where the caller uses the root only if v is a square: the non-negative root of 1 / v and true; (anything, false) where v is
  /// not a non-zero square (0 for v = 0). `v` is reduced. Constant time.
  ///
  /// r = v^((p − 5) / 8) makes v r² a fourth root of one, 1 or −1 for squares. It spares the powers v³ and v⁷ of the general ratio.
  @inline(__always)
  static func inverseSquareRoot(_ v: FieldElement) -> (wasSquare: Choice, root: FieldElement) {
    let r = v.powerP58()
    let check = v * r.squared()
    let flipped = (check + .one).isZero
    let correct = areEqual(check, .one)
    let root = select(flipped, r * Constants.squareRootOfMinusOne, r)
    return (correct | flipped, root.absolute)
  }

  /// Replaces every element by its inverse, zero by zero, with one inversion and three products an element (Montgomery's trick).
  /// The elements must be reduced. Constant time in the elements.
  static func invertAll(_ elements: inout [FieldElement]) {
    var prefixes: [FieldElement] = []
    prefixes.reserveCapacity(elements.count)
    var product = FieldElement.one
    for element in elements {
      prefixes.append(product)
      product = product * select(element.isZero, .one, element)
    }
    var inverse = product.inverted()
    for index in elements.indices.reversed() {
      let element = elements[index]
      let isZero = element.isZero
      elements[index] = select(isZero, .zero, inverse * prefixes[index])
      inverse = inverse * select(isZero, .one, element)
    }
  }
}
