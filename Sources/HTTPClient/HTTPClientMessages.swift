/// A field of a header.
public struct HTTPClientField: Sendable, Equatable {
  /// Compared without regard to case.
  public let name: String
  /// Without spaces around it.
  public let value: String

  /// A field.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A request to a server.
public struct HTTPClientRequest: Sendable {
  /// Such as `GET`: upper-case letters.
  public var method: String
  /// `https://…`, or `http://…` where the configuration allows it.
  public var address: String
  /// Beside those that the library itself sets: `Host`, `Content-Length`, `Accept`.
  public var fields: [HTTPClientField]
  /// `nil`: none.
  public var body: [UInt8]?
  /// Longest body of the answer, in bytes; the configuration's where `nil`.
  public var answerLimit: Int?
  /// Seconds until the whole answer must be there; the configuration's where `nil`. Long polls need more.
  public var timeout: Double?

  /// A request.
  public init(
    _ method: String = "GET", _ address: String, fields: [HTTPClientField] = [], body: [UInt8]? = nil, answerLimit: Int? = nil,
    timeout: Double? = nil
  ) {
    self.method = method
    self.address = address
    self.fields = fields
    self.body = body
    self.answerLimit = answerLimit
    self.timeout = timeout
  }
}

/// What a server answered.
public struct HTTPClientResponse: Sendable, Equatable {
  /// 200, 404, …; redirects are answers like any other.
  public let status: Int
  /// In their order.
  public let fields: [HTTPClientField]
  /// All of it; empty where it was streamed.
  public let body: [UInt8]

  /// The value of the first field of a name.
  public func field(_ name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// Whether it did what was asked: 200 to 299.
  public var isSuccess: Bool { (200...299).contains(status) }
}

/// How a client connects.
public struct HTTPClientConfiguration: Sendable {
  /// Seconds until a connection must stand.
  public var connectTimeout: Double = 10
  /// Seconds until a whole answer must be there.
  public var timeout: Double = 60
  /// Longest body of an answer, in bytes.
  public var answerLimit = 1 << 20
  /// A file of certificates, PEM, trusted beside the system's.
  public var authorityFile: String?
  /// Whether plain HTTP is allowed to other machines than this one.
  public var allowsUnencrypted = false
  /// Requests at once; more wait.
  public var connections = 8
  /// The field `User-Agent`.
  public var userAgent = "comitia"

  /// What does for most purposes.
  public init() {}
}
