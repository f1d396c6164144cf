/// The rosette of an election: an ornament engraved from its id.
///
/// An aid to the eye, never a proof: it makes two elections look different, and that is all. Only whole numbers are used, so that every device draws
/// the same; `web/js/rosette.mjs` is the same in JavaScript.
public enum Rosette {
  /// Of the `<svg class="rosette">` around the path.
  public static let viewBox = "-48 -48 96 96"

  /// A path's `d` for an election's id of 32 bytes, which is public. About 2 kB; it holds digits, letters of commands, points, minus and space only.
  public static func path(of id: [UInt8]) -> String {
    precondition(id.count == 32, "an election's id has 32 bytes")
    var seed = [Int](repeating: 0, count: 8)
    for (index, byte) in id.enumerated() { seed[index % 8] ^= Int(byte) }
    let petals = 5 + seed[0] % 8
    let outer = Band(
      radius: 32, lift: seed[1] % 3, swing: 13 + seed[2] % 4, swell: 2 + (seed[1] >> 2) % 4, petals: petals,
      winding: Winding(turns: seed[3], waves: seed[4], fewest: 11))
    let inner = Band(
      radius: 16, lift: (seed[1] >> 4) % 3, swing: 8 + (seed[2] >> 2) % 4, swell: 1 + (seed[2] >> 4) % 3, petals: petals,
      winding: Winding(turns: seed[5], waves: seed[6], fewest: 9))
    return outer.path + inner.path + circle("46.5") + circle(String(5 + seed[7] % 4))
  }

  private static func circle(_ radius: String) -> String {
    "M\(radius) 0A\(radius) \(radius) 0 1 1-\(radius) 0A\(radius) \(radius) 0 1 1 \(radius) 0"
  }
}

/// How often a band's line goes round, and how many waves it has until it meets itself: the two have no common factor.
private struct Winding {
  let turns: Int
  let waves: Int

  init(turns: Int, waves: Int, fewest: Int) {
    self.turns = 4 + turns % 4
    self.waves = self.turns * (fewest + waves % 8) + (waves % 2 == 0 ? 1 : -1)
  }
}

/// A closed line that swings about a circle lifted to petals.
///
/// The crests are control points of a quadratic spline; it runs through the middles between them. Crests are whole fifths and middles whole tenths,
/// so nothing is rounded on the way.
private struct Band {
  let radius: Int
  let lift: Int
  let swing: Int
  let swell: Int
  let petals: Int
  let winding: Winding

  var path: String {
    let crests = self.crests
    func middle(_ index: Int) -> Point { crests[index % crests.count] + crests[(index + 1) % crests.count] }
    var last = middle(0)
    var path = "M" + last.tenths
    for index in 1...crests.count {
      let next = middle(index)
      let crest = crests[index % crests.count]
      let step = (next - last).tenths
      if index == 1 {
        path += "q" + (crest + crest - last).tenths + " " + step + "t"
      } else {
        path += (index == 2 || step.hasPrefix("-") ? "" : " ") + step
      }
      last = next
    }
    return path
  }

  private var crests: [Point] {
    (0..<2 * winding.waves).map { index in
      let angle = (65_536 * winding.turns * index) / (2 * winding.waves) & 65_535
      let wave = Angle.cosine(angle * petals)
      // In 64ths of a fifth.
      let reach = 320 * swing + ((320 * swell * wave) >> 14)
      let height = 320 * radius + ((320 * lift * wave) >> 14) + (index % 2 == 0 ? reach : -reach)
      return Point(x: (height * Angle.cosine(angle) + 524_288) >> 20, y: (height * Angle.sine(angle) + 524_288) >> 20)
    }
  }
}

private struct Point {
  let x: Int
  let y: Int

  static func + (left: Point, right: Point) -> Point { Point(x: left.x + right.x, y: left.y + right.y) }
  static func - (left: Point, right: Point) -> Point { Point(x: left.x - right.x, y: left.y - right.y) }

  /// A pair of whole tenths as the shortest that a path takes.
  var tenths: String {
    let second = Self.tenths(y)
    return Self.tenths(x) + (second.hasPrefix("-") ? "" : " ") + second
  }

  private static func tenths(_ value: Int) -> String {
    let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 10)
    return (value < 0 ? "-" : "") + (whole > 0 || rest == 0 ? String(whole) : "") + (rest > 0 ? ".\(rest)" : "")
  }
}

/// Sines in whole numbers: of an angle in 65,536ths of a turn, times 16,384; to within 8 of it.
private enum Angle {
  static func cosine(_ angle: Int) -> Int { sine(angle + 16_384) }

  static func sine(_ angle: Int) -> Int {
    let part = angle & 16_383
    let x = angle & 16_384 != 0 ? 16_384 - part : part
    let square = (x * x) >> 14
    let inner = 10_512 - ((square * 1160) >> 14)
    let value = (x * (25_736 - ((square * inner) >> 14))) >> 14
    return angle & 32_768 != 0 ? -value : value
  }
}
