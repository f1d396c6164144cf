import Curve25519
import StrictJSON

/// What nodes' answers consist of, read strictly.
extension JSONValue {
  /// A member that must be there; members that nobody asks for may be there, too.
  func need(_ name: String) throws(MalformedData) -> JSONValue {
    guard let value = self[name] else { throw MalformedData("\(name) is missing") }
    return value
  }

  /// A member that may be missing or null.
  func optional(_ name: String) -> JSONValue? {
    guard let value = self[name], value != .null else { return nil }
    return value
  }

  func amount(_ what: String) throws(MalformedData) -> UInt256 {
    guard let text, let value = Hexadecimal.quantity(text) else { throw MalformedData("\(what) is no quantity") }
    return value
  }

  func quantity(_ what: String) throws(MalformedData) -> UInt64 {
    guard let value = try amount(what).uint64 else { throw MalformedData("\(what) has more than 64 bits") }
    return value
  }

  func data(_ what: String) throws(MalformedData) -> [UInt8] {
    guard let text, let bytes = Hexadecimal.bytes(text) else { throw MalformedData("\(what) is no bytes") }
    return bytes
  }

  func hash(_ what: String) throws(MalformedData) -> Bytes32 {
    guard let hash = Bytes32(try data(what)) else { throw MalformedData("\(what) has not 32 bytes") }
    return hash
  }

  func address(_ what: String) throws(MalformedData) -> Address {
    guard let address = Address(try data(what)) else { throw MalformedData("\(what) is no address") }
    return address
  }

  func items(_ what: String) throws(MalformedData) -> [JSONValue] {
    guard case .list(let items) = self else { throw MalformedData("\(what) is no list") }
    return items
  }

  func ratio(_ what: String) throws(MalformedData) -> Double {
    switch self {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    default: throw MalformedData("\(what) is no number")
    }
  }

  func members<Member>(_ what: String, _ read: (JSONValue) throws(MalformedData) -> Member) throws(MalformedData) -> [Member] {
    var members: [Member] = []
    for item in try items(what) { members.append(try read(item)) }
    return members
  }
}
