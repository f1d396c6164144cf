/// Σ sᵢ · Pᵢ in variable time, for public data only.
enum MultiScalar {
  /// From how many points on buckets beat one table a point; measured.
  static let bucketThreshold = 60

  static func vartimeSum(_ scalars: [Scalar], _ points: [EdwardsPoint]) -> EdwardsPoint {
    precondition(scalars.count == points.count, "as many scalars as points")
    return points.count < bucketThreshold ? straus(scalars, points) : pippenger(scalars, points)
  }

  /// Straus: the doublings are shared; every point has a table of its odd multiples P … 15 P for digits of a width-5 non-adjacent form.
  static func straus(_ scalars: [Scalar], _ points: [EdwardsPoint]) -> EdwardsPoint {
    var tables: [CachedPoint] = []
    tables.reserveCapacity(8 * points.count)
    let count = points.count
    // Digit by digit, all points side by side.
    var digits = [Int8](repeating: 0, count: 256 * count)
    var length = 0
    for index in points.indices {
      length = max(length, scalars[index].vartimeBitWidth + 1)
      let form = scalars[index].vartimeNonAdjacentForm(width: 5)
      for position in 0..<256 { digits[position &* count &+ index] = form[position] }
      let double = CachedPoint(points[index].doubled())
      var multiple = points[index]
      tables.append(CachedPoint(multiple))
      for _ in 1..<8 {
        multiple.add(double)
        tables.append(CachedPoint(multiple))
      }
    }
    var result = EdwardsPoint.identity
    var doublings = 0
    for position in (0..<min(length, 256)).reversed() {
      doublings += 1
      for index in 0..<count {
        let digit = Int(digits[position &* count &+ index])
        if digit == 0 { continue }
        if doublings > 0 {
          result.double(times: doublings)
          doublings = 0
        }
        let entry = 8 &* index &+ abs(digit) >> 1
        if digit > 0 { result.add(tables[entry]) } else { result.subtract(tables[entry]) }
      }
    }
    if doublings > 0 { result.double(times: doublings) }
    return result
  }

  /// Pippenger: for every window of the scalars, points with the same digit are summed in a bucket; Σ k · bucket(k) by running sums.
  static func pippenger(_ scalars: [Scalar], _ points: [EdwardsPoint]) -> EdwardsPoint {
    let affine = AffineCachedPoint.vartimeNormalised(points)
    let length = scalars.reduce(1) { max($0, $1.vartimeBitWidth) }
    let bits = scalars.reduce(0) { $0 + $1.vartimeBitWidth }
    let width = windowWidth(bits: bits, length: length)
    let windows = length / width + 1
    let digits = vartimeDigits(scalars, width: width, windows: windows)
    let bucketCount = 1 << (width - 1)
    var result = EdwardsPoint.identity
    for window in (0..<windows).reversed() {
      if window < windows - 1 { result.double(times: width) }
      var buckets = [EdwardsPoint](repeating: .identity, count: bucketCount)
      for index in affine.indices {
        let digit = Int(digits[window &* affine.count &+ index])
        if digit > 0 { buckets[digit &- 1].add(affine[index]) }
        if digit < 0 { buckets[0 &- digit &- 1].subtract(affine[index]) }
      }
      var running = EdwardsPoint.identity
      var sum = EdwardsPoint.identity
      for bucket in buckets.reversed() {
        running.add(CachedPoint(bucket))
        sum.add(CachedPoint(running))
      }
      result.add(CachedPoint(sum))
    }
    return result
  }

  /// The window width with the fewest products: seven for a point in a bucket, eighteen for a bucket in the running sums.
  static func windowWidth(bits: Int, length: Int) -> Int {
    var best = (width: 4, cost: Int.max)
    for width in 4...15 {
      let cost = bits / width * 7 + (length / width + 1) << (width - 1) * 18
      if cost < best.cost { best = (width, cost) }
    }
    return best.width
  }

  /// Signed digits of all scalars, window by window, as in `signedDigits`: `windows · width` exceeds the bits of every scalar.
  private static func vartimeDigits(_ scalars: [Scalar], width: Int, windows: Int) -> [Int16] {
    var digits = [Int16](repeating: 0, count: scalars.count * windows)
    let mask: UInt64 = (1 << UInt64(width)) - 1
    let belowHalf: UInt64 = (1 << UInt64(width - 1)) - 1
    for index in scalars.indices {
      let w = scalars[index].words
      let bits: InlineArray<5, UInt64> = [w.0, w.1, w.2, w.3, 0]
      var carry: UInt64 = 0
      for window in 0..<windows {
        let position = window * width
        let shift = UInt64(position & 63)
        let word = position >> 6
        let pair = word > 3 ? 0 : (bits[word] >> shift) | ((bits[word + 1] << 1) << (63 - shift))
        let value = (pair & mask) + carry
        carry = (value + belowHalf) >> UInt64(width)
        digits[window * scalars.count + index] = Int16(truncatingIfNeeded: Int64(value) - Int64(carry << UInt64(width)))
      }
    }
    return digits
  }
}

extension AffineCachedPoint {
  /// Points made affine: those that already are (as decoded) without the inversion. Variable time.
  static func vartimeNormalised(_ points: [EdwardsPoint]) -> [AffineCachedPoint] {
    if points.allSatisfy({ FieldElement.areEqual($0.z, .one).revealed }) { return points.map { AffineCachedPoint(affine: $0) } }
    return normalised(points)
  }
}
