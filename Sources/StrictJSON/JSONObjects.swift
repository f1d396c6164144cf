/// A member of the object that stands for a `Root`.
public struct JSONField<Root, Value>: Sendable {
  let name: String
  let isRequired: Bool
  let schema: JSONSchema
  let read: @Sendable (JSONValue?, JSONPath, inout [JSONFault]) -> Value?
  /// `nil`: the member is left out.
  let write: @Sendable (Root) -> JSONValue?
}

extension JSONField {
  /// A member that is always there.
  public static func required(_ name: String, _ codec: JSONCodec<Value>, _ get: @escaping @Sendable (Root) -> Value) -> JSONField {
    JSONField(
      name: name, isRequired: true, schema: codec.schema,
      read: { json, path, faults in
        guard let json else {
          faults.append(JSONFault(path, "is missing"))
          return nil
        }
        return codec.read(json, path, &faults)
      }, write: { codec.write(get($0)) })
  }

  /// A member that may be left out.
  public static func optional<Wrapped>(
    _ name: String, _ codec: JSONCodec<Wrapped>, _ get: @escaping @Sendable (Root) -> Wrapped?
  ) -> JSONField where Value == Wrapped? {
    JSONField(
      name: name, isRequired: false, schema: codec.schema,
      read: { json, path, faults in
        guard let json else { return .some(nil) }
        guard let value = codec.read(json, path, &faults) else { return nil }
        return .some(value)
      }, write: { get($0).map(codec.write) })
  }

  /// A member that may be left out of requests, and then has this value; answers always have it.
  public static func defaulted(
    _ name: String, _ codec: JSONCodec<Value>, _ value: Value, _ get: @escaping @Sendable (Root) -> Value
  ) -> JSONField where Value: Sendable {
    JSONField(
      name: name, isRequired: false, schema: codec.schema.with("default", codec.write(value)),
      read: { json, path, faults in
        guard let json else { return value }
        return codec.read(json, path, &faults)
      }, write: { codec.write(get($0)) })
  }
}

/// Ends the making of an object whose faults are listed already.
private struct Incomplete: Error {}

private func whole<Value>(_ value: Value?) throws(Incomplete) -> Value {
  guard let value else { throw Incomplete() }
  return value
}

extension JSONCodec {
  /// An object with these members and no others, by the order in which `make` takes them.
  ///
  /// - Parameter name: of the schema; unlike that of all others.
  public static func object<each Part>(
    _ name: String, _ fields: repeat JSONField<Value, each Part>, make: @escaping @Sendable (repeat each Part) -> Value
  ) -> JSONCodec {
    var names: [String] = []
    var required: [JSONValue] = []
    var properties: [JSONValue.Member] = []
    var schemas: [JSONSchema] = []
    for field in repeat each fields {
      names.append(field.name)
      if field.isRequired { required.append(.text(field.name)) }
      properties.append(JSONValue.Member(field.name, field.schema.value))
      schemas.append(field.schema)
    }
    var schema: JSONValue = ["type": "object", "properties": .object(properties), "additionalProperties": false]
    if !required.isEmpty { schema = schema.adding("required", .list(required)) }
    let known = Set(names)
    return JSONCodec(
      schema: JSONSchema(named: name, schema, uses: schemas),
      read: { json, path, faults in
        guard case .object(let members) = json else {
          faults.append(JSONFault(path, "an object in braces is needed"))
          return nil
        }
        for member in members where !known.contains(member.name) {
          faults.append(JSONFault(path.member(String(member.name.prefix(100))), "there is no such member"))
        }
        let parts = (repeat (each fields).read(json[(each fields).name], path.member((each fields).name), &faults))
        return try? make(repeat whole(each parts))
      },
      write: { root in
        var members: [JSONValue.Member] = []
        for field in repeat each fields {
          if let value = field.write(root) { members.append(JSONValue.Member(field.name, value)) }
        }
        return .object(members)
      })
  }
}

extension JSONCodec {
  /// An object that is only ever answered: no request has it.
  ///
  /// - Parameter name: of the schema; unlike that of all others.
  public static func answer<each Part>(_ name: String, _ fields: repeat JSONField<Value, each Part>) -> JSONCodec {
    var required: [JSONValue] = []
    var properties: [JSONValue.Member] = []
    var schemas: [JSONSchema] = []
    for field in repeat each fields {
      if field.isRequired { required.append(.text(field.name)) }
      properties.append(JSONValue.Member(field.name, field.schema.value))
      schemas.append(field.schema)
    }
    var schema: JSONValue = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema = schema.adding("required", .list(required)) }
    return .answer(JSONSchema(named: name, schema, uses: schemas)) { root in
      var members: [JSONValue.Member] = []
      for field in repeat each fields {
        if let value = field.write(root) { members.append(JSONValue.Member(field.name, value)) }
      }
      return .object(members)
    }
  }

  /// The same from a schema and a function.
  public static func answer(_ schema: JSONSchema, _ write: @escaping @Sendable (Value) -> JSONValue) -> JSONCodec {
    JSONCodec(
      schema: schema,
      read: { _, path, faults in
        faults.append(JSONFault(path, "stands in answers only"))
        return nil
      }, write: write)
  }
}
