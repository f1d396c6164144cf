import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog
import Verification

// The joint signature on the result (8.9).
extension TrusteeAgent {
  /// Verifies the record as far as it is, once in each process, and answers what is asked for the joint signature on its certificate.
  func sign() throws(TrusteeFault) {
    guard election.ending == .none, try acts(at: lastCheckpoint().size) else { return }
    if signer == nil {
      begin(.signing)
      try prepareSigner()
    }
    let request: [UInt8]
    do throws(TrusteeConnectionError) { request = try connection.signingRequest() } catch {
      // The signature is there: the next state says so.
      guard case .refused(status: 409, _) = error else { throw .connection(error) }
      return
    }
    guard let asked = try? SigningRequest(request) else { throw .connection(.malformed("a request to sign")) }
    guard let answer = try answer(asked, with: &signer) else { return }
    do throws(TrusteeConnectionError) {
      try connection.sendSigning(answer.encoded)
    } catch {
      // Others were enough, or quicker.
      guard case .refused(status: 409, _) = error else { throw .connection(error) }
      return beginAnew(&signer, after: answer)
    }
    if case .response = answer {
      report(.signed)
      end(.signing)
    }
  }

  /// What to answer for the one message that a signer signs; `nil` where nothing is asked.
  func answer(_ asked: SigningRequest, with held: inout JointSigner?) throws(TrusteeFault) -> SigningAnswer? {
    guard var signer = held.take() else { throw .alarm(.noShare) }
    var random = platform.random
    let outcome: Result<SigningAnswer?, SigningError>
    switch asked {
    case .nothing: outcome = .success(nil)
    case .commitment: outcome = .success(.commitment(signer.commitment))
    case .session(let commitments):
      do throws(SigningError) {
        outcome = .success(.response(try signer.respond(to: commitments, using: &random)))
      } catch {
        // The nonce of that commitment went with an earlier process: another one begins anew.
        if case .foreignCommitment = error { outcome = .success(.commitment(signer.commitment)) } else { outcome = .failure(error) }
      }
    }
    held = consume signer
    switch outcome {
    case .success(let answer): return answer
    case .failure: throw .connection(.malformed("a session that no signer may answer"))
    }
  }

  /// A commitment is not taken where a session has had it already, which lacks its share because another one came late, from before a restart: with a new one the
  /// trustee is asked again.
  func beginAnew(_ held: inout JointSigner?, after refused: SigningAnswer) {
    guard case .commitment = refused, var signer = held.take() else { return }
    var random = platform.random
    signer.beginAnew(using: &random)
    held = consume signer
  }

  /// The certificate is made from what was verified.
  private func prepareSigner() throws(TrusteeFault) {
    guard var shares = election.ceremony?.shares, let id = election.electionID else { throw .alarm(.noShare) }
    defer { shares.wipe() }
    let acting = try amendedRoster().acting(at: lastCheckpoint().size)
    guard acting.own(shares) else { throw .alarm(.noShare) }
    let key = acting.keys.signing
    let mirror = platform.mirror(of: election.reference)
    try mirrorResult(into: mirror)
    try verifyAll(mirror, awaitsCertificate: true)
    let last = try lastCheckpoint()
    guard let bytes = mirror.read(Self.path("checkpoint")), let closing = try? SignedCheckpoint(parsing: bytes),
      closing.checkpoint == last, let tally = mirror.read(Self.path("tally")), let result = mirror.read(Self.path("result")),
      let draw = mirror.read(Self.path("draw-closing"))
    else { throw .alarm(.recordNotVerified(check: Check.board.rawValue, "it changed while it was read")) }
    let certificate = ResultCertificate(
      election: id, size: last.size, root: last.root, tally: tally, result: result, draw: draw)
    let hash = Bytes32(SHA256.hash(certificate.message).span)
    // Another set of partial decryptions gives another tally file, and so another certificate of the same totals.
    if let signed = election.signed, signed != hash {
      let fault = "it gives another certificate than the one that you have begun to sign"
      throw .alarm(.recordNotVerified(check: Check.certificate.rawValue, fault))
    }
    try keep { election in election.signed = hash }
    var random = platform.random
    do throws(SigningError) {
      signer = try JointSigner(
        key: JointSigningKey(key), message: certificate.message, share: shares[.signing], using: &random)
    } catch { throw .alarm(.noShare) }
  }

  func dropSigner() {
    if var signer = signer.take() { signer.wipe() }
    dropMarker()
  }
}
