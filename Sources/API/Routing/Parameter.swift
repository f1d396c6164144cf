import StrictJSON

/// A parameter in the path, the query or a header field, declared once: read, checked and described by its codec.
public struct Parameter<Value: Sendable>: Sendable {
  /// Its name.
  public let name: String
  /// To be listed by a route.
  public let declaration: ParameterDeclaration
}

extension Parameter {
  /// A part of the path.
  public static func path(_ name: String, _ codec: JSONCodec<Value>, _ description: String) -> Parameter {
    Parameter(name: name, place: .path, schema: codec.schema, isRequired: true, description: description) {
      text throws(JSONFaults) in
      try codec.decode(JSONValue(parameter: text ?? "", schema: codec.schema), at: JSONPath.root.member(name))
    }
  }

  /// A parameter of the query that may be left out.
  public static func query<Wrapped>(_ name: String, _ codec: JSONCodec<Wrapped>, _ description: String) -> Parameter
  where Value == Wrapped? {
    Parameter(name: name, place: .query, schema: codec.schema, isRequired: false, description: description) {
      text throws(JSONFaults) in
      guard let text else { return nil }
      return try codec.decode(JSONValue(parameter: text, schema: codec.schema), at: JSONPath.root.member(name))
    }
  }

  /// A parameter of the query that has a value when it is left out.
  public static func query(_ name: String, _ codec: JSONCodec<Value>, default value: Value, _ description: String) -> Parameter {
    let schema = codec.schema.with("default", codec.encode(value))
    return Parameter(name: name, place: .query, schema: schema, isRequired: false, description: description) {
      text throws(JSONFaults) in
      guard let text else { return value }
      return try codec.decode(JSONValue(parameter: text, schema: codec.schema), at: JSONPath.root.member(name))
    }
  }

  /// A parameter of the query that must be there.
  public static func requiredQuery(_ name: String, _ codec: JSONCodec<Value>, _ description: String) -> Parameter {
    Parameter(name: name, place: .query, schema: codec.schema, isRequired: true, description: description) {
      text throws(JSONFaults) in
      guard let text else { throw JSONFaults(faults: [JSONFault(JSONPath.root.member(name), "is missing")]) }
      return try codec.decode(JSONValue(parameter: text, schema: codec.schema), at: JSONPath.root.member(name))
    }
  }

  private init(
    name: String, place: ParameterDeclaration.Place, schema: JSONSchema, isRequired: Bool, description: String,
    read: @escaping @Sendable (String?) throws(JSONFaults) -> Value
  ) {
    self.name = name
    declaration = ParameterDeclaration(name: name, place: place, schema: schema, isRequired: isRequired, description: description) {
      text throws(JSONFaults) in ParameterBox(value: try read(text))
    }
  }
}

/// A parameter without its type.
public struct ParameterDeclaration: Sendable {
  enum Place: String, Sendable {
    case path
    case query
  }

  let name: String
  let place: Place
  let schema: JSONSchema
  let isRequired: Bool
  let description: String
  let read: @Sendable (String?) throws(JSONFaults) -> any ParameterValue
}

/// A value that was read for a parameter.
protocol ParameterValue: Sendable {}

/// Optional values survive casts only in a box.
struct ParameterBox<Value: Sendable>: ParameterValue {
  let value: Value
}

extension JSONValue {
  /// What the text of a parameter stands for, by the type that its schema names.
  fileprivate init(parameter text: String, schema: JSONSchema) {
    switch schema.value["type"]?.text {
    case "integer":
      // Canonical decimal digits, so that one value has one form.
      if let value = Int64(text), String(value) == text { self = .integer(value) } else { self = .text(text) }
    case "boolean": self = text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : .text(text)
    default: self = .text(text)
    }
  }
}
