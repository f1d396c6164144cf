import Curve25519

/// A function of a contract, or one of its errors.
public struct ABIFunction: Equatable, Sendable {
  /// Such as `recordVoteBatch(bytes32,bytes32[])`.
  public let signature: String
  /// In their order.
  public let parameters: [ABIType]
  /// In their order; none of errors.
  public let results: [ABIType]

  /// From a signature and, in brackets, the types of the results.
  ///
  /// - Throws: where it is no signature.
  public init(_ signature: String, returns results: String = "()") throws(MalformedData) {
    guard let opening = signature.firstIndex(of: "("), let parameters = ABIType.list(String(signature[opening...])),
      let results = ABIType.list(results)
    else { throw MalformedData("no signature of a function") }
    self.init(name: String(signature[..<opening]), parameters: parameters, results: results)
  }

  /// From its parts.
  public init(name: String, parameters: [ABIType], results: [ABIType] = []) {
    signature = name + ABIType.tuple(parameters).description
    self.parameters = parameters
    self.results = results
  }

  /// What calls begin with: four bytes.
  public var selector: [UInt8] { Array(Keccak256.hash(Array(signature.utf8)).bytes[..<4]) }

  /// The data of a call.
  ///
  /// - Throws: where an argument is none of its type.
  public func call(_ arguments: ABIValue...) throws(MalformedData) -> [UInt8] {
    selector + (try ABIValue.encode(arguments, as: parameters))
  }

  /// The arguments of a call.
  ///
  /// - Throws: where it calls another function, or its arguments are malformed.
  public func arguments(of call: [UInt8]) throws(MalformedData) -> [ABIValue] {
    guard call.starts(with: selector) else { throw MalformedData("a call of another function than \(signature)") }
    return try ABIValue.decode(Array(call.dropFirst(4)), as: parameters)
  }

  /// What a call returned.
  public func results(of data: [UInt8]) throws(MalformedData) -> [ABIValue] { try ABIValue.decode(data, as: results) }
}

/// An event of a contract.
public struct ABIEvent: Equatable, Sendable {
  /// Such as `Anchored(uint256,bytes32,uint256)`.
  public let signature: String
  private let fields: [(type: ABIType, isIndexed: Bool)]

  /// From a signature such as `Anchored(uint256 indexed, bytes32, uint256)`. Indexed fields are of one word each.
  ///
  /// - Throws: where it is none.
  public init(_ text: String) throws(MalformedData) {
    guard let opening = text.firstIndex(of: "("), let parts = ABIType.parts(String(text[opening...])) else {
      throw MalformedData("no signature of an event")
    }
    var fields: [(type: ABIType, isIndexed: Bool)] = []
    for part in parts {
      let words = part.split(separator: " ")
      guard let first = words.first, let type = ABIType(first), words.count == 1 || (words.count == 2 && words[1] == "indexed")
      else {
        throw MalformedData("no signature of an event")
      }
      if words.count == 2 {
        guard !type.isDynamic, type.headLength == 32, type.isScalar else {
          throw MalformedData("an indexed field of more than a word")
        }
      }
      fields.append((type, words.count == 2))
    }
    guard fields.count(where: \.isIndexed) <= 3 else { throw MalformedData("more than three indexed fields") }
    self.fields = fields
    signature = text[..<opening] + ABIType.tuple(fields.map(\.type)).description
  }

  /// What its logs have as first topic.
  public var topic: Bytes32 { Keccak256.hash(Array(signature.utf8)) }

  /// The topic that an indexed field has for a value.
  public static func topic(_ value: ABIValue, as type: ABIType) throws(MalformedData) -> Bytes32 {
    guard let topic = Bytes32(try ABIValue.encode([value], as: [type])) else {
      throw MalformedData("an indexed field of more than a word")
    }
    return topic
  }

  /// The fields in their order.
  ///
  /// - Throws: where the log is one of another event, or malformed.
  public func fields(topics: [Bytes32], data: [UInt8]) throws(MalformedData) -> [ABIValue] {
    guard topics.first == topic else { throw MalformedData("a log of another event than \(signature)") }
    let indexed = fields.filter(\.isIndexed)
    guard topics.count == indexed.count + 1 else {
      throw MalformedData("\(topics.count) topics where \(signature) has \(indexed.count + 1)")
    }
    var inTopics = try ABIValue.decode(topics.dropFirst().flatMap(\.bytes), as: indexed.map(\.type))[...]
    var inData = try ABIValue.decode(data, as: fields.filter { !$0.isIndexed }.map(\.type))[...]
    return fields.compactMap { $0.isIndexed ? inTopics.popFirst() : inData.popFirst() }
  }

  public static func == (a: ABIEvent, b: ABIEvent) -> Bool {
    a.signature == b.signature && a.fields.map(\.isIndexed) == b.fields.map(\.isIndexed)
  }
}

extension ABIType {
  /// Whether it stands in one word of its own.
  fileprivate var isScalar: Bool {
    switch self {
    case .uint, .address, .bool, .fixedBytes: true
    default: false
    }
  }
}
