/// A request as it reached the server, read whole and found unambiguous.
public struct HTTPRequest: Sendable {
  /// Unlike that of any other request of this process; stands in the log and in the answer's `X-Request-Id`.
  public let id: String
  /// As sent, such as `GET`.
  public let method: String
  /// Of the target, before `?`, as sent: not percent-decoded.
  public let path: String
  /// Of the target, after `?`, as sent; empty when there is none.
  public let query: String
  /// The fields in their order.
  public let headers: HTTPHeaders
  /// The whole body, of at most the length that the handler allowed.
  public let body: [UInt8]
  /// Who asks: the peer's address, or what a trusted proxy says.
  public let remoteAddress: String
  /// Whether the client's connection is encrypted, as far as the server or a trusted proxy can tell.
  public let isSecure: Bool

  public init(
    id: String = "", method: String, path: String, query: String = "", headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
    remoteAddress: String = "127.0.0.1", isSecure: Bool = false
  ) {
    self.id = id
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
    self.isSecure = isSecure
  }
}

/// Header fields in their order. Names compare without regard to case.
public struct HTTPHeaders: Sendable, Equatable {
  /// Name and value of each field.
  public private(set) var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  /// The value of the first field of this name. Setting replaces all fields of the name, `nil` removes them.
  public subscript(name: String) -> String? {
    get { fields.first { Self.same($0.name, name) }?.value }
    set {
      fields.removeAll { Self.same($0.name, name) }
      if let newValue { fields.append((name, newValue)) }
    }
  }

  /// All values of a field that may be repeated.
  public func all(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map { $0.value } }

  /// Adds a field beside those of the same name, as `Set-Cookie` needs it.
  public mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

  public static func == (a: Self, b: Self) -> Bool {
    a.fields.count == b.fields.count && zip(a.fields, b.fields).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }

  private static func same(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lowercase($0) == lowercase($1) }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
