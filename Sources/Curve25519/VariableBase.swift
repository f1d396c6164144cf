extension EdwardsPoint {
  /// s · P in constant time: 64 signed digits of four bits, a table of 0, P … 8 P read in full for every digit.
  func multiplied(by scalar: Scalar) -> EdwardsPoint {
    let first = CachedPoint(self)
    var multiples = InlineArray<9, CachedPoint>(repeating: first)
    multiples[0] = .identity
    var multiple = self
    for index in 2..<9 {
      multiple.add(first)
      multiples[index] = CachedPoint(multiple)
    }
    var digits = InlineArray<64, Int8>(repeating: 0)
    scalar.signedDigits(width: 4, &digits)
    var result = EdwardsPoint.identity
    var selected = CachedPoint.identity
    withUnsafeBytes(of: &multiples) { bytes in
      let table = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CachedPoint.self)
      for index in (0..<64).reversed() {
        if index < 63 { result.double(times: 4) }
        selected.select(digits[index], from: table, count: 9)
        result.add(selected)
      }
    }
    return result
  }
}
