/// Multiples of one point, prepared for constant-time multiplication by secret scalars: for the generator, for an election's joint key.
///
/// The scalar has 51 signed digits of five bits; window i holds 0, 32ⁱ·P, … 16·32ⁱ·P, affine. A multiplication is 51 additions and no doubling, and reads
/// every entry of every window it uses. About 110 kB, made in about half a millisecond.
public struct FixedBaseTable: Sendable {
  static let windowBits = 5
  static let windowCount = 51
  static let windowSize = 17

  /// Windows of `windowSize` entries, in that order.
  private var entries: [AffineCachedPoint] = []

  /// The table of the generator, made when first used.
  static let generator = FixedBaseTable(edwards: .generator)

  /// Prepares the multiples of a point.
  public init(_ point: RistrettoPoint) { self.init(edwards: point.representative) }

  /// Prepares the multiples of a point by numbers below 16: a fiftieth of the work.
  public init(smallMultiplesOf point: RistrettoPoint) { fill(point.representative, windows: 1) }

  init(edwards point: EdwardsPoint) { fill(point, windows: Self.windowCount) }

  // Not in the initialiser, which the compiler copies into every global constant that it makes.
  @inline(never)
  private mutating func fill(_ point: EdwardsPoint, windows: Int) {
    var points: [EdwardsPoint] = []
    points.reserveCapacity(windows * Self.windowSize)
    var base = point
    for _ in 0..<windows {
      let cached = CachedPoint(base)
      var multiple = EdwardsPoint.identity
      points.append(multiple)
      for _ in 1..<Self.windowSize {
        multiple.add(cached)
        points.append(multiple)
      }
      base = multiple.doubled()
    }
    entries = AffineCachedPoint.normalised(points)
  }

  /// s · P in constant time.
  public func multiplied(by scalar: Scalar) -> RistrettoPoint { RistrettoPoint(representative: edwardsMultiple(scalar)) }

  /// v · P for a small secret v, in constant time that depends on `bits` only.
  ///
  /// - Precondition: `value < 2^bits`, `bits <= 64`, `bits <= 4` for a table of small multiples.
  public func multiplied(bySmall value: UInt64, bits: Int) -> RistrettoPoint {
    precondition(bits >= 0 && bits <= 64 && bits / Self.windowBits * Self.windowSize < entries.count, "at most 64 bits")
    return RistrettoPoint(representative: edwardsMultiple(Scalar(value), windows: bits / Self.windowBits + 1))
  }

  func edwardsMultiple(_ scalar: Scalar) -> EdwardsPoint { edwardsMultiple(scalar, windows: Self.windowCount) }

  private func edwardsMultiple(_ scalar: Scalar, windows: Int) -> EdwardsPoint {
    var digits = InlineArray<51, Int8>(repeating: 0)
    scalar.signedDigits(width: Self.windowBits, &digits)
    var result = EdwardsPoint.identity
    var selected = AffineCachedPoint.identity
    entries.withUnsafeBufferPointer { entries in
      let table = entries.baseAddress.unsafelyUnwrapped
      for window in 0..<windows {
        selected.select(digits[window], from: table + window &* Self.windowSize, count: Self.windowSize)
        result.add(selected)
      }
    }
    return result
  }

  /// s · P. Variable time: public data only.
  func vartimeEdwardsMultiple(_ scalar: Scalar) -> EdwardsPoint {
    var digits = InlineArray<51, Int8>(repeating: 0)
    scalar.signedDigits(width: Self.windowBits, &digits)
    var result = EdwardsPoint.identity
    entries.withUnsafeBufferPointer { entries in
      for window in 0..<Self.windowCount {
        let digit = Int(digits[window])
        let first = window &* Self.windowSize
        if digit > 0 { result.add(entries[first &+ digit]) }
        if digit < 0 { result.subtract(entries[first &- digit]) }
      }
    }
    return result
  }
}

extension AffineCachedPoint {
  /// Points with any z, made affine with one inversion for all.
  static func normalised(_ points: [EdwardsPoint]) -> [AffineCachedPoint] {
    var inverses = points.map { $0.z }
    FieldElement.invertAll(&inverses)
    var result: [AffineCachedPoint] = []
    result.reserveCapacity(points.count)
    for index in points.indices {
      let x = points[index].x * inverses[index]
      let y = points[index].y * inverses[index]
      result.append(AffineCachedPoint(yPlusX: y + x, yMinusX: y - x, t2d: x * y * Constants.twiceD))
    }
    return result
  }
}
