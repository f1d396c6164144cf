/// A JSON value (RFC 8259). Members of an object keep their order; no two have one name.
public enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// A number without fraction and exponent that 64 bits hold.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([Member])

  /// A member of an object.
  public struct Member: Sendable, Equatable {
    public let name: String
    public let value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a member; `nil` when there is none, or this is no object.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The element at a position; `nil` when there is none, or this is no list.
  public subscript(position: Int) -> JSONValue? {
    guard case .list(let items) = self, items.indices.contains(position) else { return nil }
    return items[position]
  }

  /// The text, where this is text.
  public var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The number, where this is a whole number. `1.0` is one, as JSON Schema has it.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): abs(value) < 9_007_199_254_740_992 ? Int64(exactly: value) : nil
    default: nil
    }
  }

  /// This object with one member more; anything else is left as it is.
  public func adding(_ name: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(let members) = self, let value else { return self }
    return .object(members + [Member(name, value)])
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
}
