/// Reads and writes values of one type as JSON, and says what that JSON looks like: one declaration, so that the three cannot drift apart.
public struct JSONCodec<Value>: Sendable {
  /// What the JSON looks like.
  public let schema: JSONSchema
  let read: @Sendable (JSONValue, JSONPath, inout [JSONFault]) -> Value?
  let write: @Sendable (Value) -> JSONValue

  /// A codec from its three sides. `read` adds at least one fault when it returns `nil`.
  public init(
    schema: JSONSchema,
    read: @escaping @Sendable (_ value: JSONValue, _ path: JSONPath, _ faults: inout [JSONFault]) -> Value?,
    write: @escaping @Sendable (Value) -> JSONValue
  ) {
    self.schema = schema
    self.read = read
    self.write = write
  }

  /// The value that the JSON stands for.
  ///
  /// - Throws: all that is wrong with it.
  public func decode(_ json: JSONValue, at path: JSONPath = .root) throws(JSONFaults) -> Value {
    var faults: [JSONFault] = []
    guard let value = read(json, path, &faults), faults.isEmpty else { throw JSONFaults(faults: faults) }
    return value
  }

  /// The JSON of a value.
  public func encode(_ value: Value) -> JSONValue { write(value) }

  /// The same JSON for another type. What `convert` refuses is a fault with this reason.
  public func converted<Other>(
    _ convert: @escaping @Sendable (Value) -> Other?, reason: String, back: @escaping @Sendable (Other) -> Value
  ) -> JSONCodec<Other> {
    JSONCodec<Other>(
      schema: schema,
      read: { json, path, faults in
        guard let value = read(json, path, &faults) else { return nil }
        guard let other = convert(value) else {
          faults.append(JSONFault(path, reason))
          return nil
        }
        return other
      }, write: { write(back($0)) })
  }

  /// The same with `null` for `nil`.
  public var nullable: JSONCodec<Value?> {
    JSONCodec<Value?>(
      schema: JSONSchema(["oneOf": [schema.value, ["type": "null"]]], uses: [schema]),
      read: { json, path, faults in
        if json == .null { return .some(nil) }
        guard let value = read(json, path, &faults) else { return nil }
        return .some(value)
      }, write: { $0.map(write) ?? .null })
  }

  /// The same with words for people in its schema.
  public func described(_ description: String) -> JSONCodec {
    JSONCodec(schema: schema.with("description", .text(description)), read: read, write: write)
  }

  /// The same with an example in its schema.
  public func example(_ example: JSONValue) -> JSONCodec {
    JSONCodec(schema: schema.with("examples", [example]), read: read, write: write)
  }
}

/// All that is wrong with a document: at least one fault.
public struct JSONFaults: Error, Sendable, Equatable {
  public let faults: [JSONFault]

  public init(faults: [JSONFault]) { self.faults = faults }
}

/// A type with one JSON form.
public protocol JSONConvertible: Sendable {
  /// Reads, writes and describes it.
  static var json: JSONCodec<Self> { get }
}
