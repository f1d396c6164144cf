/// A QR code being drawn: what is dark, and what belongs to patterns.
struct QRSymbol {
  private let size: Int
  private(set) var dark: [[Bool]]
  private var fixed: [[Bool]]

  init(_ version: QRVersion) {
    size = version.size
    dark = Array(repeating: Array(repeating: false, count: version.size), count: version.size)
    fixed = dark
    drawPatterns(version)
  }

  private mutating func set(_ y: Int, _ x: Int, _ isDark: Bool) {
    guard dark.indices.contains(y), dark.indices.contains(x) else { return }
    dark[y][x] = isDark
    fixed[y][x] = true
  }

  // MARK: Patterns

  private mutating func drawPatterns(_ version: QRVersion) {
    let end = size - 7
    for place in 0..<size {
      set(6, place, place % 2 == 0)
      set(place, 6, place % 2 == 0)
    }
    for (top, left) in [(0, 0), (0, end), (end, 0)] {
      for y in -1...7 { for x in -1...7 { set(top + y, left + x, ![2, 4].contains(max(abs(y - 3), abs(x - 3)))) } }
    }
    let places = version.alignments
    for y in places {
      for x in places where !((y == 6 && x == 6) || (y == 6 && x == places.last) || (x == 6 && y == places.last)) {
        for dy in -2...2 { for dx in -2...2 { set(y + dy, x + dx, max(abs(dy), abs(dx)) != 1) } }
      }
    }
    setFormat(mask: 0)
    guard version.number >= 7 else { return }
    let code = Self.withRemainder(version.number, 0x1f25, 12)
    for bit in 0..<18 {
      set(bit / 3, size - 11 + bit % 3, code >> bit & 1 == 1)
      set(size - 11 + bit % 3, bit / 3, code >> bit & 1 == 1)
    }
  }

  /// Writes level M, whose bits are 00, and the mask.
  private mutating func setFormat(mask: Int) {
    let code = Self.withRemainder(mask, 0x537, 10) ^ 0x5412
    for bit in 0..<15 {
      let isDark = code >> bit & 1 == 1
      set(bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, 8, isDark)
      set(8, bit < 8 ? size - 1 - bit : bit == 8 ? 7 : 14 - bit, isDark)
    }
    set(size - 8, 8, true)
  }

  /// A value followed by its remainder by a polynomial of a degree.
  private static func withRemainder(_ value: Int, _ polynomial: Int, _ degree: Int) -> Int {
    var rest = value << degree
    for bit in (degree..<degree + 8).reversed() where rest >> bit & 1 == 1 { rest ^= polynomial << (bit - degree) }
    return value << degree | rest
  }

  // MARK: Content

  /// Lays bits in columns of two, up and down, from the right; the column of the timing pattern is left out.
  mutating func lay(_ words: [UInt8]) {
    var (bit, right, isUp) = (0, size - 1, true)
    while right > 0 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        let y = isUp ? size - 1 - step : step
        for x in [right, right - 1] where !fixed[y][x] {
          dark[y][x] = bit < 8 * words.count && words[bit >> 3] >> (7 - UInt8(bit & 7)) & 1 == 1
          bit += 1
        }
      }
      right -= 2
      isUp.toggle()
    }
  }

  /// The symbol under a mask.
  func masked(_ mask: Int) -> QRSymbol {
    var symbol = self
    symbol.setFormat(mask: mask)
    for y in 0..<size {
      for x in 0..<size where !fixed[y][x] && Self.turns(mask, y, x) { symbol.dark[y][x].toggle() }
    }
    return symbol
  }

  private static func turns(_ mask: Int, _ y: Int, _ x: Int) -> Bool {
    switch mask {
    case 0: (x + y) % 2 == 0
    case 1: y % 2 == 0
    case 2: x % 3 == 0
    case 3: (x + y) % 3 == 0
    case 4: (y / 2 + x / 3) % 2 == 0
    case 5: x * y % 2 + x * y % 3 == 0
    case 6: (x * y % 2 + x * y % 3) % 2 == 0
    default: ((x + y) % 2 + x * y % 3) % 2 == 0
    }
  }

  /// How hard it is to read: runs, what looks like a corner, squares, and the share of dark modules.
  var penalty: Int {
    let columns = (0..<size).map { x in (0..<size).map { dark[$0][x] } }
    var points = (dark + columns).reduce(0) { $0 + Self.penalty(line: $1) }
    for y in 1..<size {
      for x in 1..<size {
        let count = [dark[y][x], dark[y - 1][x], dark[y][x - 1], dark[y - 1][x - 1]].count { $0 }
        if count % 4 == 0 { points += 3 }
      }
    }
    let share = dark.reduce(0) { $0 + $1.count { $0 } } * 20 - size * size * 10
    return points + 10 * (abs(share) / (size * size))
  }

  private static let corner: [Bool] = [true, false, true, true, true, false, true, false, false, false, false]

  private static func penalty(line: [Bool]) -> Int {
    var (points, run) = (0, 1)
    for place in 1...line.count {
      if place < line.count, line[place] == line[place - 1] {
        run += 1
      } else {
        if run >= 5 { points += run - 2 }
        run = 1
      }
    }
    for start in 0...line.count - corner.count {
      let part = Array(line[start..<start + corner.count])
      if part == corner || part == corner.reversed() { points += 40 }
    }
    return points
  }
}
