/// The characters a signed note may contain (signed-note, "Format").
enum NoteText {
  /// The offset of the first byte that is not part of well-formed UTF-8 (RFC 3629) or is a control character below U+0020
  /// other than newline; `nil` when there is none.
  static func firstFault(in bytes: ArraySlice<UInt8>) -> Int? {
    var offset = bytes.startIndex
    while offset < bytes.endIndex {
      guard let (scalar, length) = scalar(in: bytes, at: offset), scalar >= 0x20 || scalar == UInt32(newline) else { return offset }
      offset += length
    }
    return nil
  }

  /// Whether `name` may name a key: 1 to 255 bytes of text without Unicode spaces, control characters or plus signs.
  static func isKeyName(_ name: ArraySlice<UInt8>) -> Bool {
    guard !name.isEmpty, name.count <= LogLimits.keyNameBytes else { return false }
    var offset = name.startIndex
    while offset < name.endIndex {
      guard let (scalar, length) = scalar(in: name, at: offset) else { return false }
      if scalar < 0x20 || scalar == 0x2b || isSpace(scalar) { return false }
      offset += length
    }
    return true
  }

  /// Whether `line` may be a line of text: no control character, not even newline.
  static func isLine(_ line: ArraySlice<UInt8>) -> Bool { firstFault(in: line) == nil && !line.contains(newline) }

  /// The characters with the property White_Space.
  private static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000: true
    default: false
    }
  }

  /// The character that starts at `offset` and its length, `nil` for anything but the shortest encoding of a Unicode scalar value.
  private static func scalar(in bytes: ArraySlice<UInt8>, at offset: Int) -> (scalar: UInt32, length: Int)? {
    let first = bytes[offset]
    let length: Int
    switch first {
    case 0x00...0x7f: return (UInt32(first), 1)
    case 0xc2...0xdf: length = 2
    case 0xe0...0xef: length = 3
    case 0xf0...0xf4: length = 4
    default: return nil
    }
    guard bytes.endIndex - offset >= length else { return nil }
    var scalar = UInt32(first) & (UInt32(0x7f) >> UInt32(length))
    for position in 1..<length {
      let byte = bytes[offset + position]
      guard byte & 0xc0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3f)
    }
    switch length {
    case 3: return scalar >= 0x800 && !(0xd800...0xdfff).contains(scalar) ? (scalar, 3) : nil
    case 4: return (0x1_0000...0x10_ffff).contains(scalar) ? (scalar, 4) : nil
    default: return (scalar, 2)
    }
  }
}
