import Curve25519

/// Multi-scalar multiplication, a point: plain sizes, and just what a batch of ballots needs.
enum MultiScalarOperations {
  static var all: [Operation] {
    [1_000, 20_000, 100_000].flatMap { count in
      [
        sum("msm-\(count)-full", "\(count) points", full: count, half: 0),
        sum("msm-\(count)-half", "\(count) points, 128-bit scalars", full: 0, half: count),
      ]
    }
      + [1_000, 4_000].flatMap { ballots in
        // 3.3: 10 points with full scalars and 12 with coefficients alone a ballot of 5 bits; its signature adds one of each.
        [
          sum("msm-ballots-\(ballots)", "points of \(ballots) ballots", full: 10 * ballots, half: 12 * ballots),
          sum("msm-ballots-\(ballots)-signed", "points of \(ballots) signed ballots", full: 11 * ballots, half: 13 * ballots),
        ]
      }
  }

  private static func sum(_ id: String, _ name: String, full: Int, half: Int) -> Operation {
    Operation(
      id: id, group: "multi-scalar multiplication, a point", name: name, items: full + half, isHeavy: full + half > 50_000
    ) {
      var inputs = Inputs()
      let scalars = inputs.scalars(full) + inputs.halfScalars(half)
      let points = inputs.points(full + half)
      // A wrong sum would make a batch bisect, which looks like slowness.
      let middle = points.count / 3
      let parts = [0..<middle, middle..<points.count].map { RistrettoPoint.vartimeSum(Array(scalars[$0]), Array(points[$0])) }
      precondition(RistrettoPoint.vartimeSum(scalars, points) == parts[0] + parts[1], "wrong sum")
      return .init { keep(RistrettoPoint.vartimeSum(scalars, points)) }
    }
  }
}
