/// What is wrong with a value, and where: `contests[1].name`; an empty path is the whole.
public struct JSONFault: Error, Sendable, Equatable {
  public let path: String
  /// In plain words, without the value: it may be a secret.
  public let reason: String

  public init(_ path: JSONPath, _ reason: String) {
    self.path = path.text
    self.reason = reason
  }
}

/// The way to a value within a document.
public struct JSONPath: Sendable, Equatable {
  /// As people read it.
  public let text: String

  /// The whole document.
  public static let root = JSONPath(text: "")

  /// The way to a member of the object here.
  public func member(_ name: String) -> JSONPath { JSONPath(text: text.isEmpty ? name : "\(text).\(name)") }

  /// The way to an element of the list here.
  public func element(_ position: Int) -> JSONPath { JSONPath(text: "\(text)[\(position)]") }
}

/// Why bytes are not JSON that we read.
public struct JSONSyntaxError: Error, Sendable, Equatable {
  /// Bytes before the place.
  public let offset: Int
  public let reason: String

  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }
}
