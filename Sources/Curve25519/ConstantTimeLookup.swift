/// A secret digit's sign and size.
struct SignedDigit {
  let magnitude: UInt64
  let isNegative: Choice

  @inline(__always)
  init(_ digit: Int8) {
    let wide = Int64(digit)
    let sign = wide >> 63
    magnitude = UInt64(bitPattern: (wide ^ sign) &- sign)
    isNegative = Choice(bit: UInt64(bitPattern: sign) & 1)
  }
}

/// Tables read in full, whatever the secret index: every entry is masked and joined, four words at a time.
private typealias Vector = SIMD4<UInt64>

extension UnsafeRawPointer {
  @inline(__always)
  fileprivate func vector(_ index: Int) -> Vector { loadUnaligned(fromByteOffset: index &* 32, as: Vector.self) }
}

extension CachedPoint {
  /// Sets the point to `digit` · P out of the `count` entries 0, P, 2 P, …, for −count < digit < count.
  @inline(never)
  mutating func select(_ digit: Int8, from multiples: UnsafePointer<CachedPoint>, count: Int) {
    let digit = SignedDigit(digit)
    withUnsafeMutableBytes(of: &self) { bytes in
      var (v0, v1, v2, v3, v4) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      for index in 0..<count {
        let mask = Vector(repeating: Choice(isZero: digit.magnitude ^ UInt64(truncatingIfNeeded: index)).mask)
        let entry = UnsafeRawPointer(multiples + index)
        v0 |= entry.vector(0) & mask
        v1 |= entry.vector(1) & mask
        v2 |= entry.vector(2) & mask
        v3 |= entry.vector(3) & mask
        v4 |= entry.vector(4) & mask
      }
      bytes.storeBytes(of: v0, toByteOffset: 0, as: Vector.self)
      bytes.storeBytes(of: v1, toByteOffset: 32, as: Vector.self)
      bytes.storeBytes(of: v2, toByteOffset: 64, as: Vector.self)
      bytes.storeBytes(of: v3, toByteOffset: 96, as: Vector.self)
      bytes.storeBytes(of: v4, toByteOffset: 128, as: Vector.self)
    }
    negate(digit.isNegative)
  }

  /// Replaces the point by its opposite where `choice` is true.
  @inline(__always)
  private mutating func negate(_ choice: Choice) {
    (yPlusX, yMinusX) = (.select(choice, yMinusX, yPlusX), .select(choice, yPlusX, yMinusX))
    t2d = .select(choice, -t2d, t2d)
  }
}

extension AffineCachedPoint {
  /// Sets the point to `digit` · P out of the `count` entries 0, P, 2 P, …, for −count < digit < count.
  @inline(never)
  mutating func select(_ digit: Int8, from multiples: UnsafePointer<AffineCachedPoint>, count: Int) {
    let digit = SignedDigit(digit)
    withUnsafeMutableBytes(of: &self) { bytes in
      var (v0, v1, v2, v3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      for index in 0..<count {
        let mask = Vector(repeating: Choice(isZero: digit.magnitude ^ UInt64(truncatingIfNeeded: index)).mask)
        let entry = UnsafeRawPointer(multiples + index)
        v0 |= entry.vector(0) & mask
        v1 |= entry.vector(1) & mask
        v2 |= entry.vector(2) & mask
        v3 |= entry.vector(3) & mask
      }
      bytes.storeBytes(of: v0, toByteOffset: 0, as: Vector.self)
      bytes.storeBytes(of: v1, toByteOffset: 32, as: Vector.self)
      bytes.storeBytes(of: v2, toByteOffset: 64, as: Vector.self)
      bytes.storeBytes(of: v3, toByteOffset: 96, as: Vector.self)
    }
    negate(digit.isNegative)
  }

  /// Replaces the point by its opposite where `choice` is true.
  @inline(__always)
  private mutating func negate(_ choice: Choice) {
    (yPlusX, yMinusX) = (.select(choice, yMinusX, yPlusX), .select(choice, yPlusX, yMinusX))
    t2d = .select(choice, -t2d, t2d)
  }
}
