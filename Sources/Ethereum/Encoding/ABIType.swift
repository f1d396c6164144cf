/// A type of contracts' arguments: those that contracts of Vyper and Solidity commonly have.
public indirect enum ABIType: Equatable, Sendable {
  /// A whole number without sign, of so many bits: a multiple of 8 up to 256.
  case uint(Int)
  case address
  case bool
  /// So many bytes, 1 to 32.
  case fixedBytes(Int)
  case bytes
  case string
  case list(of: ABIType)
  /// A list of always so many, at least one.
  case fixedList(of: ABIType, count: Int)
  case tuple([ABIType])

  /// Lists and tuples within each other that are read.
  static let maximumDepth = 8

  /// From its name in signatures, such as `uint64`, `bytes32[]`, `(address,uint256)`.
  public init?(_ name: some StringProtocol) { self.init(String(name), depth: 0) }

  private init?(_ name: String, depth: Int) {
    guard depth <= Self.maximumDepth else { return nil }
    if name.hasSuffix("]") {
      guard let opening = name.lastIndex(of: "["), let element = ABIType(String(name[..<opening]), depth: depth + 1) else {
        return nil
      }
      let count = name[name.index(after: opening)...].dropLast()
      if count.isEmpty {
        self = .list(of: element)
      } else {
        guard let count = Self.number(count), 1...65_536 ~= count else { return nil }
        self = .fixedList(of: element, count: count)
      }
      return
    }
    if name.hasPrefix("(") {
      guard let members = Self.list(name, depth: depth), !members.isEmpty else { return nil }
      self = .tuple(members)
      return
    }
    switch name {
    case "address": self = .address
    case "bool": self = .bool
    case "bytes": self = .bytes
    case "string": self = .string
    default:
      if name.hasPrefix("uint"), let bits = Self.number(name.dropFirst(4)), 8...256 ~= bits, bits.isMultiple(of: 8) {
        self = .uint(bits)
      } else if name.hasPrefix("bytes"), let count = Self.number(name.dropFirst(5)), 1...32 ~= count {
        self = .fixedBytes(count)
      } else {
        return nil
      }
    }
  }

  /// The types of a list in brackets.
  static func list(_ text: String, depth: Int = 0) -> [ABIType]? {
    guard let parts = parts(text) else { return nil }
    var types: [ABIType] = []
    for part in parts {
      guard let type = ABIType(part, depth: depth + 1) else { return nil }
      types.append(type)
    }
    return types
  }

  /// What stands between the commas of a list in brackets, without spaces around; a comma within inner brackets does not divide.
  static func parts(_ text: String) -> [String]? {
    guard text.hasPrefix("("), text.hasSuffix(")"), text.count >= 2 else { return nil }
    let inner = text.dropFirst().dropLast()
    guard inner.contains(where: { $0 != " " }) else { return [] }
    var parts = [""]
    var depth = 0
    for letter in inner {
      if letter == "(" { depth += 1 }
      if letter == ")" { depth -= 1 }
      guard depth >= 0 else { return nil }
      if letter == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(letter) }
    }
    return depth == 0 ? parts.map { $0.trimmed } : nil
  }

  private static func number(_ digits: some StringProtocol) -> Int? {
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != "0" else { return nil }
    return Int(digits)
  }

  /// Whether its length depends on the value.
  var isDynamic: Bool {
    switch self {
    case .bytes, .string, .list: true
    case .fixedList(let element, _): element.isDynamic
    case .tuple(let members): members.contains { $0.isDynamic }
    default: false
    }
  }

  /// Bytes that it takes among its neighbours: of a dynamic type, those of the offset.
  var headLength: Int {
    if isDynamic { return 32 }
    return switch self {
    case .fixedList(let element, let count): count * element.headLength
    case .tuple(let members): members.reduce(0) { $0 + $1.headLength }
    default: 32
    }
  }
}

extension ABIType: CustomStringConvertible {
  /// Its name in signatures.
  public var description: String {
    switch self {
    case .uint(let bits): "uint\(bits)"
    case .address: "address"
    case .bool: "bool"
    case .fixedBytes(let count): "bytes\(count)"
    case .bytes: "bytes"
    case .string: "string"
    case .list(let element): "\(element)[]"
    case .fixedList(let element, let count): "\(element)[\(count)]"
    case .tuple(let members): "(" + members.map(\.description).joined(separator: ",") + ")"
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
