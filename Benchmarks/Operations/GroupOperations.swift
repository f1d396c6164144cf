import Curve25519

/// The group and its scalars, beside libsodium's.
enum GroupOperations {
  private static let group = "kernel"
  private static let variants = 64

  static var all: [Operation] { multiplications + codec + scalars }

  private static var multiplications: [Operation] {
    [
      Operation(id: "fixed-base", group: group, name: "fixed base, encode") {
        let (scalars, sodium) = (someScalars(), Sodium())
        let (ours, theirs) = (Rolling(scalars), Rolling(scalars.map(\.encoded.bytes)))
        return .init {
          keep(RistrettoPoint.generatorMultiple(ours.next).encoded)
        } libsodium: {
          sodium.generatorMultiple(theirs.next)
        }
      },
      Operation(id: "fixed-base-point", group: group, name: "fixed base alone") {
        let scalars = Rolling(someScalars())
        return .init { keep(RistrettoPoint.generatorMultiple(scalars.next)) }
      },
      Operation(id: "variable-base", group: group, name: "decode, variable base, encode") {
        let (scalar, sodium, points) = (someScalars()[0], Sodium(), someEncodings())
        let (ours, theirs) = (Rolling(points), Rolling(points.map(\.bytes)))
        let scalarBytes = scalar.encoded.bytes
        return .init {
          if let point = RistrettoPoint(ours.next) { keep((scalar * point).encoded) }
        } libsodium: {
          sodium.multiply(scalarBytes, theirs.next)
        }
      },
      Operation(id: "variable-base-point", group: group, name: "variable base alone") {
        let (scalars, points) = (Rolling(someScalars()), Rolling(somePoints()))
        return .init { keep(scalars.next * points.next) }
      },
      Operation(id: "table", group: group, name: "table of a fixed base") {
        let points = Rolling(somePoints())
        return .init { keep(FixedBaseTable(points.next)) }
      },
    ]
  }

  private static var codec: [Operation] {
    [
      Operation(id: "decode", group: group, name: "decode") {
        let (points, sodium) = (someEncodings(), Sodium())
        let (ours, theirs) = (Rolling(points), Rolling(points.map(\.bytes)))
        return .init {
          keep(RistrettoPoint(ours.next))
        } libsodium: {
          sodium.decode(theirs.next)
        }
      },
      Operation(id: "encode", group: group, name: "encode") {
        let points = Rolling(somePoints())
        return .init { keep(points.next.encoded) }
      },
      Operation(id: "encode-batch", group: group, name: "encode in batches of 512, a point", items: 512) {
        var inputs = Inputs()
        let points = inputs.points(512)
        return .init { keep(RistrettoPoint.doubledEncodings(points)) }
      },
      Operation(id: "addition-encoded", group: group, name: "decode two, add, encode") {
        let (points, sodium) = (someEncodings(), Sodium())
        let (ours, theirs) = (Rolling(points), Rolling(points.map(\.bytes)))
        return .init {
          if let a = RistrettoPoint(ours.next), let b = RistrettoPoint(ours.next) { keep((a + b).encoded) }
        } libsodium: {
          sodium.add(theirs.next, theirs.next)
        }
      },
      Operation(id: "addition", group: group, name: "add", items: variants) {
        let points = somePoints()
        return .init {
          var sum = RistrettoPoint.identity
          for point in points { sum += point }
          keep(sum)
        }
      },
      Operation(id: "hash-to-group", group: group, name: "64 bytes to the group, encode") {
        var inputs = Inputs()
        let (uniform, sodium) = (Rolling((0..<variants).map { _ in inputs.bytes(64) }), Sodium())
        return .init {
          keep(RistrettoPoint(uniform: uniform.next).encoded)
        } libsodium: {
          sodium.hashToGroup(uniform.next)
        }
      },
    ]
  }

  private static var scalars: [Operation] {
    [
      Operation(id: "scalar-product", group: group, name: "scalar product", items: variants) {
        let (scalars, sodium) = (someScalars(), Sodium())
        let (factor, bytes) = (scalars[0], scalars.map(\.encoded.bytes))
        return .init {
          var product = factor
          for scalar in scalars { product *= scalar }
          keep(product)
        } libsodium: {
          for scalar in bytes { sodium.scalarProduct(scalar, bytes[0]) }
        }
      },
      Operation(id: "scalar-inverse", group: group, name: "scalar inverse") {
        let (scalars, sodium) = (someScalars(), Sodium())
        let (ours, theirs) = (Rolling(scalars), Rolling(scalars.map(\.encoded.bytes)))
        return .init {
          keep(ours.next.inverted())
        } libsodium: {
          sodium.scalarInverse(theirs.next)
        }
      },
    ]
  }

  private static func someScalars() -> [Scalar] {
    var inputs = Inputs()
    return inputs.scalars(variants)
  }

  private static func someEncodings() -> [Bytes32] {
    var inputs = Inputs()
    return inputs.encodings(variants)
  }

  private static func somePoints() -> [RistrettoPoint] {
    var inputs = Inputs()
    return inputs.points(variants)
  }
}
