import Curve25519

/// A value of a contract's argument.
public indirect enum ABIValue: Equatable, Sendable {
  case uint(UInt256)
  case address(Address)
  case bool(Bool)
  case fixedBytes([UInt8])
  case bytes([UInt8])
  case string(String)
  /// A list of either kind, or a tuple.
  case list([ABIValue])

  /// `bytes32`.
  public static func bytes32(_ value: Bytes32) -> ABIValue { .fixedBytes(value.bytes) }

  /// A number of 64 bits.
  public static func uint64(_ value: UInt64) -> ABIValue { .uint(UInt256(value)) }

  /// The number, where it is one.
  public var number: UInt256? { if case .uint(let value) = self { value } else { nil } }

  /// The 32 bytes, where it is a `bytes32`.
  public var bytes32: Bytes32? { if case .fixedBytes(let bytes) = self { Bytes32(bytes) } else { nil } }

  /// The members, where it is a list or a tuple.
  public var members: [ABIValue]? { if case .list(let members) = self { members } else { nil } }
}

// MARK: - Encoding

extension ABIValue {
  /// The encoding of arguments.
  ///
  /// - Throws: where a value is none of its type.
  public static func encode(_ values: [ABIValue], as types: [ABIType]) throws(MalformedData) -> [UInt8] {
    guard values.count == types.count else { throw MalformedData("\(values.count) values for \(types.count) types") }
    var head: [UInt8] = []
    var tail: [UInt8] = []
    let headLength = types.reduce(0) { $0 + $1.headLength }
    for (value, type) in zip(values, types) {
      let encoded = try value.encoded(as: type)
      if type.isDynamic {
        head += UInt256(UInt64(headLength + tail.count)).bytes
        tail += encoded
      } else {
        head += encoded
      }
    }
    return head + tail
  }

  /// The encoding of one value, without an offset in front.
  private func encoded(as type: ABIType) throws(MalformedData) -> [UInt8] {
    switch (self, type) {
    case (.uint(let value), .uint(let bits)) where value.bitWidth <= bits: return value.bytes
    case (.address(let address), .address): return [UInt8](repeating: 0, count: 12) + address.bytes
    case (.bool(let value), .bool): return UInt256(value ? 1 : 0).bytes
    case (.fixedBytes(let bytes), .fixedBytes(let count)) where bytes.count == count: return bytes + Self.padding(after: count)
    case (.bytes(let bytes), .bytes): return Self.counted(bytes)
    case (.string(let text), .string): return Self.counted(Array(text.utf8))
    case (.list(let values), .list(let element)):
      let content = try Self.encode(values, as: Array(repeating: element, count: values.count))
      return UInt256(UInt64(values.count)).bytes + content
    case (.list(let values), .fixedList(let element, let count)) where values.count == count:
      return try Self.encode(values, as: Array(repeating: element, count: count))
    case (.list(let values), .tuple(let members)): return try Self.encode(values, as: members)
    default: throw MalformedData("a value that is no \(type)")
    }
  }

  private static func counted(_ bytes: [UInt8]) -> [UInt8] {
    UInt256(UInt64(bytes.count)).bytes + bytes + padding(after: bytes.count)
  }

  private static func padding(after count: Int) -> [UInt8] { [UInt8](repeating: 0, count: (32 - count % 32) % 32) }
}

// MARK: - Decoding

extension ABIValue {
  /// Reads arguments that are all of the bytes, in the one encoding that `encode` makes and compilers make too: tails in order, without gaps
  /// and without being shared, so that time and memory are linear in the length.
  ///
  /// - Throws: `MalformedData` for anything else.
  public static func decode(_ bytes: [UInt8], as types: [ABIType]) throws(MalformedData) -> [ABIValue] {
    var end = 0
    let values = try ABIReader(bytes: bytes).values(types, at: 0, end: &end)
    guard end == bytes.count else { throw MalformedData("something follows the arguments") }
    return values
  }
}

