extension JSONCodec where Value == Bool {
  /// `true` or `false`.
  public static var boolean: JSONCodec {
    JSONCodec(
      schema: JSONSchema(["type": "boolean"]),
      read: { json, path, faults in
        guard case .boolean(let value) = json else {
          faults.append(JSONFault(path, "true or false is needed"))
          return nil
        }
        return value
      }, write: { .boolean($0) })
  }
}

extension JSONCodec where Value: FixedWidthInteger & Sendable {
  /// A whole number within bounds that JavaScript's numbers hold exactly.
  public static func integer(_ range: ClosedRange<Value>) -> JSONCodec {
    JSONCodec(
      schema: JSONSchema([
        "type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound)),
      ]),
      read: { json, path, faults in
        guard let number = json.integer, let value = Value(exactly: number), range.contains(value) else {
          faults.append(JSONFault(path, "a whole number from \(range.lowerBound) to \(range.upperBound) is needed"))
          return nil
        }
        return value
      }, write: { .integer(Int64($0)) })
  }
}

extension JSONCodec where Value: CaseIterable & RawRepresentable & SendableMetatype, Value.RawValue == String {
  /// One of the type's words.
  public static var word: JSONCodec {
    let words = Value.allCases.map { $0.rawValue }
    return JSONCodec(
      schema: JSONSchema(["type": "string", "enum": .list(words.map { .text($0) })]),
      read: { json, path, faults in
        guard let text = json.text, let value = Value(rawValue: text) else {
          faults.append(JSONFault(path, "one of \(words.joined(separator: ", ")) is needed"))
          return nil
        }
        return value
      }, write: { .text($0.rawValue) })
  }
}

extension JSONCodec {
  /// A list of at most `maximum` elements.
  public static func list<Element>(of element: JSONCodec<Element>, minimum: Int = 0, maximum: Int) -> JSONCodec
  where Value == [Element] {
    JSONCodec(
      schema: JSONSchema(
        [
          "type": "array", "items": element.schema.value, "minItems": .integer(Int64(minimum)),
          "maxItems": .integer(Int64(maximum)),
        ],
        uses: [element.schema]),
      read: { json, path, faults in
        guard case .list(let items) = json else {
          faults.append(JSONFault(path, "a list in brackets is needed"))
          return nil
        }
        guard (minimum...maximum).contains(items.count) else {
          faults.append(JSONFault(path, "\(minimum) to \(maximum) elements are needed"))
          return nil
        }
        let values = items.enumerated().compactMap { element.read($1, path.element($0), &faults) }
        return values.count == items.count ? values : nil
      }, write: { .list($0.map(element.write)) })
  }
}

extension JSONCodec where Value == JSONValue {
  /// Any JSON: for what is described elsewhere, such as the description of the API itself.
  public static func any(_ description: String) -> JSONCodec {
    JSONCodec(schema: JSONSchema(["description": .text(description)]), read: { json, _, _ in json }, write: { $0 })
  }

  /// Any object.
  public static func anyObject(_ description: String) -> JSONCodec {
    JSONCodec(
      schema: JSONSchema(["type": "object", "description": .text(description)]),
      read: { json, path, faults in
        if case .object = json { return json }
        faults.append(JSONFault(path, "an object in braces is needed"))
        return nil
      }, write: { $0 })
  }
}
