/// An item of RLP, the recursive length prefix: bytes, or a list of items.
public enum RLPItem: Equatable, Sendable {
  case bytes([UInt8])
  case list([RLPItem])

  /// A number without zeros at the front.
  public static func number(_ value: UInt256) -> RLPItem { .bytes(value.shortestBytes) }

  /// The same of 64 bits.
  public static func number(_ value: UInt64) -> RLPItem { number(UInt256(value)) }

  /// The encoding; every item has one.
  public var encoded: [UInt8] {
    switch self {
    case .bytes(let bytes):
      if bytes.count == 1, bytes[0] < 0x80 { return bytes }
      return Self.header(0x80, bytes.count) + bytes
    case .list(let items):
      let content = items.flatMap(\.encoded)
      return Self.header(0xc0, content.count) + content
    }
  }

  private static func header(_ kind: UInt8, _ count: Int) -> [UInt8] {
    if count < 56 { return [kind + UInt8(count)] }
    let length = UInt256(UInt64(count)).shortestBytes
    return [kind + 55 + UInt8(length.count)] + length
  }

  /// Lists within each other that are read.
  public static let maximumDepth = 32

  /// Reads one item that is all of the bytes, in its one encoding.
  ///
  /// - Throws: `MalformedData` for anything else.
  public init(_ bytes: [UInt8]) throws(MalformedData) {
    var reader = RLPReader(bytes: bytes)
    self = try reader.item(end: bytes.count, depth: 0)
    guard reader.position == bytes.count else { throw MalformedData("something follows the RLP item") }
  }
}

private struct RLPReader {
  let bytes: [UInt8]
  var position = 0

  mutating func item(end: Int, depth: Int) throws(MalformedData) -> RLPItem {
    guard position < end else { throw MalformedData("RLP that ends too early") }
    let first = bytes[position]
    position += 1
    switch first {
    case ..<0x80: return .bytes([first])
    case ..<0xc0:
      let content = try content(length(first - 0x80, end: end), end: end)
      if content.count == 1, let byte = content.first, byte < 0x80 { throw MalformedData("RLP of one byte with a needless length") }
      return .bytes(Array(content))
    default:
      guard depth < RLPItem.maximumDepth else { throw MalformedData("RLP lists nested too deeply") }
      let content = try content(length(first - 0xc0, end: end), end: end)
      position = content.startIndex
      var items: [RLPItem] = []
      while position < content.endIndex { items.append(try item(end: content.endIndex, depth: depth + 1)) }
      return .list(items)
    }
  }

  /// The length that a header says.
  private mutating func length(_ code: UInt8, end: Int) throws(MalformedData) -> Int {
    if code < 56 { return Int(code) }
    let digits = try content(Int(code) - 55, end: end)
    guard digits.first != 0, let value = UInt256(bigEndian: digits)?.uint64, let length = Int(exactly: value) else {
      throw MalformedData("an RLP length that is not as short as possible, or too large")
    }
    guard length >= 56 else { throw MalformedData("an RLP length in the long form that fits the short one") }
    return length
  }

  private mutating func content(_ count: Int, end: Int) throws(MalformedData) -> ArraySlice<UInt8> {
    guard count <= end - position else { throw MalformedData("RLP that ends too early") }
    defer { position += count }
    return bytes[position..<position + count]
  }
}

extension RLPItem {
  /// The bytes, where it is no list.
  func asBytes(_ what: String) throws(MalformedData) -> [UInt8] {
    guard case .bytes(let bytes) = self else { throw MalformedData("\(what): a list where bytes are needed") }
    return bytes
  }

  /// The items, where it is a list.
  func asList(_ what: String) throws(MalformedData) -> [RLPItem] {
    guard case .list(let items) = self else { throw MalformedData("\(what): bytes where a list is needed") }
    return items
  }

  /// The number, where it has no zeros at the front.
  func asNumber(_ what: String) throws(MalformedData) -> UInt256 {
    let bytes = try asBytes(what)
    guard bytes.first != 0, let value = UInt256(bigEndian: bytes) else {
      throw MalformedData("\(what): not a number of 256 bits in its shortest form")
    }
    return value
  }

  /// The number, where 64 bits hold it.
  func asUInt64(_ what: String) throws(MalformedData) -> UInt64 {
    guard let value = try asNumber(what).uint64 else { throw MalformedData("\(what): more than 64 bits") }
    return value
  }
}
