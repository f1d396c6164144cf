import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

@Suite("RLP")
struct RLPTests {
  /// The bytes of a number of any length, the highest first.
  private func bigEndian(_ decimal: Substring) -> [UInt8] {
    decimal.utf8.reduce(into: [UInt8]()) { bytes, digit in
      var carry = Int(digit - 0x30)
      for index in bytes.indices.reversed() {
        carry += Int(bytes[index]) * 10
        bytes[index] = UInt8(carry & 255)
        carry >>= 8
      }
      if carry > 0 { bytes.insert(UInt8(carry), at: 0) }
    }
  }

  /// The item that a vector describes; numbers beyond 64 bits stand behind `#`.
  private func item(_ value: JSONValue) throws -> RLPItem {
    switch value {
    case .text(let text):
      if text.hasPrefix("#") { return .bytes(bigEndian(text.dropFirst())) }
      return .bytes(Array(text.utf8))
    case .integer(let value): return .number(UInt64(value))
    case .list(let items): return .list(try items.map(item))
    default: throw MalformedData("no vector")
    }
  }

  @Test("published vectors are written and read", .enabled(if: Vectors.areThere, "skipped: no test data"))
  func vectors() throws {
    let vectors = try Vectors.members("ethereum-rlptest.json")
    #expect(vectors.count > 20)
    for vector in vectors {
      let expected = bytes(try #require(vector.value["out"]?.text))
      let item = try item(try #require(vector.value["in"]))
      #expect(item.encoded == expected, "\(vector.name)")
      #expect(try RLPItem(expected) == item, "\(vector.name)")
    }
  }

  @Test("published invalid encodings are refused", .enabled(if: Vectors.areThere, "skipped: no test data"))
  func invalidVectors() throws {
    let vectors = try Vectors.members("ethereum-invalidRLPTest.json")
    #expect(vectors.count > 10)
    for vector in vectors {
      let encoding = bytes(try #require(vector.value["out"]?.text))
      #expect(throws: MalformedData.self, "\(vector.name)") { try RLPItem(encoding) }
    }
  }

  @Test("lengths at the border of the short form")
  func borders() throws {
    for count in [0, 1, 2, 55, 56, 255, 256, 65_535, 65_536] {
      let string = RLPItem.bytes([UInt8](repeating: 0x80, count: count))
      #expect(try RLPItem(string.encoded) == string)
      let list = RLPItem.list(Array(repeating: .bytes([7]), count: count))
      #expect(try RLPItem(list.encoded) == list)
    }
    #expect(RLPItem.bytes([0x7f]).encoded == [0x7f])
    #expect(RLPItem.bytes([0x80]).encoded == [0x81, 0x80])
    #expect(RLPItem.number(UInt64(0)).encoded == [0x80])
  }

  @Test(
    "what has another encoding is refused",
    arguments: [
      "8100", "817f", "b800", "b837" + String(repeating: "61", count: 55), "f800", "b90038" + String(repeating: "61", count: 56),
      "8080", "",
      "c2", "c180ff", "bfffffffffffffffff", "ffffffffffffffffff", "c88363617483646f",
    ])
  func refused(encoding: String) {
    #expect(throws: MalformedData.self) { try RLPItem(bytes(encoding)) }
  }

  @Test("lists are read to a depth")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] { (0..<depth).reduce(RLPItem.bytes([])) { item, _ in .list([item]) }.encoded }
    _ = try RLPItem(nested(RLPItem.maximumDepth))
    #expect(throws: MalformedData("RLP lists nested too deeply")) { try RLPItem(nested(RLPItem.maximumDepth + 1)) }
  }

  @Test("numbers have no zeros at the front")
  func numbers() throws {
    #expect(try RLPItem.bytes([1, 0]).asUInt64("n") == 256)
    #expect(try RLPItem.bytes([]).asUInt64("n") == 0)
    for bytes in [[0], [0, 1], [UInt8](repeating: 1, count: 9)] {
      #expect(throws: MalformedData.self) { try RLPItem.bytes(bytes).asUInt64("n") }
    }
    #expect(throws: MalformedData.self) { try RLPItem.list([]).asUInt64("n") }
  }
}
