/// Why bytes are not the canonical encoding of what was expected. `field` names the part.
public enum CodecError: Error, Equatable, Sendable {
  /// The bytes end inside the field.
  case truncated(field: FieldName)
  /// A count, number or enumeration outside its bounds.
  case outOfRange(field: FieldName)
  /// Not the encoding of a group element, or not a scalar below the group order.
  case invalidEncoding(field: FieldName)
  /// Text that is not UTF-8, has a control character, or is empty where it must not be.
  case invalidText(field: FieldName)
  /// Bytes are left over.
  case trailingBytes(count: Int)
}

/// The name of a field in an error.
public struct FieldName: Equatable, Sendable, CustomStringConvertible {
  /// Where the literal stands, which ends with a zero byte. One word: errors are what a browser module has most copies of.
  private nonisolated(unsafe) let start: UnsafePointer<UInt8>

  /// Names a field.
  ///
  /// - Precondition: ASCII, more than one character or none.
  public init(_ name: StaticString) { start = name.utf8Start }

  public var description: String { String(decoding: ascii, as: UTF8.self) }

  /// The name as ASCII: what a browser module can do without strings.
  public var ascii: [UInt8] {
    var bytes: [UInt8] = []
    var next = start
    while next.pointee != 0 {
      bytes.append(next.pointee)
      next += 1
    }
    return bytes
  }

  public static func == (a: FieldName, b: FieldName) -> Bool { a.ascii == b.ascii }
}

/// Reads the canonical encoding (`docs/spec/02-primitives.md`, 2.4): bounded, strict, and nothing may be left over.
public struct ByteReader: Sendable {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  /// Reads from the start of `bytes`.
  public init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

  /// Reads the part `range` of `bytes`, without copying it.
  ///
  /// - Precondition: `range` lies within `bytes`.
  public init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Bytes not yet read.
  public var remaining: Int { end - position }

  /// Index in the underlying bytes of the next byte.
  public var offset: Int { position }

  /// Throws `trailingBytes` unless everything has been read.
  public func finish() throws(CodecError) {
    if remaining != 0 { throw .trailingBytes(count: remaining) }
  }

  /// Reads one byte.
  public mutating func u8(_ field: StaticString) throws(CodecError) -> UInt8 {
    UInt8(truncatingIfNeeded: try number(field, bytes: 1))
  }

  /// Reads two bytes.
  public mutating func u16(_ field: StaticString) throws(CodecError) -> UInt16 {
    UInt16(truncatingIfNeeded: try number(field, bytes: 2))
  }

  /// Reads four bytes.
  public mutating func u32(_ field: StaticString) throws(CodecError) -> UInt32 {
    UInt32(truncatingIfNeeded: try number(field, bytes: 4))
  }

  /// Reads eight bytes.
  public mutating func u64(_ field: StaticString) throws(CodecError) -> UInt64 { try number(field, bytes: 8) }

  /// Reads one byte that must be 0 or 1.
  public mutating func bool(_ field: StaticString) throws(CodecError) -> Bool {
    let value = try u8(field)
    guard value <= 1 else { throw .outOfRange(field: FieldName(field)) }
    return value == 1
  }

  /// Reads 32 bytes as they are.
  public mutating func b32(_ field: StaticString) throws(CodecError) -> Bytes32 {
    try need(32, field)
    defer { position += 32 }
    return Bytes32(bytes.span, at: position)
  }

  /// Reads a group element.
  public mutating func point(_ field: StaticString) throws(CodecError) -> RistrettoPoint {
    guard let point = RistrettoPoint(try b32(field)) else { throw .invalidEncoding(field: FieldName(field)) }
    return point
  }

  /// Reads a scalar below the group order.
  public mutating func scalar(_ field: StaticString) throws(CodecError) -> Scalar {
    guard let scalar = Scalar(canonical: try b32(field)) else { throw .invalidEncoding(field: FieldName(field)) }
    return scalar
  }

  /// Reads `count` bytes as they are.
  public mutating func raw(_ count: Int, _ field: StaticString) throws(CodecError) -> [UInt8] {
    guard count >= 0 else { throw .outOfRange(field: FieldName(field)) }
    try need(count, field)
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Reads a `u16` count of bytes, at most `maximum`, and the bytes.
  public mutating func counted(_ field: StaticString, maximum: Int = 65_535) throws(CodecError) -> [UInt8] {
    let count = Int(try u16(field))
    guard count <= maximum else { throw .outOfRange(field: FieldName(field)) }
    return try raw(count, field)
  }

  /// Reads a count that must lie in `range`, written in two bytes.
  public mutating func count16(_ field: StaticString, in range: ClosedRange<Int>) throws(CodecError) -> Int {
    let count = Int(try u16(field))
    guard range.contains(count) else { throw .outOfRange(field: FieldName(field)) }
    return count
  }

  private func need(_ count: Int, _ field: StaticString) throws(CodecError) {
    if remaining < count { throw .truncated(field: FieldName(field)) }
  }

  private mutating func number(_ field: StaticString, bytes count: Int) throws(CodecError) -> UInt64 {
    try need(count, field)
    var value: UInt64 = 0
    for _ in 0..<count {
      value = value << 8 | UInt64(bytes[position])
      position += 1
    }
    return value
  }
}
