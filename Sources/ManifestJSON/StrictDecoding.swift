/// Any key of a JSON object.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}

/// Why a JSON value is refused, with the way to it: `contests[1].options[0].name`.
public struct ManifestFault: Error, Equatable, Sendable {
  /// The way to the value; empty for the whole.
  public let path: String
  /// What is wrong and what is possible.
  public let reason: String

  init(path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  init(_ path: [any CodingKey], _ reason: String) {
    self.reason = reason
    self.path = path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }

  /// What is wrong, to stand after the name of the file.
  public var text: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

extension Decoder {
  /// The members of an object, which may have no others: a mistyped key would be left out in silence.
  func strictContainer<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
    let names = Key.allCases.map { $0.stringValue }
    for key in try container(keyedBy: AnyKey.self).allKeys where !names.contains(key.stringValue) {
      let suggestion = NearestName.suggestion(for: key.stringValue, among: names)
      let known = suggestion.isEmpty ? "; there are \(names.joined(separator: ", "))" : suggestion
      throw ManifestFault(codingPath, "unknown key “\(key.stringValue)”\(known)")
    }
    return try container(keyedBy: keys)
  }
}

extension DecodingError {
  /// The same in our words.
  var fault: ManifestFault {
    switch self {
    case .keyNotFound(let key, let context): ManifestFault(context.codingPath, "“\(key.stringValue)” is missing")
    case .typeMismatch(let type, let context): ManifestFault(context.codingPath, "\(Self.name(of: type)) is needed")
    case .valueNotFound(let type, let context): ManifestFault(context.codingPath, "\(Self.name(of: type)) is needed, not null")
    case .dataCorrupted(let context): ManifestFault(context.codingPath, "not allowed here")
    @unknown default: ManifestFault([], "not the JSON of a manifest")
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is [String: Any].Type: "an object in braces"
    case is [Any].Type: "a list in brackets"
    default: "another type of value"
    }
  }
}
