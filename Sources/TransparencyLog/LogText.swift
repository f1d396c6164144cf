import Curve25519

/// The pieces all textual formats of the log are made of. Texts are bytes: comparing Swift strings would add
/// Unicode tables to the browser's verifier.
extension [UInt8] {
  /// Appends ASCII text.
  mutating func append(text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends the one decimal encoding of `number`: no sign, no leading zeros.
  mutating func append(decimal number: UInt64) {
    var digits: [UInt8] = []
    var rest = number
    repeat {
      digits.append(UInt8(truncatingIfNeeded: rest % 10) + 0x30)
      rest /= 10
    } while rest > 0
    append(contentsOf: digits.reversed())
  }

  /// Appends a number as `count` big-endian bytes.
  mutating func append(bigEndian number: UInt64, count: Int) {
    for index in 0..<count {
      append(UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - index))))
    }
  }
}

extension ArraySlice<UInt8> {
  /// The number these bytes encode in decimal: ASCII digits without leading zeros, at most `limit`; `nil` for anything else.
  func decimal(limit: UInt64) -> UInt64? {
    guard let first, count <= 20, first != 0x30 || count == 1 else { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      let digit = UInt64(byte - 0x30)
      // Not past the limit, so no overflow either.
      guard digit <= limit, value <= (limit - digit) / 10 else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// The number in these big-endian bytes, at most 8.
  var bigEndian: UInt64 {
    var value: UInt64 = 0
    for byte in self { value = value << 8 | UInt64(byte) }
    return value
  }

  /// Whether these bytes begin with ASCII text.
  func starts(withText text: StaticString) -> Bool {
    starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Whether these bytes are that ASCII text.
  func equals(text: StaticString) -> Bool { count == text.utf8CodeUnitCount && starts(withText: text) }
}

/// Takes newline-terminated lines from the front of a text.
struct LineReader {
  let bytes: [UInt8]
  /// Where the next line starts.
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  /// The next line without its newline; `nil` when no newline follows.
  mutating func next() -> ArraySlice<UInt8>? {
    guard let end = bytes[position...].firstIndex(of: newline) else { return nil }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  /// Everything not taken yet.
  var rest: [UInt8] { Array(bytes[position...]) }
}

/// U+000A, the only control character in these formats.
let newline: UInt8 = 0x0a
