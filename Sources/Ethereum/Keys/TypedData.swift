import Curve25519
import StrictJSON

/// Typed data as wallets show and sign it (EIP-712), in its JSON form: `types`, `primaryType`, `domain`, `message`.
public struct TypedData: Sendable {
  private struct Field {
    let name: String
    let type: String
  }

  private let types: [String: [Field]]
  private let primaryType: String
  private let domain: JSONValue
  private let message: JSONValue

  /// Structures and lists within each other.
  private static let maximumDepth = 16

  /// From the JSON that wallets take.
  ///
  /// - Throws: where a part is missing, or is there twice.
  public init(_ json: JSONValue) throws(MalformedData) {
    guard case .object(let structures)? = json["types"], let primaryType = json["primaryType"]?.text, let domain = json["domain"],
      let message = json["message"]
    else { throw MalformedData("typed data needs types, primaryType, domain and message") }
    var types: [String: [Field]] = [:]
    for structure in structures {
      guard case .list(let members) = structure.value else { throw MalformedData("a type that is no list of fields") }
      var fields: [Field] = []
      for member in members {
        guard let name = member["name"]?.text, let type = member["type"]?.text, !fields.contains(where: { $0.name == name }) else {
          throw MalformedData("a field without name and type, or there twice")
        }
        fields.append(Field(name: name, type: type))
      }
      types[structure.name] = fields
    }
    guard types[primaryType] != nil, types["EIP712Domain"] != nil else { throw MalformedData("no such type") }
    self.types = types
    self.primaryType = primaryType
    self.domain = domain
    self.message = message
  }

  /// What is signed.
  ///
  /// - Throws: where a value is missing, or none of its type.
  public func hash() throws(MalformedData) -> Bytes32 {
    SignedMessage.hash(
      domain: try structure("EIP712Domain", domain, depth: 0), message: try structure(primaryType, message, depth: 0))
  }

  /// The type with all that it refers to, those in order of their names.
  func encodedType(_ name: String) -> String {
    var found: Set<String> = []
    var open = [name]
    while let next = open.popLast() {
      guard let fields = types[next], found.insert(next).inserted else { continue }
      open += fields.map { Self.base($0.type) }
    }
    let others = found.subtracting([name]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return ([name] + others).map { name in
      "\(name)(" + types[name, default: []].map { "\($0.type) \($0.name)" }.joined(separator: ",") + ")"
    }.joined()
  }

  private static func base(_ type: String) -> String { String(type.prefix { $0 != "[" }) }

  private func structure(_ name: String, _ value: JSONValue, depth: Int) throws(MalformedData) -> Bytes32 {
    guard depth < Self.maximumDepth else { throw MalformedData("typed data nested too deeply") }
    guard let fields = types[name], case .object(let members) = value else { throw MalformedData("a value that is no structure") }
    // What is not in the type would not be signed, and yet shown.
    guard members.allSatisfy({ member in fields.contains { $0.name == member.name } }) else {
      throw MalformedData("a member that the type has not")
    }
    var encoding = Keccak256.hash(Array(encodedType(name).utf8)).bytes
    for field in fields {
      guard let member = value[field.name] else { throw MalformedData("a member is missing") }
      encoding += try encoded(field.type, member, depth: depth + 1)
    }
    return Keccak256.hash(encoding)
  }

  /// The 32 bytes that stand for a value.
  private func encoded(_ type: String, _ value: JSONValue, depth: Int) throws(MalformedData) -> [UInt8] {
    guard depth < Self.maximumDepth else { throw MalformedData("typed data nested too deeply") }
    if type.hasSuffix("]"), let opening = type.lastIndex(of: "[") {
      guard case .list(let items) = value else { throw MalformedData("a value that is no list") }
      let count = type[type.index(after: opening)...].dropLast()
      guard count.isEmpty || Int(count) == items.count else { throw MalformedData("a list of another length") }
      var content: [UInt8] = []
      for item in items { content += try encoded(String(type[..<opening]), item, depth: depth + 1) }
      return Keccak256.hash(content).bytes
    }
    if types[type] != nil { return try structure(type, value, depth: depth).bytes }
    return try atom(type, value)
  }

  private func atom(_ type: String, _ value: JSONValue) throws(MalformedData) -> [UInt8] {
    switch (type, value) {
    case ("bool", .boolean(let value)): return UInt256(value ? 1 : 0).bytes
    case ("string", .text(let text)): return Keccak256.hash(Array(text.utf8)).bytes
    case ("bytes", .text(let text)):
      if let bytes = Hexadecimal.bytes(text) { return Keccak256.hash(bytes).bytes }
    case ("address", .text(let text)):
      if let address = Address(text) { return [UInt8](repeating: 0, count: 12) + address.bytes }
    default:
      if type.hasPrefix("int"), let bits = Int(type.dropFirst(3)), 8...256 ~= bits, let word = Self.signed(value, bits: bits) {
        return word.bytes
      }
      guard let simple = ABIType(type) else { break }
      if case .uint(let bits) = simple, let number = Self.unsigned(value), number.bitWidth <= bits { return number.bytes }
      if case .fixedBytes(let count) = simple, let text = value.text, let bytes = Hexadecimal.bytes(text), bytes.count == count {
        return bytes + [UInt8](repeating: 0, count: 32 - count)
      }
    }
    throw MalformedData("a value that is none of its type")
  }

  /// A whole number, or the text of one: decimal, or hexadecimal with `0x`.
  private static func unsigned(_ value: JSONValue) -> UInt256? {
    switch value {
    case .integer(let number): UInt64(exactly: number).map { UInt256($0) }
    case .text(let text): UInt256(decimal: text) ?? Hexadecimal.quantity(text)
    default: nil
    }
  }

  private static func signed(_ value: JSONValue, bits: Int) -> UInt256? {
    let (isNegative, magnitude): (Bool, UInt256?) =
      switch value {
      case .integer(let number): (number < 0, UInt256(number.magnitude))
      case .text(let text) where text.hasPrefix("-"): (true, UInt256(decimal: text.dropFirst()))
      default: (false, unsigned(value))
      }
    guard let magnitude else { return nil }
    // One more fits below zero than above.
    let last = isNegative ? magnitude.subtracting(1) ?? .zero : magnitude
    guard last.bitWidth < bits else { return nil }
    return isNegative ? magnitude.negated : magnitude
  }
}
