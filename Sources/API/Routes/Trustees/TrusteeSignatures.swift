import Curve25519
import Elections
import HTTPServer
import VotingService

/// Finds out which trustee signed a request (`docs/spec/08-trustee-network.md`, 8.1).
public struct TrusteeSignatures: TrusteeAuthenticator {
  private let ceremonies: Ceremonies
  private let clock: any Clock

  /// - Parameter clock: what the time of a request must be near to.
  public init(_ ceremonies: Ceremonies, clock: any Clock) {
    self.ceremonies = ceremonies
    self.clock = clock
  }

  /// - Throws: 401 when the request is not signed, or its time is too far from the service's, which stands in the answer's `Date`; 403 when the
  ///   key is not that of a trustee of the election in the path.
  public func caller(of request: HTTPRequest) async throws -> Caller {
    guard let field = request.headers["Authorization"], let authorization = TrusteeAuthorization(field: Array(field.utf8)) else {
      throw Self.notSigned("The request is to be signed by a trustee.")
    }
    guard authorization.isTimely(now: clock.now() / 1000) else {
      throw Self.notSigned("The time is more than \(TrusteeAuthorization.window) seconds from the service's.")
    }
    let target = request.query.isEmpty ? request.path : request.path + "?" + request.query
    guard authorization.isValid(method: Array(request.method.utf8), target: Array(target.utf8), body: request.body) else {
      throw Self.notSigned("The signature does not hold for this request.")
    }
    let election = try Self.election(request.path)
    _ = try await ceremonies.numberOfReader(authorization.publicKey, election: election)
    try await ceremonies.heard(of: authorization.publicKey, election: election)
    return Caller(proof: .trustee(key: authorization.publicKey.bytes))
  }

  /// The election that a path is about: every route of trustees is below `/api/v1/elections/{e}`.
  private static func election(_ path: String) throws -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 4, parts[3] == "elections", ElectionReference(Array(parts[4].utf8)) != nil else {
      throw CeremonyError.notTrustee
    }
    return String(parts[4])
  }

  private static func notSigned(_ detail: String) -> Problem {
    Problem(.notAuthenticated, detail: detail, headers: HTTPHeaders([("WWW-Authenticate", "Comitia-Trustee")]))
  }
}

extension Context {
  /// The key of the trustee that signed the request.
  func trusteeKey() throws -> Bytes32 {
    guard case .trustee(let bytes) = caller.proof, let key = Bytes32(bytes) else { throw Problem(.notAuthenticated) }
    return key
  }

  /// What the trustee signed to send this request.
  var signedRequest: SignedRequest? {
    guard let field = request.headers["Authorization"], let authorization = TrusteeAuthorization(field: Array(field.utf8)) else {
      return nil
    }
    return SignedRequest(
      target: request.query.isEmpty ? request.path : request.path + "?" + request.query, time: authorization.time,
      bodyHash: Bytes32(SHA256.hash(request.body).span), signature: authorization.signature)
  }
}