private struct ABIReader {
  let bytes: [UInt8]

  /// The values that start at `start`; `end` becomes the place after them.
  func values(_ types: [ABIType], at start: Int, end: inout Int) throws(MalformedData) -> [ABIValue] {
    var place = start
    var tail = start + types.reduce(0) { $0 + $1.headLength }
    var values: [ABIValue] = []
    for type in types {
      if type.isDynamic {
        guard try count(at: place) == tail - start else { throw MalformedData("an offset to another place than the next") }
        place += 32
        values.append(try value(type, at: tail, end: &tail))
      } else {
        values.append(try value(type, at: place, end: &place))
      }
    }
    guard tail <= bytes.count else { throw MalformedData("arguments that end too early") }
    end = tail
    return values
  }

  private func value(_ type: ABIType, at start: Int, end: inout Int) throws(MalformedData) -> ABIValue {
    switch type {
    case .list(let element):
      let count = try count(at: start)
      // Every element takes at least a word, so a count that does not fit is refused before there is memory for it.
      guard count <= (bytes.count - start - 32) / element.headLength else { throw MalformedData("a list longer than its bytes") }
      return .list(try values(Array(repeating: element, count: count), at: start + 32, end: &end))
    case .fixedList(let element, let count):
      guard count <= (bytes.count - start) / element.headLength else { throw MalformedData("arguments that end too early") }
      return .list(try values(Array(repeating: element, count: count), at: start, end: &end))
    case .tuple(let members): return .list(try values(members, at: start, end: &end))
    case .bytes: return .bytes(try counted(at: start, end: &end))
    case .string:
      guard let text = String(validating: try counted(at: start, end: &end), as: UTF8.self) else {
        throw MalformedData("text that is not UTF-8")
      }
      return .string(text)
    default:
      let word = try word(at: start)
      end = start + 32
      return try Self.scalar(type, word)
    }
  }

  private static func scalar(_ type: ABIType, _ word: [UInt8]) throws(MalformedData) -> ABIValue {
    switch type {
    case .uint(let bits):
      guard let value = UInt256(bigEndian: word), value.bitWidth <= bits else { throw MalformedData("a number that is no \(type)") }
      return .uint(value)
    case .address:
      guard word[..<12].allSatisfy({ $0 == 0 }), let address = Address(Array(word[12...])) else {
        throw MalformedData("no address")
      }
      return .address(address)
    case .bool:
      guard let value = UInt256(bigEndian: word), value <= 1 else { throw MalformedData("neither true nor false") }
      return .bool(value == 1)
    case .fixedBytes(let count):
      guard word[count...].allSatisfy({ $0 == 0 }) else { throw MalformedData("more bytes than \(type) has") }
      return .fixedBytes(Array(word[..<count]))
    default: throw MalformedData("no type of one word")
    }
  }

  private func counted(at start: Int, end: inout Int) throws(MalformedData) -> [UInt8] {
    let count = try count(at: start)
    let content = start + 32
    guard count <= bytes.count - content, (count + 31) / 32 * 32 <= bytes.count - content else {
      throw MalformedData("bytes that end too early")
    }
    end = content + (count + 31) / 32 * 32
    guard bytes[(content + count)..<end].allSatisfy({ $0 == 0 }) else { throw MalformedData("something in the padding") }
    return Array(bytes[content..<content + count])
  }

  private func count(at place: Int) throws(MalformedData) -> Int {
    guard let value = UInt256(bigEndian: try word(at: place))?.uint64, value <= UInt64(bytes.count) else {
      throw MalformedData("a length or offset beyond the end")
    }
    return Int(value)
  }

  private func word(at place: Int) throws(MalformedData) -> [UInt8] {
    guard place <= bytes.count - 32 else { throw MalformedData("arguments that end too early") }
    return Array(bytes[place..<place + 32])
  }
}
