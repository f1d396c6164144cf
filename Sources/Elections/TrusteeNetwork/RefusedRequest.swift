import Curve25519

/// What a trustee's key signed to send by `POST` (`docs/spec/08-trustee-network.md`, 8.1) and the service refused: evidence against that key, and nobody else
/// (`docs/spec/07-verification.md`, 7.6).
public struct RefusedRequest: Equatable, Sendable {
  /// Whose it is said to be.
  public let signingKey: Bytes32
  /// Path and query.
  public let target: [UInt8]
  /// Unix seconds, as signed.
  public let time: UInt64
  /// SHA-256 of the body.
  public let bodyHash: Bytes32
  /// 64 bytes.
  public let signature: [UInt8]
  /// Only where it is needed to judge; else nobody has to see it.
  public let body: [UInt8]?

  /// Evidence kept, or received from elsewhere; nothing is checked.
  public init(
    signingKey: Bytes32, target: [UInt8], time: UInt64, bodyHash: Bytes32, signature: [UInt8], body: [UInt8]? = nil
  ) {
    self.signingKey = signingKey
    self.target = target
    self.time = time
    self.bodyHash = bodyHash
    self.signature = signature
    self.body = body
  }

  /// Whether the key signed it, with this body, for a path below that of an election. Variable time: public.
  public func isSigned(to path: StaticString, of election: ElectionReference) -> Bool {
    var expected: [UInt8] = []
    expected.append(ascii: "/api/v1/elections/")
    expected += election.ascii
    expected.append(ascii: path)
    var method: [UInt8] = []
    method.append(ascii: "POST")
    guard target == expected, body.map({ Bytes32(SHA256.hash($0).span) == bodyHash }) ?? true else { return false }
    let request = TrusteeRequest(method: method, target: target, time: time, bodyHash: bodyHash)
    return Ed25519.verify(signature: signature, message: request.text, publicKey: signingKey)
  }
}
