import Curve25519
import ThresholdCryptography

/// A trustee's wrong share of the joint signature, with all that anybody needs to be sure of it (`docs/spec/10-signing.md`, 10.4): the session's list, and the
/// trustee's answer in a request that its signing key signed (`docs/spec/08-trustee-network.md`, 8.1).
public struct WrongShare: Equatable, Sendable {
  /// Who is accused.
  public let trustee: Int
  /// The session's list of commitments (10.3).
  public let list: [UInt8]
  /// The body of the request: `2 ‖ response` (8.9).
  public let body: [UInt8]
  /// Path and query of the request.
  public let target: [UInt8]
  /// Unix seconds, as the trustee signed it.
  public let time: UInt64
  /// 64 bytes, by the trustee's signing key.
  public let signature: [UInt8]
  /// Where it is a share of the signature on the mark of the result: what was to be signed. It counts only where it is the mark of this result
  /// (`docs/spec/13-anchors-on-solana.md`, 13.2).
  public let mark: [UInt8]?

  /// Evidence kept, or received from elsewhere; `isConclusive` checks it.
  public init(trustee: Int, list: [UInt8], body: [UInt8], target: [UInt8], time: UInt64, signature: [UInt8], mark: [UInt8]? = nil) {
    self.trustee = trustee
    self.list = list
    self.body = body
    self.target = target
    self.time = time
    self.signature = signature
    self.mark = mark
  }

  /// Whether the trustee's own key signed an answer to this session that is wrong. Variable time: all of it is public.
  ///
  /// - Parameters:
  ///   - acting: the trustees at the closing checkpoint: by the public shares of before a renewal, a right share would seem wrong.
  ///   - message: what was to be signed, which whoever judges has made or checked itself (`ResultCertificate.message`).
  public func isConclusive(_ acting: ActingTrustees, message: [UInt8]) -> Bool {
    guard let response = signedResponse(acting), let session = session(acting, message) else { return false }
    return SigningEvidence(session: session, response: response).isConclusive
  }

  /// Whether it is conclusive, and the share would have been right before a renewal. Variable time: all of it is public.
  public func isOutdated(_ roster: AmendedRoster, message: [UInt8]) -> Bool {
    let acting = roster.current.acting
    guard isConclusive(acting, message: message), let response = signedResponse(acting) else { return false }
    return roster.terms.contains { term in
      term.acting != acting && session(term.acting, message)?.verify(response.share) == true
    }
  }

  /// What the trustee's own key signed; `nil` where it did not, or it is no response.
  private func signedResponse(_ acting: ActingTrustees) -> SigningResponse? {
    guard acting.trustees.indices.contains(trustee - 1) else { return nil }
    let method: StaticString = "POST"
    let request = TrusteeRequest(
      method: Array(UnsafeBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount)), target: target, time: time,
      body: body)
    let key = acting.trustees[trustee - 1].signingKey
    guard Ed25519.verify(signature: signature, message: request.text, publicKey: key),
      case .response(let response)? = try? SigningAnswer(body, trustee: trustee)
    else { return nil }
    return response
  }

  private func session(_ acting: ActingTrustees, _ message: [UInt8]) -> SigningSession? {
    guard let list = try? SigningCommitmentList.decode(list, maximum: CeremonyParameters.maximumTrustees) else { return nil }
    return try? SigningSession(key: JointSigningKey(acting.keys.signing), message: message, commitments: list)
  }
}
