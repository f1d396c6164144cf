/// Decoding, encoding and hashing to the group: RFC 9496, 4.3.
extension RistrettoPoint {
  /// Decodes an element (RFC 9496, 4.3.1); `nil` for every encoding but the one that `encoded` gives. Constant time up to the refusal.
  public init?(_ encoding: Bytes32) {
    let s = FieldElement(encoding)
    guard Bytes32(words: s.words) == encoding, encoding.words.0 & 1 == 0 else { return nil }
    let ss = s.squared()
    let u1 = .one - ss
    let u2 = .one + ss
    let u2Squared = u2.squared()
    // v = −d u1² − u2²
    let v = -(Constants.d * u1.squared() + u2Squared)
    let (wasSquare, root) = FieldElement.inverseSquareRoot(v * u2Squared)
    let denominatorX = root * u2
    let denominatorY = root * denominatorX * v
    let x = ((s + s) * denominatorX).absolute
    let y = u1 * denominatorY
    let t = x * y
    guard (wasSquare & !t.isNegative & !y.isZero).revealed else { return nil }
    self.init(representative: EdwardsPoint(x: x, y: y, z: .one, t: t))
  }

  /// The canonical encoding (RFC 9496, 4.3.2).
  public var encoded: Bytes32 {
    let p = representative
    let u1 = (p.z + p.y) * (p.z - p.y)
    let u2 = p.x * p.y
    // Always a square, or zero for the identity.
    let (_, root) = FieldElement.inverseSquareRoot(u1 * u2.squared())
    let denominator1 = root * u1
    let denominator2 = root * u2
    let inverseZ = denominator1 * denominator2 * p.t
    let rotate = (p.t * inverseZ).isNegative
    let x = FieldElement.select(rotate, p.y * Constants.squareRootOfMinusOne, p.x)
    var y = FieldElement.select(rotate, p.x * Constants.squareRootOfMinusOne, p.y)
    let denominator = FieldElement.select(rotate, denominator1 * Constants.inverseSquareRootOfAMinusD, denominator2)
    y = FieldElement.select((x * inverseZ).isNegative, p.z + y, p.z - y)
    return (denominator * y).absolute.encoded
  }

  /// The encodings of the points, one by one: every one needs its own square root. See `doubledEncodings`.
  public static func encodings(_ points: [RistrettoPoint]) -> [Bytes32] { points.map { $0.encoded } }

  /// The encodings of 2 · P for every point P, nine times faster than encoding: one inversion serves all of them.
  ///
  /// The coordinates of a double are products x = E/F, y = G/H with E = 2XY, F = Y² − X², G = Y² + X², H = 2Z² − F (the curve equation
  /// makes F = Z² + d T²), so that Z² − Y² of the double is (a − d) E² F²: the square root of RFC 9496 (4.3.2) is known to be
  /// 1 / (√(a − d) · E² F² G H), and only 1 / EFGH must be computed. Doubles of small order (E G = 0) are the identity, encoded by zeros.
  public static func doubledEncodings(_ points: [RistrettoPoint]) -> [Bytes32] {
    var halves: [DoubledRatio] = []
    halves.reserveCapacity(points.count)
    var inverses: [FieldElement] = []
    inverses.reserveCapacity(points.count)
    for point in points {
      let ratio = DoubledRatio(point.representative)
      halves.append(ratio)
      inverses.append(ratio.eg * ratio.fh)
    }
    FieldElement.invertAll(&inverses)
    var encodings: [Bytes32] = []
    encodings.reserveCapacity(points.count)
    for index in halves.indices { encodings.append(halves[index].encoding(inverse: inverses[index])) }
    return encodings
  }

  /// The element that 64 uniform bytes map to: the sum of the images of both halves (RFC 9496, 4.3.4).
  ///
  /// - Precondition: `uniform.count == 64`.
  public init(uniform: [UInt8]) {
    precondition(uniform.count == 64, "64 bytes needed")
    let first = Self.map(FieldElement(Bytes32(uniform.span, at: 0)))
    let second = Self.map(FieldElement(Bytes32(uniform.span, at: 32)))
    self.init(representative: first + second)
  }

  /// MAP of RFC 9496 (4.3.4).
  private static func map(_ t: FieldElement) -> EdwardsPoint {
    let r = Constants.squareRootOfMinusOne * t.squared()
    let u = (r + .one) * Constants.oneMinusDSquared
    let v = -(r * Constants.d + .one) * (r + Constants.d)
    let (wasSquare, root) = FieldElement.squareRootRatio(u, v)
    let other = (root * t).absolute
    let s = FieldElement.select(wasSquare, root, -other)
    let c = FieldElement.select(wasSquare, -FieldElement.one, r)
    let n = c * (r - .one) * Constants.dMinusOneSquared - v
    let ss = s.squared()
    let w0 = (s + s) * v
    let w1 = n * Constants.squareRootOfADMinusOne
    let w2 = .one - ss
    let w3 = .one + ss
    return EdwardsPoint(x: w0 * w3, y: w2 * w1, z: w1 * w3, t: w0 * w2)
  }
}

/// What `doubledEncodings` keeps of a point between the two passes.
private struct DoubledRatio {
  // e, f, g, h loose; eg and fh reduced.
  let e: FieldElement
  let f: FieldElement
  let g: FieldElement
  let h: FieldElement
  let eg: FieldElement
  let fh: FieldElement

  init(_ point: EdwardsPoint) {
    let xx = point.x.squared()
    let yy = point.y.squared()
    let xy = point.x * point.y
    e = xy + xy
    f = yy - xx
    g = yy + xx
    h = point.z.doubleSquare() + xx - yy
    eg = e * g
    fh = f * h
  }

  /// - Parameter inverse: 1 / EFGH, or zero.
  func encoding(inverse: FieldElement) -> Bytes32 {
    let inverseEG = fh * inverse
    let inverseFH = eg * inverse
    // t / z of the double is EG / FH.
    let rotate = (eg * inverseFH).isNegative
    // Rotated: x = i G F, y = i E H over FH; otherwise x = E H, y = G F.
    let ie = e * Constants.squareRootOfMinusOne
    let ig = g * Constants.squareRootOfMinusOne
    let xOverZ = FieldElement.select(rotate, ig * f, e * h) * inverseFH
    // s = |(z − y) / √(a − d) / EF| = |(H − G) / √(a − d) / E|, rotated |(F − i E) / G|.
    let y = FieldElement.select(rotate, ie, g * .one)
    let z = FieldElement.select(rotate, f * .one, h * .one)
    let difference = FieldElement.select(xOverZ.isNegative, z + y, z - y)
    let over = FieldElement.select(rotate, e, g * Constants.inverseSquareRootOfAMinusD)
    return (difference * (over * inverseEG)).absolute.encoded
  }
}
