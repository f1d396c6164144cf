import Curve25519
import TransparencyLog

/// A request as a trustee signs it (`docs/spec/08-trustee-network.md`, 8.1).
///
/// ```
/// comitia trustee request/v1 ⏎ METHOD SP target ⏎ time ⏎ hex SHA-256 of the body ⏎
/// ```
public struct TrusteeRequest: Equatable, Sendable {
  /// Such as `GET`.
  public let method: [UInt8]
  /// Path and query exactly as the request has them.
  public let target: [UInt8]
  /// Unix seconds.
  public let time: UInt64
  /// SHA-256 of the body, of no bytes where there is none.
  public let bodyHash: Bytes32

  /// A request.
  public init(method: [UInt8], target: [UInt8], time: UInt64, body: [UInt8]) {
    self.init(method: method, target: target, time: time, bodyHash: Bytes32(SHA256.hash(body).span))
  }

  /// A request whose body need not be known.
  public init(method: [UInt8], target: [UInt8], time: UInt64, bodyHash: Bytes32) {
    self.method = method
    self.target = target
    self.time = time
    self.bodyHash = bodyHash
  }

  /// The bytes that are signed.
  public var text: [UInt8] {
    var text: [UInt8] = []
    text.append(ascii: "comitia trustee request/v1\n")
    text += method
    text.append(0x20)
    text += target
    text.append(0x0a)
    text.append(number: time)
    text.append(0x0a)
    text += Hexadecimal.encode(bodyHash)
    text.append(0x0a)
    return text
  }

  /// Signs the request. Constant time in the key.
  public func signed(by key: Ed25519.PrivateKey) -> TrusteeAuthorization {
    TrusteeAuthorization(publicKey: key.publicKey, time: time, signature: key.sign(text))
  }
}

/// What the field `Authorization` of a trustee's request says: `Comitia-Trustee <key>.<time>.<signature>`.
public struct TrusteeAuthorization: Equatable, Sendable {
  /// How far the time of a request may be from the service's, in seconds.
  public static let window: UInt64 = 300

  /// Whose request it claims to be.
  public let publicKey: Bytes32
  /// Unix seconds.
  public let time: UInt64
  /// 64 bytes, Ed25519.
  public let signature: [UInt8]

  init(publicKey: Bytes32, time: UInt64, signature: [UInt8]) {
    self.publicKey = publicKey
    self.time = time
    self.signature = signature
  }

  /// Reads the field's value; `nil` unless it is exactly what `field` returns for the result.
  public init?(field: [UInt8]) {
    let scheme = Self.scheme
    guard field.count <= Self.longest, field.starts(with: scheme) else { return nil }
    let parts = field.dropFirst(scheme.count).split(separator: 0x2e, omittingEmptySubsequences: false)
    guard parts.count == 3, let key = Hexadecimal.decode(parts[0]), let time = Self.decimal(parts[1]),
      let signature = Base64.decode(parts[2]), signature.count == 64
    else { return nil }
    self.init(publicKey: key, time: time, signature: signature)
  }

  /// The field's value.
  public var field: [UInt8] {
    var field = Self.scheme + Hexadecimal.encode(publicKey)
    field.append(0x2e)
    field.append(number: time)
    field.append(0x2e)
    return field + Base64.encode(signature)
  }

  /// Whether `publicKey` signed this request. Whose key it is, and whether the time will do, is the caller's to see.
  public func isValid(method: [UInt8], target: [UInt8], body: [UInt8]) -> Bool {
    let request = TrusteeRequest(method: method, target: target, time: time, body: body)
    return Ed25519.verify(signature: signature, message: request.text, publicKey: publicKey)
  }

  /// Whether the time is near enough to `now`, Unix seconds.
  public func isTimely(now: UInt64) -> Bool { (time > now ? time - now : now - time) <= Self.window }

  private static var scheme: [UInt8] {
    var scheme: [UInt8] = []
    scheme.append(ascii: "Comitia-Trustee ")
    return scheme
  }

  private static let longest = 16 + 64 + 1 + 20 + 1 + 88

  private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard let first = digits.first, digits.count <= 19, first != 0x30 || digits.count == 1 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + UInt64(digit - 0x30)
    }
    return value
  }
}
