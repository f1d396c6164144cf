import Curve25519
import StrictJSON
import Testing

@testable import Ethereum

@Suite("Arguments of contracts")
struct ABITests {
  /// The value that a vector describes: byte strings stand as text.
  private func value(_ json: JSONValue, _ type: ABIType) throws -> ABIValue {
    switch (type, json) {
    case (.uint, .integer(let value)): return .uint64(UInt64(value))
    case (.address, .text(let text)): return .address(address(text))
    case (.fixedBytes, .text(let text)): return .fixedBytes(Array(text.utf8))
    case (.bytes, .text(let text)): return .bytes(Array(text.utf8))
    case (.list(let element), .list(let items)): return .list(try items.map { try value($0, element) })
    default: throw MalformedData("no vector")
    }
  }

  @Test("published vectors are written and read", .enabled(if: Vectors.areThere, "skipped: no test data"))
  func vectors() throws {
    let vectors = try Vectors.members("ethereum-abi.json")
    #expect(vectors.count >= 3)
    for vector in vectors {
      let types = try #require(vector.value["types"]?.list).map { type in
        let name = try #require(type.text)
        return try #require(ABIType(name))
      }
      let values = try zip(try #require(vector.value["args"]?.list), types).map { try value($0, $1) }
      let expected = bytes(try #require(vector.value["result"]?.text))
      #expect(try ABIValue.encode(values, as: types) == expected, "\(vector.name)")
      #expect(try ABIValue.decode(expected, as: types) == values, "\(vector.name)")
    }
  }

  // The example of the specification: f(uint256,uint32[],bytes10,bytes) and g(uint256[][],string[]).
  @Test("lists of lists as the specification has them")
  func nested() throws {
    let function = try ABIFunction("g(uint256[][],string[])")
    let words = [
      "40", "140", "2", "40", "a0", "2", "1", "2", "1", "3", "3", "60", "a0", "e0", "3",
      "6f6e650000000000000000000000000000000000000000000000000000000000", "3",
      "74776f0000000000000000000000000000000000000000000000000000000000", "5",
      "7468726565000000000000000000000000000000000000000000000000000000",
    ]
    let expected = words.map { String(repeating: "0", count: 64 - $0.count) + $0 }.joined()
    let call = try function.call(
      .list([.list([.uint(1), .uint(2)]), .list([.uint(3)])]), .list([.string("one"), .string("two"), .string("three")]))
    #expect(call == bytes("2289b18c" + expected))
    #expect(try function.arguments(of: call).first?.members?.count == 2)
  }

  @Test("selectors and signatures")
  func signatures() throws {
    #expect(try ABIFunction("transfer(address,uint256)").selector == bytes("a9059cbb"))
    #expect(try ABIFunction("f((uint256, bytes32[])[3],bool)").signature == "f((uint256,bytes32[])[3],bool)")
    for text in [
      "f", "f(", "f(uint7)", "f(uint264)", "f(bytes33)", "f(bytes0)", "f(uint)", "f(uint8[0])", "f(())", "f(uint8,)", "f(uint08)",
    ] {
      #expect(throws: MalformedData.self, "\(text)") { try ABIFunction(text) }
    }
    #expect(ABIType("uint8" + String(repeating: "[]", count: 8)) != nil)
    #expect(ABIType("uint8" + String(repeating: "[]", count: 9)) == nil)
  }

  static let types = [
    "uint8", "uint256", "address", "bool", "bytes32", "bytes1", "bytes", "string", "bytes32[]", "bytes[2]",
    "(bytes32,uint64,bytes)[]",
    "(uint8,(bool,address))", "uint256[3]", "string[][2]",
  ]

  /// A value of a type, from a generator.
  private func random(_ type: ABIType, _ source: inout SeededRandom) -> ABIValue {
    func count(_ bound: UInt8) -> Int { Int(source.bytes(1)[0] % bound) }
    switch type {
    case .uint(let bits): return .uint(UInt256(bigEndian: source.bytes(bits / 8)) ?? 0)
    case .address: return .address(Address(source.bytes(20)) ?? address(HashTests.addresses[0]))
    case .bool: return .bool(count(2) == 1)
    case .fixedBytes(let length): return .fixedBytes(source.bytes(length))
    case .bytes: return .bytes(source.bytes(count(70)))
    case .string: return .string(String(repeating: "ä", count: count(40)))
    case .list(let element): return .list((0..<count(4)).map { _ in random(element, &source) })
    case .fixedList(let element, let length): return .list((0..<length).map { _ in random(element, &source) })
    case .tuple(let members): return .list(members.map { random($0, &source) })
    }
  }

  @Test("any values are read as they were written, and no shorter or longer bytes are")
  func thereAndBack() throws {
    var source = SeededRandom(seed: [9])
    for _ in 0..<40 {
      let types = try Self.types.filter { _ in source.bytes(1)[0] & 1 == 1 }.map { try #require(ABIType($0)) }
      let values = types.map { random($0, &source) }
      let encoded = try ABIValue.encode(values, as: types)
      #expect(try ABIValue.decode(encoded, as: types) == values)
      #expect(throws: MalformedData.self) { try ABIValue.decode(encoded + [0], as: types) }
      if !types.isEmpty { #expect(throws: MalformedData.self) { try ABIValue.decode(Array(encoded.dropLast()), as: types) } }
    }
  }

  @Test("values outside of their type are refused, written and read")
  func outside() throws {
    let cases: [(ABIValue, String, String)] = [
      (.uint(256), "uint8", "0100"), (.uint(2), "bool", "02"),
      (.fixedBytes([1, 2]), "bytes1", "0102" + String(repeating: "00", count: 30)),
      (.bytes([]), "address", "01" + String(repeating: "00", count: 20)),
    ]
    for (value, name, word) in cases {
      let type = try #require(ABIType(name))
      #expect(throws: MalformedData.self, "\(name)") { try ABIValue.encode([value], as: [type]) }
      let word = String(repeating: "0", count: 64 - word.count) + word
      #expect(throws: MalformedData.self, "\(name)") { try ABIValue.decode(bytes(word), as: [type]) }
    }
    #expect(throws: MalformedData.self) { try ABIValue.encode([], as: [.bool]) }
  }

  @Test("offsets that share, skip or go back, and lists without end, are refused")
  func offsets() throws {
    let types: [ABIType] = [.bytes, .bytes]
    let good = try ABIValue.encode([.bytes([1]), .bytes([1])], as: types)
    for place in [31, 63] {
      for offset: UInt8 in [0, 32, 96, 127, 255] {
        var bad = good
        bad[place] = offset
        #expect(throws: MalformedData.self) { try ABIValue.decode(bad, as: types) }
      }
    }
    var padded = good
    padded[97] = 1
    #expect(throws: MalformedData.self) { try ABIValue.decode(padded, as: types) }
    // A list that says to have 2^60 elements takes no memory.
    let bomb = UInt256(32).bytes + UInt256(1 << 60).bytes
    #expect(throws: MalformedData.self) { try ABIValue.decode(bomb, as: [.list(of: .list(of: .bool))]) }
    #expect(throws: MalformedData.self) { try ABIValue.decode(UInt256.max.bytes + UInt256.max.bytes, as: [.bytes]) }
  }

  @Test("events are read from topics and data")
  func events() throws {
    let event = try ABIEvent("Transfer(address indexed, address indexed, uint256)")
    #expect(event.topic == bytes32("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"))
    let (sender, receiver) = (address(HashTests.addresses[0]), address(HashTests.addresses[1]))
    let topics = [
      event.topic, try ABIEvent.topic(.address(sender), as: .address), try ABIEvent.topic(.address(receiver), as: .address),
    ]
    #expect(try event.fields(topics: topics, data: UInt256(7).bytes) == [.address(sender), .address(receiver), .uint(7)])
    for wrong in [Array(topics.dropLast()), topics + [topics[1]], Array(topics.reversed()), []] {
      #expect(throws: MalformedData.self) { try event.fields(topics: wrong, data: UInt256(7).bytes) }
    }
    #expect(throws: MalformedData.self) { try event.fields(topics: topics, data: []) }
    for text in [
      "E(bytes indexed)", "E(uint8 index)", "E(uint8[1] indexed)", "E", "E(bool indexed,bool indexed,bool indexed,bool indexed)",
    ] {
      #expect(throws: MalformedData.self, "\(text)") { try ABIEvent(text) }
    }
  }

  @Test("reasons of refusals")
  func reverts() throws {
    let message = bytes("08c379a0") + (try ABIValue.encode([.string("paused")], as: [.string]))
    #expect(RevertReason(message) == .message("paused"))
    #expect(RevertReason([]) == .none)
    let panic = bytes("4e487b71") + UInt256(0x11).bytes
    #expect(RevertReason(panic) == .panic(0x11))
    #expect(RevertReason(panic).description == "panic 0x11: a number too large or below zero")
    let own = try ABIFunction("Duplicate(bytes32,uint64)")
    let data = try own.call(.fixedBytes([UInt8](repeating: 3, count: 32)), .uint(5))
    #expect(RevertReason(data) == .custom(data))
    #expect(RevertReason(data).arguments(of: own)?.last == .uint(5))
    #expect(RevertReason(data).arguments(of: try ABIFunction("Other()")) == nil)
    // Neither a damaged text nor one with control characters reaches a log as it is.
    #expect(RevertReason(Array(message.dropLast())) == .custom(Array(message.dropLast())))
    #expect(RevertReason.message("a\nb\u{1b}[2J").description == "a b [2J")
    #expect(RevertReason.message(String(repeating: "x", count: 1000)).description.count == 200)
  }
}
