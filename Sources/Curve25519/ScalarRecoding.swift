extension Scalar {
  /// Signed digits d of `width` bits, −2^(width−1) < d ≤ 2^(width−1), with Σ 2^(width·i) dᵢ equal to the scalar. Constant time.
  ///
  /// `count · width` must exceed the bits of the scalar, 253, so that no carry leaves the last digit. (Were 2^(width−1) excluded instead of
  /// its opposite, one more bit would be needed.)
  @inline(__always)
  func signedDigits<let count: Int>(width: Int, _ digits: inout InlineArray<count, Int8>) {
    let bits: InlineArray<5, UInt64> = [words.0, words.1, words.2, words.3, 0]
    let mask: UInt64 = (1 << UInt64(width)) &- 1
    let belowHalf: UInt64 = (1 << UInt64(width &- 1)) &- 1
    var carry: UInt64 = 0
    for index in 0..<count {
      let position = index &* width
      let word = position >> 6
      let shift = UInt64(truncatingIfNeeded: position & 63)
      // Shifting by 64 − shift in two steps keeps shift = 0 right.
      let window = word > 3 ? 0 : ((bits[word] &>> shift) | ((bits[word &+ 1] &<< 1) &<< (63 &- shift))) & mask
      let value = window &+ carry
      carry = (value &+ belowHalf) &>> UInt64(width)
      digits[index] = Int8(truncatingIfNeeded: Int64(bitPattern: value) &- Int64(bitPattern: carry &<< UInt64(width)))
    }
  }

  /// The width-`width` non-adjacent form: 256 digits, each zero or odd and below 2^(width−1) in size, at most one in `width` in a row not zero.
  /// Variable time.
  func vartimeNonAdjacentForm(width: Int) -> InlineArray<256, Int8> {
    var digits = InlineArray<256, Int8>(repeating: 0)
    let bits: InlineArray<5, UInt64> = [words.0, words.1, words.2, words.3, 0]
    var position = 0
    var carry: UInt64 = 0
    while position < 256 {
      let shift = UInt64(truncatingIfNeeded: position & 63)
      let pair = (bits[position >> 6] &>> shift) | ((bits[(position >> 6) &+ 1] &<< 1) &<< (63 &- shift))
      let window = carry &+ (pair & ((1 << UInt64(width)) &- 1))
      if window & 1 == 0 {
        position &+= 1
        continue
      }
      carry = window >> UInt64(width &- 1) & 1
      digits[position] = Int8(truncatingIfNeeded: Int64(bitPattern: window) &- Int64(bitPattern: carry << UInt64(width)))
      position &+= width
    }
    return digits
  }

  /// The number of bits up to the highest that is set. Variable time.
  var vartimeBitWidth: Int {
    if words.3 != 0 { return 256 - words.3.leadingZeroBitCount }
    if words.2 != 0 { return 192 - words.2.leadingZeroBitCount }
    if words.1 != 0 { return 128 - words.1.leadingZeroBitCount }
    return 64 - words.0.leadingZeroBitCount
  }
}
