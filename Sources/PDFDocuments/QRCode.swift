/// A QR code (ISO/IEC 18004) of a short text, such as an address: bytes, error correction level M, versions 1 to 10, which hold up to 213 bytes. As `web/js/qr.mjs`
/// makes it for the pages.
public struct QRCode: Sendable, Equatable {
  /// Rows of modules, true for dark, without the quiet zone of four around.
  public let rows: [[Bool]]

  /// - Returns: `nil` when the text is too long.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let version = QRVersion(holding: bytes.count) else { return nil }
    var symbol = QRSymbol(version)
    symbol.lay(version.codewords(bytes))
    let masked = (0..<8).map { symbol.masked($0) }
    // The first of those that are easiest to read.
    guard let best = masked.min(by: { $0.penalty < $1.penalty }) else { return nil }
    rows = best.dark
  }
}

/// A size of symbols.
struct QRVersion {
  let number: Int
  /// Codewords of error correction in a block; blocks of the first kind; their codewords of data. Blocks of the second kind have one more.
  private let check: Int
  private let first: Int
  private let length: Int
  private let second: Int
  /// Where alignment patterns stand, on both axes.
  let alignments: [Int]

  private static let table: [(Int, Int, Int, Int, [Int])] = [
    (10, 1, 16, 0, []), (16, 1, 28, 0, [6, 18]), (26, 1, 44, 0, [6, 22]), (18, 2, 32, 0, [6, 26]), (24, 2, 43, 0, [6, 30]),
    (16, 4, 27, 0, [6, 34]), (18, 4, 31, 0, [6, 22, 38]), (22, 2, 38, 2, [6, 24, 42]), (22, 3, 36, 2, [6, 26, 46]),
    (26, 4, 43, 1, [6, 28, 50]),
  ]

  /// The smallest that holds so many bytes.
  init?(holding count: Int) {
    let found = Self.table.indices.first { index in
      let (_, first, length, second, _) = Self.table[index]
      return count + (index < 9 ? 2 : 3) <= first * length + second * (length + 1)
    }
    guard let found else { return nil }
    number = found + 1
    (check, first, length, second, alignments) = Self.table[found]
  }

  var size: Int { 17 + 4 * number }

  /// All codewords of a text in the order of the symbol.
  func codewords(_ bytes: [UInt8]) -> [UInt8] {
    let capacity = first * length + second * (length + 1)
    var bits: [Bool] = []
    func push(_ value: Int, _ count: Int) { for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) } }
    push(4, 4)
    push(bytes.count, number < 10 ? 8 : 16)
    for byte in bytes { push(Int(byte), 8) }
    push(0, min(4, capacity * 8 - bits.count))
    push(0, (8 - bits.count % 8) % 8)
    var pad = 0xec
    while bits.count < capacity * 8 {
      push(pad, 8)
      pad ^= 0xec ^ 0x11
    }
    let words = (0..<capacity).map { word in bits[8 * word..<8 * word + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) } }
    var data: [[UInt8]] = []
    var start = 0
    for block in 0..<first + second {
      let end = start + length + (block < first ? 0 : 1)
      data.append(Array(words[start..<end]))
      start = end
    }
    let checks = data.map { QRField.remainder($0, check) }
    return Self.across(data) + Self.across(checks)
  }

  /// First codewords of all blocks, then second ones, and so on.
  private static func across(_ blocks: [[UInt8]]) -> [UInt8] {
    (0..<(blocks.map { $0.count }.max() ?? 0)).flatMap { place in blocks.compactMap { place < $0.count ? $0[place] : nil } }
  }
}

/// The field of 256 elements.
private enum QRField {
  private static let powers: [UInt8] = {
    var (powers, value) = ([UInt8](), 1)
    for _ in 0..<255 {
      powers.append(UInt8(value))
      value = value << 1 ^ (value & 0x80 == 0 ? 0 : 0x11d)
    }
    return powers
  }()

  private static let logarithms: [Int] = {
    var logarithms = [Int](repeating: 0, count: 256)
    for (exponent, power) in powers.enumerated() { logarithms[Int(power)] = exponent }
    return logarithms
  }()

  private static func times(_ a: UInt8, _ b: UInt8) -> UInt8 {
    a == 0 || b == 0 ? 0 : powers[(logarithms[Int(a)] + logarithms[Int(b)]) % 255]
  }

  /// The remainder of data by the generator of so many codewords.
  static func remainder(_ data: [UInt8], _ count: Int) -> [UInt8] {
    var generator: [UInt8] = [1]
    for root in 0..<count {
      let shifted = [0] + generator.map { times($0, powers[root]) }
      generator = zip(generator + [0], shifted).map { $0 ^ $1 }
    }
    var rest = data + [UInt8](repeating: 0, count: count)
    for place in data.indices {
      let factor = rest[place]
      for step in 0...count { rest[place + step] ^= times(generator[step], factor) }
    }
    return Array(rest[data.count...])
  }
}
