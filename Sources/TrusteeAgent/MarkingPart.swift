import Curve25519
import Elections
import SolanaTransactions
import ThresholdCryptography

// The mark of the result on a public chain (8.14).
extension TrusteeAgent {
  /// Verifies the complete record, lets go of all secrets but the share that signs, and answers what is asked for the mark's signature.
  func mark() throws(TrusteeFault) {
    guard election.ending == .none, try acts(at: lastCheckpoint().size) else { return }
    try verifyCompleteRecord()
    try keep { election in election.ceremony?.keepSigningShare() }
    let request: [UInt8]
    do throws(TrusteeConnectionError) { request = try connection.markingRequest() } catch {
      // The mark is there, or given up: the next state says so.
      guard case .refused(status: 409, _) = error else { throw .connection(error) }
      return
    }
    guard let asked = try? MarkingRequest(request) else { throw .connection(.malformed("a request to sign a mark")) }
    guard !asked.message.isEmpty else { return }
    if markMessage != asked.message { try prepareMarker(asked.message) }
    guard let answer = try answer(asked.asked, with: &marker) else { return }
    do throws(TrusteeConnectionError) { try connection.sendMarking(answer.encoded) } catch {
      // Others were enough, or quicker.
      guard case .refused(status: 409, _) = error else { throw .connection(error) }
      return beginAnew(&marker, after: answer)
    }
    if case .response = answer { report(.signedMark) }
  }

  /// The service chooses nonce and price; all else of the message follows from the record that was verified.
  private func prepareMarker(_ message: [UInt8]) throws(TrusteeFault) {
    guard let id = election.electionID, var share = election.ceremony?.shares?[.signing],
      let certificate = platform.mirror(of: election.reference).read(Self.path("certificate"))
    else { throw .alarm(.noShare) }
    defer { share.wipe() }
    let key = JointSigningKey(try amendedRoster().acting(at: lastCheckpoint().size).keys.signing)
    do throws(ResultAnchorFault) {
      try ResultAnchor.check(message, election: id, certificate: certificate, jointKey: key.publicKey)
    } catch { throw .alarm(.foreignMark(error.text, message: message)) }
    dropMarker()
    var random = platform.random
    do throws(SigningError) {
      marker = try JointSigner(key: key, message: message, share: share, using: &random)
    } catch { throw .alarm(.noShare) }
    markMessage = message
  }

  func dropMarker() {
    markMessage = nil
    if var marker = marker.take() { marker.wipe() }
  }
}

extension ResultAnchorFault {
  /// What is wrong, in plain words.
  fileprivate var text: String {
    switch self {
    case .malformed: "it is no message of Solana"
    case .otherMessage: "it says something else than that this result was signed"
    case .tooDear(let lamports): "it would cost \(lamports) lamports"
    }
  }
}
