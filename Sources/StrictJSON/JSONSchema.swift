/// What values look like (JSON Schema 2020-12), made together with the code that reads and writes them.
public struct JSONSchema: Sendable, Equatable {
  /// The schema itself, or a reference to one of `definitions`.
  public let value: JSONValue
  /// The named schemas that `value` refers to, directly or by others.
  public let definitions: [String: JSONValue]

  /// A schema without a name.
  public init(_ value: JSONValue, uses schemas: [JSONSchema] = []) {
    self.value = value
    definitions = schemas.reduce(into: [:]) { $0.merge($1.definitions) { first, _ in first } }
  }

  /// A schema with a name of its own, unlike that of all others.
  public init(named name: String, _ value: JSONValue, uses schemas: [JSONSchema] = []) {
    var definitions = JSONSchema(value, uses: schemas).definitions
    definitions[name] = value
    self.definitions = definitions
    self.value = ["$ref": "#/components/schemas/\(name)"]
  }

  private init(_ value: JSONValue, definitions: [String: JSONValue]) {
    self.value = value
    self.definitions = definitions
  }

  /// The same with further keywords, such as `description` or `default`.
  public func with(_ keyword: String, _ keywordValue: JSONValue) -> JSONSchema {
    JSONSchema(value.adding(keyword, keywordValue), definitions: definitions)
  }
}
